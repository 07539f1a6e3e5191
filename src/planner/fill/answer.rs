//! What was decided, or why nothing passes.

use std::fmt;

use crate::config::Config;
use crate::footprint::receptive_field;
use crate::network::{MapId, Network, PerAxis, times};
use crate::rules::Level;
use crate::rules::{Change, Finding, repair};

use super::FillRequest;
use super::hunt::{Candidate, SHORT, Told};
use super::paths::{Step, paths, reach};
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
    pub(super) fn new(config: &Config, slots: Vec<Slot>, best: Candidate, told: Told) -> Self {
        Self {
            slots,
            values: best.values,
            config: best.config,
            warnings: best.warned,
            nodes: told.nodes,
            complete: !told.stopped,
            target: config.policy.target.receptive_field,
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
    /// Whether it is proved that there are none.
    pub proved: bool,
}

impl FillRefusal {
    pub(super) fn new(
        config: &Config,
        slots: &[Slot],
        request: &FillRequest,
        nearest: Option<Candidate>,
        Told { nodes, proved, .. }: Told,
    ) -> Self {
        let told = |reason: String, nearest: Option<String>, relax: String, proved: bool| Self {
            reason,
            nearest,
            relax,
            nodes,
            proved,
        };
        let Some(near) = nearest else {
            let reason = "no dilations tried make a valid network".to_owned();
            let relax = "raise --budget, or put a number for some of the places".to_owned();
            return told(reason, None, relax, false);
        };
        let written = Some(written(&near.config, slots));
        if near.holes == 0 {
            let (reason, relax) = too_short(config, &near.config, slots, request, proved);
            return told(reason, written, relax, proved);
        }
        let checked = near.config.check();
        let is_hole = |f: &&Finding| f.level == Level::Deny && f.rule.id != SHORT;
        let Some(finding) = checked.findings.iter().find(is_hole) else {
            return told(
                "no dilations tried pass".to_owned(),
                written,
                "raise --budget".to_owned(),
                false,
            );
        };
        let name = &near.config.network.stages[finding.stage].name;
        let (rule, message) = (finding.rule.id, &finding.draft.message);
        // Of other rules nothing is proved.
        let proved = proved && rule == "gridding";
        let ever = if proved {
            "whatever is put in"
        } else {
            "with all that was tried"
        };
        let reason = format!("{ever}, a finding of {rule} is left in \"{name}\": {message}");
        let help = finding
            .draft
            .help
            .as_ref()
            .map_or_else(String::new, |help| format!("{}; or ", help.text));
        let relax = format!(
            "{help}write \"?\" for more of the dilations, or set the level of {rule} in `[rules]`"
        );
        told(reason, written, relax, proved)
    }
}

/// Why too little is seen, and what to do.
fn too_short(
    config: &Config,
    near: &Config,
    slots: &[Slot],
    request: &FillRequest,
    proved: bool,
) -> (String, String) {
    let most = if proved {
        "at most"
    } else {
        "as far as was tried"
    };
    let capped = request
        .max_dilation
        .map_or_else(String::new, |cap| format!(" with dilations up to {cap}"));
    let raise = if capped.is_empty() {
        ""
    } else {
        "raise --max-dilation, "
    };
    let seen = |network: &Network| {
        let output = network.outputs.first().copied().unwrap_or(MapId::INPUT);
        receptive_field(network, MapId::INPUT, output)
    };
    let own = |network: &Network| {
        let stage = &network.stages[request.stage?];
        receptive_field(network, stage.input, stage.output)
    };
    let target = config.policy.target.receptive_field;
    let missed =
        |asked: &PerAxis<i64>, seen: &PerAxis<i64>| asked.iter().zip(&seen[..]).any(|(a, s)| a > s);
    if let (Some(asked), Some(own)) = (own(&config.network), own(&near.network))
        && missed(&asked, &own)
    {
        let reason = format!(
            "without a hole the stage sees {most} {} positions{capped}; {} are to be kept",
            times(&own),
            times(&asked)
        );
        return (
            reason,
            format!("{raise}add a layer to the stage, or raise its `repeat`"),
        );
    }
    let (Some(asked), Some(field)) = (target, seen(&near.network)) else {
        return (
            format!("{most} too little is seen"),
            "raise --budget".to_owned(),
        );
    };
    let reason = format!(
        "without a hole the network sees {most} {} input positions{capped}, {} asked",
        times(&field),
        times(&asked)
    );
    let lower = format!("lower `receptive_field` to {}", times(&field));
    let relax = match more_layers(near, slots, &asked, &field).filter(|_| capped.is_empty()) {
        Some((count, name, reaches)) => {
            let layers = if count == 1 {
                "one \"?\" more".to_owned()
            } else {
                format!("{count} \"?\" more")
            };
            let kept = if count == 1 { "reaches" } else { "reach" };
            format!("{layers} in \"{name}\" {kept} {reaches}; or {lower}")
        }
        None => format!("{raise}{lower}, add a \"?\" to a stage, or raise its `repeat`"),
    };
    (reason, relax)
}

/// How many more places in the last stage that has one reach a target, and what is then seen: each multiplies the reach of the run.
fn more_layers<'c>(
    near: &'c Config,
    slots: &[Slot],
    asked: &PerAxis<i64>,
    field: &PerAxis<i64>,
) -> Option<(u32, &'c str, i64)> {
    let network = &near.network;
    let slot = slots.last()?;
    let layer = *slot.layers.first()?;
    let ways = paths(network, slots, false);
    // The ways know the values as places; the network that was read has them as numbers.
    let numbers: Vec<Option<i64>> = slots.iter().map(|slot| number(network, slot)).collect();
    let mut most: (u32, i64) = (0, 0);
    for axis in 0..network.dims {
        let weight = slot.weight(near);
        let position = network
            .facts(*network.layers[layer].inputs.first()?)
            .position?;
        let jump = position[axis].jump;
        let on_it = ways.iter().filter(|way| {
            way.iter()
                .any(|part| part.step == Step::Slot(slots.len() - 1))
        });
        let reached = on_it.map(|way| reach(way, &numbers)).min()?;
        let (mut run, mut count) = (reached, 0_u32);
        let sees = |run: i64| -> Option<i64> {
            let more = jump * i128::from(run - reached);
            field[axis].checked_add(i64::try_from(more.floor().to_integer()).ok()?)
        };
        while sees(run)? < asked[axis] {
            run = run.checked_mul(1 + weight).filter(|_| weight > 0)?;
            count += 1;
        }
        most = most.max((count, sees(run)?));
    }
    (most.0 > 0).then(|| (most.0, network.stages[slot.stage].name.as_str(), most.1))
}

/// The dilation that a network has in a place.
fn number(network: &Network, slot: &Slot) -> Option<i64> {
    let layer = *slot.layers.first()?;
    Some(network.layers[layer].op.dilations()[slot.axes[0]])
}

/// The lists of all stages with a place, as they read with a candidate's dilations.
fn written(config: &Config, slots: &[Slot]) -> String {
    let network = &config.network;
    let own = slots.iter().filter_map(|slot| slot.layers.first());
    let changes: Vec<Change> = own
        .map(|&layer| &network.layers[layer])
        .map(|layer| Change {
            layer: layer.original,
            dilation: layer.op.dilations(),
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
        if !self.proved {
            write!(f, "; not proved: {} networks were tried", self.nodes)?;
        }
        Ok(())
    }
}

impl std::error::Error for FillRefusal {}
