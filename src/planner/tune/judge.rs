//! Whether a network with other dilations passes what is asked of it.

use std::collections::{BTreeSet, HashSet};

use crate::footprint::{PeakLobe, RunFootprint, Runs};
use crate::network::{Knob, Network};
use crate::rules::{Facts, Level, Line, PUBLISHED, Policy, find, published_faults};

use super::candidate::{Candidates, knob_of};
use super::chain::Chain;
use super::effort::{UsedUp, Work, to_work};
use super::kept::{self, Kept};
use super::run::{Other, chain_of, ends_through, stay, stays_chain};
use super::sieve::RunOf;
use super::span::Span;

/// What a network must satisfy whose dilations are set.
pub(super) struct Judge<'a> {
    candidates: &'a Candidates<'a>,
    facts: &'a Facts<'a>,
    pub knobs: Vec<&'a Knob>,
    /// Those that are chains whatever the dilations are.
    pub chains: BTreeSet<Chain>,
    /// The others that are chains now: what must hold of them as long as they are.
    pub open: BTreeSet<Chain>,
    /// The others.
    others: Vec<Other>,
    /// Stages, and the rules on their schedules that they must pass.
    asked: Vec<Asked>,
    /// A stage whose grating lobe must not pass a bound.
    lobe: Option<(usize, f64)>,
    /// What keeps the receptive field; `None` where it may shrink.
    pub kept: Option<Kept>,
}

/// A stage and its schedules, and the rules on them that must pass.
#[derive(Debug)]
struct Asked {
    lines: Vec<Line>,
    rules: Vec<&'static str>,
}

