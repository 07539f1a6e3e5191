//! The file as written to a network: names to maps, repeats written out, shapes checked.

use std::collections::{HashMap, HashSet};

use crate::network::{Builder, MAX_LAYERS, MapId, Network, OpKind, PerAxis, Stage};

mod defaults;
mod entries;
mod layers;
mod sources;
mod stages;

use crate::config::limits::{DIMS, SIZE};
use crate::config::problem::Problem;
use crate::config::raw::RawFile;
use crate::config::read::{At, Axes, Int, Reader};
use crate::config::spans::{EntryId, Spans};
use crate::config::values::ranged;
use crate::config::{Undecided, values};

/// What the file says, as a network; problems go to the reader.
pub(crate) struct Resolved {
    pub network: Network,
    pub spans: Spans,
    pub undecided: Vec<Undecided>,
}

pub(crate) fn resolve(file: &RawFile, reader: &mut Reader) -> Option<Resolved> {
    let Some(stages) = &file.stage else {
        if !file.has("stage") && !file.has_unknown {
            reader.report(
                Problem::new("the network has no stage", 0..0)
                    .help("add a `[[stage]]`, for example with `dilations = [1, 2, 5]`"),
            );
        }
        return None;
    };
    if stages.value.is_empty() {
        reader.report(
            Problem::new("the network has no stage", stages.span.clone())
                .help("add a `[[stage]]`, for example with `dilations = [1, 2, 5]`"),
        );
        return None;
    }
    let dims = dims(file, reader)?;
    let input = input_size(file, dims, reader);
    let mut resolver = Resolver {
        reader,
        builder: Builder::new(dims, input),
        spans: Spans::default(),
        stages: Vec::new(),
        names: HashMap::new(),
        all_names: HashMap::new(),
        current: None,
        undecided: Vec::new(),
        open: HashSet::new(),
        entries: HashMap::new(),
        originals: HashMap::new(),
        layers_left: MAX_LAYERS,
        input_missing: !file.has("input"),
        names_missing: stages
            .value
            .iter()
            .any(|s| s.value.name.is_none() && (s.value.has("name") || s.value.has_unknown)),
    };
    let defaults = resolver.file_defaults(file);
    resolver.stages(&stages.value, &defaults);
    let outputs = resolver.outputs(file);
    let Resolver {
        builder,
        spans,
        stages,
        undecided,
        ..
    } = resolver;
    let (layers, maps) = builder.finish();
    let name = file.name.as_ref().map(|n| n.value.clone());
    let network = Network {
        name,
        dims,
        input,
        layers,
        maps,
        stages,
        outputs,
    };
    Some(Resolved {
        network,
        spans,
        undecided,
    })
}

/// The number of axes: `dims`, else as many as `input` has, else 2.
fn dims(file: &RawFile, reader: &mut Reader) -> Option<usize> {
    let listed = match &file.input {
        Some(At {
            value: Axes::Each(each),
            ..
        }) => Some(each.len()),
        _ => None,
    };
    let (given, span) = match (&file.dims, listed) {
        (Some(dims), _) => (dims.value.0, dims.span.clone()),
        (None, _) if file.has("dims") => return None,
        (None, Some(n)) => (i128::try_from(n).ok()?, file.input.as_ref()?.span.clone()),
        (None, None) => return Some(2),
    };
    if let Ok(dims) = ranged(given, DIMS) {
        return usize::try_from(dims).ok();
    }

    reader.report(Problem::new(
        format!("a network has 1, 2 or 3 axes, not {given}"),
        span,
    ));
    None
}

fn input_size(file: &RawFile, dims: usize, reader: &mut Reader) -> Option<PerAxis<i64>> {
    let input = file.input.as_ref()?;
    values::per_axis("input", input, dims, reader, |int: &Int| {
        ranged(int.0, SIZE)
    })
}

/// Where in its stage a layer stands.
#[derive(Clone, Copy)]
struct Place {
    stage: usize,
    /// Index in the stage's list; `None` for what the stage adds itself.
    index: Option<usize>,
    repetition: usize,
}

struct Resolver<'a> {
    reader: &'a mut Reader,
    builder: Builder,
    spans: Spans,
    stages: Vec<Stage>,
    /// Stages so far, by name.
    names: HashMap<String, usize>,
    /// Where each name of the file stands, to tell a forward reference from an unknown name.
    all_names: HashMap<String, std::ops::Range<usize>>,
    /// The name of the stage that is being read.
    current: Option<String>,
    undecided: Vec<Undecided>,
    /// Maps whose sizes hang on undecided dilations.
    open: HashSet<MapId>,
    /// Entries by their bytes: all repetitions of an entry are the same entry.
    entries: HashMap<(usize, usize), EntryId>,
    /// The first layer of each entry. Those that a stage adds itself share its entry: its sources merged, its sums.
    originals: HashMap<(EntryId, OpKind), usize>,
    layers_left: usize,
    /// Whether the file gives no input size.
    input_missing: bool,
    /// Whether a stage's name may be unreadable or misspelt, so that it is no fault of others not to find it.
    names_missing: bool,
}

impl Resolver<'_> {
    fn outputs(&mut self, file: &RawFile) -> Vec<MapId> {
        let last = self.stages.last().map_or(MapId::INPUT, |s| s.output);
        let Some(names) = &file.outputs else {
            return vec![last];
        };
        if names.value.0.is_empty() {
            self.reader.report(
                Problem::new("a network has at least one output", names.span.clone())
                    .help("leave `outputs` out to mean the last stage"),
            );
        }
        let mut maps: Vec<MapId> = names
            .value
            .0
            .iter()
            .filter_map(|name| self.find(name))
            .collect();
        let mut seen = HashSet::new();
        maps.retain(|map| seen.insert(*map));
        maps
    }
}
