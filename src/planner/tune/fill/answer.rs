//! What was decided, or why nothing passes.

use std::fmt;

use crate::footprint::seen_beside_pools;
use crate::network::{Knob, MapId, Network, PerAxis, times};
use crate::planner::tune::candidate::{changed, set};
use crate::planner::tune::chain::least_reach;
use crate::planner::tune::wording::{dilations, stages_of};
use crate::rules::{Finding, check};

use super::candidate::{Found, Verdict, stage_extent};
use super::search::Search;
use super::ways::ways;

/// Dilations for every place that was to be decided.
#[derive(Clone, Debug)]
pub struct Filled {
    /// The places, as indices of the knobs.
    pub places: Vec<usize>,
    /// A dilation for each.
    pub values: Vec<i64>,
    /// The network with these dilations, padding carried along.
    pub network: Network,
    /// Warnings about stages with such a place.
    pub warnings: usize,
    /// Notes about them.
    pub notes: usize,
    /// Findings at level deny that have nothing to do with the places.
    pub elsewhere: Vec<Finding>,
    /// Networks that were looked at.
    pub nodes: u64,
    /// Whether it is proved that no better values pass.
    pub found: Found,
    /// The least receptive field that was asked of the network, if one was.
    pub target: Option<PerAxis<i64>>,
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
    /// Networks that were looked at.
    pub nodes: u64,
    /// Whether it is proved that there are none.
    pub found: Found,
}

impl FillRefusal {
    /// Why a search found nothing.
    pub(super) fn new(search: &Search<'_>) -> Self {
        let (network, places) = (search.network, search.places);
        let none = Self {
            reason: "none of the dilations tried pass".to_owned(),
            nearest: None,
            relax: "raise --budget".to_owned(),
            nodes: search.nodes,
            found: Found::CutShort,
        };
        let set = |values: &[i64]| changed(network, &set(network, places, values));
        let near = search.near.as_ref().map(|near| (near, set(&near.values)));
        let Some((near, Ok(changed))) = near else {
            let unfit = search.unfit.clone();
            let unfit = unfit.or(near.and_then(|(_, network)| network.err()));
            let why = unfit.map_or_else(String::new, |error| format!(": {error}"));
            return Self {
                reason: format!("none of the dilations tried make a valid network{why}"),
                relax: "raise --budget, or write a number in place of some \"?\"".to_owned(),
                ..none
            };
        };
        let layers = places.iter().flat_map(|place| &place.layers);
        let all: Vec<_> = layers
            .map(|&layer| (layer, changed.layers[layer].op))
            .collect();
        let none = Self {
            nearest: Some(dilations(&changed, &stages_of(&changed, &all), "")),
            ..none
        };
        if near.distance.0 == 0 {
            let (reason, relax) = too_short(search, &changed);
            return Self {
                reason,
                relax,
                found: search.found,
                ..none
            };
        }
        let checked = check(&changed, search.policy);
        let verdict = Verdict::new(checked, &search.scope, search.request);
        let Some(finding) = verdict.denied.first() else {
            return none;
        };
        let name = &changed.stages[finding.stage].name;
        let (rule, message) = (finding.rule.id, &finding.draft.message);
        // Of other rules nothing is proved.
        let found = match search.found {
            Found::Proved if rule != "gridding" => Found::NotAll,
            found => found,
        };
        let none_pass = if found == Found::Proved {
            "no dilations pass"
        } else {
            "none of the dilations tried pass"
        };
        let help = finding.draft.help.as_ref();
        let help = help.map_or_else(String::new, |help| format!("{help}; or "));
        Self {
            reason: format!(
                "{none_pass}; the nearest break the rule {rule} in \"{name}\": {message}"
            ),
            relax: format!(
                "{help}write \"?\" for more of the dilations, or set the level of {rule} in `[rules]`"
            ),
            found,
            ..none
        }
    }
}

/// Why too little is seen with the nearest values, and what to do.
fn too_short(search: &Search<'_>, near: &Network) -> (String, String) {
    let tried = match search.found {
        Found::Proved => "",
        Found::NotAll | Found::CutShort => ", of those tried",
    };
    let (capped, raise) = match search.request.max_dilation {
        Some(cap) => (
            format!(" with dilations up to {cap}"),
            "raise --max-dilation, ",
        ),
        None => (String::new(), ""),
    };
    let own = stage_extent(near, search.request.stage);
    let missed =
        |asked: &PerAxis<i64>, seen: &PerAxis<i64>| asked.iter().zip(&seen[..]).any(|(a, s)| a > s);
    if let (Some(asked), Some(own)) = (search.stage_extent, own)
        && missed(&asked, &own)
    {
        let reason = format!(
            "without holes the stage sees at most {} positions{capped}{tried}; it sees {} now",
            times(&own),
            times(&asked)
        );
        return (
            reason,
            format!("{raise}add a layer to the stage, or raise its `repeat`"),
        );
    }
    let output = near.outputs.first().copied().unwrap_or(MapId::INPUT);
    let Some(asked) = search.policy.target.receptive_field else {
        return (
            "the network sees too little".to_owned(),
            "raise --budget".to_owned(),
        );
    };
    let seen = seen_beside_pools(near, MapId::INPUT, output);
    let field = PerAxis::from_fn(near.dims, |axis| seen[axis].unwrap_or(asked[axis]));
    let reason = format!(
        "without holes the network sees at most {} input positions{capped}{tried}; the target is {}",
        times(&field),
        times(&asked)
    );
    let lower = format!("lower `receptive_field` to {}", times(&field));
    let relax = match more_layers(near, search.places, &asked, &field).filter(|_| capped.is_empty())
    {
        Some((count, name, reaches)) => {
            let (layers, reach) = match count {
                1 => ("one".to_owned(), "reaches"),
                _ => (count.to_string(), "reach"),
            };
            format!("{layers} \"?\" more in \"{name}\" {reach} {reaches}; or {lower}")
        }
        None => format!("{raise}{lower}, add a \"?\" to a stage, or raise its `repeat`"),
    };
    (reason, relax)
}

/// How many more places in the last stage that has one reach a target, and what is then seen: each multiplies the reach of the run.
fn more_layers<'c>(
    network: &'c Network,
    places: &[&Knob],
    asked: &PerAxis<i64>,
    field: &PerAxis<i64>,
) -> Option<(u32, &'c str, i64)> {
    let place = places.last()?;
    let layer = *place.layers.first()?;
    let ways = ways(network, places, false);
    // The ways know the values as places; the network has them as numbers.
    let numbers: Vec<Option<i64>> = places.iter().map(|place| place.read(network)).collect();
    let mut most: (u32, i64) = (0, 0);
    for axis in 0..network.dims {
        let weight = place.weight(network, place.axes.start);
        let position = network
            .facts(*network.layers[layer].inputs.first()?)
            .position?;
        let jump = position[axis].jump;
        let reached = least_reach(&ways, places.len() - 1, &numbers)?;
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
    let name = &network.stages[network.layers[layer].stage].name;
    (most.0 > 0).then_some((most.0, name, most.1))
}

impl fmt::Display for FillRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)?;
        if let Some(nearest) = &self.nearest {
            write!(f, " ({nearest})")?;
        }
        if self.found != Found::Proved {
            write!(f, "; not proved: only {} networks were tried", self.nodes)?;
        }
        Ok(())
    }
}

impl std::error::Error for FillRefusal {}
