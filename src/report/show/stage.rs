//! What `degrid show` reports of each stage: its footprint on its own input, without borders.

use serde::Serialize;

use crate::config::Config;
use crate::footprint::{Footprint, LobeSearch, View, taps_inside};
use crate::network::{AxisOp, Network, OpKind, PerAxis, Stage, volume};
use crate::report::measures::{Measures, StageSummary};

use super::curves::Curves;
use super::footprint::FootprintReport;
use super::weights::{WeightCount, weight_count};

/// Largest product of layers and positions (per axis) for which a stage's footprint is walked.
const MOST_STEPS: i64 = 1 << 31;

/// Most positions over all axes of a stage's footprint.
const MOST_CELLS: i64 = 1 << 26;

/// What `degrid show` reports of a stage. Arrays have an entry for each axis; null is what is not defined, or too large to be measured.
#[derive(Clone, Debug, Serialize)]
pub struct ShowStage {
    /// Its name, dilations and receptive field.
    #[serde(flatten)]
    pub stage: StageSummary,
    /// Positions of its input per position of its output; null behind a global pool.
    pub jump: Option<Vec<String>>,
    /// Positions of its output; null where the input size is not given.
    pub size: Option<PerAxis<i64>>,
    /// Measures of what one output position reads.
    #[serde(flatten)]
    pub measures: Measures,
    /// Share of positions that neighbouring outputs both read, 0 to 1.
    pub overlap: Option<Vec<Option<f64>>>,
    /// Its weights, against one dense kernel.
    pub weights: Option<WeightCount>,
    /// Share of output positions at which all taps lie inside the map, 0 to 1: of its layers the least; null without an input size.
    pub outer_taps: Option<f64>,
    /// Its curves, where they were asked for.
    #[serde(flatten)]
    pub curves: Curves,
}

/// Reports of all stages.
#[must_use]
pub fn show_stages(config: &Config, lobes: &mut LobeSearch) -> Vec<ShowStage> {
    let network = &config.network;
    let stages = network.stages.iter();
    stages.map(|stage| report(network, stage, lobes)).collect()
}

fn report(network: &Network, stage: &Stage, lobes: &mut LobeSearch) -> ShowStage {
    let summary = StageSummary::new(network, stage);
    let footprint = measured(network, stage, summary.receptive_field.as_ref(), lobes);
    let (measures, overlap) = footprint.map_or_else(Default::default, |f| (f.measures, f.overlap));
    let jump = || {
        let position = |map| {
            let facts = network.facts(map);
            facts.position.filter(|_| !facts.is_pooled())
        };
        let (to, from) = (position(stage.output)?, position(stage.input)?);
        let jumps = to.iter().zip(from.iter());
        Some(jumps.map(|(a, b)| (a.jump / b.jump).to_string()).collect())
    };
    ShowStage {
        stage: summary,
        jump: jump(),
        size: network.facts(stage.output).size,
        measures,
        overlap,
        weights: weight_count(network, stage.input, stage.output),
        outer_taps: outer_taps(network, stage),
        curves: Curves::default(),
    }
}

/// Measures of the footprint on the stage's own input.
fn measured(
    network: &Network,
    stage: &Stage,
    field: Option<&PerAxis<i64>>,
    lobes: &mut LobeSearch,
) -> Option<FootprintReport> {
    let (view, seen) = stage_seen(network, stage, field)?;
    FootprintReport::new(&view, &seen, lobes).ok()
}

/// The footprint on the stage's own input; `None` where it would take long, or pass a limit.
pub(super) fn stage_seen<'a>(
    network: &'a Network,
    stage: &Stage,
    field: Option<&PerAxis<i64>>,
) -> Option<(View<'a>, Footprint<'a>)> {
    if let Some(field) = field {
        let longest = field.iter().copied().max().unwrap_or(1);
        let layers = i64::try_from(stage.layers.len()).unwrap_or(i64::MAX);
        let mut ops = stage.layers.iter().map(|&layer| network.layers[layer].op);
        let has_merges = ops.any(|op| op.kind.is_merge());
        let cells = volume(field.iter().copied())?;
        if longest.saturating_mul(layers) > MOST_STEPS || (has_merges && cells > MOST_CELLS) {
            return None;
        }
    }
    let view = View::unclipped(network, stage.output, stage.input);
    let seen = Footprint::new(&view).ok()?;
    Some((view, seen))
}

/// The least share of output positions at which all taps of a convolution are inside, over a stage's layers; see [`taps_inside`].
fn outer_taps(network: &Network, stage: &Stage) -> Option<f64> {
    let share = |layer: usize| {
        let layer = &network.layers[layer];
        let size = network.facts(*layer.inputs.first()?).size?;
        if layer.op.kind != OpKind::Conv {
            return None;
        }
        let mut share = None;
        for (op, n) in layer.op.axes.iter().zip(size.iter()) {
            if let AxisOp::Window(window) = op
                && window.kernel.get() > 1
            {
                share = Some(share.unwrap_or(1.0) * taps_inside(window, *n)?.share());
            }
        }
        share
    };
    let shares = stage.layers.iter().filter_map(|&layer| share(layer));
    shares.min_by(f64::total_cmp)
}
