//! The networks that a command is to read, each with what holds for it.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::config::{Around, Kind, Problem, decode, kind};
use crate::report::{FileReport, STDIN, counted};

use super::CliError;
use super::files::{Here, Input, NOT_STDIN, inputs};
use super::levels::LevelArgs;
use super::project::{Found, PROJECT, Patterns, ProjectArgs, Projects};
use super::terminal::note;

/// Which files are read, and which settings hold for them.
#[derive(Debug, clap::Args)]
pub(super) struct FileArgs {
    /// Skip files and folders that match this pattern, written as in `.gitignore`, relative to the current folder
    #[arg(long, value_name = "PATTERN")]
    exclude: Vec<String>,

    /// Path of the network on standard input, for reports and for the settings of its project
    #[arg(long, value_name = "PATH")]
    stdin_filename: Option<PathBuf>,

    /// List the files that are skipped, with the reason, and the project files in use
    #[arg(short, long)]
    verbose: bool,

    #[command(flatten)]
    levels: LevelArgs,

    #[command(flatten)]
    project: ProjectArgs,
}

impl FileArgs {
    /// What holds for a schedule of the command line, which belongs to no file.
    pub fn around_schedule(&self) -> Result<Around, CliError> {
        let option = if !self.exclude.is_empty() {
            "--exclude"
        } else if self.stdin_filename.is_some() {
            "--stdin-filename"
        } else if self.project.is_given() {
            "--config"
        } else {
            return self.levels.around();
        };
        Err(CliError::Usage(format!(
            "`{option}` is for files: leave it out beside `-d`"
        )))
    }
}

/// A network to read.
pub(super) struct Network {
    pub input: Input,
    /// What holds for it beside its file.
    pub around: Around,
    pub project: Option<Arc<Found>>,
}

/// A file to report on.
pub(super) enum Gathered {
    /// A network.
    Network(Box<Network>),
    /// A project file with faults, or a file that looks like a network and is none.
    Other(Box<FileReport>),
}

impl Gathered {
    /// The project whose settings hold for it.
    pub fn project(&self) -> Option<&Found> {
        match self {
            Self::Network(network) => network.project.as_deref(),
            Self::Other(_) => None,
        }
    }

    /// Whether it is a model.
    pub fn is_model(&self) -> bool {
        matches!(self, Self::Network(network) if network.input.model.is_some())
    }
}

/// What a command looks for.
#[derive(Clone, Copy, Default)]
pub(super) struct Search {
    /// Whether named files are passed over as those of folders are.
    pub is_hook: bool,
    /// Endings of models that are networks in folders too.
    pub models: &'static [&'static str],
}

/// The networks of some paths, in order; of folders those that are networks and not excluded. Without paths those of the project, or of the
/// current folder.
pub(super) fn gather(
    paths: &[PathBuf],
    args: &FileArgs,
    search: Search,
) -> Result<Vec<Gathered>, CliError> {
    let command = args.levels.around()?;
    let here = Here::new();
    let reads_stdin = paths.iter().any(|path| path.as_os_str() == "-");
    if args.stdin_filename.is_some() && !reads_stdin {
        return Err(CliError::Usage(NOT_STDIN.to_owned()));
    }
    let excluded = excluded(&here, &args.exclude)?;
    let mut projects = Projects::new(&args.project)?;
    let mut gathered = Vec::new();
    let mut run = Run {
        verbose: args.verbose,
        is_hook: search.is_hook,
        command,
        excluded,
        faulty: HashSet::new(),
        networks: BTreeMap::new(),
    };
    let own = projects.here().filter(|_| paths.is_empty());
    let paths = match own {
        Some(found) => match &found.state {
            Err(report) => {
                run.faulty.insert(found.path.clone());
                gathered.push(Gathered::Other(Box::new(report.clone())));
                Vec::new()
            }
            Ok(loaded) if !loaded.project.paths.is_empty() => {
                let paths = loaded.project.paths.iter();
                paths
                    .map(|at| here.near(&found.root.join(&at.value)))
                    .collect()
            }
            Ok(_) => vec![PathBuf::from(".")],
        },
        None if paths.is_empty() => vec![PathBuf::from(".")],
        None => paths.to_vec(),
    };
    for mut input in inputs(&paths, search.models)? {
        if let Some(path) = args
            .stdin_filename
            .as_deref()
            .filter(|_| input.path == STDIN)
        {
            input.path = here.shown(path);
        }
        let full = here.full(Path::new(&input.path));
        let project = projects.of(&full);
        gathered.extend(run.look(input, &full, project));
    }
    for (path, count) in run.networks.iter().filter(|_| args.verbose) {
        note(&format!(
            "{path}: settings of {}",
            counted(*count, "network")
        ));
    }
    Ok(gathered)
}

