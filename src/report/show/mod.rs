//! What `degrid show` reports: the footprint of one output position, and measures of every stage.
//!
//! One owned model: its JSON is the command's JSON, and the terminal prints the same numbers.

mod curves;
mod footprint;
mod layers;
mod scope;
mod stage;
mod weights;

pub use curves::{Curves, LobeReport, Profile, SpectrumReport, Wanted};
pub use footprint::FootprintReport;
pub use layers::{Step, steps};
pub use scope::{Scope, ScopeError, Selection, scope, stage_named};
pub use stage::{ShowStage, show_stages};
pub use weights::{WeightCount, channels, weight_count};

use num_rational::Ratio;
use serde::Serialize;

use crate::config::Config;
use crate::footprint::{
    Footprint, FootprintError, View, leaves_pools_out, receptive_field_beside_pools,
};
use crate::network::{MapId, Network, PerAxis};

use layers::layers_between;
use stage::stage_seen;

use super::VERSION;
use super::answer::{Answer, GlobalPools};
use super::file::{NetworkReport, network_report};

/// What `degrid show` reports of a network.
#[derive(Clone, Debug, Serialize)]
pub struct ShowReport {
    /// Version of this layout.
    pub version: u32,
    /// Does the network grid, where, and what follows from it: that of `degrid check`.
    pub answer: Answer,
    /// The network, with the map whose position is shown as its output.
    pub network: NetworkReport,
    /// How far the network downsamples.
    pub resolution: Resolution,
    /// The output position, per axis.
    pub unit: PerAxis<i64>,
    /// What it reads.
    pub footprint: FootprintReport,
    /// Each stage on its own input, without borders.
    pub stages: Vec<ShowStage>,
    /// What the network is called in titles.
    #[serde(skip)]
    pub title: String,
    /// The part that is shown; none for all of the network.
    #[serde(skip)]
    pub part: Option<String>,
    /// Unclipped receptive field of what is shown, in positions of the map read per axis; none beyond a global pool.
    #[serde(skip)]
    pub field: Option<PerAxis<i64>>,
    /// Weights of what is shown, against one dense kernel; none where they cannot be counted.
    #[serde(skip)]
    pub weights: Option<WeightCount>,
    /// What a reader should know of how the numbers came about.
    #[serde(skip)]
    pub notes: Vec<String>,
}

impl ShowReport {
    /// Looks at one output position of a network.
    ///
    /// # Errors
    /// [`FootprintError`] where the positions that it reads cannot be held.
    pub fn new<'a>(
        title: String,
        config: &Config,
        scope: &Scope<'a>,
        pools: GlobalPools,
    ) -> Result<(Self, Footprint<'a>), FootprintError> {
        let view: &View<'a> = &scope.view;
        let network = view.network;
        let seen = Footprint::new(view)?;
        let mut notes = scope.notes.clone();
        let passes_pool = network.passes_global_pool(view.from, view.to);
        if passes_pool {
            let is_left_out = leaves_pools_out(network, view.from, view.to);
            let note = match (view.clip, view.pools || !is_left_out) {
                (true, true) => "a global pool reads everything",
                (true, false) => {
                    "a global pool reads everything and is left out; `--with-global-pools` keeps it"
                }
                (false, _) => "a global pool reads everything and is left out",
            };
            notes.push(note.to_owned());
        }
        let checked = config.check();
        let answer = Answer::new(&checked, pools);
        let mut lobes = checked.facts.into_lobes();
        let report = Self {
            version: VERSION,
            answer,
            network: network_report(network, scope.output),
            resolution: Resolution::new(network, scope.output),
            unit: view.position,
            footprint: FootprintReport::new(view, &seen, &mut lobes)?,
            stages: show_stages(config, &mut lobes),
            title,
            part: scope.part.clone(),
            field: if passes_pool && view.pools {
                None
            } else {
                receptive_field_beside_pools(network, view.from, view.to)
            },
            weights: weight_count(network, view.from, view.to),
            notes,
        };
        Ok((report, seen))
    }

    /// Adds curves: of the footprint, and of each stage on its own input without borders.
    pub fn add_curves(
        &mut self,
        config: &Config,
        view: &View<'_>,
        seen: &Footprint,
        wanted: Wanted,
    ) {
        if !wanted.any() {
            return;
        }
        self.footprint.curves = Curves::new(view, Some(seen), wanted);
        let network = &config.network;
        for (stage, report) in network.stages.iter().zip(&mut self.stages) {
            let field = report.stage.receptive_field.as_ref();
            let view = View::unclipped(network, stage.output, stage.input);
            let seen = wanted
                .profile
                .then(|| stage_seen(network, stage, field))
                .flatten();
            report.curves = Curves::new(&view, seen.as_ref().map(|(_, seen)| seen), wanted);
        }
    }
}

/// Resolutions on the way from the input to an output, per axis, in input positions per position (strings such as `16` or `1/2`).
#[derive(Clone, Debug, Serialize)]
pub struct Resolution {
    /// Of the coarsest map.
    pub downsampling: Vec<String>,
    /// Of the coarsest map on the finest path: objects that are closer merge. Null where only a global pool leads to the output.
    pub smallest_object: Option<Vec<String>>,
    /// The stage that writes the coarsest map; none for the input.
    #[serde(skip)]
    pub coarsest: Option<String>,
}

impl Resolution {
    /// The resolutions on the way to `output`.
    #[must_use]
    pub fn new(network: &Network, output: MapId) -> Self {
        let one = Ratio::from_integer(1);
        let mut most = vec![one; network.dims];
        let mut coarsest = None;
        for layer in layers_between(network, MapId::INPUT, output) {
            for (axis, most) in most.iter_mut().enumerate() {
                let position = network.maps[layer + 1].along(axis);
                if let Some(jump) = position.map(|p| p.jump).filter(|jump| *jump > *most) {
                    *most = jump;
                    coarsest = Some(layer);
                }
            }
        }
        let finest: Option<Vec<String>> = (0..network.dims)
            .map(|axis| Some(network.coarsest(axis)[output.0]?.to_string()))
            .collect();
        Self {
            downsampling: most.iter().map(ToString::to_string).collect(),
            smallest_object: finest,
            coarsest: coarsest.map(|layer| {
                let stage = network.layers[layer].stage;
                network.stages[stage].name.clone()
            }),
        }
    }
}
