//! Interpolation: of its many modes those that are followed.

use crate::network::Interpolation;
use crate::onnx::model::{self, as_float};
use crate::trace::{Layout, Stop, Tracer, Value, index};

use super::{Call, stop};

impl Call<'_> {
    pub(super) fn resize(&self, tracer: &mut Tracer, x: &Layout) -> Result<Layout, Stop> {
        let (old, rank) = (x.shape(), x.rank());
        let is_upsample = self.node.op == "Upsample";
        let axes = match self.node.ints("axes") {
            Some(axes) => axes.iter().map(|&a| index(a, rank)).collect(),
            None => Some((0..rank).collect::<Vec<_>>()),
        };
        let axes = axes.ok_or_else(|| Stop("Resize of axes that are not there".to_owned()))?;
        let scales = if is_upsample && self.opset < 9 {
            match self.node.attribute("scales") {
                Some(model::Value::Floats(scales)) => Some(scales.clone()),
                _ => None,
            }
        } else {
            let at = if self.opset >= 11 && !is_upsample {
                2
            } else {
                1
            };
            let scales = self
                .value(at)
                .and_then(Value::fixed)
                .and_then(|f| f.data.clone());
            scales.filter(|scales| !scales.is_empty())
        };
        let mut shape = old.clone();
        let sizes = self.whole(3).filter(|sizes| !sizes.is_empty());
        match (sizes, scales) {
            (Some(sizes), _) if sizes.len() == axes.len() => {
                if !matches!(
                    self.node.text("keep_aspect_ratio_policy"),
                    None | Some("stretch")
                ) {
                    return stop("Resize that keeps the ratio of sides");
                }
                for (&axis, size) in axes.iter().zip(sizes) {
                    shape[axis] = size;
                }
            }
            (None, Some(scales)) if scales.len() == axes.len() => {
                for (&axis, scale) in axes.iter().zip(scales) {
                    let size = as_float(old[axis]) * scale;
                    // A scale is rounded to 32 bits; one that cuts off a part of a position places it otherwise.
                    if (size - size.round()).abs() > 1e-3 || size.abs() > 1e10 {
                        return stop("Resize by a scale that gives no whole size");
                    }
                    #[expect(
                        clippy::cast_possible_truncation,
                        reason = "a whole number below 10^10"
                    )]
                    let size = size.round() as i64;
                    shape[axis] = size;
                }
            }
            _ => return stop(format!("{} to a size that is not known", self.node.op)),
        }
        let mode = self.resize_mode(&old, &shape)?;
        tracer.resized(x, &shape, mode)
    }

    fn resize_mode(&self, old: &[i64], new: &[i64]) -> Result<Interpolation, Stop> {
        let is_old = self.opset < 11 || self.node.op == "Upsample";
        let default = if is_old { "asymmetric" } else { "half_pixel" };
        let place = self
            .node
            .text("coordinate_transformation_mode")
            .unwrap_or(default);
        let mode = self.node.text("mode").unwrap_or("nearest");
        let rounding = self.node.text("nearest_mode").unwrap_or(if is_old {
            "floor"
        } else {
            "round_prefer_floor"
        });
        let changed: Vec<(i64, i64)> = old
            .iter()
            .copied()
            .zip(new.iter().copied())
            .filter(|(a, b)| a != b)
            .collect();
        // From one position everything is that position.
        let is_trivial = changed.iter().all(|&(from, _)| from == 1);
        let is_half = matches!(
            place,
            "half_pixel" | "pytorch_half_pixel" | "half_pixel_symmetric"
        );
        let by = |factor: fn(i64) -> bool| {
            changed
                .iter()
                .all(|&(from, to)| from > 0 && to % from == 0 && factor(to / from))
        };
        let shrinks = changed.iter().any(|(from, to)| from > to);
        if self.node.int("antialias") == Some(1) && shrinks {
            return stop("Resize with antialias");
        }
        let found = match (mode, place, rounding) {
            _ if is_trivial => Some(Interpolation::Nearest),
            ("nearest", "asymmetric", "floor") => Some(Interpolation::Nearest),
            ("nearest", "asymmetric", "round_prefer_floor") if by(|f| f <= 2) => {
                Some(Interpolation::Nearest)
            }
            ("nearest", _, "round_prefer_floor" | "round_prefer_ceil")
                if is_half && by(|_| true) =>
            {
                Some(Interpolation::Nearest)
            }
            ("linear" | "bilinear" | "trilinear", "align_corners", _) => {
                Some(Interpolation::LinearAligned)
            }
            ("linear" | "bilinear" | "trilinear", ..) if is_half => Some(Interpolation::Linear),
            ("cubic", _, _) if self.node.int("exclude_outside") == Some(1) => None,
            ("cubic", "align_corners", _) => Some(Interpolation::CubicAligned),
            ("cubic", ..) if is_half => Some(Interpolation::Cubic),
            _ => None,
        };
        let rounded = if mode == "nearest" {
            format!(", {rounding}")
        } else {
            String::new()
        };
        found.ok_or_else(|| Stop(format!("Resize of mode {mode}, {place}{rounded}")))
    }
}
