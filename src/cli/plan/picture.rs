//! Schedules as points of a picture.

use std::io::Write;
use std::path::Path;

use crate::cli::CliError;
use crate::cli::files::{ending, wrong_ending};
use crate::cli::show::{Theme, picture};
use crate::draw::{Height, front};
use crate::planner::Rank;

use super::listed::Listed;

/// Refuses a file that is no picture, before the search.
pub(super) fn checked(path: &Path) -> Result<(), CliError> {
    match ending(path).as_str() {
        "svg" | "png" | "pdf" => Ok(()),
        _ => Err(wrong_ending(path, ".svg, .png or .pdf")),
    }
}

/// Draws the schedules of a list, by lobe, or by ripple where that ranks them; says so on `out`.
pub(super) fn write(
    path: &Path,
    theme: Theme,
    listed: &Listed<'_>,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let request = listed.goal.request();
    let height = match request.rank {
        Rank::Ripple => Height::Ripple,
        _ => Height::Lobe,
    };
    let title = format!("Schedules of kernel size {}", request.kernel);
    let mut figure = front(title, &listed.plan.schedules, height, theme.look());
    figure.captions.extend(listed.layers());
    figure.captions.push(listed.number());
    figure.captions.push(listed.proved());
    picture(path, &figure)?;
    writeln!(out, "wrote {}", path.display())?;
    Ok(())
}
