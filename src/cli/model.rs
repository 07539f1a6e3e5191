//! Models in place of network files: recognised by their first bytes, read without their weights.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};

use itertools::Itertools;

use crate::config::{Around, Config, Problem, suggestion};
use crate::onnx::{Import, Note, Options, Place};
use crate::report::{FileReport, GlobalPools, ModelNote};
use crate::rules::{Level, LevelSetting, PUBLISHED, Profile};
use crate::{graph, onnx};

use super::{CliError, number};

/// How to read a model.
#[derive(Debug, Default, clap::Args)]
pub(super) struct ModelArgs {
    /// Of an ONNX model: positions of its input, as 512x512, where the file gives none or others are wanted
    #[arg(long, value_name = "SIZE", value_parser = size)]
    input: Option<Size>,

    /// Which input of a model holds the image, signal or volume, if it has several
    #[arg(long, value_name = "NAME")]
    input_name: Option<String>,
}

/// Positions along each axis.
#[derive(Clone, Debug)]
struct Size(Vec<i64>);

fn size(text: &str) -> Result<Size, String> {
    let parts = text.split(['x', '×', ',']);
    let sizes: Vec<i64> = parts.map(|part| number::whole(part.trim())).try_collect()?;
    if sizes.is_empty() || sizes.len() > 3 {
        return Err("a size has 1 to 3 axes, such as 512x512".to_owned());
    }
    Ok(Size(sizes))
}

/// Where a model is: an ONNX model, or a graph that was traced. Weights are passed over, so a file is not read before.
pub(super) enum ModelFile {
    /// A file.
    Path(PathBuf),
    /// Its bytes, of standard input.
    Bytes(Vec<u8>),
}

/// How names of ONNX models end.
pub(super) const ONNX: &str = "onnx";
/// How names of graphs end that folders are searched for: other JSON is not degrid's.
pub(super) const GRAPH: &str = "degrid.json";

/// Whether a name ends with a point and this, in any case.
pub(super) fn has_ending(path: &Path, ending: &str) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy());
    let ending = format!(".{ending}");
    name.is_some_and(|name| name.to_ascii_lowercase().ends_with(&ending))
}

/// Bytes at the start of a file that tell a model from other files.
const HEAD: usize = 64;

fn recognises(head: &[u8]) -> bool {
    onnx::recognises(head) || graph::recognises(head)
}

impl ModelFile {
    /// The file, if it is a model.
    pub(super) fn at(path: &Path) -> Option<Self> {
        let file = Self::Path(path.to_owned());
        file.head()
            .is_ok_and(|head| recognises(&head))
            .then_some(file)
    }

    /// The bytes, if they are a model.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        let head = &bytes[..bytes.len().min(HEAD)];
        recognises(head).then(|| Self::Bytes(bytes.to_vec()))
    }

    fn head(&self) -> io::Result<Vec<u8>> {
        Ok(match self {
            Self::Path(path) => {
                let mut head = Vec::with_capacity(HEAD);
                let most = u64::try_from(HEAD).unwrap_or(u64::MAX);
                File::open(path)?.take(most).read_to_end(&mut head)?;
                head
            }
            Self::Bytes(bytes) => bytes[..bytes.len().min(HEAD)].to_vec(),
        })
    }

    fn read(&self, options: &Options) -> io::Result<Result<Import, onnx::Error>> {
        let is_named_so = matches!(self, Self::Path(path) if has_ending(path, GRAPH));
        let is_graph = is_named_so || graph::recognises(&self.head()?);
        Ok(match self {
            Self::Path(path) if is_graph => graph::read(File::open(path)?, options),
            Self::Path(path) => onnx::read(File::open(path)?, options),
            Self::Bytes(bytes) if is_graph => graph::read(&bytes[..], options),
            Self::Bytes(bytes) => onnx::read(Cursor::new(bytes), options),
        })
    }
}

