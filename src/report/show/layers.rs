//! The build-up of a footprint: what the unit reads of each map on the way back to the input.

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
    for layer in layers_between(network, view.from, view.to).into_iter().rev() {
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
            })
        })
        .collect::<Result<Vec<Step>, FootprintError>>()?;
    Ok((steps, left_out))
}

fn matters(op: &AxisOp) -> bool {
    op.extent() > 1 || op.jump() != num_rational::Ratio::from_integer(1)
}

fn name(network: &Network, layer: &Layer) -> String {
    let stage = &network.stages[layer.place.stage].name;
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
