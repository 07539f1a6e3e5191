//! `unread-input`: strided layers skip positions of a map, and no other reader of it reads them.

use crate::footprint::{misses_phases, read_grid};
use crate::network::{AxisOp, MapId, Op, Window};

use super::judgement::{Draft, Judgement, Part, Site, Subject, Verdict, along};
use super::rule::Level;
use super::{Check, Facts, Numbers, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "unread-input",
    level: Level::Warn,
    summary: "strided layers skip positions nobody else reads",
    page: include_str!("../../docs/rules/unread-input.md"),
    options: &[],
    check: Check::Network(check),
};

fn check(facts: &Facts<'_>, _: &Numbers<'_>) -> Vec<Judgement> {
    let network = facts.network;
    let mut judgements = Vec::new();
    for (map, readers) in network.readers().iter().enumerate() {
        // The union of all readers is judged: a 1×1 shortcut beside a 3×3 with the same stride is no fault.
        let skipping = readers
            .iter()
            .find(|&&l| !skipped_axes(&network.layers[l].op).is_empty());
        let Some(&layer) = skipping else { continue };
        let stage = network.layers[layer].stage;
        let ops: Vec<Op> = readers.iter().map(|&l| network.layers[l].op).collect();
        let Ok(grid) = read_grid(&ops) else { continue };
        let read = grid.iter().filter(|read| **read).count();
        if read == grid.len() {
            judgements.push(Judgement::plain(stage, Verdict::Pass));
            continue;
        }
        let draft = draft(facts, MapId(map), layer, readers.len(), (read, grid.len()));
        let axes = draft.1;
        judgements.push(Judgement::fail(stage, axes, Some(draft.0)));
    }
    judgements
}

/// The axes on which a layer skips positions.
fn skipped_axes(op: &Op) -> Vec<(usize, Window)> {
    op.axes
        .iter()
        .enumerate()
        .filter_map(|(axis, op)| match op {
            AxisOp::Window(w) if misses_phases(w.kernel, w.stride, w.dilation) => Some((axis, *w)),
            _ => None,
        })
        .collect()
}

fn draft(
    facts: &Facts<'_>,
    map: MapId,
    layer: usize,
    readers: usize,
    (read, period): (usize, usize),
) -> (Draft, Vec<usize>) {
    let network = facts.network;
    let skipped = skipped_axes(&network.layers[layer].op);
    let axes: Vec<usize> = skipped.iter().map(|(axis, _)| *axis).collect();
    let window = skipped[0].1;
    let (kernel, stride, dilation) = (
        i64::from(window.kernel),
        i64::from(window.stride),
        i64::from(window.dilation),
    );
    let factor = num_integer::gcd(stride, dilation);
    let layer = &network.layers[layer];
    let whose = match map.layer() {
        None => "the input".to_owned(),
        Some(before) => {
            let writer = &network.layers[before];
            format!("the map of \"{}\"", network.stages[writer.stage].name)
        }
    };
    let (part, help) = if factor > 1 {
        (
            Part::Dilation,
            "dilation 1 reads on, or one that shares no factor with the stride".to_owned(),
        )
    } else {
        (
            Part::Kernel,
            format!(
                "a kernel of {stride} or more reads everything, so does a pool of {stride} before a stride of 1"
            ),
        )
    };
    let others = if readers > 1 {
        format!(", all {readers} readers together")
    } else {
        String::new()
    };
    let are = if read == 1 { "is" } else { "are" };
    let draft = Draft::new(Site::new(Subject::Layer(layer.original), part), format!(
            "only {read} of every {period} positions of {whose} {are} read{others}{}: kernel {kernel}, stride {stride}, dilation {dilation}",
            along(network, &axes)
        ), "skips the positions between").related(Site::new(Subject::Layer(layer.original), Part::Stride), "stride").help(help);
    (draft, axes)
}
