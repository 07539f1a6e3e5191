//! The build-up of a footprint: what one output position reads of each map on the way back to the input.

use std::collections::BTreeMap;

use itertools::Itertools;
use num_rational::Ratio;

use crate::footprint::{Footprint, FootprintError, View};
use crate::network::{AxisOp, Layer, MapId, Network, OpKind, per_axis, times_once};

/// Most steps that are drawn.
const MOST_STEPS: usize = 40;

/// What one output position reads of one map.
#[derive(Clone, Debug)]
pub struct Step<'a> {
    /// The map.
    pub map: MapId,
    /// The layer through which it is read, as the papers name it: `3×3, d = 2`.
    pub through: String,
    /// The map in words.
    pub on: String,
    /// What is read.
    pub seen: Footprint<'a>,
    /// Per axis, where position 0 lies on the map that the footprint is on, and how far apart positions are there.
    pub scale: Vec<(Ratio<i128>, Ratio<i128>)>,
}

impl Step<'_> {
    /// The position of the footprint's map under a position of this one, rounded down.
    #[must_use]
    pub fn place(&self, axis: usize, position: i64) -> i64 {
        let (origin, jump) = self.scale[axis];
        let place = origin + jump * Ratio::from_integer(i128::from(position));
        i64::try_from(place.floor().to_integer()).unwrap_or(i64::MAX)
    }
}

/// Where a map lies over the one that is looked at, per axis; itself where either has no position.
fn scale(view: &View<'_>, map: MapId) -> Vec<(Ratio<i128>, Ratio<i128>)> {
    let along = |axis: usize| {
        let to = view.network.facts(map).along(axis)?;
        let from = view.network.facts(view.from).along(axis)?;
        Some(((to.centre - from.centre) / from.jump, to.jump / from.jump))
    };
    let plain = (Ratio::from_integer(0), Ratio::from_integer(1));
    (0..view.network.dims)
        .map(|axis| along(axis).unwrap_or(plain))
        .collect()
}

/// What an output position reads of each map on the way back, output side first; layers of one tap are passed over. Also how many were left
/// out. The first step is the output position itself, unless steps were left out or there are none.
///
/// Of several maps that are read side by side, each has its own step.
///
/// # Errors
/// [`FootprintError`] past a limit.
pub fn steps<'a>(view: &View<'a>) -> Result<(Vec<Step<'a>>, usize), FootprintError> {
    let network = view.network;
    // What each map is read through, the last layer first.
    let mut maps: BTreeMap<MapId, Vec<&Layer>> = BTreeMap::new();
    let layers = layers_between(network, view.from, view.to);
    for layer in layers.into_iter().rev() {
        let layer = &network.layers[layer];
        if layer.op.axes.iter().any(matters) {
            let read = layer.inputs.iter().filter(|map| **map >= view.from);
            read.for_each(|&map| maps.entry(map).or_default().push(layer));
        }
    }
    let left_out = maps.len().saturating_sub(MOST_STEPS);
    let named = |layer: &&Layer| name(network, layer);
    // The steps next to the input say most.
    let nearest = maps.iter().take(MOST_STEPS);
    let mut maps: Vec<(MapId, String)> = nearest
        .map(|(&map, layers)| (map, layers.iter().map(named).join(" | ")))
        .collect();
    if left_out == 0 && !maps.is_empty() {
        maps.push((view.to, "output".to_owned()));
    }
    maps.reverse();
    let at: Vec<MapId> = maps.iter().map(|(map, _)| *map).collect();
    let seen = Footprint::on_the_way(view, &at)?;
    let steps = maps
        .into_iter()
        .zip(seen)
        .map(|((map, through), seen)| Step {
            map,
            through,
            on: network.map_words(map),
            seen,
            scale: scale(view, map),
        });
    Ok((steps.collect(), left_out))
}

/// Indices of the layers on the ways from a map back to an earlier one, in order.
pub(super) fn layers_between(network: &Network, from: MapId, to: MapId) -> Vec<usize> {
    let maps = network.ancestors([to], |_, input| input > from);
    let mut layers: Vec<usize> = maps
        .filter(|&map| map > from)
        .filter_map(MapId::layer)
        .collect();
    layers.reverse();
    layers
}

fn matters(op: &AxisOp) -> bool {
    op.extent() > 1 || op.jump() != Ratio::from_integer(1)
}

fn name(network: &Network, layer: &Layer) -> String {
    let stage = &network.stages[layer.stage].name;
    let mut words = vec![match layer.op.kind {
        OpKind::Conv if network.stages.len() == 1 => String::new(),
        OpKind::Conv => stage.clone(),
        kind if network.stages.len() == 1 => kind.name().to_owned(),
        kind => format!("{stage} {}", kind.name()),
    }];
    // Kernel, dilation and stride, where all axes have them.
    let numbers = |op: &AxisOp| match op {
        AxisOp::Window(w) => Some([w.kernel.get(), w.dilation.get(), w.stride.get()]),
        AxisOp::Transposed(t) => Some([t.kernel.get(), t.dilation.get(), t.stride.get()]),
        _ => None,
    };
    let numbers: Option<Vec<[u32; 3]>> = layer.op.axes.iter().map(numbers).collect();
    if let Some(numbers) = numbers {
        let along = |which: usize| -> Vec<u32> { numbers.iter().map(|n| n[which]).collect() };
        words.push(format!("k={}", times_once(&along(0))));
        words.push(format!("d={}", per_axis(&along(1))));
        let stride = per_axis(&along(2));
        words.extend((stride != "1").then(|| format!("s={stride}")));
    }
    words.retain(|w| !w.is_empty());
    words.join(" ")
}
