//! The output phases of a layer along one axis.

use crate::network::{AxisOp, Interpolation, taps};

use super::exact::Comb;

/// An output phase of a layer along an axis, and its taps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Phase {
    pub phase: i64,
    pub comb: Comb,
}

/// Output phases of a layer along an axis, one for each distinct comb of taps. Phases that read nothing are left out: that is another
/// fault. Of an upsampling or of uneven bins, the phase with the fewest taps.
pub(crate) fn phases(op: &AxisOp) -> Vec<Phase> {
    let one = Comb { taps: 1, step: 1 };
    match op {
        AxisOp::Window(window) => {
            let (count, step) = taps(window.kernel, window.dilation, false);
            vec![Phase {
                phase: 0,
                comb: Comb { taps: count, step },
            }]
        }
        AxisOp::Transposed(layer) => {
            // The taps of a phase are every (s/g)th from the first on: their number is one of two, by the first tap.
            let (stride, kernel) = (i64::from(layer.stride), i64::from(layer.kernel));
            let dilation = i64::from(layer.dilation);
            let common = num_integer::gcd(stride, dilation);
            let period = stride / common;
            let mut found: Vec<Phase> = Vec::new();
            for first in 0..period.min(kernel) {
                let phase = (first * dilation - layer.low).rem_euclid(stride);
                let comb = Comb {
                    taps: (kernel - 1 - first) / period + 1,
                    step: dilation / common,
                };
                match found.iter_mut().find(|p| p.comb == comb) {
                    Some(same) => same.phase = same.phase.min(phase),
                    None => found.push(Phase { phase, comb }),
                }
            }
            found.sort_unstable_by_key(|p| p.phase);
            found
        }
        AxisOp::Resize(resize) => {
            let on_a_position = |o: &i64| {
                let (numer, denom) = resize.place(*o);
                numer % denom == 0
            };
            let one_tap = match resize.interpolation {
                Interpolation::Nearest
                | Interpolation::LinearAligned
                | Interpolation::CubicAligned => Some(0),
                Interpolation::Linear | Interpolation::Cubic => {
                    (0..*resize.nominal.denom()).find(on_a_position)
                }
            };
            match one_tap {
                Some(phase) => vec![Phase { phase, comb: one }],
                None => vec![Phase {
                    phase: 0,
                    comb: Comb {
                        taps: if resize.is_cubic() { 4 } else { 2 },
                        step: 1,
                    },
                }],
            }
        }
        AxisOp::Bins(bins) => {
            // ⌈n/m⌉ positions are the fewest that a bin has, and the first one has so many.
            let (first, last) = bins.ends(0, 0);
            vec![Phase {
                phase: 0,
                comb: Comb {
                    taps: last - first + 1,
                    step: 1,
                },
            }]
        }
        AxisOp::Crop(_) | AxisOp::Pad(_) | AxisOp::Same | AxisOp::Everything => vec![Phase {
            phase: 0,
            comb: one,
        }],
    }
}
