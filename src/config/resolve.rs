//! The file as written to a network: names to maps, repeats written out, shapes checked.

use std::collections::{HashMap, HashSet};

use crate::network::{
    Builder, Dilation, Kernel, Layer, MAX_LAYERS, MAX_SIZE, MAX_STAGES, MapId, Network, Op, OpKind,
    Origin, PerAxis, Place, Stage, Stride,
};

use super::layer::{Defaults, OpReader, check_keys, kind, padding_of};
use super::problem::{Problem, cropped, suggestion};
use super::raw::{RawDilation, RawFile, RawLayer, RawStage, unknown_word};
use super::read::{At, Axes, Int, Reader};
use super::spans::{Part, Spans};
use super::values::{counted, has_axes, quantities, ranged};
use super::{Undecided, values};

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
    if let Ok(dims @ 1..=3) = usize::try_from(given) {
        return Some(dims);
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
        ranged(int.0, 1, MAX_SIZE - 1)
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

    /// The maps a stage reads: those of `from`, else of the stage before, else the input.
    fn sources(&mut self, index: usize, stage: &At<RawStage>) -> Vec<MapId> {
        let raw = &stage.value;
        if let Some(name) = &raw.name {
            let first = self.all_names.get(&name.value).cloned();
            if let Some(first) = first.filter(|first| *first != name.span) {
                self.reader.report(
                    Problem::new(
                        format!("two stages are named \"{}\"", name.value),
                        name.span.clone(),
                    )
                    .label("taken")
                    .related(first, "first used here")
                    .help("give each stage a name of its own"),
                );
            }
            if name.value == "input" {
                self.reader.report(
                    Problem::new("a stage cannot be named \"input\"", name.span.clone())
                        .help("`from = \"input\"` means the input of the network"),
                );
            }
        }
        let Some(from) = &raw.from else {
            if raw.has("from") {
                return vec![self.unread(index)];
            }
            return vec![self.stages.last().map_or(MapId::INPUT, |s| s.output)];
        };
        if from.value.0.is_empty() {
            self.reader.report(
                Problem::new("a stage reads at least one map", from.span.clone())
                    .help("leave `from` out to read the stage before"),
            );
            return vec![self.unread(index)];
        }
        let found: Vec<Option<MapId>> = from.value.0.iter().map(|name| self.find(name)).collect();
        found
            .into_iter()
            .map(|map| map.unwrap_or_else(|| self.unread(index)))
            .collect()
    }

    /// A map in place of one that a stage should read.
    fn unread(&mut self, stage: usize) -> MapId {
        let place = Place {
            stage,
            index: None,
            repetition: 0,
        };
        self.builder.push_unread(MapId::INPUT, place)
    }

    /// The map of an earlier stage, or the input, by name.
    fn find(&mut self, name: &At<String>) -> Option<MapId> {
        if name.value == "input" {
            return Some(MapId::INPUT);
        }
        if let Some(&index) = self.names.get(&name.value)
            && let Some(stage) = self.stages.get(index)
        {
            return Some(stage.output);
        }
        if let Some(later) = self.all_names.get(&name.value) {
            self.reader.report(
                Problem::new(
                    format!(
                        "stage \"{}\" comes later; a stage reads only earlier ones",
                        name.value
                    ),
                    name.span.clone(),
                )
                .label("not there yet")
                .related(later.clone(), "defined here")
                .help("move it before this stage"),
            );
            return None;
        }
        if self.names_missing {
            return None;
        }
        let known = self.stages.iter().map(|s| s.name.as_str()).chain(["input"]);
        let mut problem = Problem::new(
            format!("unknown stage \"{}\"", cropped(&name.value)),
            name.span.clone(),
        )
        .label("unknown stage");
        if self.reader.may_suggest()
            && let Some(found) = suggestion(&name.value, known)
        {
            problem = problem.help(format!("did you mean \"{found}\"?"));
        } else {
            problem = problem.help(self.readable());
        }
        self.reader.report(problem);
        None
    }

    /// The names that a stage may read here, the last of many.
    fn readable(&self) -> String {
        const MOST: usize = 8;
        let names = self.stages.iter().rev().map(|s| s.name.as_str());
        let shown = names.take(MOST).chain(["input"]);
        let shown = itertools::join(shown.map(|n| format!("\"{}\"", cropped(n))), ", ");
        if self.stages.len() > MOST {
            format!("the last stages before it, and the input: {shown}")
        } else {
            format!("what can be read here: {shown}")
        }
    }

    /// The entries of a stage's list, both forms as layers.
    fn entries(&mut self, stage: &At<RawStage>) -> Option<Vec<At<RawLayer>>> {
        let raw = &stage.value;
        if raw.has("dilations") && raw.has("layers") {
            let places: Vec<_> = raw
                .keys
                .iter()
                .filter(|k| ["dilations", "layers"].contains(&k.value))
                .collect();
            self.reader.report(
                Problem::new(
                    "a stage has either `dilations` or `layers`, not both",
                    places[1].span.clone(),
                )
                .label("second form")
                .related(places[0].span.clone(), "first form")
                .help("put the dilations into the layers: `{ dilation = 2 }`"),
            );
            return None;
        }
        let list = match (&raw.dilations, &raw.layers) {
            (Some(list), _) => {
                let entries: Vec<At<RawLayer>> = list.value.iter().map(short_form).collect();
                At::new(entries, list.span.clone())
            }
            (None, Some(list)) => list.clone(),
            (None, None) => {
                if !raw.has("dilations") && !raw.has("layers") && !raw.has_unknown {
                    self.reader.report(
                        Problem::new("a stage needs `dilations` or `layers`", stage.span.clone())
                            .help("for example `dilations = [1, 2, 5]`"),
                    );
                }
                return None;
            }
        };
        if list.value.is_empty() {
            self.reader.report(
                Problem::new("a stage has at least one layer", list.span.clone())
                    .help("for example `dilations = [1, 2, 5]`"),
            );
        }
        Some(list.value)
    }

    /// How often to write the list out: 1 where the number is at fault or past the limit of layers.
    fn repeat(&mut self, raw: &RawStage, entries: &[At<RawLayer>]) -> usize {
        let layers = entries.iter().map(count_layers).sum::<usize>().max(1);
        let Some(repeat) = &raw.repeat else {
            self.layers_left = self.layers_left.saturating_sub(layers);
            return 1;
        };
        let times = match ranged(repeat.value.0, 1, i64::MAX) {
            Ok(times) => usize::try_from(times).unwrap_or(usize::MAX),
            Err(message) => {
                self.reader.report(Problem::new(
                    format!("repeat {message}"),
                    repeat.span.clone(),
                ));
                return 1;
            }
        };
        let all = times.checked_mul(layers);
        if let Some(left) = all.and_then(|all| self.layers_left.checked_sub(all)) {
            self.layers_left = left;
            return times;
        }
        self.reader.report(
            Problem::new(
                format!(
                    "{} repeated {times} times: more than {MAX_LAYERS} layers in the network",
                    counted(layers, "layer")
                ),
                repeat.span.clone(),
            )
            .label("past the limit"),
        );
        1
    }

    /// One repetition of a stage's list.
    fn list(
        &mut self,
        stage: usize,
        repetition: usize,
        entries: &[At<RawLayer>],
        input: MapId,
        defaults: &Defaults,
    ) -> MapId {
        let mut map = input;
        for (index, entry) in entries.iter().enumerate() {
            let place = Place {
                stage,
                index: Some(index),
                repetition,
            };
            map = self.entry(entry, place, map, defaults);
        }
        map
    }

    fn entry(
        &mut self,
        entry: &At<RawLayer>,
        place: Place,
        input: MapId,
        defaults: &Defaults,
    ) -> MapId {
        if let Some(branches) = &entry.value.branches {
            return self.branches(entry, branches, place, input, defaults);
        }
        if entry.value.has("branches") {
            return self.faulty(input, place);
        }
        let Some(kind) = kind(&entry.value, self.reader) else {
            return self.faulty(input, place);
        };
        check_keys(&entry.value, kind, self.reader);
        let like = match &entry.value.like {
            Some(name) => match self.find(name) {
                Some(map) => Some(map),
                None => return self.faulty(input, place),
            },
            None => None,
        };
        let mut op_reader = OpReader {
            dims: self.builder.dims(),
            builder: &self.builder,
            input,
            defaults,
            reader: self.reader,
            like,
            input_missing: self.input_missing,
            placeholder: Dilation::ONE,
        };
        let Some(op) = op_reader.op(entry, kind) else {
            return self.faulty(input, place);
        };
        let origin = self.note_layer(entry, place);
        self.push(op, vec![input], place, origin, entry)
    }

    fn branches(
        &mut self,
        entry: &At<RawLayer>,
        branches: &At<Vec<At<Vec<At<RawLayer>>>>>,
        place: Place,
        input: MapId,
        defaults: &Defaults,
    ) -> MapId {
        let merge = match entry
            .value
            .merge
            .as_ref()
            .map(|m| (m.value.as_str(), m.span.clone()))
        {
            None | Some(("concat", _)) => OpKind::Concat,
            Some(("add", _)) => OpKind::Add,
            Some((other, span)) => {
                self.reader
                    .report(unknown_word("merge", other, &["concat", "add"], span));
                OpKind::Concat
            }
        };
        check_keys(&entry.value, merge, self.reader);
        if branches.value.is_empty() {
            self.reader.report(
                Problem::new(
                    "a layer with branches has at least one branch",
                    branches.span.clone(),
                )
                .help("`[]` inside the list is an identity branch"),
            );
            return self.faulty(input, place);
        }
        let ends: Vec<MapId> = branches
            .value
            .iter()
            .map(|branch| {
                branch
                    .value
                    .iter()
                    .fold(input, |map, layer| self.entry(layer, place, map, defaults))
            })
            .collect();
        let (origin, is_new) = self.origin(&entry.span);
        if is_new {
            self.spans
                .note(origin, Part::Op, None, branches.span.clone());
        }
        self.merge(merge, &ends, place, origin, branches.span.clone())
    }

    /// One map of several; the map itself where there is only one.
    fn merge(
        &mut self,
        kind: OpKind,
        maps: &[MapId],
        place: Place,
        origin: Origin,
        span: std::ops::Range<usize>,
    ) -> MapId {
        if let [one] = maps {
            return *one;
        }
        let op = Op {
            kind,
            axes: PerAxis::splat(self.builder.dims(), crate::network::AxisOp::Same),
        };
        let layer = Layer {
            op,
            inputs: maps.to_vec(),
            place,
            origin,
            channels: None,
            groups: 1,
        };
        self.added(layer, span)
    }

    fn push(
        &mut self,
        op: Op,
        inputs: Vec<MapId>,
        place: Place,
        origin: Origin,
        entry: &At<RawLayer>,
    ) -> MapId {
        let mut count = |value: &Option<At<Int>>, what: &str| {
            let at = value.as_ref()?;
            match ranged(at.value.0, 1, i64::from(u32::MAX)) {
                Ok(n) => u32::try_from(n).ok(),
                Err(message) => {
                    self.reader
                        .report(Problem::new(format!("{what} {message}"), at.span.clone()));
                    None
                }
            }
        };
        let channels = count(&entry.value.channels, "channels");
        let groups = count(&entry.value.groups, "groups").unwrap_or(1);
        let layer = Layer {
            op,
            inputs,
            place,
            origin,
            channels,
            groups,
        };
        self.added(layer, entry.span.clone())
    }

    fn added(&mut self, layer: Layer, span: std::ops::Range<usize>) -> MapId {
        match self.builder.push(layer) {
            Ok(map) => map,
            Err((map, error)) => {
                let mut problem = Problem::new(error.to_string(), span);
                if let Some(help) = error.help() {
                    problem = problem.help(help);
                }
                self.reader.report(problem);
                map
            }
        }
    }

    /// A map to go on with behind a layer that could not be read.
    fn faulty(&mut self, input: MapId, place: Place) -> MapId {
        self.builder.push_unread(input, place)
    }

    /// The origin of an entry, and whether it was asked for the first time.
    fn origin(&mut self, span: &std::ops::Range<usize>) -> (Origin, bool) {
        let key = (span.start, span.end);
        if let Some(&origin) = self.origins.get(&key) {
            return (origin, false);
        }
        let origin = self.spans.add(span.clone());
        self.origins.insert(key, origin);
        (origin, true)
    }

    /// Notes where a layer and its parts stand; all repetitions of an entry share their places.
    fn note_layer(&mut self, entry: &At<RawLayer>, place: Place) -> Origin {
        let (origin, is_new) = self.origin(&entry.span);
        if !is_new {
            return origin;
        }
        let raw = &entry.value;
        let mut parts: Vec<(Part, Option<usize>, std::ops::Range<usize>)> = Vec::new();
        if let Some(op) = &raw.op {
            parts.push((Part::Op, None, op.span.clone()));
        }
        for (part, value) in [(Part::Kernel, &raw.kernel), (Part::Stride, &raw.stride)] {
            if let Some(value) = value {
                parts.push((part, None, value.span.clone()));
                parts.extend(
                    value.value.parts().iter().filter_map(|(axis, at)| {
                        axis.map(|axis| (part, Some(axis), at.span.clone()))
                    }),
                );
            }
        }
        if let Some(padding) = &raw.padding {
            parts.push((Part::Padding, None, padding.span.clone()));
        }
        if let Some(dilation) = &raw.dilation {
            parts.push((Part::Dilation, None, dilation.span.clone()));
            for (axis, at) in dilation.value.parts() {
                if at.value == RawDilation::Undecided {
                    self.undecided.push(Undecided {
                        stage: place.stage,
                        layer: place.index.unwrap_or(0),
                        axis,
                        span: at.span.clone(),
                    });
                }
                if axis.is_some() {
                    parts.push((Part::Dilation, axis, at.span.clone()));
                }
            }
        }
        for (part, axis, span) in parts {
            self.spans.note(origin, part, axis, span);
        }
        origin
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

/// A dilation of the short form as a convolution.
fn short_form(entry: &At<Axes<RawDilation>>) -> At<RawLayer> {
    let layer = RawLayer {
        dilation: Some(entry.clone()),
        ..RawLayer::default()
    };
    At::new(layer, entry.span.clone())
}

/// Layers of an entry, those of its branches and their merge included.
fn count_layers(entry: &At<RawLayer>) -> usize {
    entry.value.branches.as_ref().map_or(1, |branches| {
        1 + branches
            .value
            .iter()
            .flat_map(|b| &b.value)
            .map(count_layers)
            .sum::<usize>()
    })
}
