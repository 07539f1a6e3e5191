//! `gridding`: a run's outputs skip positions that its dense twin reads.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::footprint::{
    AxisChain, AxisSet, ChainLayer, Fault, RunEnd, RunFootprint, Skipped, clamped, faulty_groups,
};
use crate::network::{MapId, OpKind, counted};

use super::judgement::{
    Draft, Judgement, Part, Site, Subject, Verdict, along, axis_name, list, positions,
};
use super::published::published;
use super::rule::Level;
use super::{BrokenRun, Check, Facts, Numbers, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "gridding",
    level: Level::Deny,
    summary: "dilations leave holes in what an output sees",
    page: include_str!("../../docs/rules/gridding.md"),
    options: &[],
    check: Check::Network(check),
};

fn check(facts: &Facts<'_>, numbers: &Numbers<'_>) -> Vec<Judgement> {
    let mut judgements: Vec<Judgement> = facts
        .stages
        .iter()
        .map(|stage| {
            let verdict = match (stage.layers.is_empty(), stage.is_to_blame) {
                (true, _) => Verdict::NotApplicable,
                (false, true) => Verdict::Fail,
                (false, false) if stage.undecided => Verdict::NotApplicable,
                (false, false) => Verdict::Pass,
            };
            Judgement::plain(stage.index, verdict)
        })
        .collect();
    // One fault, one finding: runs that share the layer to blame are reported once, where they first end.
    let mut blamed = HashSet::new();
    for run in &facts.broken {
        let draft = match &*run.footprint {
            RunFootprint::Chain(axes) => chain(facts, axes),
            RunFootprint::Branches { layers, missed } => branches(facts, run.end, layers, missed),
            RunFootprint::TooLarge(_) => None,
        };
        if let Some(draft) = draft
            && blamed.insert(draft.site.subject)
        {
            judgements.extend(judged(facts, numbers, run, draft));
        }
    }
    // Who allows that finding, or knows of it, says nothing of other stages that leave holes whatever its layers are.
    let with_finding = judgements.iter().filter(|j| j.finding.is_some());
    let mut seen: HashSet<usize> = with_finding.map(|j| j.stage).collect();
    for run in &facts.broken {
        for draft in by_themselves(facts, run, &seen) {
            let judgement = judged(facts, numbers, run, draft);
            judgements.extend(judgement.filter(|judgement| seen.insert(judgement.stage)));
        }
    }
    judgements
}

/// A finding on a layer, put into words where its stage is reported.
fn judged(
    facts: &Facts<'_>,
    numbers: &Numbers<'_>,
    run: &BrokenRun,
    draft: Draft,
) -> Option<Judgement> {
    let Subject::Layer(original) = draft.site.subject else {
        return None;
    };
    let stage = facts.network.layers[original].stage;
    let draft = match run.cut(facts.network) {
        Some(map) => draft.unsure().note(unseen(facts, map)),
        None => draft,
    };
    let help = advice(facts, run.end);
    let finding = numbers.reports(stage).then(|| draft.help(help));
    Some(Judgement::fail(stage, finding))
}

/// Findings on stages of a run, those `seen` left out, that skip positions even if the layers of all other stages were dense.
fn by_themselves(facts: &Facts<'_>, run: &BrokenRun, seen: &HashSet<usize>) -> Vec<Draft> {
    let network = facts.network;
    let stage_of = |layer: usize| network.layers[layer].stage;
    match &*run.footprint {
        RunFootprint::Chain(axes) => {
            let faulty = (0..axes.len()).flat_map(|axis| {
                let layers = &axes[axis].layers;
                let stages: Vec<usize> = layers.iter().map(|l| stage_of(l.layer)).collect();
                let faults = faulty_groups(&axes[axis].combs(), &stages).into_iter();
                faults.map(move |(stage, fault)| (axis, stage, fault))
            });
            faulty
                .filter(|(_, stage, _)| !seen.contains(stage))
                .map(|(axis, _, fault)| too_far(facts, axes, axis, fault, true))
                .collect()
        }
        RunFootprint::Branches { layers, missed } => {
            let mut of_stage: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
            for &layer in layers {
                of_stage.entry(stage_of(layer)).or_default().insert(layer);
            }
            let missed = missed.iter().max_by_key(|m| m.count);
            let mut drafts = Vec::new();
            for (_, own) in of_stage.iter().filter(|(stage, _)| !seen.contains(stage)) {
                let Some(misses) = facts.runs.misses_by(run.end, layers, own) else {
                    break;
                };
                let largest = |layer: &&usize| network.layers[**layer].op.largest_dilation();
                if let (true, Some(missed), Some(&blamed)) =
                    (misses, missed, own.iter().max_by_key(largest))
                {
                    drafts.push(skipping(facts, run.end, layers, missed, blamed));
                }
            }
            drafts
        }
        RunFootprint::TooLarge(_) => Vec::new(),
    }
}

