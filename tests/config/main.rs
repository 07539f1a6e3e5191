//! What a network file may say: what is wrong with it is told at its place, nothing makes the program panic or take long, and the
//! schema refuses nothing that the program accepts.

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
#[path = "../common/page.rs"]
mod page;

mod bad_input;
mod builder;
mod edits;
mod hostile;
mod kind;
mod layers;
mod no_panic;
mod project;
mod schema;
mod wild;
mod write;
