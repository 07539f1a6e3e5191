//! Models: what the reader of ONNX files makes of them, against what PyTorch's autograd finds, and what it says of files at fault.

#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::format_collect,
    reason = "a test may panic, and its numbers are small"
)]

#[path = "../common/build.rs"]
mod build;
#[path = "../common/effort.rs"]
mod effort;

mod constants;
mod dropped_axes;
mod exporters;
mod graphs;
mod hostile;
mod more_operators;
mod names;
mod one_by_one;
mod operators;
mod operators_of_torch;
mod refused;
mod resizes;
mod truth;
mod unread;
mod wire;
