//! The search: candidates, one family after the other, each checked as the file that it makes.

mod candidate;
mod family;

use std::collections::HashSet;
use std::ops::ControlFlow;

use crate::config::Config;
use crate::footprint::{RunFootprint, Runs, receptive_field};
use crate::network::{Dilation, MapId, Network, PerAxis};

use super::FillRequest;
use super::paths::{Mode, paths};
use super::slot::Slot;

pub(super) use candidate::{Candidate, SHORT};

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

/// Whether no run of a network has branches.
fn is_chain(network: &Network) -> bool {
    let runs = Runs::new(network);
    runs.ends()
        .into_iter()
        .all(|end| matches!(runs.run_footprint(end, None), RunFootprint::Chain(_)))
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
                // Where no field is asked for, a looser family may be clean too, and wider.
                if self.stopped || (self.is_clean() && self.has_target()) {
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
        let by_file = self.config.policy.target.receptive_field.is_some()
            && network.outputs.iter().any(is_finite);
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
}
