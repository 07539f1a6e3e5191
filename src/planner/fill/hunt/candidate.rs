//! A candidate: dilations for all places, and what the check says of the file with them.

use std::ops::ControlFlow;

use crate::config::Config;
use crate::footprint::receptive_field;
use crate::network::MapId;
use crate::planner::fill::slot::Slot;
use crate::rules::Finding;
use crate::rules::Level;

use super::{Hunt, stage_field};

/// The rule that a target is missed.
pub(in crate::planner::fill) const SHORT: &str = "receptive-field-short";

/// A candidate and what the check says of it.
#[derive(Clone, Debug)]
pub(in crate::planner::fill) struct Candidate {
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
    pub(super) fn passes(&self) -> bool {
        self.denied == 0 && self.short == 0
    }
}

/// A lobe as a whole number, so that lobes that are computed alike compare alike.
fn billionths(lobe: f64) -> i64 {
    // A lobe is 0 to 1: its digits are those of a small number.
    format!("{:.0}", lobe * 1e9).parse().unwrap_or(i64::MAX)
}

impl<R, P> Hunt<'_, R, P>
where
    R: Fn(&[i64]) -> Option<Config>,
    P: FnMut(u64) -> ControlFlow<()>,
{
    pub(super) fn judge(&self, values: &[i64], config: Config) -> Candidate {
        let network = &config.network;
        let checked = config.check();
        let denied = checked.count(Level::Deny);
        let is_hole = |f: &&Finding| f.level == Level::Deny && f.rule.id != SHORT;
        let holes = checked.findings.iter().filter(is_hole).count();
        let lobe = self.request.stage.map_or(0, |stage| {
            checked.facts.stages[stage]
                .lobe
                .iter()
                .flatten()
                .map(|lobe| billionths(lobe.least()))
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
                if let Some(target) = config.policy.target.receptive_field {
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

    pub(super) fn keep(&mut self, candidate: &Candidate) {
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
}
