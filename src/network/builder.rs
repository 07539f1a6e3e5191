//! A network built layer by layer, the facts of each map worked out on the way.

use num_rational::Ratio;

use super::Network;
use super::axes::{Along, PerAxis, times};
use super::graph::{Layer, MapFacts, MapId, Position};
use super::inputs::{ANY, Inputs, fitted, fixed, output_size};
use super::op::{AxisOp, Op, OpKind};
use super::quantity::{MAX_FIELD, MAX_JUMP, MAX_LAYERS, MAX_PHASES};
use super::shape::ShapeError;

/// Adds layers one by one and keeps the facts of every map.
#[derive(Clone, Debug)]
pub struct Builder {
    dims: usize,
    layers: Vec<Layer>,
    maps: Vec<MapFacts>,
    /// Where the input size is not known, the inputs for which all merged maps agree.
    inputs: PerAxis<Inputs>,
}

/// A layer that was added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pushed {
    /// The map that it writes.
    pub map: MapId,
    /// Why it does not fit where it stands.
    pub fault: Option<ShapeError>,
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
            pooled: PerAxis::splat(dims, false),
            size: input,
            fixed: PerAxis::splat(dims, None),
            receptive_field: PerAxis::splat(dims, Ratio::from_integer(1)),
            unsure_after: None,
        };
        Self {
            dims,
            layers: Vec::new(),
            maps: vec![facts],
            inputs: PerAxis::splat(dims, ANY),
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

    /// The layers so far.
    #[must_use]
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// What is known of a map.
    #[must_use]
    pub fn facts(&self, map: MapId) -> &MapFacts {
        &self.maps[map.0]
    }

    /// Adds a layer and returns the map it writes.
    ///
    /// A layer at fault is added all the same, its map marked as in [`MapFacts::unsure_after`], so that the rest of a network can still be looked at.
    ///
    /// Of a network at most one fault a layer is reported, and none that follows from an earlier one.
    pub fn push(&mut self, layer: Layer) -> Pushed {
        let (facts, error) = match self.infer(&layer.op, &layer.inputs) {
            Ok(facts) => (facts, None),
            Err(error) => (self.unsure(&layer.inputs), Some(error)),
        };
        self.layers.push(layer);
        self.maps.push(facts);
        let map = MapId(self.maps.len() - 1);
        // A reader that ignores this limit could still not fill the memory: nothing is done for the layer but its facts.
        let too_many = || (self.layers.len() > MAX_LAYERS).then_some(ShapeError::TooManyLayers);
        let fault = too_many().or(error);
        Pushed { map, fault }
    }

    /// Adds a layer, or says why it does not fit where it stands and adds nothing.
    ///
    /// # Errors
    /// [`ShapeError`] as in [`Pushed::fault`].
    pub fn try_push(&mut self, layer: Layer) -> Result<MapId, ShapeError> {
        if self.layers.len() >= MAX_LAYERS {
            return Err(ShapeError::TooManyLayers);
        }
        let facts = self.infer(&layer.op, &layer.inputs)?;
        self.layers.push(layer);
        self.maps.push(facts);
        Ok(MapId(self.maps.len() - 1))
    }

    /// Adds a layer in place of one of a stage, by index, that could not be read: its map is like `input`, and in unsure_after.
    pub fn push_unread(&mut self, input: MapId, stage: usize) -> MapId {
        let (op, original) = (Op::same(OpKind::Conv, self.dims), self.layers.len());
        self.layers
            .push(Layer::new(op, vec![input], stage, original));
        self.maps.push(self.unsure(&[input]));
        MapId(self.maps.len() - 1)
    }

    /// The finished parts: layers and facts of the maps.
    #[must_use]
    pub fn finish(self) -> (Vec<Layer>, Vec<MapFacts>) {
        (self.layers, self.maps)
    }

    fn unsure(&self, inputs: &[MapId]) -> MapFacts {
        let mut facts = inputs.first().map_or(self.maps[0], |map| self.maps[map.0]);
        facts.size = None;
        facts.fixed = PerAxis::splat(self.dims, None);
        facts.unsure_after = Some(MapId(self.maps.len()));
        facts
    }

    fn infer(&mut self, op: &Op, inputs: &[MapId]) -> Result<MapFacts, ShapeError> {
        // Maps behind the same fault can still be held against each other.
        let mut faults = inputs.iter().map(|map| self.maps[map.0].unsure_after);
        let fault = faults.next().flatten();
        if faults.any(|other| other != fault) {
            return Ok(self.unsure(inputs));
        }
        if op.kind.is_merge() {
            return self.infer_merge(inputs);
        }
        let Some(&input) = inputs.first() else {
            return Ok(self.unsure(inputs));
        };
        let mut facts = self.maps[input.0];
        for axis in 0..self.dims {
            let op = &op.axes[axis];
            let along = Along {
                dims: self.dims,
                axis,
            };
            if let Some(size) = &mut facts.size {
                size[axis] = output_size(op, along, size[axis])?;
            } else {
                facts.fixed[axis] = fixed(op, along, facts.fixed[axis])?;
            }
            facts.pooled[axis] |= *op == AxisOp::Everything;
            let Some(position) = facts.position.as_mut().filter(|_| !facts.pooled[axis]) else {
                continue;
            };
            let old = position[axis];
            facts.receptive_field[axis] +=
                old.jump * Ratio::from_integer(i128::from(op.extent() - 1));
            if facts.receptive_field[axis] > Ratio::from_integer(i128::from(MAX_FIELD)) {
                return Err(ShapeError::FieldTooLarge);
            }
            position[axis] = moved(old, op)?;
        }
        if facts.pooled.iter().all(|pooled| *pooled) {
            facts.position = None;
        }
        Ok(facts)
    }

    /// Along an axis on which a map was pooled its one position is repeated; on every other axis merged maps agree.
    fn infer_merge(&mut self, inputs: &[MapId]) -> Result<MapFacts, ShapeError> {
        let maps: Vec<MapFacts> = inputs.iter().map(|map| self.maps[map.0]).collect();
        // The map with most positions stands for the result: that of a pool is read beside it.
        let of_pooled = |facts: &&MapFacts| facts.pooled.iter().filter(|pooled| **pooled).count();
        let Some(mut facts) = maps.iter().min_by_key(of_pooled).copied() else {
            return Ok(self.maps[MapId::INPUT.0]);
        };
        let (fixed, fitting) = fitted(&self.layers, &self.maps, inputs, self.inputs)?;
        for other in &maps {
            self.check_jumps(&facts, other)?;
            if let (Some(a), Some(b)) = (facts.size, other.size) {
                let fits = |axis: usize| {
                    a[axis] == b[axis]
                        || (other.pooled[axis] && b[axis] == 1)
                        || (facts.pooled[axis] && a[axis] == 1)
                };
                if !(0..self.dims).all(fits) {
                    return Err(ShapeError::SizesDiffer(times(&a), times(&b)));
                }
                facts.size = Some(PerAxis::from_fn(self.dims, |axis| a[axis].max(b[axis])));
            }
            for axis in 0..self.dims {
                let Some(theirs) = other.along(axis) else {
                    continue;
                };
                facts.receptive_field[axis] =
                    facts.receptive_field[axis].max(other.receptive_field[axis]);
                let (Some(position), false) = (&mut facts.position, facts.pooled[axis]) else {
                    // Where this one was pooled, the other has the positions.
                    facts.position = facts.position.or(other.position);
                    if let Some(position) = &mut facts.position {
                        position[axis] = theirs;
                    }
                    facts.pooled[axis] = false;
                    continue;
                };
                let period = num_integer::lcm(position[axis].period, theirs.period);
                position[axis].period = checked_period(period)?;
            }
        }
        facts.fixed = fixed;
        self.inputs = fitting;
        Ok(facts)
    }

    /// Refuses maps of different resolutions, along the axes on which both have one.
    fn check_jumps(&self, one: &MapFacts, other: &MapFacts) -> Result<(), ShapeError> {
        let jumps = |axis: usize| Some((one.along(axis)?.jump, other.along(axis)?.jump));
        let both: Vec<_> = (0..self.dims).filter_map(jumps).collect();
        if both.iter().any(|(a, b)| a != b) {
            let (a, b): (Vec<_>, Vec<_>) = both.into_iter().unzip();
            return Err(ShapeError::JumpsDiffer(times(&a), times(&b)));
        }
        Ok(())
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

impl Network {
    /// Works out anew what is known of each map, after operations were changed in place.
    ///
    /// # Errors
    /// The first fault, with the rest of the maps worked out as far as they go.
    pub fn infer(&mut self) -> Result<(), ShapeError> {
        let mut builder = Builder::new(self.dims, self.input);
        let mut first = Ok(());
        for layer in &self.layers {
            let Pushed { fault, .. } = builder.push(layer.clone());
            first = first.and(fault.map_or(Ok(()), Err));
        }
        self.maps = builder.maps;
        first
    }
}
