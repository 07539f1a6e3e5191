//! `degrid explain RULE`: the page of a rule.

use std::io::Write;

use clap::builder::PossibleValuesParser;

use crate::rules::{RULES, find};

use super::{CliError, Status};

/// Explain a rule: what it finds, why it matters, what to do
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Id of the rule
    #[arg(value_name = "RULE", value_parser = PossibleValuesParser::new(RULES.iter().map(|r| r.id)))]
    rule: String,
}

pub(super) fn run(args: &Args, out: &mut dyn Write) -> Result<Status, CliError> {
    let Some(rule) = find(&args.rule) else {
        return Err(CliError::Usage(format!("unknown rule {}", args.rule)));
    };
    write!(out, "{}", rule.page)?;
    Ok(Status::Clean)
}
