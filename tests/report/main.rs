//! The formats of `degrid check`, baselines, and what pictures are made of.

#![allow(
    clippy::unwrap_used,
    clippy::format_collect,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "a test may panic, and its numbers are small"
)]

#[path = "../common/command.rs"]
mod command;
#[path = "../common/effort.rs"]
mod effort;

mod answers;
mod baseline;
mod ci_formats;
mod drawing;
mod every_view;
mod formats;
mod graphs;
mod json_page;
mod junit;
mod pictures;
mod rows;
mod sarif;
mod scenes;
