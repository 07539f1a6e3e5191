//! The entries of a stage as layers of the network.

use std::ops::Range;

use crate::config::layer::{Defaults, OpReader, check_keys, is_undecided, kind};
use crate::config::limits::CHANNELS;
use crate::config::limits::MERGES;
use crate::config::problem::Problem;
use crate::config::raw::{RawDilation, RawLayer};
use crate::config::read::{At, Axes, Int};
use crate::config::spans::EntryId;
use crate::config::values::{ranged, word_of};
use crate::network::{AxisOp, Layer, MapId, Op, OpKind, Pushed, ShapeError};
use crate::rules::Part;

use super::Resolver;

impl Resolver<'_> {
    /// One repetition of a stage's list.
    pub(super) fn list(
        &mut self,
        entries: &[At<RawLayer>],
        input: MapId,
        defaults: &Defaults,
    ) -> MapId {
        let entries = entries.iter().enumerate();
        entries.fold(input, |map, (index, entry)| {
            self.entry(entry, index, map, defaults)
        })
    }

    fn entry(
        &mut self,
        entry: &At<RawLayer>,
        index: usize,
        input: MapId,
        defaults: &Defaults,
    ) -> MapId {
        if let Some(branches) = &entry.value.branches {
            return self.branches(entry, branches, index, input, defaults);
        }
        if entry.value.has("branches") {
            return self.faulty(input);
        }
        let Some(kind) = kind(&entry.value, self.reader) else {
            return self.faulty(input);
        };
        check_keys(&entry.value, kind, self.reader);
        let Some((entry, phase)) = self.in_repetition(entry, kind, self.repetition) else {
            return self.faulty(input);
        };
        let entry = &*entry;
        let like = match &entry.value.like {
            Some(name) => match self.find(name) {
                Some(map) => Some(map),
                None => return self.faulty(input),
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
        };
        let Some(op) = op_reader.op(entry, kind) else {
            return self.faulty(input);
        };
        let id = self.note_layer(entry, phase);
        if kind == OpKind::Conv
            && !entry.value.has("padding")
            && !self.spans.has(id, Part::Padding)
            && let Some(padding) = &defaults.padding
        {
            self.spans
                .note(id, Part::Padding, None, padding.span.clone());
        }
        self.push(op, vec![input], index, id, entry)
    }

    fn branches(
        &mut self,
        entry: &At<RawLayer>,
        branches: &At<Vec<At<Vec<At<RawLayer>>>>>,
        index: usize,
        input: MapId,
        defaults: &Defaults,
    ) -> MapId {
        let merge = entry
            .value
            .merge
            .as_ref()
            .and_then(|m| word_of("merge", &MERGES, &m.value, &m.span, self.reader))
            .unwrap_or(OpKind::Concat);
        check_keys(&entry.value, merge, self.reader);
        if branches.value.is_empty() {
            let problem = branches.problem("a layer with branches needs at least one branch");
            self.reader
                .report(problem.help("write `[]` inside the list for an identity branch"));
            return self.faulty(input);
        }
        let mut end = |branch: &At<Vec<At<RawLayer>>>| {
            let layers = branch.value.iter();
            layers.fold(input, |map, layer| self.entry(layer, index, map, defaults))
        };
        let ends: Vec<MapId> = branches.value.iter().map(&mut end).collect();
        let (id, is_new) = self.entry_at(&entry.span, 0);
        if is_new {
            self.spans.note(id, Part::Op, None, branches.span.clone());
        }
        self.merge(merge, &ends, Some(index), id, branches.span.clone())
    }

    /// One map of several; the map itself where there is only one.
    pub(super) fn merge(
        &mut self,
        kind: OpKind,
        maps: &[MapId],
        index: Option<usize>,
        entry: EntryId,
        span: Range<usize>,
    ) -> MapId {
        if let [one] = maps {
            return *one;
        }
        let op = Op::same(kind, self.builder.dims());
        let layer = self.layer(op, maps.to_vec(), entry);
        self.added(Layer { index, ..layer }, entry, span, false)
    }

    fn push(
        &mut self,
        op: Op,
        inputs: Vec<MapId>,
        index: usize,
        id: EntryId,
        entry: &At<RawLayer>,
    ) -> MapId {
        let mut count = |value: &Option<At<Int>>, what: &str| {
            let at = value.as_ref()?;
            match ranged(at.value.0, CHANNELS) {
                Ok(n) => u32::try_from(n).ok(),
                Err(message) => {
                    self.reader.report(at.problem(format!("{what} {message}")));
                    None
                }
            }
        };
        let channels = count(&entry.value.channels, "channels");
        let groups = count(&entry.value.groups, "groups").unwrap_or(1);
        if let (Some(channels), Some(at)) = (channels, &entry.value.groups)
            && !channels.is_multiple_of(groups)
        {
            let may_suggest = self.reader.may_suggest();
            self.reader
                .report(ungrouped(channels, groups, at, may_suggest));
        }
        let layer = Layer {
            channels,
            groups,
            index: Some(index),
            ..self.layer(op, inputs, id)
        };
        let is_open = (0..op.axes.len()).any(|axis| {
            is_undecided(&entry.value, axis)
                && match op.axes[axis] {
                    AxisOp::Window(window) => window.low + window.high == 0,
                    _ => true,
                }
        });
        self.added(layer, id, entry.span.clone(), is_open)
    }

    fn layer(&mut self, op: Op, inputs: Vec<MapId>, entry: EntryId) -> Layer {
        let next = self.builder.len();
        let original = *self.originals.entry((entry, op.kind)).or_insert(next);
        Layer {
            repetition: self.repetition,
            ..Layer::new(op, inputs, self.stages.len(), original)
        }
    }

    /// Adds a layer; `is_open` where the size of its map depends on a dilation that is not decided yet.
    fn added(&mut self, layer: Layer, entry: EntryId, span: Range<usize>, is_open: bool) -> MapId {
        let is_open = is_open || layer.inputs.iter().any(|map| self.open.contains(map));
        // A concatenation that no entry stands for is that of a stage's `from`.
        let is_from = layer.op.kind == OpKind::Concat && layer.index.is_none();
        let sources = is_from.then(|| layer.inputs.clone());
        self.spans.push_layer(Some(entry));
        let Pushed { map, fault } = self.builder.push(layer);
        if is_open {
            self.open.insert(map);
        }
        // Whether sizes fit is known once the dilations are.
        let fault = fault.filter(|error| !(is_open && error.is_about_sizes()));
        if let Some(error) = fault {
            let named = match (&error, sources) {
                (ShapeError::JumpsDiffer(..), Some(maps)) => self.unlike(&maps, span.clone()),
                _ => None,
            };
            let problem = named.unwrap_or_else(|| {
                let help = error.help().map(str::to_owned);
                let problem = Problem::new(error.to_string(), span);
                Problem { help, ..problem }
            });
            self.reader.report(problem);
        }
        map
    }

    /// A map to go on with behind a layer that could not be read.
    pub(super) fn faulty(&mut self, input: MapId) -> MapId {
        self.spans.push_layer(None);
        self.builder.push_unread(input, self.stages.len())
    }

    /// The entry that stands somewhere, of the layers with the same dilations of its cycles, and whether it was asked for the first time.
    fn entry_at(&mut self, span: &Range<usize>, phase: usize) -> (EntryId, bool) {
        let key = (span.start, span.end, phase);
        if let Some(&entry) = self.entries.get(&key) {
            return (entry, false);
        }
        let entry = self.spans.add(span.clone());
        self.entries.insert(key, entry);
        (entry, true)
    }

    /// Notes where a layer and its parts stand; all equal repetitions of an entry share their places.
    fn note_layer(&mut self, entry: &At<RawLayer>, phase: usize) -> EntryId {
        let (id, is_new) = self.entry_at(&entry.span, phase);
        if !is_new {
            return id;
        }
        let raw = &entry.value;
        let plain = [
            (Part::Op, raw.op.as_ref().map(|at| &at.span)),
            (Part::Padding, raw.padding.as_ref().map(|at| &at.span)),
            (
                Part::OutputPadding,
                raw.output_padding.as_ref().map(|at| &at.span),
            ),
        ];
        for (part, span) in plain {
            if let Some(span) = span {
                self.spans.note(id, part, None, span.clone());
            }
        }
        for (part, value) in [(Part::Kernel, &raw.kernel), (Part::Stride, &raw.stride)] {
            if let Some(value) = value {
                self.note_axes(id, part, value);
            }
        }
        if let Some(dilation) = &raw.dilation {
            self.note_axes(id, Part::Dilation, dilation);
            let parts = dilation.value.parts().into_iter();
            let undecided = parts.filter(|(_, at)| matches!(at.value, RawDilation::Undecided));
            self.undecided
                .extend(undecided.map(|(_, at)| at.span.clone()));
        }
        id
    }

    /// Notes where a value stands, and in a list also the one of each axis.
    fn note_axes<T>(&mut self, entry: EntryId, part: Part, value: &At<Axes<T>>) {
        self.spans.note(entry, part, None, value.span.clone());
        for (axis, at) in value.value.parts() {
            if axis.is_some() {
                self.spans.note(entry, part, axis, at.span.clone());
            }
        }
    }
}

/// Most channels whose divisors are looked for.
const MOST_CHANNELS: u32 = 1 << 16;

/// The problem of groups that do not divide the channels, with the nearest that do.
fn ungrouped(channels: u32, groups: u32, at: &At<Int>, may_suggest: bool) -> Problem {
    let problem = at
        .problem(format!("{groups} groups do not divide {channels} channels"))
        .label("does not divide `channels`");
    if !may_suggest || channels > MOST_CHANNELS {
        return problem;
    }
    let divides = |n: &u32| channels.is_multiple_of(*n);
    let below = (1..groups.min(channels + 1)).rev().find(divides);
    let above = (groups..=channels).find(divides);
    let nearest: Vec<u32> = below.into_iter().chain(above).collect();
    let verb = if nearest.len() == 1 { "does" } else { "do" };
    problem.help(format!(
        "`groups` must divide `channels`: {} {verb}",
        itertools::join(nearest, " and ")
    ))
}
