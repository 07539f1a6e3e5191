//! Footprints against plain definitions. Each module holds one part of the crate against an oracle that works in another way: walks over
//! hash sets of positions, sums over explicit paths, Fourier sums over counts, and what PyTorch was recorded to say.

#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::float_cmp,
    clippy::format_collect,
    clippy::too_many_lines,
    reason = "a test may panic, and its numbers are small"
)]

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/effort.rs"]
mod effort;

mod chains;
mod lobes;
mod matrix;
mod matrix_refusals;
mod ops;
mod pools;
mod readings;
mod regions;
mod resolutions;
mod rows;
mod runs;
mod schedules;
mod sets;
mod size;
mod torch;
mod weights;
mod writes;
mod writes_network;
