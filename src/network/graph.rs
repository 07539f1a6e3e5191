//! The graph of maps and layers, and what is known of each map: jump, centre, size.

use std::fmt;

use num_rational::Ratio;

use super::axes::{PerAxis, times};
use super::op::{AxisOp, Op, OpKind};
use super::quantity::{MAX_FIELD, MAX_JUMP, MAX_LAYERS, MAX_PHASES, MAX_SIZE};

/// A map of the network: the input is map 0, layer i writes map i + 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MapId(pub usize);

impl MapId {
    /// The input of the network.
    pub const INPUT: Self = Self(0);

    /// The layer that writes this map; `None` for the input.
    #[must_use]
    pub fn layer(self) -> Option<usize> {
        self.0.checked_sub(1)
    }
}

/// Where a layer comes from. Opaque: only the reader of the file can turn it into a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Origin(pub usize);

/// Which entry of the file a layer belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Index of the stage.
    pub stage: usize,
    /// Index in the stage's list of layers or dilations; `None` for what the stage adds itself (merged sources, residual sums).
    pub index: Option<usize>,
    /// Which repetition of the stage, from 0.
    pub repetition: usize,
}

/// One operation between maps.
#[derive(Clone, Debug)]
pub struct Layer {
    /// What it does.
    pub op: Op,
    /// The maps it reads; several only for merges.
    pub inputs: Vec<MapId>,
    /// Which entry of the file it belongs to.
    pub place: Place,
    /// The file entry, for messages.
    pub origin: Origin,
    /// Output channels, where given.
    pub channels: Option<u32>,
    /// Groups of a grouped convolution (1 where not given).
    pub groups: u32,
}

/// What is known of a map, per axis.
#[derive(Clone, Copy, Debug)]
pub struct MapFacts {
    /// Resolution and centre; `None` behind a global pool, whose result has no position.
    pub position: Option<PerAxis<Position>>,
    /// Positions, where the input size is known.
    pub size: Option<PerAxis<i64>>,
    /// Upper bound of the receptive field, in input positions.
    pub field: PerAxis<Ratio<i128>>,
    /// Where a faulty layer lies before it: the map that the last such layer writes. Nothing can be said of the map but how it differs from that one.
    pub doubt: Option<MapId>,
}

/// How a map's positions lie over the input along one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Input positions per position.
    pub jump: Ratio<i128>,
    /// Centre of what position 0 reads, in input positions.
    pub centre: Ratio<i128>,
    /// Positions after which the pattern of taps repeats.
    pub period: i64,
}

/// Why a layer cannot be added to a network.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ShapeError {
    /// The kernel (or crop) is larger than the map with its padding.
    Shrinks {
        /// Axis.
        axis: usize,
        /// Size of the map read, without padding.
        size: i64,
        /// Positions that one window spans, padding taken off.
        needs: i64,
    },
    /// A map of 2^31 positions or more along an axis.
    TooLarge(i64),
    /// Merged maps of different sizes.
    SizesDiffer(String, String),
    /// Merged maps of different resolutions.
    JumpsDiffer(String, String),
    /// A receptive field past the limit.
    FieldTooLarge,
    /// Strides or upsampling factors that multiply past the limit.
    JumpTooLarge,
    /// Too many output phases.
    TooManyPhases(i64),
    /// Too many layers.
    TooManyLayers,
}

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shrinks { axis, size, needs } => write!(
                f,
                "the map shrinks below 1: axis {axis} has {size} positions here, and the layer needs at least {needs}"
            ),
            Self::TooLarge(size) => {
                write!(
                    f,
                    "a map of {size} positions along an axis is past the limit of {}",
                    MAX_SIZE - 1
                )
            }
            Self::SizesDiffer(a, b) => {
                write!(f, "merged maps differ in size: {a} and {b} positions")
            }
            Self::JumpsDiffer(a, b) => {
                write!(
                    f,
                    "merged maps differ in resolution: {a} and {b} input positions per position"
                )
            }
            Self::FieldTooLarge => {
                write!(
                    f,
                    "the receptive field is past the limit of {MAX_FIELD} input positions"
                )
            }
            Self::JumpTooLarge => {
                write!(
                    f,
                    "strides and upsampling factors multiply past the limit of {MAX_JUMP}"
                )
            }
            Self::TooManyPhases(phases) => {
                write!(
                    f,
                    "upsampling gives {phases} different output phases, past the limit of {MAX_PHASES}"
                )
            }
            Self::TooManyLayers => write!(f, "more than {MAX_LAYERS} layers after repeats"),
        }
    }
}