/// Index of a stage, and a rule that must find nothing there beside gridding and the rules that deny.
pub(super) type Also = Option<(usize, &'static str)>;

impl<'a> Judge<'a> {
    /// Gridding and a common factor must go; the other published rules are asked for where they deny.
    pub(super) fn new(
        candidates: &'a Candidates<'a>,
        facts: &'a Facts<'a>,
        policy: &Policy,
        stages: &[usize],
        knobs: Vec<&'a Knob>,
        also: Also,
        field: Option<&kept::Asked>,
    ) -> Self {
        let mut runs: Vec<RunOf> = ends_through(&facts.runs, &knobs)
            .into_iter()
            .map(|end| (end, None))
            .collect();
        let mut lobe = None;
        if let Some((stage, rule)) = also {
            // What has gridding now is another finding.
            runs.retain(|&(end, scope)| !facts.run_footprint(end, scope).has_gridding());
            let own = &facts.stages[stage];
            let input = facts.network.stages[stage].input;
            match rule {
                "borrowed-coverage" => {
                    runs.extend(own.ends.iter().map(|&end| (end, Some(input))));
                }
                "grating-lobe" => {
                    let max = find(rule).map_or(1.0, |rule| policy.number(rule, stage, "max"));
                    lobe = Some((stage, max));
                }
                _ => {}
            }
        }
        let asked = stages.iter().map(|&stage| {
            let is_asked = |id: &&str| {
                let least = if *id == "common-factor" {
                    Level::Warn
                } else {
                    Level::Deny
                };
                let is_denied = find(id).is_some_and(|rule| policy.level(rule, stage) >= least);
                is_denied || also == Some((stage, *id))
            };
            Asked {
                lines: facts.stages[stage].lines.clone(),
                rules: PUBLISHED.into_iter().filter(is_asked).collect(),
            }
        });
        let asked = asked.filter(|asked| !asked.rules.is_empty());
        let kept = field.map(|field| Kept::new(facts.network, &facts.runs, &knobs, field));
        Self {
            asked: asked.collect(),
            lobe,
            kept,
            ..Self::of_runs(candidates, facts, &runs, knobs)
        }
    }

    /// Some runs must be without gridding, and nothing else is asked.
    pub(super) fn of_runs(
        candidates: &'a Candidates<'a>,
        facts: &'a Facts<'a>,
        runs: &[RunOf],
        knobs: Vec<&'a Knob>,
    ) -> Self {
        let set: HashSet<usize> = knobs.iter().flat_map(|knob| knob.layers.clone()).collect();
        let knob_of = knob_of(&knobs);
        let is_steady = stay(facts.network, set.iter().copied());
        let (mut chains, mut open) = (BTreeSet::new(), BTreeSet::new());
        let mut others = Vec::new();
        for &(end, scope) in runs {
            let footprint = facts.run_footprint(end, scope);
            let stays = matches!(*footprint, RunFootprint::Chain(_))
                && stays_chain(facts, end, scope, &set);
            if let RunFootprint::Chain(axes) = &*footprint {
                let found = axes.iter().enumerate();
                let found = found.map(|(axis, chain)| chain_of(chain, axis, &knob_of));
                let to = if stays { &mut chains } else { &mut open };
                to.extend(found.filter(|chain| !chain.free.is_empty()));
            }
            if !stays {
                others.push(Other::new(facts, (end, scope), &knob_of, is_steady));
            }
        }
        Self {
            candidates,
            facts,
            knobs,
            chains,
            open,
            others,
            asked: Vec::new(),
            lobe: None,
            kept: None,
        }
    }

    /// Whether all its runs are chains, whatever the dilations are.
    pub(super) fn has_only_chains(&self) -> bool {
        self.others.is_empty()
    }

    /// What it costs to try values: layers that are looked at, and words of the sets that branches make.
    pub(super) fn cost(&self, values: &[i64]) -> u64 {
        self.cost_of_sums()
            .saturating_add(self.cost_of_sets(values))
    }

    /// What it costs to see whether values pass but for branches and lobes.
    fn cost_of_sums(&self) -> u64 {
        let network = self.candidates.network;
        let own: usize = self.knobs.iter().map(|knob| knob.layers.len()).sum();
        let chains: usize = self
            .chains
            .iter()
            .map(|c| c.fixed.len() + c.free.len())
            .sum();
        let cost = to_work(50 + own + chains);
        let is_linear = self.kept.as_ref().is_none_or(Kept::is_linear);
        if !self.others.is_empty() || !is_linear {
            return cost.saturating_add(to_work(8 * network.layers.len()));
        }
        cost
    }

    /// What it costs to look at branches and lobes.
    fn cost_of_sets(&self, values: &[i64]) -> u64 {
        let mut cost = 0_u64;
        if let Some((stage, _)) = self.lobe {
            // Some thousand answers of each layer to a frequency.
            let layers = self.candidates.network.stages[stage].layers.len();
            cost = cost.saturating_add(to_work(500 * layers));
        }
        let drawn = self.others.iter().map(|other| other.drawn(values));
        drawn.fold(cost, u64::saturating_add)
    }

    /// Whether the network with the knobs at some values passes all that is asked, for what it costs to try.
    pub(super) fn tried(&self, values: &[i64], work: &mut Work) -> Result<bool, UsedUp> {
        work.take(self.cost_of_sums())?;
        let keeps_schedules = || {
            let look = |network: &Network| self.keeps_schedules(network);
            self.asked.is_empty() || self.candidates.with(&self.knobs, values, look)
        };
        let passes_sums = self.chains.iter().all(|chain| chain.is_hole_free(values))
            && keeps_schedules()
            && self.keeps_field(values);
        if !passes_sums {
            return Ok(false);
        }
        work.take(self.cost_of_sets(values))?;
        let has_hole = |other: &Other| {
            let sieve = other.sieve.as_ref();
            sieve.and_then(|sieve| sieve.has_hole(values)) == Some(true)
        };
        if self.others.iter().any(has_hole) {
            return Ok(false);
        }
        Ok(self.candidates.with(&self.knobs, values, |network| {
            self.others_are_free(network) && self.keeps_lobe(network)
        }))
    }

    fn keeps_field(&self, values: &[i64]) -> bool {
        self.kept.as_ref().is_none_or(|kept| {
            kept.holds(values, |look| {
                self.candidates.with(&self.knobs, values, look)
            })
        })
    }

    /// What must hold of the knobs so that no run has gridding.
    pub(super) fn spans(&self) -> impl Iterator<Item = &Span> {
        self.others.iter().flat_map(|other| &other.spans)
    }

    /// Whether values of which none is above its counterpart may keep the receptive field.
    pub(super) fn may_keep(&self, most: &[i64], work: &mut Work) -> Result<bool, UsedUp> {
        let Some(kept) = self.kept.as_ref().filter(|kept| kept.is_monotone()) else {
            return Ok(true);
        };
        let mut cost = 0;
        let holds = kept.holds(most, |look| {
            cost = self.cost_of_sums();
            self.candidates.with(&self.knobs, most, look)
        });
        work.take(cost)?;
        Ok(holds)
    }

    fn keeps_schedules(&self, network: &Network) -> bool {
        self.asked.iter().all(|Asked { lines, rules }| {
            published_faults(network, lines)
                .iter()
                .all(|fault| !rules.contains(&fault.id))
        })
    }

    /// Whether all runs are without gridding with the knobs at some values, which `network` has.
    pub(super) fn is_free_of_gridding(&self, values: &[i64], network: &Network) -> bool {
        self.chains.iter().all(|chain| chain.is_hole_free(values)) && self.others_are_free(network)
    }

    fn others_are_free(&self, network: &Network) -> bool {
        if self.others.is_empty() {
            return true;
        }
        let runs = Runs::new(network);
        let mut others = self.others.iter();
        others.all(|other| runs.is_free_of_gridding(other.run.0, other.run.1) == Some(true))
    }

    fn keeps_lobe(&self, network: &Network) -> bool {
        let facts = self.facts;
        self.lobe.is_none_or(|(stage, max)| {
            let own = &network.stages[stage];
            // An axis without an answer before has none now.
            (0..network.dims).all(|axis| {
                let now = facts.stages[stage].lobe[axis];
                now.is_none_or(|lobe| lobe.exact().is_none() && lobe.least() <= max)
                    || facts
                        .lobe(network, own, axis)
                        .and_then(PeakLobe::exact)
                        .is_some_and(|lobe| lobe <= max)
            })
        })
    }
}
