//! The search: candidates, one family after the other, each checked as the file that it makes.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::ops::ControlFlow;

use itertools::Itertools;

use crate::config::{Config, Level};
use crate::footprint::{Runs, Sight, receptive_field};
use crate::network::{Dilation, MapId, Network, PerAxis};
use crate::planner::{Budget, Goal, Rank, Request, plan};
use crate::rules::{Finding, check};

use super::FillRequest;
use super::paths::{Mode, Path, Step, paths, widest};
use super::slot::Slot;

/// The rule that a target is missed.
pub(super) const SHORT: &str = "receptive-field-short";
/// Number of largest dilations tried above the least that reaches what is asked.
const FURTHER: i64 = 64;
/// Schedules that are tried for a stage planned anew, the lowest lobe first.
const LISTED: usize = 16;
/// Schedules that are looked at for that list.
const LISTED_NODES: u64 = 100_000;
/// Orders in which places of different kernels take their turn: all of them up to so many places.
const MOST_PERMUTED: usize = 4;

/// A candidate and what the check says of it.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub values: Vec<i64>,
    pub config: Config,
    /// Findings at level deny.
    pub denied: usize,
    /// Warnings about stages that have a place to decide; others are the file's own.
    pub warned: usize,
    /// Positions that are missing of what is asked, over all outputs and axes.
    pub short: i64,
    /// Positions that outputs see, over all axes.
    pub field: i64,
    /// Findings at level deny that are not about what it sees in all.
    pub holes: usize,
    /// Peak grating lobe of the stage planned anew, in parts of a thousand million; 0 where there is none.
    pub lobe: i64,
}

impl Candidate {
    fn passes(&self) -> bool {
        self.denied == 0 && self.short == 0
    }
}

/// Receptive field of a stage on its own input, which planning it anew keeps.
fn stage_field(config: &Config, stage: Option<usize>) -> Option<PerAxis<i64>> {
    let stage = &config.network.stages[stage?];
    receptive_field(&config.network, stage.input, stage.output)
}

/// How a search ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told {
    /// Networks that were checked.
    pub nodes: u64,
    /// Whether the budget or the caller ended it.
    pub stopped: bool,
    /// Whether, if nothing was found, that is proved.
    pub proved: bool,
}

/// A lobe as a whole number, so that lobes that are computed alike compare alike.
fn billionths(lobe: f64) -> i64 {
    // A lobe is 0 to 1: its digits are those of a small number.
    format!("{:.0}", lobe * 1e9).parse().unwrap_or(i64::MAX)
}

/// Whether no run of a network has branches.
fn is_chain(network: &Network) -> bool {
    let runs = Runs::new(network);
    runs.ends()
        .into_iter()
        .all(|end| matches!(runs.sight(end, None), Sight::Chain(_)))
}

/// Whether places that share a way count the same on every way.
fn are_alike(ways: &[Path], slots: usize) -> bool {
    let mut counts: Vec<Vec<(usize, i64)>> = vec![Vec::new(); slots];
    for (index, way) in ways.iter().enumerate() {
        for part in way {
            if let Step::Slot(slot) = part.step {
                counts[slot].push((index, part.taps));
            }
        }
    }
    ways.iter().all(|way| {
        let mut on_it = way.iter().filter_map(|part| match part.step {
            Step::Slot(slot) => Some(&counts[slot]),
            Step::Fixed(_) => None,
        });
        on_it.all_equal()
    })
}

/// A search, and what it has found.
pub(super) struct Hunt<'a, R, P> {
    config: &'a Config,
    request: &'a FillRequest,
    slots: &'a [Slot],
    /// Least receptive field of the stage planned anew.
    field: Option<PerAxis<i64>>,
    reread: R,
    progress: P,
    seen: HashSet<Vec<i64>>,
    nodes: u64,
    stopped: bool,
    /// Whether the families hold the widest values of all.
    proved: bool,
    best: Option<Candidate>,
    /// The widest without a hole, or the one with the fewest findings.
    nearest: Option<Candidate>,
}

