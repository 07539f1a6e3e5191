//! `degrid show --writes`: how often transposed layers write each output position.

use std::io::Write;

use crate::config::Config;
use crate::render::{Canvas, writes};
use crate::report::json;
use crate::report::writes::WritesReport;

use super::super::{CliError, Status};

/// Writes the overlap maps of a network, or of one stage.
pub(super) fn run(
    (title, config): &(String, Config),
    stage: Option<&str>,
    canvas: Option<&Canvas>,
    out: &mut dyn Write,
) -> Result<Status, CliError> {
    let report = WritesReport::new(title.clone(), &config.network, stage)
        .map_err(|error| CliError::Usage(format!("{title}: {error}")))?;
    if let Some(canvas) = canvas {
        writes(out, &report, canvas)?;
    } else {
        json(out, &report)?;
    }
    Ok(Status::Clean)
}
