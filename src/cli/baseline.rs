//! The baseline files of a check.

use std::io;
use std::path::{Path, PathBuf};

use crate::report::{Baseline, BaselineSummary, FileReport, Report, STDIN, Totals, counted};

use super::CliError;
use super::files::Here;
use super::format::is_same;
use super::project::{Found, PROJECT};
use super::replace::write_file;
use super::terminal::note;

/// Reads a baseline file; a new one is empty where it is to be written.
fn read(path: &Path, update: bool) -> Result<Baseline, CliError> {
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

/// The baselines of a run: the one that the command names, or those of the projects.
pub(super) struct Baselines<'a> {
    named: Option<&'a Path>,
    update: bool,
    /// Where the report goes: to no baseline.
    report: Option<&'a Path>,
    known: Vec<Known>,
    /// The baseline of each file, by index.
    of_files: Vec<Option<usize>>,
}

/// A baseline file.
struct Known {
    path: PathBuf,
    /// The folder to which its paths are relative; those of the command's are as reports write them.
    root: Option<PathBuf>,
    baseline: Baseline,
}

impl<'a> Baselines<'a> {
    pub fn new(named: Option<&'a Path>, update: bool, report: Option<&'a Path>) -> Self {
        Self {
            named,
            update,
            report,
            known: Vec::new(),
            of_files: Vec::new(),
        }
    }

    /// Adds the next file, with its project.
    pub fn push(&mut self, project: Option<&Found>) -> Result<(), CliError> {
        let of_project = || {
            let found = project?;
            let own = found.state.as_ref().ok()?.project.baseline.as_ref()?;
            let path = Here::new().near(&found.root.join(&own.value));
            Some((path, Some(found.root.clone())))
        };
        let own = match self.named {
            Some(path) => Some((path.to_owned(), None)),
            None => of_project(),
        };
        let number = match own {
            Some((path, root)) => Some(self.number(path, root)?),
            None => None,
        };
        self.of_files.push(number);
        Ok(())
    }

    /// The number of a baseline; a new one is read.
    fn number(&mut self, path: PathBuf, root: Option<PathBuf>) -> Result<usize, CliError> {
        let is_it = |known: &Known| known.path == path && known.root == root;
        if let Some(number) = self.known.iter().position(is_it) {
            return Ok(number);
        }
        self.keep_apart(&path)?;
        let baseline = read(&path, self.update)?;
        self.known.push(Known {
            path,
            root,
            baseline,
        });
        Ok(self.known.len() - 1)
    }

    /// Refuses a baseline that the report would write over.
    fn keep_apart(&self, path: &Path) -> Result<(), CliError> {
        match self.report {
            Some(report) if report == path || is_same(report, path) => {
                Err(CliError::Usage(format!(
                    "{} is the baseline; the report must go elsewhere",
                    path.display()
                )))
            }
            _ => Ok(()),
        }
    }

    /// Leaves what they know out of a report of all files that were added, after what is found was recorded where that is asked for.
    pub fn apply(mut self, report: Report) -> Result<Report, CliError> {
        if self.known.is_empty() {
            if self.update {
                return Err(CliError::Usage(format!(
                    "`--update-baseline` needs a file: name it with `--baseline FILE`, or as `baseline` in {PROJECT}"
                )));
            }
            return Ok(report);
        }
        let here = Here::new();
        let mut files: Vec<Option<FileReport>> = report.files.into_iter().map(Some).collect();
        let (mut total, mut gone) = (BaselineSummary::default(), Vec::new());
        for (number, known) in self.known.iter_mut().enumerate() {
            let of_files = self.of_files.iter().enumerate();
            let own = of_files.filter(|(_, of)| **of == Some(number));
            let own: Vec<usize> = own.map(|(at, _)| at).collect();
            let taken: Vec<FileReport> = own.iter().filter_map(|&at| files[at].take()).collect();
            let shown: Vec<String> = taken.iter().map(|file| file.path.clone()).collect();
            let renamed = taken.into_iter().map(|file| FileReport {
                path: known.key(&here, &file.path),
                ..file
            });
            let part = Report::new(renamed.collect());
            if self.update {
                known.update(&part)?;
            }
            let part = known
                .baseline
                .apply(part, |path| Known::is_there(known.root.as_deref(), path));
            let counts = part.summary.baseline.unwrap_or_default();
            total.known += counts.known;
            total.gone += counts.gone;
            gone.extend(part.gone);
            for ((at, path), file) in own.into_iter().zip(shown).zip(part.files) {
                files[at] = Some(FileReport { path, ..file });
            }
        }
        let mut report = Report::new(files.into_iter().flatten().collect());
        report.summary.baseline = Some(total);
        report.gone = gone;
        Ok(report)
    }
}

impl Known {
    /// The path under which it knows a file.
    fn key(&self, here: &Here, path: &str) -> String {
        if path == STDIN {
            return path.to_owned();
        }
        let full = here.full(Path::new(path));
        let below = self
            .root
            .as_ref()
            .and_then(|root| full.strip_prefix(root).ok());
        match below {
            Some(below) => itertools::join(below.iter().map(|part| part.to_string_lossy()), "/"),
            None => path.to_owned(),
        }
    }

    /// Whether a file that it knows is still there.
    fn is_there(root: Option<&Path>, path: &str) -> bool {
        path == STDIN || root.unwrap_or(Path::new("")).join(path).exists()
    }

    /// Takes the findings of a report in, writes the file, and says so on standard error.
    fn update(&mut self, report: &Report) -> Result<(), CliError> {
        let root = self.root.as_deref();
        let is_there = |path: &str| Self::is_there(root, path);
        self.baseline.update(report, is_there);
        write_file(&self.path, self.baseline.to_string().as_bytes())
            .map_err(|e| CliError::unwritten(self.path.display(), &e))?;
        let findings = counted(self.baseline.len(), "known finding");
        note(&format!("{}: {findings} recorded", self.path.display()));
        Ok(())
    }
}

/// Says on standard error what of a baseline is gone, for formats that have no place for it.
pub(super) fn report_gone(report: &Report) {
    if let Some(gone) = Totals::new(report).gone {
        note(&gone);
    }
}