impl std::error::Error for ShapeError {}

impl ShapeError {
    /// What would be right, where that can be said in general.
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::Shrinks { .. } => {
                Some("pad the layer, stride less before it, or give a larger input")
            }
            Self::SizesDiffer(..) => Some(
                "bring one to the other's size: `{ op = \"upsample\", like = … }`, `{ op = \"crop\", like = … }`, or padding",
            ),
            Self::JumpsDiffer(..) => Some(
                "bring one to the other's resolution: `{ op = \"upsample\", like = … }`, or a stride",
            ),
            _ => None,
        }
    }
}

/// Adds layers one by one and keeps the facts of every map.
#[derive(Clone, Debug)]
pub struct Builder {
    dims: usize,
    layers: Vec<Layer>,
    maps: Vec<MapFacts>,
}

impl Builder {
    /// A network of `dims` axes (1 to 3) with nothing but its input.
    #[must_use]
    pub fn new(dims: usize, input: Option<PerAxis<i64>>) -> Self {
        let start = Position {
            jump: Ratio::from_integer(1),
            centre: Ratio::from_integer(0),
            period: 1,
        };
        let facts = MapFacts {
            position: Some(PerAxis::splat(dims, start)),
            size: input,
            field: PerAxis::splat(dims, Ratio::from_integer(1)),
            doubt: None,
        };
        Self {
            dims,
            layers: Vec::new(),
            maps: vec![facts],
        }
    }

    /// Number of axes.
    #[must_use]
    pub fn dims(&self) -> usize {
        self.dims
    }

