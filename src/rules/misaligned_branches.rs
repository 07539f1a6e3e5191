//! `misaligned-branches`: merged maps of equal size and jump whose positions lie between each other's.

use crate::config::{Level, Part};
use crate::network::OpKind;

use super::judgement::{Draft, Help, Judgement, Site, Verdict, along, counted};
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
    let layer = &network.layers[layer];
    if !matches!(layer.op.kind, OpKind::Add | OpKind::Concat) {
        return None;
    }
    let centres: Vec<_> = layer
        .inputs
        .iter()
        .filter_map(|&map| {
            network
                .facts(map)
                .position
                .map(|p| (map, p.map(|p| p.centre)))
        })
        .collect();
    let stage = layer.place.stage;
    let (_, first) = *centres.first()?;
    let apart = |axis: usize| {
        let all = || centres.iter().map(move |(_, c)| c[axis]);
        Some(all().max()? - all().min()?)
    };
    let axes: Vec<usize> = (0..network.dims)
        .filter(|&axis| centres.iter().any(|(_, c)| c[axis] != first[axis]))
        .collect();
    if axes.is_empty() {
        return Some(Judgement::plain(stage, Verdict::Pass));
    }
    let list = centres.iter().map(|(map, c)| {
        let name = network.writer(*map).map_or("input", |l| l.op.kind.name());
        format!("{name} {}", c[axes[0]])
    });
    let draft = Draft {
        message: format!(
            "merged maps lie {} apart{}",
            counted(apart(axes[0])?, "input position"),
            along(network, &axes)
        ),
        site: Site {
            origin: layer.origin,
            part: if layer.place.index.is_some() {
                Part::Op
            } else {
                Part::From
            },
            axis: None,
        },
        layer: layer.place.index,
        label: "different centres".to_owned(),
        related: Vec::new(),
        notes: vec![format!(
            "centre of position 0, in input positions: {}",
            itertools::join(list, ", ")
        )],
        help: Some(Help::advice(
            "pad both sides alike, so that each branch has its centre where the others have it: (k−1)·d/2 for an odd kernel, or the same kernel, stride and padding on every branch that strides",
        )),
    };
    Some(Judgement {
        stage,
        verdict: Verdict::Fail,
        axes,
        finding: Some(draft),
    })
}
