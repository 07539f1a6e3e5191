//! The project that a network file belongs to: found upwards from it, or named.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::config::read::At;
use crate::config::{Around, Problem, Project, decode};
use crate::report::FileReport;

use super::CliError;
use super::files::{Here, read};

/// The file of a project.
pub(super) const PROJECT: &str = "degrid.toml";

/// The file of Python projects, with settings in `[tool.degrid]`.
const PYPROJECT: &str = "pyproject.toml";

/// Which project file holds.
#[derive(Debug, Default, clap::Args)]
pub(super) struct ProjectArgs {
    /// Use this project file, not the nearest `degrid.toml` or `pyproject.toml`
    #[arg(long, value_name = "FILE", help_heading = "Project")]
    config: Option<PathBuf>,

    /// Use no project file
    #[arg(long, conflicts_with = "config", help_heading = "Project")]
    no_config: bool,
}

impl ProjectArgs {
    /// Whether a project file is named.
    pub fn is_given(&self) -> bool {
        self.config.is_some()
    }
}

/// A project file that was found.
pub(super) struct Found {
    /// Its path for reports.
    pub path: String,
    /// Its folder, to which its paths are relative.
    pub root: PathBuf,
    /// What it says, or the report of its problems.
    pub state: Result<Loaded, FileReport>,
}

/// A project file that was read.
pub(super) struct Loaded {
    pub project: Project,
    exclude: Patterns,
    /// The files of each override.
    overrides: Vec<Patterns>,
}

impl Found {
    /// Whether it passes over a file, by its full path.
    pub fn excludes(&self, file: &Path) -> bool {
        let loaded = self.state.as_ref().ok();
        loaded.is_some_and(|loaded| loaded.exclude.fit(file))
    }
}

impl Loaded {
    /// What holds for a file, by its full path, beside what the command says.
    pub fn around(&self, file: &Path, command: &Around) -> Around {
        Around {
            project: self.project.settings(|at| self.overrides[at].fit(file)),
            ..command.clone()
        }
    }
}

/// Patterns as `.gitignore` has them.
pub(super) struct Patterns(Gitignore);

impl Patterns {
    /// Patterns relative to a folder; with each that is none, why.
    pub fn new<'p>(
        root: &Path,
        patterns: impl IntoIterator<Item = &'p str>,
    ) -> Result<Self, Vec<(usize, String)>> {
        let mut builder = GitignoreBuilder::new(root);
        let mut faults = Vec::new();
        for (at, pattern) in patterns.into_iter().enumerate() {
            let own = pattern.strip_prefix("./").unwrap_or(pattern);
            if own.trim().is_empty() {
                faults.push((at, "it is empty".to_owned()));
            } else if let Err(error) = builder.add_line(None, own) {
                faults.push((at, glob_fault(error)));
            }
        }
        let built = builder.build();
        match built {
            Ok(built) if faults.is_empty() => Ok(Self(built)),
            Ok(_) => Err(faults),
            Err(error) => {
                faults.push((0, glob_fault(error)));
                Err(faults)
            }
        }
    }

    /// Whether a file is one of them, by its full path, or lies in a folder that is.
    pub fn fit(&self, file: &Path) -> bool {
        let below = file.strip_prefix(self.0.path());
        below.is_ok_and(|below| self.0.matched_path_or_any_parents(below, false).is_ignore())
    }
}

/// What is wrong with a pattern, without the pattern.
fn glob_fault(error: ignore::Error) -> String {
    match error {
        ignore::Error::Glob { err, .. } => err,
        other => other.to_string(),
    }
}

/// The project files of a run, each read once.
pub(super) struct Projects {
    here: Here,
    choice: Choice,
    found: HashMap<PathBuf, Option<Arc<Found>>>,
}

enum Choice {
    Nearest,
    Nothing,
    One(Arc<Found>),
}

impl Projects {
    pub fn new(args: &ProjectArgs) -> Result<Self, CliError> {
        let here = Here::new();
        let choice = match &args.config {
            _ if args.no_config => Choice::Nothing,
            None => Choice::Nearest,
            Some(path) => {
                let full = here.full(path);
                if !full.is_file() {
                    let message = format!("--config: there is no file {}", path.display());
                    return Err(CliError::Usage(message));
                }
                let found = load(&here, &full).ok_or_else(|| {
                    let message = format!("--config: {} has no `[tool.degrid]`", path.display());
                    CliError::Usage(message)
                })?;
                Choice::One(Arc::new(found))
            }
        };
        Ok(Self {
            here,
            choice,
            found: HashMap::new(),
        })
    }

