//! The search: candidates, one family after the other, each judged in the network that it makes.

use std::collections::HashMap;
use std::ops::ControlFlow;

use crate::footprint::seen_beside_pools;
use crate::network::{Dilation, Knob, MapId, Network, PerAxis, ShapeError};
use crate::planner::search::Progress;
use crate::planner::tune::candidate::{Candidates, changed, set};
use crate::planner::tune::effort::Work;
use crate::planner::tune::judge::Judge;
use crate::planner::tune::run::ends_through;
use crate::planner::tune::sieve::RunOf;
use crate::rules::{self, Facts, Level, Policy, check, find, published_faults};

use super::candidate::{
    Best, FillRequest, Found, Look, Mild, Near, Outline, Rank, Scope, Verdict, extent, stage_extent,
};
use super::line::Line;
use super::ways::{Mode, ways};

/// What a network may cost that is looked at, on the average, in units of work.
const COST: u64 = 20_000;

/// A search, and what it has found.
pub(super) struct Search<'a> {
    candidates: &'a Candidates<'a>,
    pub network: &'a Network,
    pub places: &'a [&'a Knob],
    pub policy: &'a Policy,
    pub request: &'a FillRequest<'a>,
    pub lines: Vec<Line>,
    pub scope: Scope,
    /// Whether a receptive field is asked of the network, and some output does not see everything through a global pool.
    has_network_target: bool,
    /// Least receptive field of the stage planned anew, where none is asked of the network.
    pub stage_extent: Option<PerAxis<i64>>,
    /// Runs through any place.
    runs: Judge<'a>,
    /// Whether all of them must be without gridding.
    gridding_denied: bool,
    /// Stages with a place on their own inputs, where a rule reports holes there, and its level.
    alone: Vec<(Level, Judge<'a>)>,
    /// The schedules of each stage with a place.
    schedules: Vec<(usize, Vec<rules::Line>)>,
    progress: Progress<'a>,
    seen: HashMap<Vec<i64>, Look>,
    work: Work,
    pub nodes: u64,
    pub stopped: bool,
    /// The best candidate that passes.
    pub best: Option<Best>,
    /// The nearest that does not.
    pub near: Option<Near>,
    /// Why the last candidate that is no network is none.
    pub unfit: Option<ShapeError>,
    /// What is proved.
    pub found: Found,
}