/// The patterns of the command.
fn excluded(here: &Here, patterns: &[String]) -> Result<Patterns, CliError> {
    let texts = patterns.iter().map(String::as_str);
    Patterns::new(&here.full(Path::new("")), texts).map_err(|faults| {
        let faults = faults.into_iter();
        let faults = faults.map(|(at, fault)| {
            format!(
                "--exclude: `{}` is not a valid pattern: {fault}",
                patterns[at]
            )
        });
        CliError::Usage(itertools::join(faults, "; "))
    })
}

/// What a run knows of its files.
struct Run {
    verbose: bool,
    is_hook: bool,
    command: Around,
    excluded: Patterns,
    /// Project files whose faults are reported.
    faulty: HashSet<String>,
    /// Networks for each project file.
    networks: BTreeMap<String, usize>,
}

impl Run {
    /// Looks at a file, by its full path; `None` where it is passed over.
    fn look(&mut self, input: Input, full: &Path, project: Option<Arc<Found>>) -> Option<Gathered> {
        let named = input.named && !self.is_hook;
        let why = if self.excluded.fit(full) {
            Some("--exclude".to_owned())
        } else {
            let project = project.as_ref().filter(|_| !named);
            let project = project.filter(|project| project.excludes(full));
            project.map(|project| format!("`exclude` of {}", project.path))
        };
        if let Some(why) = why {
            return self.pass_over(&input.path, &why);
        }
        let is_project = full.file_name().is_some_and(|name| name == PROJECT);
        if is_project && !named {
            return self.pass_over(&input.path, "project file");
        }
        if let Ok(bytes) = &input.bytes
            && input.model.is_none()
            && (is_project || !named)
        {
            let text = String::from_utf8_lossy(bytes);
            match kind(&text) {
                Kind::Network => {}
                _ if is_project => return Some(other(project_file(input))),
                Kind::NearMiss(doubt) => {
                    let doubt = Problem {
                        help: doubt.help.map(|help| {
                            format!("{help}; or leave the file out with `exclude` in {PROJECT}")
                        }),
                        ..doubt
                    };
                    let text = text.into_owned();
                    return Some(other(FileReport::doubtful(input.path, text, &[doubt])));
                }
                Kind::Other => return self.pass_over(&input.path, "no `[[stage]]`"),
            }
        }
        let around = match project.as_ref().map(|found| (found, &found.state)) {
            None => self.command.clone(),
            Some((found, Ok(loaded))) => {
                *self.networks.entry(found.path.clone()).or_default() += 1;
                loaded.around(full, &self.command)
            }
            Some((found, Err(report))) => {
                // Without its settings nothing can be said of its networks.
                let is_new = self.faulty.insert(found.path.clone());
                return is_new.then(|| other(report.clone()));
            }
        };
        Some(Gathered::Network(Box::new(Network {
            input,
            around,
            project,
        })))
    }

    fn pass_over(&self, path: &str, why: &str) -> Option<Gathered> {
        if self.verbose {
            note(&format!("{path}: skipped ({why})"));
        }
        None
    }
}

fn other(report: FileReport) -> Gathered {
    Gathered::Other(Box::new(report))
}

/// The report of a project file that was named as a network.
fn project_file(input: Input) -> FileReport {
    let problem = Problem::new("this is a project file, not a network", 0..0)
        .help("name network files or folders; its settings apply to them");
    let text = input.bytes.ok().and_then(|bytes| decode(bytes).ok());
    FileReport::unreadable(input.path, text, &[problem])
}

/// Said where there is no network among some paths.
pub(super) fn nothing_found(paths: &[PathBuf]) -> String {
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here[..] } else { paths };
    let paths = itertools::join(paths.iter().map(|path| path.display()), ", ");
    format!("no network file (*.toml with a `[[stage]]`) below {paths}; -v lists what was skipped")
}
