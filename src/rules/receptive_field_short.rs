//! `receptive-field-short`: the network sees less than its target.

use crate::footprint::{receptive_field, seen_beside_pools};
use crate::network::{MapId, PerAxis, whole};

use super::judgement::{Draft, Judgement, Part, Site, Subject, Verdict, along, positions};
use super::rule::Level;
use super::{Check, Facts, Numbers, Rule};

/// The rule.
pub const RULE: Rule = Rule {
    id: "receptive-field-short",
    level: Level::Deny,
    summary: "the receptive field is smaller than the target",
    page: include_str!("../../docs/rules/receptive-field-short.md"),
    options: &[],
    check: Check::Network(check),
};

fn check(facts: &Facts<'_>, _: &Numbers<'_>) -> Vec<Judgement> {
    let network = facts.network;
    let Some(target) = facts.target.receptive_field else {
        return Vec::new();
    };
    let mut judgements = Vec::new();
    for &output in &network.outputs {
        let Some(last) = output.layer() else { continue };
        let stage = network.layers[last].stage;
        // Along an axis along which all comes through a global pool it sees everything.
        let seen = seen_beside_pools(network, MapId::INPUT, output);
        let field = PerAxis::from_fn(network.dims, |axis| seen[axis].unwrap_or(target[axis]));
        let short = |&axis: &usize| field[axis] < target[axis];
        let axes: Vec<usize> = (0..network.dims).filter(short).collect();
        let Some(&axis) = axes.first() else {
            judgements.push(Judgement::plain(stage, Verdict::Pass));
            continue;
        };
        let beside = if network.passes_global_pool(MapId::INPUT, output) {
            " beside a global pool"
        } else {
            ""
        };
        let message = format!(
            "the receptive field is {}{}{beside}, short of the target {}",
            field[axis],
            along(network, &axes),
            target[axis]
        );
        let label = format!("{} short", positions(target[axis] - field[axis]));
        let help = more_repeats(facts, output, &field, &target).unwrap_or_else(|| {
            "add layers, or raise dilations: `degrid plan --receptive-field` finds schedules without holes".to_owned()
        });
        let site = Site::new(Subject::ReceptiveField, Part::All);
        judgements.push(Judgement::fail(
            stage,
            Draft::new(site, message, label).help(help),
        ));
    }
    judgements
}

/// How often the last stage with taps would have to be repeated, where repeating it changes no resolution.
fn more_repeats(
    facts: &Facts<'_>,
    output: MapId,
    field: &PerAxis<i64>,
    target: &PerAxis<i64>,
) -> Option<String> {
    let network = facts.network;
    let stage = facts
        .stages
        .iter()
        .rev()
        .find(|s| !s.lines.is_empty() && network.stages[s.index].output <= output)?;
    let own = &network.stages[stage.index];
    let mut most = 0;
    for axis in 0..network.dims {
        let missing = target[axis] - field[axis];
        if missing <= 0 {
            continue;
        }
        let jump = |map: MapId| network.facts(map).along(axis).map(|p| p.jump);
        let (before, after) = (jump(own.input)?, jump(own.output)?);
        if before != after {
            return None;
        }
        let jump = whole(before)?;
        let reach = receptive_field(network, own.input, own.output)?[axis] - 1;
        let once = reach / i64::try_from(own.repeat).ok()? * jump;
        if once <= 0 {
            return None;
        }
        most = most.max((missing + once - 1) / once);
    }
    let repeat = i64::try_from(own.repeat).ok()? + most;
    Some(format!(
        "`repeat = {repeat}` on \"{}\" reaches it; so do larger dilations: `degrid plan --receptive-field` finds them",
        own.name
    ))
}
