//! What output positions of a layer read along one axis, whole sets at a time.

use crate::network::{AxisOp, PhaseTaps, Resize, Transposed, Window, taps};

use super::bits::{room, set};
use super::error::FootprintError;
use super::set::AxisSet;
use super::taps::{each_tap, ends};

impl AxisSet {
    /// Every position times `by`.
    fn stretched(&self, by: i64) -> Result<Self, FootprintError> {
        if by == 1 || self.is_empty() {
            return Ok(self.clone());
        }
        if self.len == 1 {
            return Ok(Self::interval(self.first * by, 1));
        }
        let mut bits = room((self.len - 1) * by + 1)?;
        for position in self.iter() {
            set(&mut bits, (position - self.first) * by);
        }
        Ok(Self {
            first: self.first * by,
            len: (self.len - 1) * by + 1,
            bits: Some(bits),
        })
    }

    /// What these output positions of an operation read, on a map of `n` positions where that is known; of its dense twin where `dense`.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] if the result has holes and spans more than the limit of cells.
    pub fn through(
        &self,
        op: &AxisOp,
        n: Option<i64>,
        dense: bool,
    ) -> Result<Self, FootprintError> {
        let read = match op {
            AxisOp::Same => self.clone(),
            AxisOp::Crop(crop) => {
                self.clone()
                    .shifted(if n.is_some() { crop.low } else { crop.drift })
            }
            AxisOp::Window(window) => self.through_window(window, dense)?,
            AxisOp::Transposed(transposed) => self.through_transposed(transposed, dense)?,
            AxisOp::Resize(resize) => self.through_resize(resize, op, n)?,
            AxisOp::Everything => match n {
                Some(n) if !self.is_empty() => Self::interval(0, n),
                _ => Self::EMPTY,
            },
        };
        Ok(match n {
            Some(n) => read.clipped(0, n),
            None => read,
        })
    }

    fn through_window(&self, window: &Window, dense: bool) -> Result<Self, FootprintError> {
        let (taps, step) = taps(window.kernel, window.dilation, dense);
        let stride = i64::from(window.stride);
        let low = window.low;
        if self.is_interval() && step == 1 && taps >= stride && !self.is_empty() {
            return Ok(Self::interval(
                self.first * stride - low,
                (self.len - 1) * stride + taps,
            ));
        }
        Ok(self.stretched(stride)?.spread(taps, step)?.shifted(-low))
    }

    fn through_transposed(&self, layer: &Transposed, dense: bool) -> Result<Self, FootprintError> {
        let stride = i64::from(layer.stride);
        let mut read = Self::EMPTY;
        for phase in 0..stride {
            let PhaseOf { set, taps } = PhaseOf::new(self, layer, phase, dense)?;
            if set.is_empty() || taps.taps == 0 {
                continue;
            }
            let low = taps.first + (taps.taps - 1) * taps.step;
            read = read.union(&set.shifted(low).spread(taps.taps, -taps.step)?)?;
        }
        Ok(read)
    }

    fn through_resize(
        &self,
        resize: &Resize,
        op: &AxisOp,
        n: Option<i64>,
    ) -> Result<Self, FootprintError> {
        if self.is_empty() {
            return Ok(Self::EMPTY);
        }
        debug_assert!(resize.nominal.numer() <= resize.nominal.denom());
        if self.is_interval() {
            // Neighbouring outputs read the same or neighbouring positions: an upsampling makes no hole.
            let (first, _) = ends(op, self.first, n);
            let (_, last) = ends(op, self.first + self.len - 1, n);
            return Ok(Self::interval(first, last - first + 1));
        }
        let mut read = Vec::new();
        for position in self.iter() {
            each_tap(op, position, n, |tap, _| read.push(tap));
        }
        Self::from_positions(read)
    }
}

/// The part of a set that lies on one output phase, in units of the stride, and the taps of that phase.
struct PhaseOf {
    set: AxisSet,
    taps: PhaseTaps,
}

impl PhaseOf {
    fn new(
        set: &AxisSet,
        layer: &Transposed,
        phase: i64,
        dense: bool,
    ) -> Result<Self, FootprintError> {
        let stride = i64::from(layer.stride);
        let taps = layer.phase(phase, dense);
        let part = if set.is_interval() {
            let first = (set.first - phase).div_euclid(stride)
                + i64::from((set.first - phase).rem_euclid(stride) != 0);
            let last = (set.first + set.len - 1 - phase).div_euclid(stride);
            AxisSet::interval(first, last - first + 1)
        } else {
            let on_phase: Vec<i64> = set
                .iter()
                .filter(|o| o.rem_euclid(stride) == phase)
                .map(|o| o.div_euclid(stride))
                .collect();
            AxisSet::from_positions(on_phase)?
        };
        Ok(Self { set: part, taps })
    }
}
