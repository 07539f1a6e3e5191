//! What `degrid show --writes` reports: how often transposed layers write each position of a map.

use serde::Serialize;

use crate::footprint::{AxisWrites, MapWrites, WritesError};
use crate::network::{AxisOp, Layer, MapId, Network, OpKind, PerAxis, Stage};

use super::VERSION;
use super::json::Nested;
use super::show::{ScopeError, stage_named};

/// Most cells of a grid that is reported.
const MOST_CELLS: usize = 1 << 12;

/// Most positions along an axis of a map that is counted with its borders.
const MOST_POSITIONS: i64 = 1 << 14;

/// What `degrid show --writes` reports of a network.
#[derive(Clone, Debug, Serialize)]
pub struct WritesReport {
    /// Version of this layout.
    pub version: u32,
    /// Name of the network; null where not given.
    pub name: Option<String>,
    /// Number of axes.
    pub dims: usize,
    /// The stages with a transposed layer, each from its own input.
    pub stages: Vec<StageWrites>,
    /// All layers together, from the input of the first of these stages to the network's output; null where that is the same stage.
    pub stacked: Option<StageWrites>,
    /// What the network is called in titles.
    #[serde(skip)]
    pub title: String,
    /// Whether only one stage is shown.
    #[serde(skip)]
    pub only: Option<String>,
}

/// Writes of a stage's output, counted from the stage's input.
#[derive(Clone, Debug, Serialize)]
pub struct StageWrites {
    /// Its name; of several stages the first and the last.
    pub name: String,
    /// Its transposed layers, such as `k3 s2`.
    pub transposed: Vec<String>,
    /// The counts; null where they pass a limit.
    pub writes: Option<Writes>,
    /// Why they are null.
    pub reason: Option<String>,
    /// Size of the map where the count begins.
    #[serde(skip)]
    pub from: Option<PerAxis<i64>>,
    /// Size of the map that is written.
    #[serde(skip)]
    pub to: Option<PerAxis<i64>>,
}

/// How often the positions of a map are written. Arrays have an entry for each axis; counts are paths from each position of the input.
#[derive(Clone, Debug, Serialize)]
pub struct Writes {
    /// Positions after which the counts repeat.
    pub period: Vec<i64>,
    /// Counts of one period in the interior, position 0 first; where branches make the counts no product, their mean over the other axes.
    pub phases: Vec<Vec<u128>>,
    /// How much one path counts in `phases`: 1, more where linear upsampling or a mean splits paths.
    pub unit: Vec<u128>,
    /// Greatest count over least; null where a position is not written.
    pub contrast: Vec<Option<f64>>,
    /// The same over all axes together: the product, unless branches make the counts no product.
    pub contrast_of_all: Option<f64>,
    /// Whether the counts over all axes are the product of those of the axes.
    pub is_product: bool,
    /// Counts of one period over all axes; null where it is large.
    pub grid: Option<Nested<u128>>,
    /// How much one path counts in `grid`.
    pub grid_unit: u128,
    /// The borders; null where the input size is not known, or the map is large.
    pub borders: Option<Vec<Border>>,
}

/// A full map along an axis, through its middle: where it is written as the interior is.
#[derive(Clone, Debug, Serialize)]
pub struct Border {
    /// Positions of the map.
    pub size: i64,
    /// First and last position of the interior; null where borders reach the middle.
    pub interior: Option<[i64; 2]>,
    /// Least count of the positions outside of the interior; null where there are none.
    pub least: Option<u128>,
    /// Greatest count of these.
    pub most: Option<u128>,
    /// Least count of the interior; null where there is none.
    pub inside: Option<u128>,
    /// How much one path counts in these.
    pub unit: u128,
}

impl WritesReport {
    /// Counts the writes of the stages with a transposed layer; of one stage where `only` names it.
    ///
    /// # Errors
    /// [`ScopeError::NoStage`] where no stage has the name given.
    pub fn new(title: String, network: &Network, only: Option<&str>) -> Result<Self, ScopeError> {
        let mut stages: Vec<&Stage> = match only {
            Some(name) => vec![stage_named(network, name)?],
            None => network.stages.iter().collect(),
        };
        stages.retain(|stage| {
            let mut layers = stage.layers.iter();
            layers.any(|&layer| is_transposed(&network.layers[layer]))
        });
        let stacked = match (stages.first(), only) {
            (Some(first), None) => stacked(network, first),
            _ => None,
        };
        Ok(Self {
            version: VERSION,
            name: network.name.clone(),
            dims: network.dims,
            stages: stages
                .iter()
                .map(|s| writes(network, s.name.clone(), (s.input, s.output), &s.layers))
                .collect(),
            stacked,
            title,
            only: only.map(str::to_owned),
        })
    }
}