/// Why nothing is sure of a run that ends where the network was cut off.
fn unseen(facts: &Facts<'_>, map: MapId) -> String {
    let words = facts.network.map_words(map);
    format!("layers behind {words} are not followed, and may read these positions")
}

/// What to do where no smaller dilations were found that fill the holes.
fn advice(facts: &Facts<'_>, end: RunEnd) -> &'static str {
    let kind = |layer: usize| facts.network.layers[layer].op.kind;
    if end.layer().map(kind) == Some(OpKind::Transposed) {
        "give the transposed layer dilation 1, or put plain layers before it: the taps that write one output stand too far apart"
    } else {
        "begin the run with plain layers (dilation 1), and let no dilation exceed what the finer layers cover in a row"
    }
}

/// A finding on a chain: the first axis at fault, and those like it.
fn chain(facts: &Facts<'_>, axes: &[AxisChain]) -> Option<Draft> {
    let first = axes.iter().position(|a| a.exact.fault.is_some())?;
    let fault = axes[first].exact.fault?;
    let draft = too_far(facts, axes, first, fault, false);
    Some(draft.few_related(around(facts, axes, first, fault)))
}

/// Axes of a chain that are like one of them.
fn alike(axes: &[AxisChain], first: usize) -> Vec<usize> {
    let is_alike = |&axis: &usize| axis == first || axes[axis].exact == axes[first].exact;
    (0..axes.len()).filter(is_alike).collect()
}

/// The axis of a finding on an axis of a chain; `None` for all.
fn axis_of(axes: &[AxisChain], first: usize) -> Option<usize> {
    (alike(axes, first).len() < axes.len()).then_some(first)
}

/// A finding on the layer of a fault along one axis of a chain, as its run is or with the layers of other stages dense.
fn too_far(
    facts: &Facts<'_>,
    axes: &[AxisChain],
    first: usize,
    fault: Fault,
    others_are_dense: bool,
) -> Draft {
    let network = facts.network;
    let chain = &axes[first];
    let blamed = chain.layers[fault.index];
    let map = chain.begin.unwrap_or(MapId::INPUT);
    let (reach, step) = (fault.reach, blamed.comb.step);
    let [cover, has] = if others_are_dense {
        ["would cover only", "would have"]
    } else {
        ["cover only", "has"]
    };
    let even = if others_are_dense {
        "even if all other stages were dense, "
    } else {
        ""
    };
    let message = format!(
        "dilation {step} skips positions of {}{}: {even}the finer layers of its run {cover} {} in a row",
        network.map_words(map),
        along(network, &alike(axes, first)),
        positions(reach),
    );
    let label = format!("needs {} in a row, {has} {reach}", positions(step));
    let site = Site::layer(network, blamed.layer, Part::Dilation).on(axis_of(axes, first));
    let holes = (!others_are_dense).then(|| holes(chain));
    Draft::new(site, message, label)
        .notes(holes)
        .notes(published(facts, blamed.layer, first))
}

/// What explains the fault of a chain along one axis: the coarsest layer before it, and others that are too far even where the finer ones
/// are clamped to their reach.
fn around(
    facts: &Facts<'_>,
    axes: &[AxisChain],
    first: usize,
    fault: Fault,
) -> Vec<(Site, String)> {
    let network = facts.network;
    let (chain, axis, reach) = (&axes[first], axis_of(axes, first), fault.reach);
    let place = |l: &ChainLayer| Site::layer(network, l.layer, Part::Dilation).on(axis);
    let finer = chain.layers.iter().filter(|l| l.comb.step <= reach);
    let coarsest = finer.max_by_key(|l| (l.comb.step, l.layer));
    let up_to_here = coarsest.map(|l| (place(l), format!("up to here {}", positions(reach))));
    let combs = chain.combs();
    let steps = clamped(&combs, &vec![1; combs.len()], |_| true).unwrap_or_default();
    let others = chain.layers.iter().zip(steps).enumerate();
    let past = others
        .filter(|(index, (l, step))| *index != fault.index && l.comb.step > *step)
        .map(|(_, (l, step))| {
            (
                place(l),
                format!("then {} is more than {step} too", l.comb.step),
            )
        });
    up_to_here.into_iter().chain(past).collect()
}

/// How many holes a chain leaves, the first of them, and whether its middle is hole-free.
fn holes(chain: &AxisChain) -> String {
    let field = chain.exact.extent;
    let run = format!(
        "the run of {} sees {} along this axis",
        counted(chain.layers.len(), "layer"),
        positions(field)
    );
    let Some(set) = chain.set() else {
        let reach = chain.exact.fault.map_or(1, |f| f.reach);
        return format!("{run}; the first hole is at offset {reach}");
    };
    let count = field - set.count();
    let first: Vec<i64> = set.gaps().flat_map(|(a, b)| a..=b).take(6).collect();
    let shown = if i64::try_from(first.len()) == Ok(count) {
        list(&first)
    } else {
        format!("{}, …", list(&first))
    };
    let middle = middle(&set);
    let offsets = if count == 1 { "offset" } else { "offsets" };
    format!("{run} and misses {count} of them ({offsets} {shown}); {middle}")
}

/// Whether the middle of a footprint is hole-free, in words.
fn middle(set: &AxisSet) -> String {
    match crate::footprint::core(set) {
        None => "even the centre is a hole".to_owned(),
        Some(1) => "the holes begin beside the centre".to_owned(),
        Some(width) => format!("the middle {width} are hole-free, the holes lie at the edges"),
    }
}

fn branches(facts: &Facts<'_>, end: RunEnd, layers: &[usize], missed: &[Skipped]) -> Option<Draft> {
    let missed = missed.iter().max_by_key(|m| m.count)?;
    let blamed = facts.runs.to_blame(end, missed.begin)?;
    Some(skipping(facts, end, layers, missed, blamed))
}

/// A finding on a layer of branches.
fn skipping(
    facts: &Facts<'_>,
    end: RunEnd,
    layers: &[usize],
    missed: &Skipped,
    blamed: usize,
) -> Draft {
    let network = facts.network;
    let on_the_way = facts.runs.on_the_way(end, missed.begin);
    let largest = |layer: usize| network.layers[layer].op.largest_dilation();
    let place = |layer: usize| Site::layer(network, layer, Part::Dilation);
    let skipped = missed.example.iter().enumerate();
    let skipped = skipped.map(|(axis, p)| match network.dims {
        1 => p.to_string(),
        dims => format!("{} {p}", axis_name(dims, axis)),
    });
    let skipped = itertools::join(skipped, ", ");
    let others = layers
        .iter()
        .filter(|l| **l != blamed && largest(**l) > 1 && on_the_way.contains(l))
        .map(|&l| (place(l), format!("with dilation {}", largest(l))));
    let origin = itertools::join(vec![0; network.dims], ", ");
    let (with_end, output) = match end {
        RunEnd::Map(_) => (String::new(), format!("output {origin}")),
        RunEnd::Layer(layer) => {
            let name = network.layers[layer].op.kind.name();
            // It may be any of those that repeat.
            let output = format!("an output near {origin}");
            (format!(", with the {name} layer after them"), output)
        }
    };
    let message = format!(
        "parallel branches with dilation {} skip {} of {} positions of {} that dense kernels of the same extent would read{with_end}",
        largest(blamed),
        missed.count,
        missed.dense,
        network.map_words(missed.begin),
    );
    let note = format!("the first position that {output} skips: {skipped}");
    let draft = Draft::new(place(blamed), message, "leaves these positions out").note(note);
    draft.few_related(others)
}
