//! Footprints against plain definitions. Each module holds one part of the crate against an oracle that works in another way: walks over
//! hash sets of positions, sums over explicit paths, and Fourier sums over counts.

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