    /// Number of layers so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.layers.len()
    }

    /// Whether no layer was added.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.layers.is_empty()
    }

    /// What is known of a map.
    #[must_use]
    pub fn facts(&self, map: MapId) -> &MapFacts {
        &self.maps[map.0]
    }

    /// Adds a layer and returns the map it writes.
    ///
    /// A layer at fault is added all the same, its map marked as in [`MapFacts::doubt`], so that the rest of a network can still be looked at.
    ///
    /// # Errors
    /// The map (to go on with) and the [`ShapeError`], at most one a layer and none that follows from an earlier one.
    pub fn push(&mut self, layer: Layer) -> Result<MapId, (MapId, ShapeError)> {
        let result = self.infer(&layer.op, &layer.inputs);
        let (facts, error) = match result {
            Ok(facts) => (facts, None),
            Err(error) => (self.doubtful(&layer.inputs), Some(error)),
        };
        self.layers.push(layer);
        self.maps.push(facts);
        let map = MapId(self.maps.len() - 1);
        match error {
            // A reader that ignores this limit could still not fill the memory: nothing is done for the layer but its facts.
            _ if self.layers.len() > MAX_LAYERS => Err((map, ShapeError::TooManyLayers)),
            Some(error) => Err((map, error)),
            None => Ok(map),
        }
    }

    /// Adds a layer in place of one that could not be read: its map is like `input`, and in doubt.
    pub fn push_unread(&mut self, input: MapId, place: Place) -> MapId {
        let axes = PerAxis::splat(self.dims, AxisOp::Same);
        let kind = OpKind::Conv;
        self.layers.push(Layer {
            op: Op { kind, axes },
            inputs: vec![input],
            place,
            origin: Origin::default(),
            channels: None,
            groups: 1,
        });
        self.maps.push(self.doubtful(&[input]));
        MapId(self.maps.len() - 1)
    }

    /// The finished parts: layers and facts of the maps.
    #[must_use]
    pub fn finish(self) -> (Vec<Layer>, Vec<MapFacts>) {
        (self.layers, self.maps)
    }

    fn doubtful(&self, inputs: &[MapId]) -> MapFacts {
        let mut facts = inputs.first().map_or(self.maps[0], |map| self.maps[map.0]);
        facts.size = None;
        facts.doubt = Some(MapId(self.maps.len()));
        facts
    }

    fn infer(&self, op: &Op, inputs: &[MapId]) -> Result<MapFacts, ShapeError> {
        // Maps behind the same fault can still be held against each other.
        let mut doubts = inputs.iter().map(|map| self.maps[map.0].doubt);
        let doubt = doubts.next().flatten();
        if doubts.any(|other| other != doubt) {
            return Ok(self.doubtful(inputs));
        }
        if matches!(op.kind, OpKind::Add | OpKind::Concat) {
            return self.infer_merge(inputs);
        }
        let Some(&input) = inputs.first() else {
            return Ok(self.doubtful(inputs));
        };
        let before = self.maps[input.0];
        let mut facts = before;
        if op.kind == OpKind::GlobalPool {
            facts.position = None;
        }
        for axis in 0..self.dims {
            let op = &op.axes[axis];
            if let Some(size) = &mut facts.size {
                size[axis] = output_size(op, axis, size[axis])?;
            }
            let Some(position) = &mut facts.position else {
                continue;
            };
            let old = position[axis];
            facts.field[axis] += old.jump * Ratio::from_integer(i128::from(op.extent() - 1));
            if facts.field[axis] > Ratio::from_integer(i128::from(MAX_FIELD)) {
                return Err(ShapeError::FieldTooLarge);
            }
            position[axis] = moved(old, op)?;
        }
        Ok(facts)
    }

    /// Maps without a position (behind a global pool) are broadcast: they agree with any size.
    fn infer_merge(&self, inputs: &[MapId]) -> Result<MapFacts, ShapeError> {
        let mut placed = inputs
            .iter()
            .map(|map| self.maps[map.0])
            .filter(|f| f.position.is_some());
        let Some(mut facts) = placed.next() else {
            return Ok(self.maps[inputs[0].0]);
        };
        for other in placed {
            if let (Some(a), Some(b)) = (facts.position, other.position) {
                let (a, b) = (a.map(|p| p.jump), b.map(|p| p.jump));
                if a != b {
                    return Err(ShapeError::JumpsDiffer(times(&a), times(&b)));
                }
            }
            if let (Some(a), Some(b)) = (facts.size, other.size)
                && a != b
            {
                return Err(ShapeError::SizesDiffer(times(&a), times(&b)));
            }
            for axis in 0..self.dims {
                facts.field[axis] = facts.field[axis].max(other.field[axis]);
                if let (Some(a), Some(b)) = (&mut facts.position, &other.position) {
                    let period = num_integer::lcm(a[axis].period, b[axis].period);
                    a[axis].period = checked_period(period)?;
                }
            }
        }
        Ok(facts)
    }
}

fn output_size(op: &AxisOp, axis: usize, n: i64) -> Result<i64, ShapeError> {
    match op.output_size(n) {
        Some(size) if size >= MAX_SIZE => Err(ShapeError::TooLarge(size)),
        Some(size) if size >= 1 => Ok(size),
        _ => {
            let needs = match op {
                AxisOp::Window(w) => w.extent() - w.low - w.high,
                AxisOp::Crop(crop) => crop.size.unwrap_or(1),
                _ => n + 1,
            };
            Err(ShapeError::Shrinks {
                axis,
                size: n,
                needs,
            })
        }
    }
}

fn moved(old: Position, op: &AxisOp) -> Result<Position, ShapeError> {
    let jump = old.jump * op.jump();
    if *jump.numer() > MAX_JUMP || *jump.denom() > MAX_JUMP {
        return Err(ShapeError::JumpTooLarge);
    }
    // Positions of the output after which its pattern over the input repeats.
    let scale = op.jump();
    let (numer, denom) = (*scale.numer(), *scale.denom());
    let common = num_integer::gcd(i128::from(old.period), numer);
    let period = i64::try_from(i128::from(old.period) / common * denom).unwrap_or(i64::MAX);
    let centre = old.centre + old.jump * op.centre();
    if centre.to_integer().abs() > i128::from(MAX_FIELD) * 1024 {
        return Err(ShapeError::FieldTooLarge);
    }
    Ok(Position {
        jump,
        centre,
        period: checked_period(period)?,
    })
}

fn checked_period(period: i64) -> Result<i64, ShapeError> {
    if period > MAX_PHASES {
        return Err(ShapeError::TooManyPhases(period));
    }
    Ok(period)
}
