//! The command as a user runs it, and every command that a page shows.

#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::float_cmp,
    clippy::format_collect,
    clippy::too_many_lines,
    clippy::print_stderr,
    reason = "a test may panic, says what it did not try, and its numbers are small"
)]

#[path = "../common/build.rs"]
#[allow(dead_code, reason = "other programs use the rest")]
mod build;
#[path = "../common/command.rs"]
mod command;
#[path = "../common/effort.rs"]
mod effort;

mod arrays;
mod called;
mod commands;
mod curves;
mod fix_command;
mod fix_page;
mod import_command;
mod matrix_command;
mod models;
mod models_page;
mod plan;
mod plan_page;
mod project;
mod project_page;
mod readme;
mod refusals;
mod show;
mod show_text;
mod unseen;
mod unusual;
mod writes_command;
