//! The file as written to a network: names to maps, repeats written out, shapes checked.

use std::collections::{HashMap, HashSet};

use crate::network::{
    Builder, Kernel, MAX_LAYERS, MAX_STAGES, MapId, Network, OpKind, Origin, PerAxis, Place, Stage,
    Stride,
};

mod entries;
mod layers;
mod sources;

use crate::config::layer::{Defaults, padding_of};
use crate::config::limits::{DIMS, SIZE};
use crate::config::problem::Problem;
use crate::config::raw::{RawFile, RawStage};
use crate::config::read::{At, Axes, Int, Reader};
use crate::config::spans::{Part, Spans};
use crate::config::values::{has_axes, quantities, ranged};
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
        origins: HashMap::new(),
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
    /// Origins of entries, by their bytes: all repetitions of an entry are the same entry.
    origins: HashMap<(usize, usize), Origin>,
    layers_left: usize,
    /// Whether the file gives no input size.
    input_missing: bool,
    /// Whether a stage's name may be unreadable or misspelt, so that it is no fault of others not to find it.
    names_missing: bool,
}

impl Resolver<'_> {
    fn file_defaults(&mut self, file: &RawFile) -> Defaults {
        let dims = self.builder.dims();
        let mut defaults = Defaults {
            kernel: Kernel::new(3).ok().map(|k| PerAxis::splat(dims, k)),
            stride: Some(PerAxis::splat(dims, Stride::ONE)),
            stride_span: None,
            padding: None,
        };
        if let Some(raw) = &file.defaults {
            let raw = &raw.value;
            defaults = self.overlaid(
                &defaults,
                raw.kernel.as_ref(),
                raw.stride.as_ref(),
                raw.padding.as_ref(),
            );
        }
        defaults
    }

    fn overlaid(
        &mut self,
        below: &Defaults,
        kernel: Option<&At<Axes<Int>>>,
        stride: Option<&At<Axes<Int>>>,
        padding: Option<&At<super::raw::RawPadding>>,
    ) -> Defaults {
        let dims = self.builder.dims();
        let mut above = below.clone();
        if let Some(value) = kernel {
            above.kernel = quantities("kernel", value, dims, self.reader, Kernel::new);
        }
        if let Some(value) = stride {
            above.stride = quantities("stride", value, dims, self.reader, Stride::new);
            above.stride_span = Some(value.span.clone());
        }
        if let Some(entries) = padding_of(padding)
            && has_axes("padding", &entries, dims, self.reader)
        {
            above.padding = Some(entries);
        }
        above
    }

    fn stages(&mut self, stages: &[At<RawStage>], defaults: &Defaults) {
        if let Some(extra) = stages.get(MAX_STAGES) {
            self.reader.report(Problem::new(
                format!("{} stages, past the limit of {MAX_STAGES}", stages.len()),
                extra.span.clone(),
            ));
            return;
        }
        for stage in stages {
            if let Some(name) = &stage.value.name {
                self.all_names
                    .entry(name.value.clone())
                    .or_insert_with(|| name.span.clone());
            }
        }
        for (index, stage) in stages.iter().enumerate() {
            self.stage(index, stage, defaults);
        }
    }

    fn stage(&mut self, index: usize, stage: &At<RawStage>, defaults: &Defaults) {
        let raw = &stage.value;
        self.current = raw.name.as_ref().map(|name| name.value.clone());
        let origin = self.spans.add(stage.span.clone());
        if let Some(repeat) = &raw.repeat {
            self.spans
                .note(origin, Part::Repeat, None, repeat.span.clone());
        }
        if let Some(name) = &raw.name {
            self.spans.note(origin, Part::Name, None, name.span.clone());
        }
        for (part, span) in [
            (Part::From, raw.from.as_ref().map(|a| a.span.clone())),
            (
                Part::Dilations,
                raw.dilations.as_ref().map(|a| a.span.clone()),
            ),
            (Part::Kernel, raw.kernel.as_ref().map(|a| a.span.clone())),
        ] {
            if let Some(span) = span {
                self.spans.note(origin, part, None, span);
            }
        }
        let sources = self.sources(index, stage);
        let defaults = self.overlaid(
            defaults,
            raw.kernel.as_ref(),
            raw.stride.as_ref(),
            raw.padding.as_ref(),
        );
        let start = self.builder.len();
        let place = Place {
            stage: index,
            index: None,
            repetition: 0,
        };
        let from_span = raw
            .from
            .as_ref()
            .map_or_else(|| stage.span.clone(), |f| f.span.clone());
        let input = self.merge(OpKind::Concat, &sources, place, origin, from_span);
        let entries = self.entries(stage);
        let unreadable = entries.is_none();
        let entries = entries.unwrap_or_default();
        let repeat = self.repeat(raw, &entries);
        let residual = raw.residual.as_ref().filter(|r| r.value);
        let mut map = if unreadable {
            self.faulty(input, place)
        } else {
            input
        };
        for repetition in 0..repeat {
            let before = map;
            if repetition > 0 {
                self.quiet_again(|this| {
                    map = this.list(index, repetition, &entries, before, &defaults);
                });
            } else {
                map = self.list(index, repetition, &entries, before, &defaults);
            }
            if let Some(residual) = residual {
                let place = Place {
                    repetition,
                    ..place
                };
                map = self.merge(
                    OpKind::Add,
                    &[map, before],
                    place,
                    origin,
                    residual.span.clone(),
                );
            }
        }
        let name = raw
            .name
            .as_ref()
            .map_or_else(|| format!("stage {}", index + 1), |n| n.value.clone());
        self.names.entry(name.clone()).or_insert(index);
        self.stages.push(Stage {
            name,
            sources,
            input,
            output: map,
            layers: start..self.builder.len(),
            repeat,
            origin,
        });
    }

    /// Runs `body` with messages about values silenced (they were given for the first repetition), those about shapes kept.
    fn quiet_again(&mut self, body: impl FnOnce(&mut Self)) {
        let before = self.reader.problems.len();
        body(self);
        if self.reader.problems.len() == before {
            return;
        }
        // The same entry at fault once more: same place, same words.
        let added = self.reader.problems.split_off(before);
        let known: HashSet<(usize, usize)> = self
            .reader
            .problems
            .iter()
            .map(|p| (p.span.start, p.span.end))
            .collect();
        let is_new = |p: &Problem| !known.contains(&(p.span.start, p.span.end));
        self.reader
            .problems
            .extend(added.into_iter().filter(is_new));
    }

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
        let mut seen = std::collections::HashSet::new();
        maps.retain(|map| seen.insert(*map));
        maps
    }
}
