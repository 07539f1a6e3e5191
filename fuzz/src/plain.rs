//! What an output position reads, by a walk over every position of small networks: the definitions of the crate's front page, and nothing else.

use std::collections::BTreeMap;

/// Positions have two axes; of one axis the second is always 0.
pub type At = [i64; 2];

/// What an operation reads along one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// o·stride − low + dilation·t, 0 ≤ t < kernel.
    Window {
        kernel: i64,
        stride: i64,
        dilation: i64,
        low: i64,
        high: i64,
    },
    /// (o + low − dilation·t) / stride where stride divides.
    Transposed {
        kernel: i64,
        stride: i64,
        dilation: i64,
        low: i64,
        high: i64,
    },
    /// ⌊o / factor⌋.
    Repeated { factor: i64 },
    /// ⌊x⌋ and ⌊x⌋ + 1, x = (o + ½) / factor − ½, those beyond a border at it.
    Linear { factor: i64 },
    /// o·stride + offset.
    Slice { stride: i64, offset: i64 },
}

/// Nothing but the position itself.
pub const SAME: Axis = Axis::Repeated { factor: 1 };

impl Axis {
    /// Positions with their weights, on a map of `n` positions where that is known.
    fn reads(self, o: i64, n: Option<i64>, is_dense: bool) -> Vec<(i64, f64)> {
        let places: Vec<i64> = match self {
            Self::Window {
                kernel,
                stride,
                dilation,
                low,
                ..
            } => {
                let (taps, step) = filled(kernel, dilation, is_dense);
                (0..taps).map(|t| o * stride - low + step * t).collect()
            }
            Self::Transposed {
                kernel,
                stride,
                dilation,
                low,
                ..
            } => {
                let (taps, step) = filled(kernel, dilation, is_dense);
                let places = (0..taps).map(|t| o + low - step * t);
                places
                    .filter(|p| p % stride == 0)
                    .map(|p| p / stride)
                    .collect()
            }
            Self::Repeated { factor } => vec![o.div_euclid(factor)],
            Self::Linear { factor } => {
                let x = 2 * o + 1 - factor;
                let (at, rest) = (x.div_euclid(2 * factor), x.rem_euclid(2 * factor));
                let inside = |at: i64| n.map_or(at, |n| at.clamp(0, n - 1));
                let above = if rest == 0 {
                    Vec::new()
                } else {
                    vec![(inside(at + 1), share(rest, 2 * factor))]
                };
                return [
                    vec![(inside(at), share(2 * factor - rest, 2 * factor))],
                    above,
                ]
                .concat();
            }
            Self::Slice { stride, offset } => vec![o * stride + offset],
        };
        let is_inside = |at: &i64| n.is_none_or(|n| (0..n).contains(at));
        places
            .into_iter()
            .filter(is_inside)
            .map(|at| (at, 1.0))
            .collect()
    }

    /// The size of its output; below 1 where it has none.
    pub fn size(self, n: i64) -> i64 {
        match self {
            Self::Window {
                kernel,
                stride,
                dilation,
                low,
                high,
            } => (n + low + high - dilation * (kernel - 1) - 1).div_euclid(stride) + 1,
            Self::Transposed {
                kernel,
                stride,
                dilation,
                low,
                high,
            } => (n - 1) * stride - low - high + dilation * (kernel - 1) + 1,
            Self::Repeated { factor } | Self::Linear { factor } => n * factor,
            Self::Slice { stride, offset } => (n - offset - 1).div_euclid(stride) + 1,
        }
    }

    /// Input positions per output position, as a fraction.
    pub fn jump(self) -> (i64, i64) {
        match self {
            Self::Window { stride, .. } | Self::Slice { stride, .. } => (stride, 1),
            Self::Transposed { stride, .. } => (1, stride),
            Self::Repeated { factor } | Self::Linear { factor } => (1, factor),
        }
    }

    /// Positions from its first tap to its last.
    pub fn extent(self) -> i64 {
        match self {
            Self::Window {
                kernel, dilation, ..
            }
            | Self::Transposed {
                kernel, dilation, ..
            } => (kernel - 1) * dilation + 1,
            Self::Linear { .. } => 2,
            Self::Repeated { .. } | Self::Slice { .. } => 1,
        }
    }
}

