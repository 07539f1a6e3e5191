//! `misaligned-branches`: merged maps of equal size and jump whose positions lie between each other's.

use itertools::Itertools;
use num_rational::Ratio;

use crate::network::{AxisOp, Interpolation, Layer, MapId, Network, OpKind, Resize};

use super::judgement::{Draft, Judgement, Part, Site, Verdict, along, counted};
use super::rule::Level;
use super::{Check, Facts, Numbers, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "misaligned-branches",
    level: Level::Warn,
    summary: "merged maps have different centres",
    page: include_str!("../../docs/rules/misaligned-branches.md"),
    options: &[],
    check: Check::Layer(check),
};

fn check(facts: &Facts<'_>, layer: usize, _: &Numbers<'_>) -> Option<Judgement> {
    let network = facts.network;
    let Layer {
        op, inputs, stage, ..
    } = &network.layers[layer];
    if !op.kind.is_merge() {
        return None;
    }
    let centres = |axis: usize| -> Vec<(MapId, Ratio<i128>)> {
        let centre = |&map: &MapId| Some((map, network.facts(map).along(axis)?.centre));
        inputs.iter().filter_map(centre).collect()
    };
    let axes: Vec<usize> = (0..network.dims)
        .filter(|&axis| !centres(axis).iter().map(|(_, centre)| centre).all_equal())
        .collect();
    if axes.is_empty() || are_slices(network, inputs) {
        return Some(Judgement::plain(*stage, Verdict::Pass));
    }
    let centres = centres(axes[0]);
    let all = || centres.iter().map(|(_, centre)| *centre);
    let apart = all().max()? - all().min()?;
    let part = match network.layers[layer].index {
        Some(_) => Part::Op,
        None => Part::From,
    };
    let list = centres.iter().map(|(map, c)| {
        let name = network.writer(*map).map_or("input", |l| l.op.kind.name());
        format!("{name} {c}")
    });
    let draft = Draft::new(
        Site::layer(network, layer, part),
        format!(
            "merged maps lie {} apart{}",
            counted(apart, "input position"),
            along(network, &axes)
        ),
        "different centres",
    )
    .note(format!(
        "centre of position 0, in input positions: {}",
        itertools::join(list, ", ")
    ))
    .help(if upsampled(network, inputs, &axes) {
        format!("{ALIKE}; or try `align_corners = true` on the `upsample`")
    } else {
        ALIKE.to_owned()
    });
    Some(Judgement::fail(*stage, draft))
}

/// Whether all of the merged maps are slices of one map: its positions side by side as channels are meant to lie apart.
fn are_slices(network: &Network, maps: &[MapId]) -> bool {
    // A slice of each axis may be a layer of its own.
    let sliced = |mut map: MapId| {
        let mut is_slice = false;
        while let Some(layer) = network.writer(map).filter(|l| l.op.kind == OpKind::Slice) {
            (map, is_slice) = (layer.inputs[0], true);
        }
        is_slice.then_some(map)
    };
    let sources: Vec<_> = maps.iter().map(|&map| sliced(map)).collect();
    sources.iter().all(Option::is_some) && sources.iter().all_equal()
}

/// What cures the fault where branches stride.
const ALIKE: &str = "pad both sides alike, so that each branch has its centre where the others have it: (k−1)·d/2 for an odd kernel, or the same kernel, stride and padding on every branch that strides";

/// Whether some of the merged maps, not all, come through a linear or cubic upsampling of these axes that does not align corners.
fn upsampled(network: &Network, maps: &[MapId], axes: &[usize]) -> bool {
    /// Layers to look back; what lies further is mostly shared.
    const MOST: usize = 1_000;
    let moves = |op: &AxisOp| {
        matches!(
            op,
            AxisOp::Resize(Resize {
                interpolation: Interpolation::Linear | Interpolation::Cubic,
                ..
            })
        )
    };
    let found: Vec<Option<MapId>> = maps
        .iter()
        .map(|&map| {
            // Back to where the branch begins, or to a merge.
            let mut behind = std::iter::successors(Some(map), |&map| network.before(map, |_| None));
            behind.by_ref().take(MOST).find(|&map| {
                let layer = network.writer(map);
                layer.is_some_and(|layer| axes.iter().any(|&axis| moves(&layer.op.axes[axis])))
            })
        })
        .collect();
    // One that all of them come through lies before they part.
    found.iter().any(Option::is_some) && found.iter().any(|one| *one != found[0])
}
