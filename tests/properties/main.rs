//! Footprints against plain definitions. Each module holds one part of the crate against an oracle that works in another way: walks over
//! hash sets of positions, sums over explicit paths, and Fourier sums over counts.

#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::float_cmp,
    clippy::format_collect,
    reason = "a test may panic, and its numbers are small"
)]

#[path = "../common/mod.rs"]
mod common;

mod chains;
mod lobes;
mod ops;
mod regions;
mod resolutions;
mod runs;
mod sets;
mod weights;
