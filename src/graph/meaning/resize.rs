//! Interpolation.

use crate::network::Interpolation;
use crate::trace::{Layout, Stop, Tracer};

use super::{Call, stop};

impl Call<'_> {
    pub(super) fn resize(&self, tracer: &mut Tracer, x: &Layout) -> Result<Layout, Stop> {
        let (old, new) = (x.shape(), self.shape(0)?);
        if old.len() != new.len() || old.len() < 3 {
            return stop(format!("{} to a shape that does not fit", self.op));
        }
        let changed: Vec<(i64, i64)> = old.iter().copied().zip(new.iter().copied()).collect();
        let dims = old.len() - 2;
        // PyTorch places positions by the factor that it was given, not by the sizes that come of it.
        let names: &[&str] = match dims {
            1 => &["scales"],
            2 => &["scales_h", "scales_w"],
            _ => &["scales_d", "scales_h", "scales_w"],
        };
        let is_aligned = self.is_set("align_corners");
        for (name, &(from, to)) in names.iter().zip(&changed[2..]) {
            let exact = self.number(name).is_none_or(|scale| {
                #[expect(clippy::cast_precision_loss, reason = "sizes are below 2^40")]
                let gap = (from as f64) * scale - (to as f64);
                gap.abs() < 1e-3
            });
            if !exact && !is_aligned {
                return stop(format!("{} by a factor that gives no whole size", self.op));
            }
        }
        let resized = || changed.iter().filter(|(from, to)| from != to);
        let shrinks = resized().any(|(from, to)| from > to);
        let is_whole = resized().all(|(from, to)| *from > 0 && to % from == 0);
        let op = self.op.trim_start_matches('_');
        let mode = match op {
            _ if op.ends_with("_aa") && shrinks => {
                return stop(format!("{} to a smaller map", self.op));
            }
            _ if op.starts_with("upsample_nearest_exact") && !is_whole => {
                return stop(format!("{} by a factor that is not whole", self.op));
            }
            _ if op.starts_with("upsample_nearest") => Interpolation::Nearest,
            _ if op.contains("cubic") && is_aligned => Interpolation::CubicAligned,
            _ if op.contains("cubic") => Interpolation::Cubic,
            _ if op.contains("linear") && is_aligned => Interpolation::LinearAligned,
            _ if op.contains("linear") => Interpolation::Linear,
            _ => return stop(format!("{}, which is not known", self.op)),
        };
        tracer.resized(x, new, mode)
    }
}
