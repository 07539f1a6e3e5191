//! `unread-input`: strided layers skip positions of a map, and no other reader of it reads them.

use crate::footprint::{misses_phases, read_grid};
use crate::network::{AxisOp, MapId, Network, Op, Window};

use super::judgement::{Draft, Judgement, Part, Site, Verdict, along};
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
    let is_output = |map: usize| network.outputs.contains(&MapId(map));
    for (map, readers) in network.readers().iter().enumerate() {
        // All of an output is there for whoever runs the network.
        if is_output(map) {
            continue;
        }
        // The union of all readers is judged: a 1×1 shortcut beside a 3×3 with the same stride is no fault.
        let skips = |l: &usize| skipped_axes(&network.layers[*l].op).next().is_some();
        let Some(layer) = readers.iter().copied().find(skips) else {
            continue;
        };
        let ops: Vec<Op> = readers.iter().map(|&l| network.layers[l].op).collect();
        let Ok(grid) = read_grid(&ops) else { continue };
        let counts = (grid.iter().filter(|read| **read).count(), grid.len());
        let stage = network.layers[layer].stage;
        judgements.push(if counts.0 == counts.1 {
            Judgement::plain(stage, Verdict::Pass)
        } else {
            let draft = draft(network, MapId(map), layer, readers.len(), counts);
            Judgement::fail(stage, draft)
        });
    }
    judgements
}

/// The axes on which a layer skips positions.
fn skipped_axes(op: &Op) -> impl Iterator<Item = (usize, Window)> {
    let axes = op.axes.iter().enumerate();
    axes.filter_map(|(axis, op)| match op {
        AxisOp::Window(w) if misses_phases(w.kernel, w.stride, w.dilation) => Some((axis, *w)),
        _ => None,
    })
}

fn draft(
    network: &Network,
    map: MapId,
    layer: usize,
    readers: usize,
    (read, period): (usize, usize),
) -> Option<Draft> {
    let (axes, windows): (Vec<usize>, Vec<Window>) =
        skipped_axes(&network.layers[layer].op).unzip();
    let window = windows.first()?;
    let (kernel, stride, dilation) = (
        i64::from(window.kernel),
        i64::from(window.stride),
        i64::from(window.dilation),
    );
    let factor = num_integer::gcd(stride, dilation);
    let whose = network.writer(map).map_or_else(
        || "the input".to_owned(),
        |writer| format!("the map of \"{}\"", network.stages[writer.stage].name),
    );
    let (part, help) = if factor > 1 {
        let mut help = format!("use dilation 1, or one that shares no factor with stride {stride}");
        if kernel < stride {
            help = format!("{help}, and kernel {stride} or larger");
        }
        (Part::Dilation, help)
    } else {
        let help = format!(
            "kernel {stride} or larger reads every position; so does a pool of {stride} in place of the stride"
        );
        (Part::Kernel, help)
    };
    let others = match readers {
        1 => String::new(),
        _ => format!(" by its {readers} readers together"),
    };
    let dilated = match dilation {
        1 => String::new(),
        _ => format!(" and dilation {dilation}"),
    };
    let are = if read == 1 { "is" } else { "are" };
    let message = format!(
        "only {read} of every {period} positions of {whose} {are} read{others}{}: kernel {kernel} with stride {stride}{dilated}",
        along(network, &axes)
    );
    let site = Site::layer(network, layer, part);
    let draft = Draft::new(site, message, "skips the positions between")
        .related(Site::layer(network, layer, Part::Stride), "stride");
    Some(draft.help(help))
}
