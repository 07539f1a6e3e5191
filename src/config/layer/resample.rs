//! Upsampling and cropping: operations to a factor, a size, or the size of another map.

use std::ops::Range;

use num_rational::Ratio;

use crate::config::limits::MODES;
use crate::config::problem::Problem;
use crate::config::raw::RawLayer;
use crate::config::read::{At, Axes, Int};
use crate::config::values::{quantities, word_of};
use crate::network::{AxisOp, Crop, Factor, Interpolation, PerAxis, Position, Resize, times};

use super::OpReader;

/// What to do where an upsampling to a size does not know the size it starts from.
const SIZE_HELP: &str = "set `input = […]` at the top of the file, or use `factor` or `like`";

impl OpReader<'_> {
    pub(super) fn pixel_shuffle(&mut self, layer: &At<RawLayer>) -> Option<PerAxis<AxisOp>> {
        if let Some(factor) = &layer.value.factor {
            return self.by_factor(factor, Interpolation::Nearest);
        }
        self.missing(layer, "pixel-shuffle", "factor", "for example `factor = 2`");
        None
    }

    pub(super) fn upsample(&mut self, layer: &At<RawLayer>) -> Option<PerAxis<AxisOp>> {
        let raw = &layer.value;
        let mode = match &raw.mode {
            None if raw.has("mode") => return None,
            None => Interpolation::Nearest,
            Some(word) => word_of("mode", &MODES, &word.value, &word.span, self.reader)?,
        };
        let aligned = raw.align_corners.as_ref().filter(|a| a.value);
        let mode = match (mode, aligned) {
            (Interpolation::Linear, Some(_)) => Interpolation::LinearAligned,
            (Interpolation::Cubic, Some(_)) => Interpolation::CubicAligned,
            (mode, None) => mode,
            (_, Some(at)) => {
                let problem = at.problem("`align_corners` needs linear or cubic interpolation");
                self.reader.report(problem.help("add `mode = \"linear\"`"));
                return None;
            }
        };
        let example = "for example `factor = 2`";
        match self.only_one("upsample", layer, &["factor", "size", "like"], example)? {
            "factor" => self.by_factor(raw.factor.as_ref()?, mode),
            "size" => self.sized(raw.size.as_ref()?, mode),
            _ => self.sized_like(raw.like.as_ref()?.span.clone(), mode),
        }
    }

    /// The one key that a layer has of some that exclude each other; a missing or second one is reported.
    fn only_one(
        &mut self,
        called: &str,
        layer: &At<RawLayer>,
        among: &[&str],
        example: &str,
    ) -> Option<&'static str> {
        let keys = layer.value.keys.iter();
        let given: Vec<_> = keys.filter(|key| among.contains(&key.value)).collect();
        let [all @ .., last] = among else {
            return None;
        };
        let list = format!("`{}` and `{last}`", all.join("`, `"));
        let problem = match given[..] {
            [one] => return Some(one.value),
            [] => layer
                .problem(format!("{called} needs one of {list}"))
                .help(example),
            [first, second, ref more @ ..] => {
                let (first_key, second_key) = (first.value, second.value);
                let (count, help) = match more {
                    [] => ("two", format!("keep `{first_key}` or `{second_key}`")),
                    _ => ("three", "keep one of them".to_owned()),
                };
                let message = format!("{called} takes only one of {list}; {count} are given");
                let problem = second.problem(message).label("one too many");
                problem
                    .related(first.span.clone(), "first given here")
                    .help(help)
            }
        };
        self.reader.report(problem);
        None
    }

    fn by_factor(
        &mut self,
        factor: &At<Axes<Int>>,
        interpolation: Interpolation,
    ) -> Option<PerAxis<AxisOp>> {
        let factor = quantities("factor", factor, self.dims, self.reader, Factor::new)?;
        let factor = factor.map(i64::from);
        let size = self.facts().size;
        let sizes = size.map(|n| (n, PerAxis::from_fn(self.dims, |x| n[x] * factor[x])));
        let nominal = factor.map(|factor| Ratio::new(1, factor));
        Some(resized(interpolation, nominal, sizes))
    }

    fn sized(
        &mut self,
        size: &At<Axes<Int>>,
        interpolation: Interpolation,
    ) -> Option<PerAxis<AxisOp>> {
        let target = self.size(size)?;
        let from = self.size_here(size, SIZE_HELP)?;
        self.grown(from, target, size.span.clone())?;
        let facts = *self.facts();
        let nominal = PerAxis::from_fn(self.dims, |x| nominal(facts.along(x), from[x], target[x]));
        Some(resized(interpolation, nominal, Some((from, target))))
    }

    fn sized_like(
        &mut self,
        span: Range<usize>,
        interpolation: Interpolation,
    ) -> Option<PerAxis<AxisOp>> {
        let (here, there) = (*self.facts(), *self.builder.facts(self.like?));
        if here.unsure_after != there.unsure_after {
            return None;
        }
        if let (Some(from), Some(to)) = (here.size, there.size) {
            self.grown(from, to, span.clone())?;
        }
        let mut nominal = PerAxis::splat(self.dims, Ratio::from_integer(1));
        for axis in 0..self.dims {
            if let (Some(from), Some(to)) = (here.along(axis), there.along(axis)) {
                let ratio = to.jump / from.jump;
                if ratio > Ratio::from_integer(1) {
                    let problem = Problem::new("upsample cannot make a map coarser", span);
                    let help = "use a strided convolution or pool";
                    self.reader.report(problem.help(help));
                    return None;
                }
                // Jumps are limited to 2^32 each way.
                let part = |value: &i128| i64::try_from(*value).unwrap_or(i64::MAX);
                nominal[axis] = Ratio::new(part(ratio.numer()), part(ratio.denom()));
            }
        }
        Some(resized(interpolation, nominal, here.size.zip(there.size)))
    }

    /// The size of the map that is read; a missing one is reported, unless another fault is why.
    pub(super) fn size_here(&mut self, size: &At<Axes<Int>>, help: &str) -> Option<PerAxis<i64>> {
        let here = self.facts();
        if here.size.is_none() && here.unsure_after.is_none() && self.input_missing {
            let problem = size.problem("`size` needs a known input size");
            self.reader.report(problem.help(help));
        }
        self.facts().size
    }

    /// Reports a resize to fewer positions.
    fn grown(&mut self, from: PerAxis<i64>, to: PerAxis<i64>, span: Range<usize>) -> Option<()> {
        if from.iter().zip(&to[..]).all(|(a, b)| a <= b) {
            return Some(());
        }
        let (from, to) = (times(&from), times(&to));
        let message = format!("upsample cannot shrink a map from {from} to {to} positions");
        let help = "use a strided convolution, a pool (`adaptive-avg-pool` takes a size), or `op = \"crop\"`";
        self.reader.report(Problem::new(message, span).help(help));
        None
    }

    pub(super) fn crop(&mut self, layer: &At<RawLayer>) -> Option<PerAxis<AxisOp>> {
        let here = *self.facts();
        let example = "for example `like = \"decoder\"`, a stage whose map is smaller";
        let key = self.only_one("crop", layer, &["like", "size"], example)?;
        let offset = match &layer.value.offset {
            Some(value) => Some(self.offset(value)?),
            None if layer.value.has("offset") => return None,
            None => None,
        };
        if key == "like"
            && let Some(at) = &layer.value.offset
        {
            let problem = at.problem("`offset` needs `size`: `like` crops to the centre");
            self.reader
                .report(problem.help("give the `size` to keep, or leave out `offset`"));
            return None;
        }
        let (target, there) = if key == "size" {
            let size = layer.value.size.as_ref()?;
            let target = self.size(size)?;
            if here.unsure_after.is_none() {
                self.size_here(
                    size,
                    "set `input = […]` at the top of the file, or use `like`",
                )?;
            }
            (Some(target), None)
        } else {
            let there = *self.builder.facts(self.like?);
            (there.size, Some(there))
        };
        if there.is_some_and(|t| t.unsure_after != here.unsure_after) {
            return None;
        }
        if let (Some(offset), Some(n), Some(m)) = (offset, here.size, target)
            && let Some(axis) = (0..self.dims).find(|&x| offset[x] + m[x] > n[x])
            && let Some(at) = &layer.value.offset
        {
            let (offset, n, m) = (offset[axis], n[axis], m[axis]);
            let problem = Problem::new(
                format!(
                    "a crop of {m} positions from position {offset} on ends past the map, which has {n}"
                ),
                at.on(axis).1,
            );
            let help = match n - m {
                room @ 0.. => format!("the offset is at most {room}"),
                _ => format!("the map has no {m} positions to keep"),
            };
            self.reader.report(problem.help(help));
            return None;
        }
        Some(PerAxis::from_fn(self.dims, |axis| {
            let sizes = here.size.zip(target).map(|(n, m)| (n[axis], m[axis]));
            let centre = sizes.map_or(0, |(n, m)| (n - m).div_euclid(2));
            let low = offset.map_or(centre, |offset| offset[axis]);
            let there = there.and_then(|there| there.along(axis));
            AxisOp::Crop(Crop {
                low,
                drift: apart(here.along(axis), there, low),
                size: sizes.map(|(_, m)| m),
            })
        }))
    }
}

