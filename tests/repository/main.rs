//! What lies beside the program: the action, the workflows, the hook and the pictures.

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

#[path = "../common/page.rs"]
mod page;

mod imports;
mod pictures;
mod readme;
mod workflows;
