//! `degrid rules`: the list of rules.

use std::io::Write;

use anstyle::Style;

use crate::render::{Align, DENY, DIM, NOTE, Table, WARN};
use crate::rules::{Level, RULES};

use super::{CliError, Status, terminal};

/// List the rules, with their levels
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

pub(super) fn run(_: &Args, out: &mut dyn Write) -> Result<Status, CliError> {
    let columns = ["rule", "level", "fault"].map(|name| (name, Align::Left));
    let mut table = Table::new(&columns, 2);
    for rule in RULES {
        let style = match rule.level {
            Level::Deny => DENY,
            Level::Warn => WARN,
            Level::Note => NOTE,
            Level::Allow => DIM,
        };
        table.row(vec![
            (rule.id.to_owned(), Style::new()),
            (rule.level.word().to_owned(), style),
            (rule.summary.to_owned(), Style::new()),
        ]);
    }
    table.write(out, "", terminal::width())?;
    writeln!(out, "\n`degrid explain RULE` says more.")?;
    Ok(Status::Clean)
}