/// A share of two small numbers.
fn share(part: i64, whole: i64) -> f64 {
    let real = |n: i64| f64::from(i32::try_from(n).expect("a small number"));
    real(part) / real(whole)
}

/// Taps, and positions from one to the next.
fn filled(kernel: i64, dilation: i64, is_dense: bool) -> (i64, i64) {
    if is_dense {
        ((kernel - 1) * dilation + 1, 1)
    } else {
        (kernel, dilation)
    }
}

/// An operation on maps. The first reads map 0, the input; operation number n writes map n + 1. Of several maps it reads the sum.
#[derive(Clone, Debug)]
pub struct Layer {
    pub axes: [Axis; 2],
    pub reads: Vec<usize>,
}

impl Layer {
    /// Whether its output has another resolution.
    pub fn rescales(&self) -> bool {
        self.axes.iter().any(|axis| axis.jump() != (1, 1))
    }
}

/// Layers, with the size of every map where that of the input is given.
#[derive(Clone, Debug, Default)]
pub struct Plain {
    pub layers: Vec<Layer>,
    pub sizes: Option<Vec<At>>,
}

/// Path weights by map and position.
pub type Paths = BTreeMap<(usize, At), f64>;

impl Plain {
    /// What positions of a map are computed from, on the maps where the walk ends: the input, and those for which `ends` holds.
    pub fn walk(
        &self,
        map: usize,
        from: &[At],
        is_dense: bool,
        ends: impl Fn(usize) -> bool,
    ) -> Paths {
        let mut open: Vec<BTreeMap<At, f64>> = vec![BTreeMap::new(); map + 1];
        open[map].extend(from.iter().map(|at| (*at, 1.0)));
        let mut found = Paths::new();
        for here in (0..=map).rev() {
            let positions = std::mem::take(&mut open[here]);
            if here == 0 || (here != map && ends(here)) {
                found.extend(positions.into_iter().map(|(at, paths)| ((here, at), paths)));
                continue;
            }
            let layer = &self.layers[here - 1];
            for (at, paths) in positions {
                for &input in &layer.reads {
                    let size = |axis: usize| Some(self.sizes.as_ref()?[input][axis]);
                    let along =
                        |axis: usize| layer.axes[axis].reads(at[axis], size(axis), is_dense);
                    for (y, share) in along(0) {
                        for (x, other) in along(1) {
                            *open[input].entry([y, x]).or_default() += paths * share * other;
                        }
                    }
                }
            }
        }
        found
    }

    /// Whether a layer changes the resolution along one of two axes.
    pub fn rescales_one_axis(&self) -> bool {
        let mut layers = self.layers.iter();
        layers.any(|layer| layer.rescales() && layer.axes.iter().any(|axis| axis.jump() == (1, 1)))
    }

    /// Whether any run of layers at one resolution skips positions that dense kernels would read. Runs end at the output, and with layers that
    /// rescale; they begin behind such layers.
    pub fn has_gridding(&self) -> bool {
        let output = self.layers.len();
        let unclipped = Self {
            layers: self.layers.clone(),
            sizes: None,
        };
        let rescales = |map: usize| self.layers[map - 1].rescales();
        (1..=output)
            .filter(|&map| map == output || rescales(map))
            .any(|map| {
                let last = |axis: usize| 0..self.layers[map - 1].axes[axis].jump().1;
                let phases = last(0).flat_map(|y| last(1).map(move |x| [y, x]));
                phases.into_iter().any(|phase| {
                    let seen = |is_dense| unclipped.walk(map, &[phase], is_dense, rescales);
                    has_holes(&seen(false), &seen(true))
                })
            })
    }
}

/// Whether there are positions that dense kernels read and these do not, in the box around what these read of a map.
fn has_holes(actual: &Paths, dense: &Paths) -> bool {
    let skipped = dense.keys().filter(|place| !actual.contains_key(place));
    let is_in_box = |(map, at): &&(usize, At)| {
        (0..2).all(|axis| {
            let own = || {
                actual
                    .keys()
                    .filter(|(own, _)| own == map)
                    .map(|(_, at)| at[axis])
            };
            own().any(|other| other <= at[axis]) && own().any(|other| other >= at[axis])
        })
    };
    skipped.into_iter().any(|place| is_in_box(&place))
}
