//! The rules: their pages, their lists, what they find and the values that they offer.

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

mod answers;
mod crossing;
mod misaligned;
mod no_false_alarm;
mod pages;
mod plurals;
mod registry;
mod repair;
mod shapes;
mod unwritten;
