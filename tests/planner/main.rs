//! What the planner and `fix` find, against plain searches.

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

mod cycles;
mod fill;
mod fix;
mod fix_networks;
mod padding;
mod planner;
mod recorded;
mod refusals;
