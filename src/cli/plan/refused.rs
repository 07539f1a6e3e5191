//! A goal without a schedule, in each format.

use std::io::Write;

use crate::cli::{CliError, Status};
use crate::planner::{Goal, Refusal};

use super::args::Format;
use super::{human, json};

pub(super) fn refused(
    format: Format,
    goal: &Goal,
    refusal: &Refusal,
    out: &mut dyn Write,
) -> Result<Status, CliError> {
    match format {
        Format::Human => human::refusal(out, goal, refusal)?,
        Format::Json => json::refusal(out, goal, refusal)?,
        // Nothing to paste, and no line: the reason still has to be read.
        Format::Csv | Format::Toml | Format::Markdown | Format::Latex => {
            let mut err = anstream::AutoStream::auto(std::io::stderr().lock());
            human::refusal(&mut err, goal, refusal)?;
        }
    }
    Ok(Status::Findings)
}
