//! Changes of a network as edits of its file: numbers in their places, and the padding that went with the old ones.
//!
//! Padding that is written as a number (`dilation = 2, padding = 2`) kept the size of the map with the old dilation; left alone, it would
//! change the size with the new one. `"same"` and `"causal"` need no change.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use toml::Spanned;
use toml::de::DeValue;

use crate::network::schedule::cycle;
use crate::network::{AxisOp, Knob, KnobKind, Op, OpKind, per_axis};
use crate::planner::{Fix, sides, transposed};
use crate::rules::{Part, Site};

use super::{Config, Edit, apply};

/// Why a change of a network cannot be written into its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unwritable {
    /// Layers that share one padding in the file need different ones.
    #[error(
        "one `padding` is written for layers that would then need different ones: give each its own first"
    )]
    SharedPadding,
    /// There is no place for a key that the layer does not have.
    #[error("the file has no place for a key that the layer does not have")]
    NoPlace,
    /// Another change writes the same bytes.
    #[error("another change writes the same bytes: make that, and try again")]
    Overlap,
}

/// Writes changes of a network into its file.
pub struct Splicer<'a> {
    config: &'a Config,
    source: &'a str,
    knobs: &'a [Knob],
    /// The knobs of each layer of the first repetition.
    knobs_of: HashMap<usize, Vec<usize>>,
    /// The layers that have a padding, by where it stands.
    padded: HashMap<usize, Vec<usize>>,
}

impl<'a> Splicer<'a> {
    /// For a file, its text, and its [knobs](Config::knobs).
    #[must_use]
    pub fn new(config: &'a Config, source: &'a str, knobs: &'a [Knob]) -> Self {
        let mut knobs_of: HashMap<usize, Vec<usize>> = HashMap::new();
        for (index, knob) in knobs.iter().enumerate() {
            if let Some(&layer) = knob.layers.first() {
                knobs_of.entry(layer).or_default().push(index);
            }
        }
        let mut padded: HashMap<usize, Vec<usize>> = HashMap::new();
        for layer in 0..config.network.layers.len() {
            if let Some(span) = config.written(layer, Part::Padding) {
                padded.entry(span.start).or_default().push(layer);
            }
        }
        Self {
            config,
            source,
            knobs,
            knobs_of,
            padded,
        }
    }

    /// The edits of several fixes, which can be made together; an error for each that cannot be written.
    #[must_use]
    pub fn edits_of(&self, fixes: &[Fix]) -> Vec<Result<Vec<Edit>, Unwritable>> {
        let mut all: Vec<Edit> = Vec::new();
        let add = |fix: &Fix| {
            let edits = self.edits(&fix.ops)?;
            let before = all.len();
            let new = edits.iter().filter(|edit| !all.contains(edit)).cloned();
            let new: Vec<Edit> = new.collect();
            all.extend(new);
            if apply(self.source, &all).is_err() {
                all.truncate(before);
                return Err(Unwritable::Overlap);
            }
            Ok(edits)
        };
        fixes.iter().map(add).collect()
    }

    /// The edits with which some layers become others, in the order of the file.
    ///
    /// # Errors
    /// [`Unwritable`] where the file has no way to say it.
    pub fn edits(&self, ops: &[(usize, Op)]) -> Result<Vec<Edit>, Unwritable> {
        let network = &self.config.network;
        let news: HashMap<usize, Op> = ops.iter().copied().collect();
        let after = |layer: usize| {
            news.get(&layer)
                .copied()
                .unwrap_or(network.layers[layer].op)
        };
        let originals: BTreeSet<usize> = ops
            .iter()
            .map(|(layer, _)| network.layers[*layer].original)
            .collect();
        let mut edits = Vec::new();
        let mut paddings: BTreeMap<usize, Range<usize>> = BTreeMap::new();
        for layer in originals {
            if network.layers[layer].op.kind == OpKind::Transposed {
                self.transposed(layer, &after, &mut edits)?;
                continue;
            }
            self.knobs_to(layer, &after, &mut edits);
            if let Some(span) = self.config.written(layer, Part::Padding)
                && self.source[span.clone()].contains(|c: char| c.is_ascii_digit())
            {
                paddings.insert(span.start, span);
            }
        }
        for span in paddings.into_values() {
            let written = &self.source[span.clone()];
            if let Some(text) = self.padding(&self.padded[&span.start], written, &after)? {
                edits.push(Edit { span, text });
            }
        }
        edits.sort_by_key(|edit| edit.span.start);
        Ok(edits)
    }

    /// Puts the numbers of a layer's knobs in their places, a cycle of them where repetitions differ; those for which there is none are
    /// given back.
    fn knobs_to(
        &self,
        layer: usize,
        after: &dyn Fn(usize) -> Op,
        edits: &mut Vec<Edit>,
    ) -> Vec<KnobKind> {
        let mut missing = Vec::new();
        for &index in self.knobs_of.get(&layer).into_iter().flatten() {
            let knob = &self.knobs[index];
            let values = knob.layers.iter();
            let values: Option<Vec<i64>> = values.map(|&layer| knob.of(&after(layer))).collect();
            let values = values.unwrap_or_default();
            let text = match cycle(&values) {
                [] => continue,
                [one] if Some(*one) == knob.value => continue,
                [one] => one.to_string(),
                cycle => format!("{{ cycle = [{}] }}", itertools::join(cycle, ", ")),
            };
            match self.config.span_of(knob) {
                Some(span) => edits.push(Edit { span, text }),
                None => missing.push(knob.kind),
            }
        }
        missing
    }

