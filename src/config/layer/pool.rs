//! Pools that read whole axes, and adaptive ones.

use crate::config::limits::AXES;
use crate::config::problem::unknown_word;
use crate::config::raw::RawLayer;
use crate::config::read::At;
use crate::network::{AxisOp, OpKind, PerAxis};

use super::OpReader;

impl OpReader<'_> {
    pub(super) fn global_pool(&mut self, raw: &RawLayer) -> Option<PerAxis<AxisOp>> {
        let Some(names) = &raw.axes else {
            return (!raw.has("axes")).then(|| AxisOp::pool_over(self.dims, &[]));
        };
        if names.value.0.is_empty() {
            let problem = names.problem("`axes` needs at least one axis");
            let help = "leave out `axes` to pool over all of them";
            self.reader.report(problem.help(help));
            return None;
        }
        let known = &AXES[..self.dims];
        let mut axes = Vec::new();
        for name in &names.value.0 {
            let found = known.iter().find(|(word, _)| *word == name.value);
            let Some((_, from_last)) = found else {
                let words: Vec<&str> = known.iter().rev().map(|(word, _)| *word).collect();
                let problem = unknown_word("axis", &name.value, &words, name.span.clone());
                self.reader.report(problem);
                return None;
            };
            axes.push(self.dims - 1 - from_last);
        }
        Some(AxisOp::pool_over(self.dims, &axes))
    }

    pub(super) fn adaptive_pool(
        &mut self,
        layer: &At<RawLayer>,
        kind: OpKind,
    ) -> Option<PerAxis<AxisOp>> {
        let raw = &layer.value;
        let Some(size) = &raw.size else {
            self.missing(layer, kind.name(), "size", "for example `size = 6`");
            return None;
        };
        let target = self.size(size)?;
        if target.iter().all(|&m| m == 1) {
            return Some(AxisOp::pool_over(self.dims, &[]));
        }
        let help = "set `input = […]` at the top of the file: how large its bins are depends on it";
        let from = self.size_here(size, help)?;
        Some(PerAxis::from_fn(self.dims, |axis| {
            AxisOp::adaptive(from[axis], target[axis])
        }))
    }
}