impl<'a> Search<'a> {
    pub(super) fn new(
        candidates: &'a Candidates<'a>,
        facts: &'a Facts<'a>,
        places: &'a [&'a Knob],
        policy: &'a Policy,
        request: &'a FillRequest<'a>,
        progress: Progress<'a>,
    ) -> Self {
        let network = candidates.network;
        let ends = ends_through(&facts.runs, places);
        let mut own = vec![false; network.stages.len()];
        let mut layers = vec![false; network.layers.len()];
        for &layer in places.iter().flat_map(|place| &place.layers) {
            layers[layer] = true;
            own[network.layers[layer].stage] = true;
        }
        let mut near = own.clone();
        for layer in ends.iter().flat_map(|&end| facts.runs.layers_of(end, None)) {
            near[network.layers[layer].stage] = true;
        }
        let is_finite = |&map: &MapId| {
            let seen = seen_beside_pools(network, MapId::INPUT, map);
            seen.iter().any(Option::is_some)
        };
        let has_network_target =
            policy.target.receptive_field.is_some() && network.outputs.iter().any(is_finite);
        let level = |rule: &str, stage: usize| find(rule).map(|rule| policy.level(rule, stage));
        let with_place = || facts.stages.iter().filter(|stage| own[stage.index]);
        let of_runs = |runs: Vec<RunOf>| Judge::of_runs(candidates, facts, &runs, places.to_vec());
        let alone = with_place().filter(|stage| stage.layers.len() > 1);
        let alone = alone.filter_map(|stage| {
            let level = level("borrowed-coverage", stage.index).filter(|level| level.is_mild())?;
            let input = network.stages[stage.index].input;
            let runs = of_runs(stage.ends.iter().map(|&end| (end, Some(input))).collect());
            Some((level, runs))
        });
        Self {
            candidates,
            network,
            places,
            policy,
            request,
            lines: Line::of_places(network, places),
            has_network_target,
            // What is asked of the network says what a stage has to see.
            stage_extent: stage_extent(network, request.stage).filter(|_| !has_network_target),
            alone: alone.collect(),
            schedules: with_place()
                .map(|stage| (stage.index, stage.lines.clone()))
                .collect(),
            runs: of_runs(ends.into_iter().map(|end| (end, None)).collect()),
            gridding_denied: (0..near.len())
                .all(|stage| !near[stage] || level("gridding", stage) == Some(Level::Deny)),
            scope: Scope { own, near, layers },
            progress,
            seen: HashMap::new(),
            work: Work(request.nodes.saturating_mul(COST)),
            nodes: 0,
            stopped: false,
            best: None,
            near: None,
            unfit: None,
            found: Found::CutShort,
        }
    }

    /// Looks for the best candidate.
    pub(super) fn run(&mut self) {
        let are_all = self.search();
        self.found = match (self.stopped, are_all) {
            (true, _) => Found::CutShort,
            (false, true) => Found::Proved,
            (false, false) => Found::NotAll,
        };
    }

    /// Whether what was found is proved, unless it was stopped.
    fn search(&mut self) -> bool {
        // What is there now may be the best already.
        let now: Option<Vec<i64>> = self.places.iter().map(|place| place.value).collect();
        if let Some(now) = now {
            self.look(&now);
        }
        self.listed();
        let is_chain = self.runs.has_only_chains();
        if self.stage_extent.is_some() && self.is_clean() {
            return true;
        }
        let mut are_all = false;
        for mode in Mode::ALL {
            let ways = ways(self.network, self.places, mode.alone);
            let (orders, is_every_order) = self.orders(&ways);
            for order in orders {
                self.family(&ways, &order, mode);
                // Where no field is asked for, a looser family may be clean too, and wider.
                if self.stopped || (is_chain && self.is_clean() && self.has_target()) {
                    return true;
                }
            }
            are_all = is_every_order;
        }
        // Of chains the loosest family has the widest of all: nothing else can pass.
        if is_chain && are_all && self.unfit.is_none() {
            return true;
        }
        if self.best.is_none() {
            self.try_all();
            return false;
        }
        self.beyond()
    }

    pub(super) fn is_clean(&self) -> bool {
        let best = self.best.as_ref();
        best.is_some_and(|best| self.is_free(best.verdict.mild))
    }

    /// Whether nothing is reported that is to be avoided: warnings; and notes, where no wider field is given up for that.
    pub(super) fn is_free(&self, mild: Mild) -> bool {
        mild.warnings == 0 && (mild.notes == 0 || !self.has_target())
    }

    /// The largest dilation to try.
    pub(super) fn cap(&self) -> i64 {
        self.request
            .max_dilation
            .unwrap_or(i64::from(Dilation::LIMIT))
    }

    /// Whether a receptive field is asked for, so that no more than that is looked for.
    pub(super) fn has_target(&self) -> bool {
        self.stage_extent.is_some() || self.has_network_target
    }

    /// Notes work that was done elsewhere; whether to go on.
    pub(super) fn goes_on(&mut self) -> ControlFlow<()> {
        (self.progress)(self.nodes)
    }

    /// Judges a candidate, unless that was done before; `None` where the work is used up.
    pub(super) fn look(&mut self, values: &[i64]) -> Option<Look> {
        if let Some(look) = self.seen.get(values) {
            return (!self.stopped).then_some(*look);
        }
        let cost = self.runs.cost(values);
        if self.nodes >= self.request.nodes || self.work.take(cost).is_err() {
            self.stopped = true;
        }
        if self.stopped {
            return None;
        }
        self.nodes += 1;
        if self.goes_on().is_break() {
            self.stopped = true;
        }
        let outline = self.outline(values);
        let is_refused = outline.has_gridding && self.gridding_denied;
        let mut look = Look {
            is_clean: false,
            reaches: outline.short == 0,
            extent: outline.extent,
        };
        if is_refused || outline.short > 0 {
            self.keep_near(values, u8::from(is_refused) * 2, outline.short);
        } else if self.could_win(values, &outline) {
            look.is_clean = self.check(values, &outline);
        }
        self.seen.insert(values.to_vec(), look);
        Some(look)
    }

    fn outline(&self, values: &[i64]) -> Outline {
        let pairs = self.places.iter().zip(values);
        let reach = pairs.map(|(place, value)| self.weight(place).saturating_mul(*value));
        let beyond = reach.fold(0, i64::saturating_add);
        self.candidates.with(self.places, values, |network| {
            let has_gridding = !self.runs.is_free_of_gridding(values, network);
            let (extent, mut short) = extent(network, self.policy, beyond);
            if let Some(least) = self.stage_extent {
                short += stage_extent(network, self.request.stage).map_or(1, |seen| {
                    (0..network.dims).map(|a| (least[a] - seen[a]).max(0)).sum()
                });
            }
            let mut mild = Mild::default();
            // A comment may allow what is counted here.
            if !has_gridding && self.request.allowed.is_none() {
                self.count_published(network, &mut mild);
                for (level, own) in &self.alone {
                    if !own.is_free_of_gridding(values, network) {
                        mild.add(*level);
                    }
                }
            }
            Outline {
                short,
                extent,
                mild,
                has_gridding,
            }
        })
    }

    /// Notes and warnings of the published rules: what a check of a network without gridding reports of them at the least.
    fn count_published(&self, network: &Network, mild: &mut Mild) {
        for (stage, lines) in &self.schedules {
            for rule in published_faults(network, lines) {
                mild.add(self.policy.level(rule, *stage));
            }
        }
    }

    /// Whether a candidate would be the best if a check found no more than is known.
    fn could_win(&self, values: &[i64], outline: &Outline) -> bool {
        self.is_better(self.rank(values, outline.extent, outline.mild, 0))
    }

    fn is_better(&self, rank: Rank) -> bool {
        self.best.as_ref().is_none_or(|best| rank < best.rank)
    }

    fn rank(&self, values: &[i64], extent: i64, mild: Mild, lobe: i64) -> Rank {
        let largest = values.iter().copied().max().unwrap_or(1);
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let (warnings, notes) = (count(mild.warnings), count(mild.notes));
        // A stage planned anew is to be even, a field that is asked for to be reached with small dilations, any other to be wide: a note
        // costs no width.
        match (self.stage_extent.is_some(), self.has_target()) {
            (true, _) => (warnings, notes, lobe, largest),
            (_, true) => (warnings, notes, largest, extent),
            _ => (warnings, -extent, notes, largest),
        }
    }

    /// Checks a candidate by all rules; whether nothing is to be avoided in it. The best is kept.
    fn check(&mut self, values: &[i64], outline: &Outline) -> bool {
        let network = match changed(self.network, &set(self.network, self.places, values)) {
            Ok(network) => network,
            Err(error) => {
                self.unfit = Some(error);
                return false;
            }
        };
        // All layers are looked at by all rules.
        let layers = u64::try_from(network.layers.len()).unwrap_or(u64::MAX);
        self.work.0 = self.work.0.saturating_sub(layers.saturating_mul(50));
        let verdict = Verdict::new(check(&network, self.policy), &self.scope, self.request);
        if !verdict.denied.is_empty() {
            self.keep_near(values, 1, outline.short);
            return false;
        }
        let is_clean = self.is_free(verdict.mild);
        let rank = self.rank(values, outline.extent, verdict.mild, verdict.lobe);
        if self.is_better(rank) {
            self.best = Some(Best {
                values: values.to_vec(),
                network,
                verdict,
                extent: outline.extent,
                rank,
            });
        }
        is_clean
    }

    fn keep_near(&mut self, values: &[i64], fault: u8, short: i64) {
        let (values, distance) = (values.to_vec(), (fault, short));
        if self
            .near
            .as_ref()
            .is_none_or(|near| distance < near.distance)
        {
            self.near = Some(Near { values, distance });
        }
    }
}
