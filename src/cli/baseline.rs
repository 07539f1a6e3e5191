//! The baseline file of a check.

use std::io;
use std::path::Path;

use crate::report::{Baseline, Report, STDIN, Totals, counted};

use super::CliError;
use super::replace::write_file;
use super::terminal::note;

/// Reads a baseline file; a new one is empty where it is to be written.
pub(super) fn read(path: &Path, update: bool) -> Result<Baseline, CliError> {
    let (fault, help) = match std::fs::read_to_string(path) {
        Ok(text) => match Baseline::parse(&text) {
            Ok(baseline) => return Ok(baseline),
            Err(fault) => (
                fault,
                "restore it, or delete it and record a new one with `--update-baseline`",
            ),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if update {
                return Ok(Baseline::default());
            }
            (
                "there is no such file".to_owned(),
                "add `--update-baseline` to record the findings that are there now",
            )
        }
        Err(error) => (error.to_string(), "name a file that can be read"),
    };
    Err(CliError::Usage(format!(
        "cannot use {} as a baseline: {fault}; {help}",
        path.display()
    )))
}

/// Takes the findings of a report into a baseline, writes its file, and says so on standard error.
pub(super) fn update(
    baseline: &mut Baseline,
    path: &Path,
    report: &Report,
) -> Result<(), CliError> {
    baseline.update(report, is_there);
    write_file(path, baseline.to_string().as_bytes())
        .map_err(|e| CliError::unwritten(path.display(), &e))?;
    let findings = counted(baseline.len(), "known finding");
    note(&format!("{}: {findings} recorded", path.display()));
    Ok(())
}

/// Says on standard error what of a baseline is gone, for formats that have no place for it.
pub(super) fn report_gone(report: &Report) {
    if let Some(gone) = Totals::new(report).gone {
        note(&gone);
    }
}

/// Whether a file of a baseline is still there.
pub(super) fn is_there(path: &str) -> bool {
    path == STDIN || Path::new(path).exists()
}
