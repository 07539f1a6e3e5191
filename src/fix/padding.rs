//! Edits that put dilations into a file, and the padding that went with the old ones.
//!
//! Padding that is written as a number (`dilation = 2, padding = 2`) kept the size of the map with the old dilation; left alone, it would
//! change the size with the new one. `"same"` and `"causal"` need no change.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::config::Written;
use crate::network::{AxisOp, Network};
use crate::rules::{Part, Site};

use super::Edit;
use super::bench::Bench;

/// The edits for new values of dials; `turned` is the network that they make.
pub(super) fn with_padding(
    bench: &Bench<'_>,
    dials: &[Written],
    values: &[i64],
    turned: &Network,
) -> Vec<Edit> {
    let Bench { config, source, .. } = *bench;
    let network = &config.network;
    let moved = dials
        .iter()
        .zip(values)
        .filter(|(dial, value)| dial.dilation != **value);
    let mut edits = Vec::new();
    let mut paddings: BTreeMap<usize, Range<usize>> = BTreeMap::new();
    for (dial, value) in moved {
        edits.push(Edit {
            span: dial.span.clone(),
            text: value.to_string(),
        });
        for &layer in &dial.layers {
            let site = Site::layer(network, layer, Part::Padding);
            if config.spans.is_written(site.subject, Part::Padding)
                && let Some(span) = config.spans.locate(site)
                && source[span.clone()].contains(|c: char| c.is_ascii_digit())
            {
                paddings.insert(span.start, span);
            }
        }
    }
    for span in paddings.into_values() {
        edits.extend(
            padding(network, turned, bench.padded_at(span.start)).map(|text| Edit { span, text }),
        );
    }
    edits.sort_by_key(|edit| edit.span.start);
    edits
}

/// The padding of some layers that share one, as it is written now; `None` where it stays, or none fits all of them.
fn padding(before: &Network, after: &Network, layers: &[usize]) -> Option<String> {
    let sides = |network: &Network, layer: usize| {
        let pair = |op: AxisOp| match op {
            AxisOp::Window(window) => (window.low, window.high),
            _ => (0, 0),
        };
        network.layers[layer].op.axes.map(pair)
    };
    let moves = |&layer: &usize| sides(before, layer) != sides(after, layer);
    let first = *layers.iter().find(|layer| moves(layer))?;
    let own = sides(after, first);
    if layers.iter().all(|&layer| sides(after, layer) == own) {
        return Some(sides_text(&own));
    }
    let all_are = |fits: fn(i64, i64, i64) -> bool| {
        layers.iter().all(|&layer| {
            before.layers[layer].op.axes.iter().all(|op| match op {
                AxisOp::Window(w) => w.stride.get() == 1 && fits(w.extent() - 1, w.low, w.high),
                _ => false,
            })
        })
    };
    if all_are(|total, low, high| low == total / 2 && high == total - total / 2) {
        return Some("\"same\"".to_owned());
    }
    all_are(|total, low, high| low == total && high == 0).then(|| "\"causal\"".to_owned())
}

/// Padding before and after along each axis, as short as the file allows.
pub(super) fn sides_text(sides: &[(i64, i64)]) -> String {
    let is_even = sides.iter().all(|(low, high)| low == high);
    if is_even && sides.iter().all(|side| *side == sides[0]) {
        return sides[0].0.to_string();
    }
    let side = |(low, high): &(i64, i64)| {
        if is_even {
            low.to_string()
        } else {
            format!("[{low}, {high}]")
        }
    };
    format!("[{}]", itertools::join(sides.iter().map(side), ", "))
}