    /// The padding of some layers that share one, as it is to be written for what is `written` now; `None` where it stays.
    fn padding(
        &self,
        layers: &[usize],
        written: &str,
        after: &dyn Fn(usize) -> Op,
    ) -> Result<Option<String>, Unwritable> {
        let network = &self.config.network;
        let before = |layer: usize| network.layers[layer].op;
        let moves = |&layer: &usize| paddings(&before(layer)) != paddings(&after(layer));
        let Some(&first) = layers.iter().find(|layer| moves(layer)) else {
            return Ok(None);
        };
        let own = paddings(&after(first));
        if layers.iter().all(|&layer| paddings(&after(layer)) == own) {
            return Ok(Some(sides_like(written, &own)));
        }
        let all_are = |fits: fn(i64, i64, i64) -> bool| {
            layers.iter().all(|&layer| {
                after(layer).axes.iter().all(|op| match op {
                    AxisOp::Window(w) => w.stride.get() == 1 && fits(w.extent() - 1, w.low, w.high),
                    _ => false,
                })
            })
        };
        if all_are(|total, low, high| low == total / 2 && high == total - total / 2) {
            return Ok(Some("\"same\"".to_owned()));
        }
        if all_are(|total, low, high| low == total && high == 0) {
            return Ok(Some("\"causal\"".to_owned()));
        }
        Err(Unwritable::SharedPadding)
    }

    /// Puts other numbers into a transposed layer; keys that it does not have are added.
    fn transposed(
        &self,
        layer: usize,
        after: &dyn Fn(usize) -> Op,
        edits: &mut Vec<Edit>,
    ) -> Result<(), Unwritable> {
        let (before, op) = (self.config.network.layers[layer].op, after(layer));
        let (Some(old), Some(new)) = (transposed(&before), transposed(&op)) else {
            return Ok(());
        };
        let missing = self.knobs_to(layer, after, edits);
        let mut added = Vec::new();
        for kind in missing {
            let value: Vec<i64> = op.axes.iter().filter_map(|op| kind.of(op)).collect();
            let key = match kind {
                KnobKind::Kernel => "kernel",
                KnobKind::Dilation => "dilation",
            };
            let entry = format!("{key} = {}", per_axis(&value));
            if !added.contains(&entry) {
                added.push(entry);
            }
        }
        let out = |t: &[crate::network::Transposed]| -> Vec<i64> {
            t.iter().map(|t| t.output_padding).collect()
        };
        let mut keys = Vec::new();
        let now = paddings(&op);
        if paddings(&before) != now {
            keys.push(("padding", Part::Padding, now));
        }
        if out(&old) != out(&new) {
            let added = out(&new).into_iter();
            let added = added.map(|added| (added, added)).collect();
            keys.push(("output_padding", Part::OutputPadding, added));
        }
        for (key, part, own) in keys {
            match self.config.written(layer, part) {
                Some(span) => {
                    let text = sides_like(&self.source[span.clone()], &own);
                    edits.push(Edit { span, text });
                }
                None => added.push(format!("{key} = {}", sides(&own))),
            }
        }
        if !added.is_empty() {
            edits.push(self.inserted(layer, &added).ok_or(Unwritable::NoPlace)?);
        }
        Ok(())
    }

    /// Keys that a layer does not have yet, put last in its inline table, or below its header.
    fn inserted(&self, layer: usize, keys: &[String]) -> Option<Edit> {
        let site = Site::layer(&self.config.network, layer, Part::All);
        let entry = self.config.spans.locate(site)?;
        let table = self.source.get(entry.clone())?;
        let rest = self.source.get(entry.start..)?;
        if let Some(entries) = table.strip_suffix('}').filter(|_| table.starts_with('{')) {
            let at = entry.start + entries.trim_end().len();
            return Some(Edit {
                span: at..at,
                text: format!(", {}", keys.join(", ")),
            });
        }
        let header = rest.lines().next()?;
        let at = entry.start + header.len();
        let end = if rest[header.len()..].starts_with('\r') {
            "\r\n"
        } else {
            "\n"
        };
        let lines = itertools::join(keys.iter().map(|key| format!("{end}{key}")), "");
        rest.starts_with("[[").then_some(Edit {
            span: at..at,
            text: lines,
        })
    }
}

/// Padding before and after along each axis, in the form in which it is `written` now as far as that can say it: a list stays a list, and a
/// pair in it a pair.
fn sides_like(written: &str, own: &[(i64, i64)]) -> String {
    let now = DeValue::parse(written).map(Spanned::into_inner);
    let Ok(DeValue::Array(now)) = now else {
        return sides(own);
    };
    let side = |(axis, (low, high)): (usize, &(i64, i64))| {
        let is_pair = now.get(axis).is_some_and(|now| now.get_ref().is_array());
        if is_pair || low != high {
            format!("[{low}, {high}]")
        } else {
            low.to_string()
        }
    };
    format!(
        "[{}]",
        itertools::join(own.iter().enumerate().map(side), ", ")
    )
}

/// Padding before and after along each axis.
fn paddings(op: &Op) -> Vec<(i64, i64)> {
    let pair = |op: &AxisOp| op.padding().unwrap_or((0, 0));
    op.axes.iter().map(pair).collect()
}
