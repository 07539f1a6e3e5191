//! What was decided, or why nothing passes.

use std::fmt;

use crate::footprint::receptive_field;
use crate::network::{Knob, MapId, Network, PerAxis, times};
use crate::planner::tune::candidate::{changed, set};
use crate::planner::tune::wording::{dilations, stages_of};
use crate::rules::{Finding, Policy, check};

use super::candidate::{Scope, Verdict};
use super::found::{Best, Ended, Found};
use super::request::FillRequest;
use super::ways::{Step, reach, ways};

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
    /// Findings at level deny that have nothing to do with the places.
    pub elsewhere: Vec<Finding>,
    /// Networks that were looked at.
    pub nodes: u64,
    /// Whether it is proved that no better values pass.
    pub found: Found,
    /// The least receptive field that was asked of the network, if one was.
    pub target: Option<PerAxis<i64>>,
}

impl Filled {
    /// The answer of a search that found one.
    pub(super) fn new(places: Vec<usize>, policy: &Policy, best: Best, ended: &Ended) -> Self {
        Self {
            places,
            values: best.values,
            network: best.network,
            warnings: best.verdict.warned,
            elsewhere: best.verdict.elsewhere,
            nodes: ended.nodes,
            found: ended.found,
            target: policy.target.receptive_field,
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
    /// Networks that were looked at.
    pub nodes: u64,
    /// Whether it is proved that there are none.
    pub found: Found,
}

impl FillRefusal {
    pub(super) fn new(
        network: &Network,
        places: &[&Knob],
        policy: &Policy,
        request: &FillRequest<'_>,
        scope: &Scope,
        ended: Ended,
    ) -> Self {
        let nodes = ended.nodes;
        let refusal = |reason: String, nearest: Option<String>, relax: String, found: Found| Self {
            reason,
            nearest,
            relax,
            nodes,
            found,
        };
        let set = |values: &[i64]| changed(network, &set(network, places, values));
        let near = ended.near.as_ref().map(|near| (near, set(&near.values)));
        let Some((near, Ok(changed))) = near else {
            let unfit = ended.unfit.or(near.and_then(|(_, network)| network.err()));
            let why = unfit.map_or_else(String::new, |error| format!(": {error}"));
            let reason = format!("no dilations tried make a valid network{why}");
            let relax = "raise --budget, or put a number for some of the places".to_owned();
            return refusal(reason, None, relax, Found::CutShort);
        };
        let all: Vec<_> = places
            .iter()
            .flat_map(|place| &place.layers)
            .map(|&layer| (layer, changed.layers[layer].op))
            .collect();
        let written = Some(dilations(&changed, &stages_of(&changed, &all), ""));
        if near.is_short {
            let proved = ended.found == Found::Proved;
            let (reason, relax) = too_short(network, &changed, places, policy, request, proved);
            return refusal(reason, written, relax, ended.found);
        }
        let checked = check(&changed, policy);
        let verdict = Verdict::new(checked, scope, request.allowed, None);
        let Some(finding) = verdict.denied.first() else {
            let reason = "no dilations tried pass".to_owned();
            return refusal(
                reason,
                written,
                "raise --budget".to_owned(),
                Found::CutShort,
            );
        };
        let name = &changed.stages[finding.stage].name;
        let (rule, message) = (finding.rule.id, &finding.draft.message);
        // Of other rules nothing is proved.
        let found = match ended.found {
            Found::Proved if rule == "gridding" => Found::Proved,
            _ => Found::CutShort,
        };
        let ever = match found {
            Found::Proved => "whatever is put in",
            Found::CutShort => "with all that was tried",
        };
        let reason = format!("{ever}, a finding of {rule} is left in \"{name}\": {message}");
        let help = finding
            .draft
            .help
            .as_ref()
            .map_or_else(String::new, |help| format!("{help}; or "));
        let relax = format!(
            "{help}write \"?\" for more of the dilations, or set the level of {rule} in `[rules]`"
        );
        refusal(reason, written, relax, found)
    }
}

/// Why too little is seen, and what to do.
fn too_short(
    network: &Network,
    near: &Network,
    places: &[&Knob],
    policy: &Policy,
    request: &FillRequest<'_>,
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
    let target = policy.target.receptive_field;
    let missed =
        |asked: &PerAxis<i64>, seen: &PerAxis<i64>| asked.iter().zip(&seen[..]).any(|(a, s)| a > s);
    if let (Some(asked), Some(own)) = (own(network), own(near))
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
    let (Some(asked), Some(field)) = (target, seen(near)) else {
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
    let relax = match more_layers(near, places, &asked, &field).filter(|_| capped.is_empty()) {
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
        let on_it = ways.iter().filter(|way| {
            way.iter()
                .any(|part| part.step == Step::Place(places.len() - 1))
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
    (most.0 > 0).then(|| {
        (
            most.0,
            network.stages[network.layers[layer].stage].name.as_str(),
            most.1,
        )
    })
}

impl fmt::Display for FillRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)?;
        if let Some(nearest) = &self.nearest {
            write!(f, " ({nearest})")?;
        }
        if self.found == Found::CutShort {
            write!(f, "; not proved: {} networks were tried", self.nodes)?;
        }
        Ok(())
    }
}

impl std::error::Error for FillRefusal {}
