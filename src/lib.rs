//! Checks and plans hybrid dilated convolution schedules.
#[cfg(feature = "cli")]
pub mod cli;
pub mod config;
pub mod footprint;
pub mod network;
#[cfg(feature = "cli")]
pub mod render;
pub mod report;
pub mod rules;
