//! What was decided, or why nothing passes.

use std::fmt;

use itertools::Itertools;

use crate::config::{Config, Level};
use crate::footprint::receptive_field;
use crate::network::{MapId, PerAxis, times};
use crate::rules::{Change, check, repair};

use super::Candidate;
use super::slot::Slot;

/// Dilations for every undecided place.
#[derive(Clone, Debug)]
pub struct Filled {
    /// The places, in the order of the file.
    pub slots: Vec<Slot>,
    /// A dilation for each.
    pub values: Vec<i64>,
    /// The network with these dilations.
    pub config: Config,
    /// Warnings about stages with such a place.
    pub warnings: usize,
    /// Networks that were checked.
    pub nodes: u64,
    /// Whether the search came to its end.
    pub complete: bool,
    /// The least receptive field that was asked of the network, if one was.
    pub target: Option<PerAxis<i64>>,
}

impl Filled {
    pub(super) fn new(
        config: &Config,
        slots: Vec<Slot>,
        best: Candidate,
        nodes: u64,
        stopped: bool,
    ) -> Self {
        Self {
            slots,
            values: best.values,
            config: best.config,
            warnings: best.warned,
            nodes,
            complete: !stopped,
            target: config.target.receptive_field.map(|(target, _)| target),
        }
    }
}

/// Why no dilations were found with which the network passes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FillRefusal {
    /// The reason, in numbers.
    pub reason: String,
    /// Dilations that come nearest, as they would be written, and what they see.
    pub nearest: Option<String>,
    /// What to relax.
    pub relax: String,
    /// Networks that were checked.
    pub nodes: u64,
    /// Whether the search came to its end before its budget did.
    pub searched: bool,
}

impl FillRefusal {
    pub(super) fn new(
        config: &Config,
        slots: &[Slot],
        nearest: Option<Candidate>,
        nodes: u64,
        stopped: bool,
    ) -> Self {
        let searched = !stopped;
        let Some(near) = nearest else {
            return Self {
                reason: "no dilations tried make a valid network".to_owned(),
                nearest: None,
                relax: "raise --budget, or put a number for some of the places".to_owned(),
                nodes,
                searched,
            };
        };
        let network = &near.config.network;
        let fields = || {
            let seen = |&map: &MapId| receptive_field(network, MapId::INPUT, map);
            network
                .outputs
                .iter()
                .filter_map(seen)
                .map(|field| times(&field))
                .join(" and ")
        };
        let written = Some(written(&near.config, slots));
        if near.short > 0 {
            let target = config.target.receptive_field.map(|(target, _)| target);
            let asked = target.map_or_else(
                || "its present receptive field".to_owned(),
                |target| format!("a receptive field of {}", times(&target)),
            );
            let field = fields();
            return Self {
                reason: format!(
                    "no dilations found see {asked} without a hole: the nearest see {field}"
                ),
                nearest: written,
                relax: match target {
                    Some(_) => format!(
                        "lower `receptive_field` to {field}, add a `\"?\"` to a stage, or raise its `repeat`"
                    ),
                    None => "add a layer to the stage, or raise its `repeat`".to_owned(),
                },
                nodes,
                searched,
            };
        }
        let checked = check(&near.config, false);
        let finding = checked.findings.iter().find(|f| f.level == Level::Deny);
        let reason = finding.map_or_else(
            || "no dilations found pass".to_owned(),
            |finding| {
                format!(
                    "whatever is put in, a finding of {} is left in \"{}\": {}",
                    finding.rule.id, network.stages[finding.stage].name, finding.draft.message
                )
            },
        );
        let relax = finding.map_or_else(
            || "raise --budget".to_owned(),
            |finding| {
                format!(
                    "write \"?\" for the dilations of \"{}\" too, or set the level of {} in `[rules]`",
                    network.stages[finding.stage].name, finding.rule.id
                )
            },
        );
        Self {
            reason,
            nearest: written,
            relax,
            nodes,
            searched,
        }
    }
}

/// The lists of all stages with a place, as they read with a candidate's dilations.
fn written(config: &Config, slots: &[Slot]) -> String {
    let network = &config.network;
    let own = slots.iter().filter_map(|slot| slot.layers.first());
    let changes: Vec<Change> = own
        .map(|&layer| &network.layers[layer])
        .map(|layer| Change {
            origin: layer.origin,
            dilation: layer.op.axes.map(|op| match op {
                crate::network::AxisOp::Window(window) => i64::from(window.dilation),
                _ => 1,
            }),
        })
        .collect();
    repair::written(network, &changes)
}

impl fmt::Display for FillRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)?;
        if let Some(nearest) = &self.nearest {
            write!(f, " ({nearest})")?;
        }
        if !self.searched {
            write!(
                f,
                "; the search ended after {} networks before all were tried",
                self.nodes
            )?;
        }
        Ok(())
    }
}

impl std::error::Error for FillRefusal {}
