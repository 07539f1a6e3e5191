//! `gridding`: a run's outputs skip positions that its dense twin reads.

use std::collections::HashSet;

use crate::footprint::{
    AxisChain, AxisSet, ChainLayer, Comb, RunEnd, RunFootprint, Skipped, clamped,
};
use crate::network::{MapId, OpKind, counted};

use super::judgement::{
    Draft, Judgement, Part, Site, Subject, Verdict, along, axis_name, list, positions,
};
use super::published::published;
use super::rule::Level;
use super::{Check, Facts, Numbers, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "gridding",
    level: Level::Deny,
    summary: "dilations leave holes in what an output sees",
    page: include_str!("../../docs/rules/gridding.md"),
    options: &[],
    check: Check::Network(check),
};

/// Longest axis that is walked to count and show holes.
const MOST_POSITIONS: i64 = 1 << 24;

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
        let Some(draft) = draft else { continue };
        let Subject::Layer(original) = draft.site.subject else {
            continue;
        };
        if blamed.insert(original) {
            let stage = facts.network.layers[original].stage;
            let draft = match run.cut(facts.network) {
                Some(map) => draft.unsure().note(unseen(facts, map)),
                None => draft,
            };
            let help = advice(facts, run.end);
            let finding = numbers.reports(stage).then(|| draft.help(help));
            judgements.push(Judgement::fail(stage, finding));
        }
    }
    judgements
}

/// Why nothing is sure of a run that ends where the network was cut off.
fn unseen(facts: &Facts<'_>, map: MapId) -> String {
    let words = facts.network.map_words(map);
    format!("layers behind {words} are not followed, and may read these positions")
}

/// What to do where no smaller dilations were found that fill the holes.
fn advice(facts: &Facts<'_>, end: RunEnd) -> &'static str {
    let is_transposed = matches!(end, RunEnd::Layer(layer) if facts.network.layers[layer].op.kind == OpKind::Transposed);
    if is_transposed {
        "give the transposed layer dilation 1, or put plain layers before it: the taps that write one output stand too far apart"
    } else {
        "begin the run with plain layers (dilation 1), and let no dilation exceed what the finer layers cover in a row"
    }
}

/// A finding on a chain: the first axis at fault, and those like it.
fn chain(facts: &Facts<'_>, axes: &[AxisChain]) -> Option<Draft> {
    let network = facts.network;
    let first = axes.iter().position(|a| a.exact.fault.is_some())?;
    let same: Vec<usize> = (0..axes.len())
        .filter(|&a| a == first || axes[a].exact == axes[first].exact)
        .collect();
    let chain = &axes[first];
    let fault = chain.exact.fault?;
    let blamed = chain.layers[fault.index];
    let reach = fault.reach;
    let map = chain.begin.unwrap_or(MapId::INPUT);
    let message = format!(
        "dilation {} skips positions of {}{}: the finer layers of its run cover only {} in a row",
        blamed.comb.step,
        network.map_words(map),
        along(network, &same),
        positions(reach),
    );
    let axis = (same.len() < network.dims).then_some(first);
    let mut notes = vec![holes(chain)];
    notes.extend(published(facts, blamed.layer, first));
    let place = |l: &ChainLayer| Site::layer(network, l.layer, Part::Dilation).on(axis);
    let finer = chain.layers.iter().filter(|l| l.comb.step <= reach);
    let coarsest = finer.max_by_key(|l| (l.comb.step, l.layer));
    let up_to_here = coarsest.map(|l| (place(l), format!("up to here {}", positions(reach))));
    // Of the others, those that are too far even where the finer ones are clamped to their reach.
    let combs: Vec<Comb> = chain.layers.iter().map(|l| l.comb).collect();
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
    let label = format!(
        "needs {} in a row, has {reach}",
        positions(blamed.comb.step)
    );
    let draft = Draft::new(place(&blamed), message, label);
    Some(
        draft
            .notes(notes)
            .few_related(up_to_here.into_iter().chain(past)),
    )
}

/// How many holes a chain leaves, the first of them, and whether its middle is hole-free.
fn holes(chain: &AxisChain) -> String {
    let field = chain.exact.extent;
    let run = format!(
        "the run of {} sees {} along this axis",
        counted(chain.layers.len(), "layer"),
        positions(field)
    );
    let combs: Vec<_> = chain.layers.iter().map(|l| l.comb).collect();
    let set = AxisSet::of_chain(&combs, MOST_POSITIONS);
    let Some(set) = set else {
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
    let network = facts.network;
    let missed = missed.iter().max_by_key(|m| m.count)?;
    let blamed = facts.runs.to_blame(end, missed.begin)?;
    let on_the_way = facts.runs.on_the_way(end, missed.begin);
    let largest = |layer: usize| network.layers[layer].op.largest_dilation();
    let place = |layer: usize| Site::layer(network, layer, Part::Dilation);
    let skipped = missed.example.iter().enumerate();
    let skipped = skipped.map(|(axis, p)| match network.dims {
        1 => p.to_string(),
        dims => format!("{} {p:+}", axis_name(dims, axis)),
    });
    let skipped = itertools::join(skipped, ", ");
    let others = layers
        .iter()
        .filter(|l| **l != blamed && largest(**l) > 1 && on_the_way.contains(l))
        .map(|&l| (place(l), format!("with dilation {}", largest(l))));
    let end = match end {
        RunEnd::Map(_) => String::new(),
        RunEnd::Layer(layer) => {
            let name = network.layers[layer].op.kind.name();
            format!(", with the {name} layer after them")
        }
    };
    let message = format!(
        "parallel branches with dilation {} skip {} of {} positions of {} that dense kernels of the same extent would read{end}",
        largest(blamed),
        missed.count,
        missed.dense,
        network.map_words(missed.begin),
    );
    let note = format!("the first skipped position, counted from the output's own: {skipped}");
    let draft = Draft::new(place(blamed), message, "leaves these positions out").note(note);
    Some(draft.few_related(others))
}
