//! Which stages must change together: those with gridding that lie on the same runs.

use std::collections::{BTreeMap, HashMap};

use crate::footprint::{RunEnd, RunFootprint};
use crate::network::MapId;
use crate::rules::{Checked, Facts, Level, Policy, Subject, find};

/// Stages that belong to the same runs, and the findings on them.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub stages: Vec<usize>,
    /// Indices of findings.
    pub findings: Vec<usize>,
}

/// The findings of gridding and common factors by the stages that must change together.
pub(super) fn groups(checked: &Checked<'_>, policy: &Policy) -> Vec<Group> {
    let facts = &checked.facts;
    let is_reported = |stage: usize| {
        find("gridding").is_some_and(|rule| policy.level(rule, stage) > Level::Allow)
    };
    let reported = facts.stages.iter().filter(|stage| is_reported(stage.index));
    let members: Vec<(usize, RunEnd)> = reported
        .flat_map(|stage| stage.broken.iter().map(|&end| (stage.index, end)))
        .chain(blamed(checked))
        .collect();
    let mut ends: HashMap<RunEnd, usize> = HashMap::new();
    for &(_, end) in &members {
        let next = facts.stages.len() + ends.len();
        ends.entry(end).or_insert(next);
    }
    let mut sets = Sets::new(facts.stages.len() + ends.len());
    for (stage, end) in &members {
        sets.join(*stage, ends[end]);
    }
    let mut stems = vec![false; facts.network.maps.len()];
    for &(stage, _) in &members {
        stems[facts.network.stages[stage].output.0] = true;
    }
    join_at_stems(facts, &ends, stems, &mut sets);
    let mut groups: BTreeMap<usize, Group> = BTreeMap::new();
    for (index, finding) in checked.findings.iter().enumerate() {
        let is_asked = finding.level > Level::Note;
        if is_asked && ["gridding", "common-factor"].contains(&finding.rule.id) {
            let group = groups.entry(sets.first(finding.stage)).or_default();
            group.findings.push(index);
        }
    }
    for stage in 0..facts.stages.len() {
        if let Some(group) = groups.get_mut(&sets.first(stage)) {
            group.stages.push(stage);
        }
    }
    groups.into_values().collect()
}

/// Stages that a finding of gridding blames though nothing is wrong at their own ends: branches after them leave holes, and theirs is the
/// largest dilation. With the ends of those runs.
fn blamed(checked: &Checked<'_>) -> Vec<(usize, RunEnd)> {
    let facts = &checked.facts;
    let mut end_of: HashMap<Subject, RunEnd> = HashMap::new();
    for run in &facts.broken {
        if let RunFootprint::Branches { layers, .. } = &*run.footprint {
            for &layer in layers {
                let layer = Subject::Layer(facts.network.layers[layer].original);
                end_of.entry(layer).or_insert(run.end);
            }
        }
    }
    let findings = checked.findings.iter().filter(|finding| {
        finding.rule.id == "gridding" && facts.stages[finding.stage].broken.is_empty()
    });
    findings
        .filter_map(|finding| Some((finding.stage, *end_of.get(&finding.draft.site.subject)?)))
        .collect()
}

/// Joins the ends whose runs pass the same stem, the output of a stage with gridding: its dilations cannot change for one of them alone.
fn join_at_stems(
    facts: &Facts<'_>,
    ends: &HashMap<RunEnd, usize>,
    mut stems: Vec<bool>,
    sets: &mut Sets,
) {
    let network = facts.network;
    let before = |map: MapId| -> &[MapId] {
        let Some(layer) = map.layer().filter(|&layer| facts.runs.goes_on(layer)) else {
            return &[];
        };
        &network.layers[layer].inputs
    };
    // Maps are in the order in which they are computed, so one pass finds those that lead back to a stem.
    for map in 0..stems.len() {
        stems[map] = stems[map] || before(MapId(map)).iter().any(|input| stems[input.0]);
    }
    let mut seen: Vec<Option<usize>> = vec![None; stems.len()];
    for (&end, &node) in ends {
        let mut open = end.maps(network);
        while let Some(map) = open.pop() {
            if !stems[map.0] {
                continue;
            }
            if let Some(other) = seen[map.0] {
                sets.join(node, other);
            } else {
                seen[map.0] = Some(node);
                open.extend(before(map));
            }
        }
    }
}

/// Numbers in sets, each set known by its least.
struct Sets(Vec<usize>);

impl Sets {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    /// The least number of a set.
    fn first(&mut self, mut of: usize) -> usize {
        while self.0[of] != of {
            // Every other step is cut out, so that ways stay short.
            self.0[of] = self.0[self.0[of]];
            of = self.0[of];
        }
        of
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.first(a), self.first(b));
        self.0[a.max(b)] = a.min(b);
    }
}
