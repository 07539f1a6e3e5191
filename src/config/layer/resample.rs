//! Upsampling and cropping: operations to a factor, a size, or the size of another map.

use num_rational::Ratio;

use crate::network::{AxisOp, Crop, Factor, Interpolation, PerAxis, Resize};

use super::OpReader;
use crate::config::limits::SIZE;
use crate::config::problem::Problem;
use crate::config::raw::RawLayer;
use crate::config::read::{At, Axes, Int};
use crate::config::values::{per_axis, quantities, ranged, word_of};

/// The words of `mode`.
pub(crate) const MODES: [(&str, Interpolation); 2] = [
    ("nearest", Interpolation::Nearest),
    ("linear", Interpolation::Linear),
];

impl OpReader<'_> {
    pub(super) fn upsample(&mut self, layer: &At<RawLayer>) -> Option<PerAxis<AxisOp>> {
        let raw = &layer.value;
        let mode = match &raw.mode {
            None if raw.has("mode") => return None,
            None => Interpolation::Nearest,
            Some(word) => word_of("mode", &MODES, word, self.reader)?,
        };
        let aligned = raw.align_corners.as_ref().filter(|a| a.value);
        let mode = match (mode, aligned) {
            (Interpolation::Linear, Some(_)) => Interpolation::LinearAligned,
            (mode, None) => mode,
            (_, Some(at)) => {
                self.reader.report(
                    Problem::new(
                        "`align_corners` needs linear interpolation",
                        at.span.clone(),
                    )
                    .help("add `mode = \"linear\"`"),
                );
                return None;
            }
        };
        if self.has_several(
            "upsample",
            raw,
            "`factor`, `size` and `like`",
            &["factor", "size", "like"],
        ) {
            return None;
        }
        if !(raw.has("factor") || raw.has("size") || raw.has("like")) {
            self.reader.report(
                Problem::new(
                    "upsample needs one of `factor`, `size` and `like`",
                    layer.span.clone(),
                )
                .help("for example `factor = 2`"),
            );
            return None;
        }
        if let Some(factor) = &raw.factor {
            let factor = quantities("factor", factor, self.dims, self.reader, Factor::new)?;
            return Some(self.by_factor(factor, mode));
        }
        if let Some(size) = &raw.size {
            return self.sized(size, mode);
        }
        self.sized_like(layer, mode)
    }

    /// Reports keys of a layer that exclude each other.
    fn has_several(&mut self, called: &str, raw: &RawLayer, list: &str, among: &[&str]) -> bool {
        let given: Vec<_> = raw
            .keys
            .iter()
            .filter(|k| among.contains(&k.value))
            .collect();
        let [first, second, more @ ..] = &given[..] else {
            return false;
        };
        let count = if more.is_empty() { "two" } else { "three" };
        self.reader.report(
            Problem::new(
                format!("{called} takes only one of {list}; {count} are given"),
                second.span.clone(),
            )
            .label("one too many")
            .related(first.span.clone(), "the first of them")
            .help(if more.is_empty() {
                format!("keep `{}` or `{}`", first.value, second.value)
            } else {
                "keep one of them".to_owned()
            }),
        );
        true
    }

    pub(super) fn by_factor(
        &self,
        factor: PerAxis<Factor>,
        interpolation: Interpolation,
    ) -> PerAxis<AxisOp> {
        let size = self.facts().size;
        PerAxis::from_fn(self.dims, |axis| {
            let factor = i64::from(factor[axis]);
            AxisOp::Resize(Resize {
                interpolation,
                nominal: Ratio::new(1, factor),
                sizes: size.map(|n| (n[axis], n[axis] * factor)),
            })
        })
    }

    pub(super) fn sized(
        &mut self,
        size: &At<Axes<Int>>,
        interpolation: Interpolation,
    ) -> Option<PerAxis<AxisOp>> {
        let target = per_axis("size", size, self.dims, self.reader, |int: &Int| {
            ranged(int.0, SIZE)
        })?;
        let Some(from) = self.facts().size else {
            if self.facts().unsure_after.is_none() {
                self.size_unknown(size.span.clone());
            }
            return None;
        };
        self.grown(from, target, size.span.clone())?;
        Some(PerAxis::from_fn(self.dims, |axis| {
            AxisOp::Resize(Resize {
                interpolation,
                nominal: nominal_ratio(from[axis], target[axis]),
                sizes: Some((from[axis], target[axis])),
            })
        }))
    }

    pub(super) fn sized_like(
        &mut self,
        layer: &At<RawLayer>,
        interpolation: Interpolation,
    ) -> Option<PerAxis<AxisOp>> {
        let span = layer.value.like.as_ref()?.span.clone();
        let (here, there) = (*self.facts(), *self.builder.facts(self.like?));
        if here.unsure_after != there.unsure_after {
            return None;
        }
        if let (Some(from), Some(to)) = (here.size, there.size) {
            self.grown(from, to, span.clone())?;
        }
        let mut nominal = PerAxis::splat(self.dims, Ratio::from_integer(1));
        if let (Some(from), Some(to)) = (here.position, there.position) {
            for axis in 0..self.dims {
                let ratio = to[axis].jump / from[axis].jump;
                if ratio > Ratio::from_integer(1) {
                    self.reader.report(
                        Problem::new("upsample cannot make a map coarser", span)
                            .help("use a convolution or a pool with a stride"),
                    );
                    return None;
                }
                // Jumps are limited to 2^32 each way.
                let part = |value: &i128| i64::try_from(*value).unwrap_or(i64::MAX);
                nominal[axis] = Ratio::new(part(ratio.numer()), part(ratio.denom()));
            }
        }
        Some(PerAxis::from_fn(self.dims, |axis| {
            AxisOp::Resize(Resize {
                interpolation,
                nominal: nominal[axis],
                sizes: here
                    .size
                    .zip(there.size)
                    .map(|(from, to)| (from[axis], to[axis])),
            })
        }))
    }

    pub(super) fn size_unknown(&mut self, span: std::ops::Range<usize>) {
        if !self.input_missing {
            return;
        }
        self.reader.report(
            Problem::new("`size` needs the input size to be known", span)
                .help("give `input = […]` at the top of the file, or use `factor` or `like`"),
        );
    }

    /// Reports a resize to fewer positions.
    pub(super) fn grown(
        &mut self,
        from: PerAxis<i64>,
        to: PerAxis<i64>,
        span: std::ops::Range<usize>,
    ) -> Option<()> {
        if from.iter().zip(&to[..]).all(|(a, b)| a <= b) {
            return Some(());
        }
        let (from, to) = (crate::network::times(&from), crate::network::times(&to));
        self.reader.report(
            Problem::new(
                format!("upsample cannot shrink a map of {from} positions to {to}"),
                span,
            )
            .help("use a convolution or a pool with a stride, or `op = \"crop\"`"),
        );
        None
    }

    pub(super) fn crop(&mut self, layer: &At<RawLayer>) -> Option<PerAxis<AxisOp>> {
        let raw = &layer.value;
        let here = *self.facts();
        if self.has_several("crop", raw, "`like` and `size`", &["like", "size"]) {
            return None;
        }
        let (target, there) = match (&raw.like, &raw.size) {
            (Some(_), None) => {
                let there = *self.builder.facts(self.like?);
                (there.size, Some(there))
            }
            (None, Some(size)) => {
                let target = per_axis("size", size, self.dims, self.reader, |int: &Int| {
                    ranged(int.0, SIZE)
                })?;
                if here.size.is_none() && here.unsure_after.is_none() {
                    self.size_unknown(size.span.clone());
                    return None;
                }
                (Some(target), None)
            }
            _ if (raw.has("like") && raw.like.is_none())
                || (raw.has("size") && raw.size.is_none()) =>
            {
                return None;
            }
            _ => {
                self.reader.report(
                    Problem::new("crop needs one of `like` and `size`", layer.span.clone())
                        .help("for example `like = \"decoder\"`, a stage whose map is smaller"),
                );
                return None;
            }
        };
        if there.is_some_and(|t| t.unsure_after != here.unsure_after) {
            return None;
        }
        Some(PerAxis::from_fn(self.dims, |axis| {
            let sizes = here.size.zip(target).map(|(n, m)| (n[axis], m[axis]));
            let low = sizes.map_or(0, |(n, m)| (n - m).div_euclid(2));
            let drift = match (here.position, there.and_then(|t| t.position)) {
                (Some(a), Some(b)) => {
                    let apart = ((b[axis].centre - a[axis].centre) / a[axis].jump).floor();
                    i64::try_from(apart.to_integer()).unwrap_or(low)
                }
                _ => low,
            };
            AxisOp::Crop(Crop {
                low,
                drift,
                size: sizes.map(|(_, m)| m),
            })
        }))
    }
}

/// How resolutions relate when a map of `from` positions is resized to `to`: the whole factor whose rounding explains the sizes
/// (`⌈to/f⌉ = from`, or aligned corners `(to−1) = f·(from−1)`), else their exact ratio.
fn nominal_ratio(from: i64, to: i64) -> Ratio<i64> {
    let by_cells = (to + from / 2) / from;
    let by_corners = if from > 1 {
        (to - 1) / (from - 1)
    } else {
        by_cells
    };
    let explained =
        |f: i64| f >= 1 && ((to + f - 1) / f == from || (from > 1 && to - 1 == f * (from - 1)));
    [by_cells, by_corners]
        .into_iter()
        .find(|f| explained(*f))
        .map_or_else(|| Ratio::new(from, to), |f| Ratio::new(1, f))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_factors_behind_sizes() {
        assert_eq!(nominal_ratio(65, 513), Ratio::new(1, 8));
        assert_eq!(nominal_ratio(33, 65), Ratio::new(1, 2));
        assert_eq!(nominal_ratio(10, 15), Ratio::new(2, 3));
        assert_eq!(nominal_ratio(7, 7), Ratio::new(1, 1));
        assert_eq!(nominal_ratio(1, 9), Ratio::new(1, 9));
    }
}
