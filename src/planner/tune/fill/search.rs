//! The search: candidates, one family after the other, each judged in the network that it makes.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::ops::ControlFlow;

use crate::footprint::receptive_field;
use crate::network::{Dilation, Knob, MapId, Network, PerAxis, ShapeError};
use crate::planner::tune::candidate::{Candidates, changed, set};
use crate::planner::tune::effort::Work;
use crate::planner::tune::judge::{Judge, RunOf, ends_through};
use crate::rules::{self, Facts, Level, Policy, check, find};

use super::candidate::{Outline, Scope, Verdict, extent, published_warnings, stage_extent, warns};
use super::found::{Best, Ended, Found, Look, Near, Rank};
use super::line::Line;
use super::request::FillRequest;
use super::ways::{Mode, ways};

/// What a network may cost that is looked at, on the average, in units of work.
const COST: u64 = 20_000;

/// What the search asks of a candidate before it is checked.
struct Judges<'a> {
    candidates: &'a Candidates<'a>,
    /// Runs through any place.
    runs: Judge<'a>,
    /// Stages with a place on their own inputs, where a rule warns of holes there.
    alone: Vec<Judge<'a>>,
    /// The schedules of each stage with a place.
    lines: Vec<(usize, Vec<rules::Line>)>,
}

/// A search, and what it has found.
pub(super) struct Search<'a, P> {
    pub network: &'a Network,
    pub places: &'a [&'a Knob],
    pub policy: &'a Policy,
    pub request: &'a FillRequest<'a>,
    pub lines: Vec<Line>,
    scope: Scope,
    /// Least receptive field of the stage planned anew.
    pub stage_extent: Option<PerAxis<i64>>,
    /// Whether every run through a place must be without gridding.
    gridding_denied: bool,
    progress: P,
    seen: HashMap<Vec<i64>, Look>,
    work: Work,
    pub nodes: u64,
    pub stopped: bool,
    pub best: Option<Best>,
    near: Option<Near>,
    unfit: Option<ShapeError>,
}

