//! Schedules as points of a picture.

use std::io::Write;
use std::path::Path;

use crate::cli::CliError;
use crate::cli::show::{Theme, ending, picture};
use crate::draw::{Height, front};
use crate::planner::Rank;

use super::listed::Listed;

/// The endings that pictures have.
const ENDINGS: [&str; 3] = ["svg", "png", "pdf"];

/// Refuses a file that is no picture, before the search.
pub(super) fn checked(path: &Path) -> Result<(), CliError> {
    if ENDINGS.contains(&ending(path).as_str()) {
        return Ok(());
    }
    Err(CliError::Usage(format!(
        "{}: the ending must be .svg, .png or .pdf",
        path.display()
    )))
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
    picture(path, &ending(path), &figure)?;
    writeln!(out, "wrote {}", path.display())?;
    Ok(())
}
