//! The file as written to a network: names to maps, repeats written out, shapes checked.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

mod cycles;
mod entries;
mod layers;
mod sources;
mod stages;

use crate::config::limits::{DIMS, SIZE};
use crate::config::problem::Problem;
use crate::config::raw::RawFile;
use crate::config::read::{At, Axes, Reader};
use crate::config::spans::{EntryId, Spans};
use crate::config::values::{numbers, ranged};
use crate::network::{Builder, MAX_LAYERS, MapId, Network, OpKind, Stage};

struct Resolver<'a> {
    reader: &'a mut Reader,
    builder: Builder,
    spans: Spans,
    stages: Vec<Stage>,
    /// Stages so far, by name.
    names: HashMap<String, usize>,
    /// Where each name of the file stands, so that a stage that comes later is not called unknown.
    all_names: HashMap<String, Range<usize>>,
    /// The repetition of the stage that is being read.
    repetition: usize,
    /// The name of that stage.
    current: Option<String>,
    /// Where dilations are written `"?"`.
    undecided: Vec<Range<usize>>,
    /// Maps whose sizes depend on undecided dilations.
    open: HashSet<MapId>,
    /// Entries by their bytes: all repetitions of an entry are the same entry, but for those whose cycles are at another dilation, which are
    /// told apart by a number.
    entries: HashMap<(usize, usize, usize), EntryId>,
    /// How often the stage that is being read is repeated.
    repeat: usize,
    /// The first layer of each entry. Those that a stage adds itself share its entry: its sources merged, its sums.
    originals: HashMap<(EntryId, OpKind), usize>,
    layers_left: usize,
    /// Whether the file gives no input size.
    input_missing: bool,
    /// Whether a stage's name may be unreadable or misspelt, so that it is no fault of others not to find it.
    names_missing: bool,
}

/// What the file says, as a network; problems go to the reader.
pub(crate) struct Resolved {
    pub network: Network,
    pub spans: Spans,
    pub undecided: Vec<Range<usize>>,
}

pub(crate) fn resolve(file: &RawFile, reader: &mut Reader) -> Option<Resolved> {
    let stages = file.stage.as_ref();
    let Some(stages) = stages.filter(|stages| !stages.value.is_empty()) else {
        let place = stages.map_or(0..0, |stages| stages.span.clone());
        if stages.is_some() || (!file.has("stage") && !file.has_unknown) {
            let problem = Problem::new("the network has no stages", place);
            let help = "add a `[[stage]]`, for example with `dilations = [1, 2, 5]`";
            reader.report(problem.help(help));
        }
        return None;
    };
    let dims = dims(file, reader)?;
    let input = file.input.as_ref();
    let input = input.and_then(|value| numbers("input", value, dims, reader, SIZE));
    let mut resolver = Resolver {
        reader,
        builder: Builder::new(dims, input),
        spans: Spans::default(),
        stages: Vec::new(),
        names: HashMap::new(),
        all_names: HashMap::new(),
        repetition: 0,
        current: None,
        undecided: Vec::new(),
        open: HashSet::new(),
        entries: HashMap::new(),
        repeat: 1,
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
        cut: Vec::new(),
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

impl Resolver<'_> {
    fn outputs(&mut self, file: &RawFile) -> Vec<MapId> {
        let last = self.stages.last().map_or(MapId::INPUT, |s| s.output);
        let Some(names) = &file.outputs else {
            return vec![last];
        };
        if names.value.0.is_empty() {
            let problem = names.problem("`outputs` needs at least one stage");
            let help = "leave out `outputs` to use the last stage";
            self.reader.report(problem.help(help));
        }
        let names = names.value.0.iter();
        let mut maps: Vec<MapId> = names.filter_map(|name| self.find(name)).collect();
        let mut seen = HashSet::new();
        maps.retain(|map| seen.insert(*map));
        maps
    }
}