impl<'a, P: FnMut(u64) -> ControlFlow<()>> Search<'a, P> {
    pub(super) fn new(
        network: &'a Network,
        places: &'a [&'a Knob],
        policy: &'a Policy,
        request: &'a FillRequest<'a>,
        progress: P,
    ) -> Self {
        let count = network.stages.len();
        Self {
            network,
            places,
            policy,
            request,
            lines: Line::of_places(network, places),
            scope: Scope {
                own: vec![false; count],
                near: vec![false; count],
                layers: vec![false; network.layers.len()],
            },
            stage_extent: stage_extent(network, request.stage),
            gridding_denied: true,
            progress,
            seen: HashMap::new(),
            work: Work(request.nodes.saturating_mul(COST)),
            nodes: 0,
            stopped: false,
            best: None,
            near: None,
            unfit: None,
        }
    }

    /// The best candidate that passes, and the nearest that does not.
    pub(super) fn run(mut self) -> (Scope, Ended) {
        let candidates = Candidates::new(self.network);
        let facts = Facts::new(self.network, &self.policy.target);
        let judges = self.judges(&candidates, &facts);
        let is_proved = self.search(&judges) && !self.stopped;
        let ended = Ended {
            best: self.best,
            near: self.near,
            unfit: self.unfit,
            nodes: self.nodes,
            found: if is_proved {
                Found::Proved
            } else {
                Found::CutShort
            },
        };
        (self.scope, ended)
    }

    fn judges<'j>(&mut self, candidates: &'j Candidates<'j>, facts: &Facts<'_>) -> Judges<'j>
    where
        'a: 'j,
    {
        let network = self.network;
        let ends = ends_through(&facts.runs, self.places);
        let Scope { own, near, layers } = &mut self.scope;
        for place in self.places {
            for &layer in &place.layers {
                layers[layer] = true;
                own[network.layers[layer].stage] = true;
            }
        }
        near.clone_from(own);
        for layer in ends.iter().flat_map(|&end| facts.runs.layers_of(end, None)) {
            near[network.layers[layer].stage] = true;
        }
        let denies = |stage: usize| {
            find("gridding").is_some_and(|rule| self.policy.level(rule, stage) == Level::Deny)
        };
        self.gridding_denied = (0..near.len()).all(|stage| !near[stage] || denies(stage));
        let borrowed = facts.stages.iter().filter(|stage| {
            let is_asked = own[stage.index] && stage.layers.len() > 1;
            is_asked && warns(self.policy, "borrowed-coverage", stage.index)
        });
        let of_runs =
            |runs: Vec<RunOf>| Judge::of_runs(candidates, facts, &runs, self.places.to_vec());
        let alone = borrowed.map(|stage| {
            let input = network.stages[stage.index].input;
            of_runs(stage.ends.iter().map(|&end| (end, Some(input))).collect())
        });
        let with_place = facts.stages.iter().filter(|stage| own[stage.index]);
        Judges {
            candidates,
            lines: with_place
                .map(|stage| (stage.index, stage.lines.clone()))
                .collect(),
            alone: alone.collect(),
            runs: of_runs(ends.into_iter().map(|end| (end, None)).collect()),
        }
    }

    /// Whether what was found is proved, unless it was stopped.
    fn search(&mut self, judges: &Judges<'_>) -> bool {
        let mut look = |this: &mut Self, values: &[i64]| this.look(judges, values);
        // What is there now may be the best already.
        let now: Option<Vec<i64>> = self.places.iter().map(|place| place.value).collect();
        if let Some(now) = now {
            look(self, &now);
        }
        self.listed(&mut look);
        let is_chain = judges.runs.has_only_chains();
        if self.stage_extent.is_some() && self.is_clean() {
            return true;
        }
        let mut are_all = false;
        for mode in Mode::ALL {
            let ways = ways(self.network, self.places, mode.alone);
            let (orders, is_every_order) = self.orders(&ways);
            for order in orders {
                self.family(&ways, &order, mode, &mut look);
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
            self.try_all(&mut look);
            return false;
        }
        self.beyond(&mut look)
    }

    fn is_clean(&self) -> bool {
        self.best
            .as_ref()
            .is_some_and(|best| best.verdict.warned == 0)
    }

    /// The largest dilation to try.
    pub(super) fn cap(&self) -> i64 {
        self.request
            .max_dilation
            .unwrap_or(i64::from(Dilation::LIMIT))
    }

    /// Whether a receptive field is asked for, so that no more than that is looked for. Beyond a global pool everything is seen.
    pub(super) fn has_target(&self) -> bool {
        let is_finite = |&map: &MapId| receptive_field(self.network, MapId::INPUT, map).is_some();
        let is_asked = self.policy.target.receptive_field.is_some()
            && self.network.outputs.iter().any(is_finite);
        self.stage_extent.is_some() || is_asked
    }

    /// Notes work that was done elsewhere; whether to go on.
    pub(super) fn goes_on(&mut self) -> ControlFlow<()> {
        (self.progress)(self.nodes)
    }

    /// Judges a candidate, unless that was done before; `None` where the work is used up.
    fn look(&mut self, judges: &Judges<'_>, values: &[i64]) -> Option<Look> {
        if let Some(look) = self.seen.get(values) {
            return (!self.stopped).then_some(*look);
        }
        let cost = judges.runs.cost(values);
        if self.nodes >= self.request.nodes || self.work.take(cost).is_none() {
            self.stopped = true;
        }
        if self.stopped {
            return None;
        }
        self.nodes += 1;
        if (self.progress)(self.nodes).is_break() {
            self.stopped = true;
        }
        let outline = self.outline(judges, values);
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

    fn outline(&self, judges: &Judges<'_>, values: &[i64]) -> Outline {
        let pairs = self.places.iter().zip(values);
        let reach = pairs.map(|(place, value)| {
            place
                .weight(self.network, place.axes.start)
                .saturating_mul(*value)
        });
        let beyond = reach.fold(0, i64::saturating_add);
        judges.candidates.with(self.places, values, |network| {
            let has_gridding = !judges.runs.is_free_of_gridding(values, network);
            let (extent, mut short) = extent(network, self.policy, beyond);
            if let Some(least) = self.stage_extent {
                short += stage_extent(network, self.request.stage).map_or(1, |seen| {
                    (0..network.dims).map(|a| (least[a] - seen[a]).max(0)).sum()
                });
            }
            let mut warned = 0;
            // A comment may allow what is counted here.
            if !has_gridding && self.request.allowed.is_none() {
                let lines = judges.lines.iter();
                warned = lines
                    .map(|(stage, lines)| published_warnings(network, self.policy, *stage, lines))
                    .sum();
                let alone = judges.alone.iter();
                warned += alone
                    .filter(|own| !own.is_free_of_gridding(values, network))
                    .count();
            }
            Outline {
                short,
                extent,
                warned,
                has_gridding,
            }
        })
    }

    /// Whether a candidate would be the best if a check found no more than is known.
    fn could_win(&self, values: &[i64], outline: &Outline) -> bool {
        let rank = self.rank(values, outline.extent, outline.warned, 0);
        self.best.as_ref().is_none_or(|best| rank < best.rank)
    }

    fn rank(&self, values: &[i64], extent: i64, warned: usize, lobe: i64) -> Rank {
        let largest = values.iter().copied().max().unwrap_or(1);
        let warned = i64::try_from(warned).unwrap_or(i64::MAX);
        // A stage planned anew is to be even, a field that is asked for to be reached with small dilations, any other to be wide.
        match (self.stage_extent.is_some(), self.has_target()) {
            (true, _) => (warned, lobe, largest),
            (_, true) => (warned, largest, extent),
            _ => (warned, -extent, largest),
        }
    }

    /// Checks a candidate by all rules; whether it becomes the best, and has no warning.
    fn check(&mut self, values: &[i64], outline: &Outline) -> bool {
        let ops = set(self.network, self.places, values);
        let network = match changed(self.network, &ops) {
            Ok(network) => network,
            Err(error) => {
                self.unfit = Some(error);
                return false;
            }
        };
        // All layers are looked at by all rules.
        let layers = u64::try_from(network.layers.len()).unwrap_or(u64::MAX);
        self.work.0 = self.work.0.saturating_sub(layers.saturating_mul(50));
        let checked = check(&network, self.policy);
        let verdict = Verdict::new(
            checked,
            &self.scope,
            self.request.allowed,
            self.request.stage,
        );
        if !verdict.denied.is_empty() {
            self.keep_near(values, 1, outline.short);
            return false;
        }
        let rank = self.rank(values, outline.extent, verdict.warned, verdict.lobe);
        let is_better = self
            .best
            .as_ref()
            .is_none_or(|best| rank.cmp(&best.rank) == Ordering::Less);
        let is_clean = verdict.warned == 0;
        if is_better {
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
        let distance = (fault, short);
        if self
            .near
            .as_ref()
            .is_none_or(|near| distance < near.distance)
        {
            self.near = Some(Near {
                values: values.to_vec(),
                is_short: fault == 0,
                distance,
            });
        }
    }
}
