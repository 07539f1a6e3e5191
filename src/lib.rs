//! Checks and plans hybrid dilated convolution schedules.
pub mod config;
pub mod footprint;
pub mod network;
pub mod planner;