/// From the first stage's input to the network's output.
fn stacked(network: &Network, first: &Stage) -> Option<StageWrites> {
    let output = *network.outputs.iter().find(|&&m| m > first.output)?;
    let last = network.stages.iter().rfind(|s| s.output == output)?;
    let name = format!("{} … {}", first.name, last.name);
    let layers: Vec<usize> = (*first.layers.first()?..output.0).collect();
    let all = writes(network, name, (first.input, output), &layers);
    // An output that does not come from this stage says nothing of it.
    (all.writes.is_some() || all.reason != Some(WritesError::NoPosition.to_string())).then_some(all)
}

fn is_transposed(layer: &Layer) -> bool {
    layer.op.kind == OpKind::Transposed
}

fn writes(
    network: &Network,
    name: String,
    (from, to): (MapId, MapId),
    layers: &[usize],
) -> StageWrites {
    let counted = counted(network, from, to);
    let mut transposed = Vec::new();
    let layers = layers.iter().map(|&layer| &network.layers[layer]);
    for layer in layers.filter(|layer| is_transposed(layer)) {
        let text = described(layer);
        if !transposed.contains(&text) {
            transposed.push(text);
        }
    }
    StageWrites {
        name,
        transposed,
        reason: counted.as_ref().err().map(ToString::to_string),
        writes: counted.ok(),
        from: network.facts(from).size,
        to: network.facts(to).size,
    }
}

/// Kernel, stride and dilation, once where the axes agree.
fn described(layer: &Layer) -> String {
    let of_axis = |op: &AxisOp| match op {
        AxisOp::Transposed(t) if t.dilation.get() > 1 => {
            format!("k{} s{} d{}", t.kernel, t.stride, t.dilation)
        }
        AxisOp::Transposed(t) => format!("k{} s{}", t.kernel, t.stride),
        _ => String::new(),
    };
    let mut axes: Vec<String> = layer.op.axes.iter().map(of_axis).collect();
    axes.dedup();
    axes.join(" × ")
}

fn counted(network: &Network, from: MapId, to: MapId) -> Result<Writes, WritesError> {
    let inside = MapWrites::interior(network, from, to)?;
    let axes: Vec<AxisWrites> = (0..network.dims)
        .map(|axis| inside.axis(axis))
        .collect::<Result<_, _>>()?;
    let cells = axes
        .iter()
        .try_fold(1_usize, |n, a| n.checked_mul(a.counts().len()));
    let grid = match cells {
        Some(..=MOST_CELLS) => Some(inside.grid()?),
        _ => None,
    };
    let sizes = network.facts(from).size.zip(network.facts(to).size);
    let fits = |size: &PerAxis<i64>| size.iter().all(|n| *n <= MOST_POSITIONS);
    let borders = match sizes.filter(|(before, after)| fits(before) && fits(after)) {
        Some((_, size)) => MapWrites::with_borders(network, from, to)?
            .map(|map| borders(&map, &inside, &size))
            .transpose()?,
        None => None,
    };
    Ok(Writes {
        period: axes.iter().map(|a| a.period().unwrap_or(1)).collect(),
        phases: axes.iter().map(|a| a.counts().to_vec()).collect(),
        unit: axes.iter().map(AxisWrites::unit).collect(),
        contrast: axes.iter().map(AxisWrites::contrast).collect(),
        contrast_of_all: inside.contrast()?,
        is_product: inside.is_product(),
        grid_unit: grid.as_ref().map_or(1, |(_, unit)| *unit),
        grid: grid.map(|(grid, _)| Nested(grid)),
        borders,
    })
}

fn borders(map: &MapWrites, inside: &MapWrites, size: &[i64]) -> Result<Vec<Border>, WritesError> {
    let middle: Vec<i64> = size.iter().map(|n| n / 2).collect();
    let parts = map.even_part(inside, size)?;
    let border = |(axis, part): (usize, &Option<std::ops::Range<i64>>)| {
        let line = map.line(axis, &middle)?;
        let is_inside = |place: &(i64, &u128)| part.as_ref().is_some_and(|p| p.contains(&place.0));
        let (inside, outside): (Vec<_>, Vec<_>) = (0..).zip(line.counts()).partition(is_inside);
        let least = |places: &[(i64, &u128)]| places.iter().map(|place| *place.1).min();
        Ok(Border {
            size: size[axis],
            interior: part.as_ref().map(|p| [p.start, p.end - 1]),
            least: least(&outside),
            most: outside.iter().map(|place| *place.1).max(),
            inside: least(&inside),
            unit: line.unit(),
        })
    };
    parts.iter().enumerate().map(border).collect()
}
