//! The entries of a stage as layers of the network.

use crate::config::Undecided;
use crate::config::layer::{Defaults, MERGES, OpReader, check_keys, kind};
use crate::config::limits::CHANNELS;
use crate::config::problem::Problem;
use crate::config::raw::{RawDilation, RawLayer};
use crate::config::read::{At, Int};
use crate::config::spans::Part;
use crate::config::values::{ranged, word_of};
use crate::network::{Dilation, Layer, MapId, Op, OpKind, Origin, PerAxis, Place, ShapeError};

use super::Resolver;

impl Resolver<'_> {
    /// One repetition of a stage's list.
    pub(super) fn list(
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

    pub(super) fn entry(
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
        if kind == OpKind::Conv
            && !entry.value.has("padding")
            && !self.spans.is_written(origin, Part::Padding)
            && let Some(padding) = &defaults.padding
        {
            self.spans
                .note(origin, Part::Padding, None, padding.span.clone());
        }
        self.push(op, vec![input], place, origin, entry)
    }

    pub(super) fn branches(
        &mut self,
        entry: &At<RawLayer>,
        branches: &At<Vec<At<Vec<At<RawLayer>>>>>,
        place: Place,
        input: MapId,
        defaults: &Defaults,
    ) -> MapId {
        let merge = entry
            .value
            .merge
            .as_ref()
            .and_then(|m| word_of("merge", &MERGES, m, self.reader))
            .unwrap_or(OpKind::Concat);
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
    pub(super) fn merge(
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

    pub(super) fn push(
        &mut self,
        op: Op,
        inputs: Vec<MapId>,
        place: Place,
        origin: Origin,
        entry: &At<RawLayer>,
    ) -> MapId {
        let mut count = |value: &Option<At<Int>>, what: &str| {
            let at = value.as_ref()?;
            match ranged(at.value.0, CHANNELS) {
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

    pub(super) fn added(&mut self, layer: Layer, span: std::ops::Range<usize>) -> MapId {
        // A concatenation that no entry stands for is that of a stage's `from`.
        let is_from = layer.op.kind == OpKind::Concat && layer.place.index.is_none();
        let sources = is_from.then(|| layer.inputs.clone());
        match self.builder.push(layer) {
            Ok(map) => map,
            Err((map, error)) => {
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
                map
            }
        }
    }

    /// A map to go on with behind a layer that could not be read.
    pub(super) fn faulty(&mut self, input: MapId, place: Place) -> MapId {
        self.builder.push_unread(input, place)
    }

    /// The origin of an entry, and whether it was asked for the first time.
    pub(super) fn origin(&mut self, span: &std::ops::Range<usize>) -> (Origin, bool) {
        let key = (span.start, span.end);
        if let Some(&origin) = self.origins.get(&key) {
            return (origin, false);
        }
        let origin = self.spans.add(span.clone());
        self.origins.insert(key, origin);
        (origin, true)
    }

    /// Notes where a layer and its parts stand; all repetitions of an entry share their places.
    pub(super) fn note_layer(&mut self, entry: &At<RawLayer>, place: Place) -> Origin {
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
        if let Some(added) = &raw.output_padding {
            parts.push((Part::OutputPadding, None, added.span.clone()));
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
}
