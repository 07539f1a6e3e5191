//! The build-up of a footprint: what the unit reads of each map on the way back to the input.

use num_rational::Ratio;

use crate::footprint::{FootprintError, View};
use crate::network::{AxisOp, Layer, MapId, Network, OpKind};

use super::footprint::layers_between;
use super::seen::Seen;

/// Most steps that are drawn.
const MOST_STEPS: usize = 40;

/// What the unit reads of one map.
#[derive(Clone, Debug)]
pub struct Step {
    /// The map.
    pub map: MapId,
    /// The layer through which it is read, as the papers name it: `3×3, d = 2`.
    pub through: String,
    /// What is read.
    pub seen: Seen,
    /// Per axis, where position 0 lies on the map that the footprint is on, and how far apart positions are there.
    pub scale: Vec<(Ratio<i128>, Ratio<i128>)>,
}

impl Step {
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
        let to = view.network.facts(map).position?[axis];
        let from = view.network.facts(view.from).position?[axis];
        Some(((to.centre - from.centre) / from.jump, to.jump / from.jump))
    };
    let plain = (Ratio::from_integer(0), Ratio::from_integer(1));
    (0..view.network.dims)
        .map(|axis| along(axis).unwrap_or(plain))
        .collect()
}

/// The unit itself, as the first step of its build-up.
///
/// # Errors
/// [`FootprintError`] past a limit.
pub fn first_step(view: &View<'_>) -> Result<Step, FootprintError> {
    Ok(Step {
        map: view.to,
        through: "output".to_owned(),
        seen: Seen::new(&view.on(view.to))?,
        scale: scale(view, view.to),
    })
}

/// What a unit reads of each map on its way back, output side first; layers of one tap are passed over. Also how many were left out.
///
/// Of several maps that are read side by side, each has its own step.
///
/// # Errors
/// [`FootprintError`] past a limit.
pub fn steps(view: &View<'_>) -> Result<(Vec<Step>, usize), FootprintError> {
    let network = view.network;
    let mut maps: Vec<(MapId, String)> = Vec::new();
    for layer in layers_between(network, view.from, view.to)
        .into_iter()
        .rev()
    {
        let layer = &network.layers[layer];
        if !layer.op.axes.iter().any(matters) {
            continue;
        }
        for &map in &layer.inputs {
            let name = name(network, layer);
            match maps.iter_mut().find(|(m, _)| *m == map) {
                Some((_, names)) => *names = format!("{names} | {name}"),
                None => maps.push((map, name)),
            }
        }
    }
    maps.retain(|(map, _)| *map >= view.from);
    maps.sort_by_key(|(map, _)| std::cmp::Reverse(*map));
    let left_out = maps.len().saturating_sub(MOST_STEPS);
    // The steps next to the input say most.
    let steps = maps
        .into_iter()
        .skip(left_out)
        .map(|(map, through)| {
            Ok(Step {
                map,
                through,
                seen: Seen::new(&view.on(map))?,
                scale: scale(view, map),
            })
        })
        .collect::<Result<Vec<Step>, FootprintError>>()?;
    Ok((steps, left_out))
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
    let of = |f: &dyn Fn(&AxisOp) -> Option<u32>| -> Option<String> {
        let values: Vec<u32> = layer.op.axes.iter().map(f).collect::<Option<_>>()?;
        Some(match &values[..] {
            [first, rest @ ..] if rest.iter().all(|v| v == first) => first.to_string(),
            values => crate::network::times(values),
        })
    };
    let kernel = of(&|op| match op {
        AxisOp::Window(w) => Some(w.kernel.get()),
        AxisOp::Transposed(t) => Some(t.kernel.get()),
        _ => None,
    });
    let dilation = of(&|op| match op {
        AxisOp::Window(w) => Some(w.dilation.get()),
        AxisOp::Transposed(t) => Some(t.dilation.get()),
        _ => None,
    });
    let stride = of(&|op| match op {
        AxisOp::Window(w) => Some(w.stride.get()),
        AxisOp::Transposed(t) => Some(t.stride.get()),
        _ => None,
    });
    words.extend(kernel.map(|k| format!("k={k}")));
    words.extend(dilation.map(|d| format!("d={d}")));
    words.extend(stride.filter(|s| s != "1").map(|s| format!("s={s}")));
    words.retain(|w| !w.is_empty());
    words.join(" ")
}