    /// The project of a file, by its full path.
    pub fn of(&mut self, file: &Path) -> Option<Arc<Found>> {
        match &self.choice {
            Choice::Nothing => None,
            Choice::One(found) => Some(Arc::clone(found)),
            Choice::Nearest => self.nearest(file.parent()?),
        }
    }

    /// The project of the current folder.
    pub fn here(&mut self) -> Option<Arc<Found>> {
        self.of(&self.here.full(Path::new(PROJECT)))
    }

    /// What holds for the one file of a command, by its path for reports; the report of its project where that has faults.
    pub fn around(&mut self, path: &str) -> Result<Around, Box<FileReport>> {
        let full = self.here.full(Path::new(path));
        let Some(found) = self.of(&full) else {
            return Ok(Around::default());
        };
        match &found.state {
            Ok(loaded) => Ok(loaded.around(&full, &Around::default())),
            Err(report) => Err(Box::new(report.clone())),
        }
    }

    /// The nearest project file, from a folder upwards.
    fn nearest(&mut self, folder: &Path) -> Option<Arc<Found>> {
        if let Some(found) = self.found.get(folder) {
            return found.clone();
        }
        let own = [PROJECT, PYPROJECT].map(|name| folder.join(name));
        let mut own = own.iter().filter(|path| path.is_file());
        let own = own.find_map(|path| load(&self.here, path));
        let found = match own {
            Some(found) => Some(Arc::new(found)),
            None => folder.parent().and_then(|above| self.nearest(above)),
        };
        self.found.insert(folder.to_owned(), found.clone());
        found
    }
}

/// Reads a project file; `None` for a `pyproject.toml` without settings.
fn load(here: &Here, path: &Path) -> Option<Found> {
    let root = path.parent().unwrap_or(Path::new("")).to_owned();
    let is_python = path.file_name().is_some_and(|name| name == PYPROJECT);
    let (text, state) = match read(path).map(decode) {
        Err(message) => (None, Err(vec![Problem::new(message, 0..0)])),
        Ok(Err(fault)) => (Some(fault.0), Err(vec![fault.1])),
        Ok(Ok(text)) => {
            let project = if is_python {
                Project::parse_pyproject(&text).transpose()?
            } else {
                Project::parse(&text)
            };
            (
                Some(text),
                project.and_then(|project| resolve(&root, project)),
            )
        }
    };
    let path = here.shown(&here.near(path));
    let state = state.map_err(|problems| FileReport::unreadable(path.clone(), text, &problems));
    Some(Found { path, root, state })
}

/// Looks at what only the file system and the patterns can say.
fn resolve(root: &Path, project: Project) -> Result<Loaded, Vec<Problem>> {
    let mut problems = Vec::new();
    for at in &project.paths {
        if !root.join(&at.value).exists() {
            let message = format!("there is no file or folder `{}`", at.value);
            let problem = Problem::new(message, at.span.clone()).label("not found");
            let help = "paths are relative to the folder of this file";
            problems.push(problem.help(help));
        }
    }
    let mut patterns = |list: &[At<String>]| {
        let texts = list.iter().map(|at| at.value.as_str());
        let built = Patterns::new(root, texts);
        built.map_err(|faults| {
            problems.extend(faults.into_iter().map(|(at, fault)| {
                let message = format!("`{}` is not a valid pattern: {fault}", list[at].value);
                let problem = Problem::new(message, list[at].span.clone());
                problem.help("write it as in `.gitignore`: `old`, `*.draft.toml`, `research/**`")
            }));
        })
    };
    let exclude = patterns(&project.exclude);
    let overrides: Vec<_> = (project.overrides.iter())
        .map(|one| patterns(&one.include))
        .collect();
    match (exclude, overrides.into_iter().collect()) {
        (Ok(exclude), Ok(overrides)) if problems.is_empty() => Ok(Loaded {
            project,
            exclude,
            overrides,
        }),
        _ => {
            problems.sort_by_key(|problem| problem.span.start);
            Err(problems)
        }
    }
}
