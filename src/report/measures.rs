//! Measures of stages and footprints, to hold one schedule against another. Arrays have an entry for each axis.

use serde::Serialize;

use crate::footprint::{AxisSet, causal_core, core, receptive_field};
use crate::network::{AxisOp, Layer, Network, OpKind, PerAxis, Stage, per_axis, schedule};

/// A dilation of a schedule: one number, or one for each axis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Dilations {
    /// The same on all axes.
    All(i64),
    /// One an axis.
    Each(PerAxis<i64>),
    /// Those that the repetitions take in turn.
    Cycle {
        /// In their order.
        cycle: Vec<Dilations>,
    },
}

impl Dilations {
    /// The largest over the axes.
    #[must_use]
    pub fn largest(&self) -> i64 {
        match self {
            Self::All(one) => *one,
            Self::Each(each) => each.iter().copied().max().unwrap_or(1),
            Self::Cycle { cycle } => cycle.iter().map(Self::largest).max().unwrap_or(1),
        }
    }
}

impl std::fmt::Display for Dilations {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::All(d) => d.fmt(f),
            Self::Each(each) => f.write_str(&per_axis(each)),
            Self::Cycle { cycle } => write!(f, "cycle {}", itertools::join(cycle, ",")),
        }
    }
}

/// A stage's name, dilations and receptive field: what every report of a stage begins with.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StageSummary {
    /// Its name.
    pub name: String,
    /// Dilations of its convolutions with more than one tap, one repetition, input side first.
    pub dilations: Vec<Dilations>,
    /// How often the list is repeated.
    pub repeat: usize,
    /// Receptive field on its own input, in positions of that map; null with a global pool.
    pub receptive_field: Option<PerAxis<i64>>,
}

impl StageSummary {
    /// Sums a stage up.
    #[must_use]
    pub fn new(network: &Network, stage: &Stage) -> Self {
        Self {
            name: stage.name.clone(),
            dilations: dilations(network, &stage.layers),
            repeat: stage.repeat,
            receptive_field: receptive_field(network, stage.input, stage.output),
        }
    }

    /// The schedule as text: `1,2,5 ×5`; empty without a convolution of more than one tap.
    #[must_use]
    pub fn schedule(&self) -> String {
        if let [_] = self.dilations[..] {
            return schedule::text(&self.dilations, self.repeat);
        }
        // Among others, what is taken in turn is held together.
        let parts = self.dilations.iter().map(|dilation| match dilation {
            Dilations::Cycle { .. } => format!("({dilation})"),
            _ => dilation.to_string(),
        });
        schedule::text(&parts.collect::<Vec<String>>(), self.repeat)
    }

    /// The same where nobody wrote the list, with the shorter one that it repeats: `1 ×8` for eight layers of dilation 1.
    #[must_use]
    pub fn schedule_folded(&self) -> String {
        let short = schedule::cycle(&self.dilations);
        let (all, few) = (self.dilations.len(), short.len().max(1));
        if all % few != 0 {
            return self.schedule();
        }
        let folded = Self {
            dilations: short.to_vec(),
            repeat: self.repeat * (all / few).max(1),
            ..self.clone()
        };
        folded.schedule()
    }
}

/// Measures of a footprint. Null is what is not defined, or too large to be measured.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Measures {
    /// Number of positions.
    pub covered: Option<i64>,
    /// Positions of the bounding box that are not covered.
    pub holes: Option<i64>,
    /// Positions of the bounding box that the dense twin covers and the footprint does not.
    pub gridding: Option<i64>,
    /// Covered share of the bounding box, 0 to 1.
    pub density: Option<f64>,
    /// Most positions in a row that are missing whatever the other axes: the widest hole of the footprint's projection.
    pub largest_gap: Option<Vec<i64>>,
    /// Width of the hole-free middle; null where the centre is a hole.
    pub core: Option<Vec<Option<i64>>>,
    /// Peak grating lobe, 0 to 1; null where there is no single answer to a frequency.
    pub lobe: Option<Vec<Option<f64>>>,
    /// Ripple of the path weights (the other axes summed), from 1; null where they pass the range of f64.
    pub ripple: Option<Vec<Option<f64>>>,
}

/// Dilations of one repetition's convolutions with more than one tap; of those that differ from one repetition to the next, all.
fn dilations(network: &Network, layers: &[usize]) -> Vec<Dilations> {
    let is_conv = |layer: &Layer| layer.op.kind == OpKind::Conv && layer.op.has_taps();
    let places = network.by_place(layers, is_conv).into_iter();
    places
        .map(|layers| {
            let all: Vec<Dilations> = layers
                .iter()
                .map(|&layer| of_layer(&network.layers[layer]))
                .collect();
            match schedule::cycle(&all) {
                [one] => one.clone(),
                cycle => Dilations::Cycle {
                    cycle: cycle.to_vec(),
                },
            }
        })
        .collect()
}

/// The dilation of a convolution with more than one tap.
fn of_layer(layer: &Layer) -> Dilations {
    let taps = layer.op.axes.map(|op| match op {
        AxisOp::Window(w) => (i64::from(w.kernel), i64::from(w.dilation)),
        _ => (1, 1),
    });
    let mut working = taps.iter().filter(|t| t.0 > 1).map(|t| t.1);
    let first = working.next().unwrap_or(1);
    // The dilation of an axis with one tap says nothing.
    if working.all(|d| d == first) {
        Dilations::All(first)
    } else {
        Dilations::Each(taps.map(|t| t.1))
    }
}

/// Where the core of an axis lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    /// About the middle of the bounding box.
    Middle,
    /// Back from the last tap, along a causal axis.
    End,
}

impl Anchor {
    /// The last tap where all of these layers that have several taps along the axis are causal.
    pub fn of(network: &Network, layers: &[usize], axis: usize) -> Self {
        let ops = layers
            .iter()
            .map(|&layer| &network.layers[layer].op.axes[axis]);
        let mut wide = ops.filter(|op| op.extent() > 1).peekable();
        let causal = |op: &AxisOp| matches!(op, AxisOp::Window(w) if w.is_causal());
        if wide.peek().is_some() && wide.all(causal) {
            Self::End
        } else {
            Self::Middle
        }
    }

    /// Width of the core along one axis.
    pub fn core(self, set: &AxisSet) -> Option<i64> {
        match self {
            Self::Middle => core(set),
            Self::End => causal_core(set),
        }
    }
}