impl<'a, R, P> Hunt<'a, R, P>
where
    R: Fn(&[i64]) -> Option<Config>,
    P: FnMut(u64) -> ControlFlow<()>,
{
    pub(super) fn new(
        config: &'a Config,
        request: &'a FillRequest,
        slots: &'a [Slot],
        reread: R,
        progress: P,
    ) -> Self {
        Self {
            config,
            request,
            slots,
            field: stage_field(config, request.stage),
            reread,
            progress,
            seen: HashSet::new(),
            nodes: 0,
            stopped: false,
            proved: false,
            best: None,
            nearest: None,
        }
    }

    /// The best candidate that passes, and the nearest that does not.
    pub(super) fn run(mut self) -> (Option<Candidate>, Option<Candidate>, Told) {
        self.search();
        let told = Told {
            nodes: self.nodes,
            stopped: self.stopped,
            proved: self.proved && !self.stopped,
        };
        (self.best, self.nearest, told)
    }

    fn search(&mut self) {
        // What is there now may be the best already.
        if let Some(now) = self
            .slots
            .iter()
            .map(|slot| slot.now)
            .collect::<Option<Vec<i64>>>()
        {
            self.look(&now);
        }
        self.listed();
        if self.field.is_some() && self.is_clean() {
            return;
        }
        for mode in Mode::ALL {
            let ways = paths(&self.config.network, self.slots, mode.alone);
            let (orders, are_all) = self.orders(&ways);
            for order in orders {
                self.family(&ways, &order, mode);
                if self.stopped || self.is_clean() {
                    return;
                }
            }
            self.proved = are_all && is_chain(&self.config.network);
        }
        // Of chains the loosest family has the widest of all: nothing else can pass.
        if self.best.is_none() && !self.proved {
            self.try_all();
        }
    }

    fn is_clean(&self) -> bool {
        self.best.as_ref().is_some_and(|best| best.warned == 0)
    }

    /// The largest dilation to try.
    fn cap(&self) -> i64 {
        self.request
            .max_dilation
            .unwrap_or(i64::from(Dilation::LIMIT))
    }

    /// Whether a receptive field is asked for, so that no more than that is looked for. Beyond a global pool everything is seen.
    fn has_target(&self) -> bool {
        let network = &self.config.network;
        let is_finite = |&map: &MapId| receptive_field(network, MapId::INPUT, map).is_some();
        let by_file =
            self.config.target.receptive_field.is_some() && network.outputs.iter().any(is_finite);
        self.field.is_some() || by_file
    }

    /// Checks a candidate, unless it was checked before. Whether it passes, and what it lacks; `None` for no valid network.
    fn look(&mut self, values: &[i64]) -> Option<Candidate> {
        if self.stopped || self.nodes >= self.request.nodes {
            self.stopped = true;
            return None;
        }
        let is_new = self.seen.insert(values.to_vec());
        if is_new {
            self.nodes += 1;
            if (self.progress)(self.nodes).is_break() {
                self.stopped = true;
            }
        }
        let config = (self.reread)(values)?;
        let candidate = self.judge(values, config);
        if is_new {
            self.keep(&candidate);
        }
        Some(candidate)
    }

    fn judge(&self, values: &[i64], config: Config) -> Candidate {
        let network = &config.network;
        let checked = check(&config, false);
        let denied = checked.count(Level::Deny);
        let is_hole = |f: &&Finding| f.level == Level::Deny && f.rule.id != SHORT;
        let holes = checked.findings.iter().filter(is_hole).count();
        let lobe = self.request.stage.map_or(0, |stage| {
            checked.facts.stages[stage]
                .lobe
                .iter()
                .flatten()
                .map(|lobe| billionths(*lobe))
                .max()
                .unwrap_or(0)
        });
        let own = |stage: usize| self.slots.iter().any(|slot| slot.stage == stage);
        let warned = checked
            .findings
            .iter()
            .filter(|f| f.level == Level::Warn && own(f.stage))
            .count();
        drop(checked);
        let mut short = 0;
        let mut field = 0_i64;
        for &output in &network.outputs {
            // Beyond a global pool it sees everything.
            let Some(seen) = receptive_field(network, MapId::INPUT, output) else {
                let own =
                    |(slot, value): (&Slot, &i64)| slot.weight(self.config).saturating_mul(*value);
                field = field.saturating_add(
                    self.slots
                        .iter()
                        .zip(values)
                        .map(own)
                        .fold(0, i64::saturating_add),
                );
                continue;
            };
            for axis in 0..network.dims {
                field = field.saturating_add(seen[axis]);
                if let Some((target, _)) = config.target.receptive_field {
                    short += (target[axis] - seen[axis]).max(0);
                }
            }
        }
        if let Some(least) = self.field {
            match stage_field(&config, self.request.stage) {
                Some(seen) => {
                    short += (0..network.dims)
                        .map(|a| (least[a] - seen[a]).max(0))
                        .sum::<i64>();
                }
                None => short += 1,
            }
        }
        Candidate {
            values: values.to_vec(),
            denied,
            warned,
            short,
            field,
            holes,
            lobe,
            config,
        }
    }

    fn keep(&mut self, candidate: &Candidate) {
        let (has_stage, has_target) = (self.field.is_some(), self.has_target());
        let rank = |c: &Candidate| {
            let largest = c.values.iter().copied().max().unwrap_or(1);
            // A stage planned anew is to be even, a field that is asked for to be reached with small dilations, any other to be wide.
            match (has_stage, has_target) {
                (true, _) => (c.warned, c.lobe, largest),
                (_, true) => (c.warned, largest, c.field),
                _ => (c.warned, -c.field, largest),
            }
        };
        if candidate.passes() {
            if self
                .best
                .as_ref()
                .is_none_or(|best| rank(candidate) < rank(best))
            {
                self.best = Some(candidate.clone());
            }
            return;
        }
        let distance = |c: &Candidate| (c.holes, c.short, c.warned);
        if self
            .nearest
            .as_ref()
            .is_none_or(|near| distance(candidate) < distance(near))
        {
            self.nearest = Some(candidate.clone());
        }
    }

    /// For a stage that is one row of equal kernels: its schedules by the planner, the lowest lobe first.
    fn listed(&mut self) {
        let Some(field) = self.field else { return };
        let weights: Vec<i64> = self
            .slots
            .iter()
            .map(|slot| slot.weight(self.config))
            .collect();
        let (Some(&weight), Some(first)) = (weights.first(), self.slots.first()) else {
            return;
        };
        let plain = |slot: &Slot| Some(slot.stage) == self.request.stage && slot.axis.is_none();
        let copies = i64::try_from(first.layers.len()).unwrap_or(i64::MAX);
        let same_field = field.iter().all(|f| *f == field[0]);
        if !self.slots.iter().all(plain)
            || weights.iter().any(|w| *w != weight)
            || weight == 0
            || !same_field
        {
            return;
        }
        let layers = i64::try_from(self.slots.len()).unwrap_or(i64::MAX);
        let Ok(goal) = Goal::new(Request {
            repeat: copies,
            max_dilation: self.request.max_dilation,
            receptive_field: (Some(field[0]), None),
            rank: Rank::Lobe,
            top: LISTED,
            ..Request::new(weight / copies + 1, layers)
        }) else {
            return;
        };
        let budget = Budget {
            nodes: LISTED_NODES,
            words: 0,
        };
        let nodes = self.nodes;
        let Ok(plan) = plan(&goal, &budget, |_| (self.progress)(nodes)) else {
            return;
        };
        for schedule in plan.schedules {
            let found = self.look(&schedule.dilations);
            if self.stopped || found.is_some_and(|c| c.passes() && c.warned == 0) {
                return;
            }
        }
    }

    /// The orders in which places take their turn, and whether no other could reach further.
    ///
    /// Values that pass can be sorted; the widest in that order are nowhere below them, by induction over the places: what is decided
    /// before reaches at least as far. So all orders suffice, and one does where places are alike on every way.
    fn orders(&self, ways: &[Path]) -> (Vec<Vec<usize>>, bool) {
        let file: Vec<usize> = (0..self.slots.len()).collect();
        if are_alike(ways, self.slots.len()) {
            return (vec![file], true);
        }
        if file.len() <= MOST_PERMUTED {
            let all = file.iter().copied().permutations(file.len());
            return (all.collect(), true);
        }
        let weights: Vec<i64> = self
            .slots
            .iter()
            .map(|slot| slot.weight(self.config))
            .collect();
        let mut heavy = file.clone();
        heavy.sort_by_key(|&slot| Reverse(weights[slot]));
        let mut light = file.clone();
        light.sort_by_key(|&slot| weights[slot]);
        (vec![file, heavy, light], false)
    }

    /// The widest values for each largest dilation.
    fn family(&mut self, ways: &[Path], order: &[usize], mode: Mode) {
        let slots = self.slots;
        let of = |cap: i64| widest(slots, ways, order, mode, cap);
        // Above the largest that is ever used nothing changes.
        let top = of(self.cap())
            .into_iter()
            .max()
            .unwrap_or(1)
            .min(self.cap());
        if self.has_target() {
            self.upwards(&of, top);
        } else {
            self.downwards(&of, top);
        }
    }

    /// From the least largest dilation that reaches what is asked.
    fn upwards(&mut self, of: &dyn Fn(i64) -> Vec<i64>, top: i64) {
        let (mut low, mut high) = (1, top);
        while low < high {
            let middle = i64::midpoint(low, high);
            // What is no valid network, as it is too large, reaches far enough.
            let reaches = self.look(&of(middle)).is_none_or(|c| c.short == 0);
            if self.stopped {
                return;
            }
            if reaches {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        for cap in low..=top.min(low.saturating_add(FURTHER)) {
            let found = self.look(&of(cap));
            if self.stopped || found.is_some_and(|c| c.passes() && c.warned == 0) {
                return;
            }
        }
    }

    /// From the largest dilation down, in steps of a 32nd, and then by ones above the first that has no warning.
    fn downwards(&mut self, of: &dyn Fn(i64) -> Vec<i64>, top: i64) {
        let mut cap = top;
        let mut above = top;
        while cap >= 1 {
            let clean = self
                .look(&of(cap))
                .is_some_and(|c| c.passes() && c.warned == 0);
            if self.stopped {
                return;
            }
            if clean {
                for between in (cap + 1..above).rev() {
                    let found = self.look(&of(between));
                    if self.stopped || found.is_some_and(|c| c.passes() && c.warned == 0) {
                        return;
                    }
                }
                return;
            }
            above = cap;
            cap -= (cap / 32).max(1);
        }
    }

    /// All values up to a bound, and a higher one, until the budget ends it.
    fn try_all(&mut self) {
        let count = self.slots.len();
        let most = self.cap();
        let mut bound = 1;
        while bound <= most {
            let mut values = vec![1_i64; count];
            loop {
                if values.contains(&bound) {
                    self.look(&values);
                    if self.stopped || self.best.is_some() {
                        return;
                    }
                }
                let Some(place) = values.iter().rposition(|v| *v < bound) else {
                    break;
                };
                values[place] += 1;
                values[place + 1..].fill(1);
            }
            bound += 1;
        }
    }
}