/// Resizing by a ratio, between maps of some sizes where these are known.
fn resized(
    interpolation: Interpolation,
    nominal: PerAxis<Ratio<i64>>,
    sizes: Option<(PerAxis<i64>, PerAxis<i64>)>,
) -> PerAxis<AxisOp> {
    PerAxis::from_fn(nominal.len(), |axis| {
        AxisOp::Resize(Resize {
            interpolation,
            nominal: nominal[axis],
            sizes: sizes.map(|(from, to)| (from[axis], to[axis])),
        })
    })
}

/// How far a map that is cropped to another lies from it, in its own positions; `low` where either has no position.
pub(crate) fn apart(here: Option<Position>, there: Option<Position>, low: i64) -> i64 {
    let (Some(here), Some(there)) = (here, there) else {
        return low;
    };
    let positions = ((there.centre - here.centre) / here.jump).floor();
    i64::try_from(positions.to_integer()).unwrap_or(low)
}

/// How resolutions relate when a map of `from` positions, at some position over the input, is resized to `to`.
pub(crate) fn nominal(position: Option<Position>, from: i64, to: i64) -> Ratio<i64> {
    let ratio = Ratio::new(i128::from(from), i128::from(to));
    match position {
        // Back from uneven bins, the resolution is again what it was before them.
        Some(Position { jump, .. }) if (jump * ratio).denom() < jump.denom() => {
            Ratio::new(from, to)
        }
        _ => nominal_ratio(from, to),
    }
}

/// How resolutions relate when a map of `from` positions is resized to `to`: the integer factor whose rounding explains the sizes
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