impl ModelArgs {
    /// Refuses options for models where there is none.
    pub(super) fn refused(&self, has_at: bool) -> Result<(), CliError> {
        let given = [
            ("--input", self.input.is_some()),
            ("--input-name", self.input_name.is_some()),
            ("--at", has_at),
        ];
        match given.iter().find(|(_, is_given)| *is_given) {
            Some((option, _)) => Err(CliError::Usage(format!(
                "`{option}` is for models; none is given"
            ))),
            None => Ok(()),
        }
    }

    /// A model as a network that ends at some of its maps, else at its outputs.
    pub(super) fn load(
        &self,
        file: &ModelFile,
        at: &[String],
        around: &Around,
    ) -> Result<Model, Vec<Problem>> {
        let options = Options {
            inputs: self.input.as_ref().map(|size| size.0.clone()),
            input_name: self.input_name.clone(),
            at: at.to_vec(),
        };
        let fault = |message: String| vec![Problem::new(message, 0..0)];
        let import = file.read(&options);
        let import = import.map_err(|error| fault(format!("cannot read the file: {error}")))?;
        let import = import.map_err(|error| {
            let meant = match &error {
                onnx::Error::Name { name, known } => {
                    suggestion(name, known.iter().map(String::as_str))
                }
                _ => None,
            };
            let meant = meant.map(|meant| format!("; did you mean \"{meant}\"?"));
            fault(format!("{error}{}", meant.unwrap_or_default()))
        })?;
        let Import {
            network,
            places,
            notes,
            ..
        } = import;
        let mut config = Config::of(network, around)?;
        let policy = &mut config.policy;
        // Nobody wrote the schedules of a model, whose stages are guesses: rules about them are silent unless somebody asks.
        if policy.profile != Profile::Published {
            policy
                .network
                .extend(PUBLISHED.iter().map(|rule| LevelSetting {
                    rule,
                    level: Some(Level::Allow),
                    numbers: Vec::new(),
                }));
        }
        Ok(Model {
            config,
            places,
            notes,
        })
    }
}

/// A model that was read.
pub(super) struct Model {
    pub(super) config: Config,
    places: Vec<Place>,
    notes: Vec<Note>,
}

impl Model {
    /// The report of a check. Its findings say which module they are about.
    pub(super) fn checked(&self, path: String, pools: GlobalPools) -> FileReport {
        let name = |layer: usize| Some(self.places.get(layer)?.name().to_owned());
        let names = Some(&name as &dyn Fn(usize) -> Option<String>);
        let mut report = FileReport::checked_with(path, None, &self.config, pools, names);
        report.is_binary = true;
        report.notes = self.notes.iter().map(noted).collect();
        let stages = &self.config.network.stages;
        for finding in &mut report.findings {
            let stage = stages.iter().find(|stage| stage.name == finding.stage);
            let layer = stage
                .zip(finding.layer)
                .and_then(|(stage, at)| stage.layers.get(at));
            if let Some(place) = layer.and_then(|&layer| self.place(layer)) {
                finding.notes.insert(0, place);
            } else if finding.layer.is_none() && stage.is_some() {
                let place = format!("stage \"{}\"", finding.stage);
                finding.notes.insert(0, place);
            }
        }
        report
    }

    /// Where a layer comes from: its operator, and the module that it stands in.
    pub(super) fn place(&self, layer: usize) -> Option<String> {
        let place = self.places.get(layer)?;
        Some(format!("{} in {}", place.operator, place.name()))
    }

    /// What its reader should know, a line each; without where positions end, if a report says that.
    pub(super) fn notes(&self, path: &str, is_reported: bool) -> Vec<String> {
        let notes = self.notes.iter().filter(|note| !(is_reported && note.ends));
        let line = |note: &Note| {
            let ModelNote {
                message,
                places: [places],
                ..
            } = noted(note);
            if message.contains(&format!("\"{}\"", note.first.name())) {
                // An input, which has said its name.
                return format!("{path}: note: {message}");
            }
            format!("{path}: note: {message} ({places})")
        };
        notes.map(line).collect()
    }
}

fn noted(note: &Note) -> ModelNote {
    let message = if note.ends {
        format!("positions are not followed past {}", note.text)
    } else {
        note.text.clone()
    };
    ModelNote::new(message, note.count, note.first.name().to_owned(), note.ends)
}
