//! The list of a stage, its two forms, and how often it is repeated; and what layers have where they do not say.

use crate::config::layer::Defaults;
use crate::config::raw::{RawDilation, RawFile, RawLayer, RawStage};
use crate::config::read::{At, Axes, Int};
use crate::config::values::{has_axes, quantities, ranged};
use crate::network::{Kernel, MAX_LAYERS, Padding, PerAxis, Stride, counted};

use super::Resolver;

/// Of a stage without layers.
const EXAMPLE: &str = "for example `dilations = [1, 2, 5]`";

impl Resolver<'_> {
    /// The entries of a stage's list, both forms as layers.
    pub(super) fn entries(&mut self, stage: &At<RawStage>) -> Option<Vec<At<RawLayer>>> {
        let raw = &stage.value;
        let is_form = |k: &&At<&str>| ["dilations", "layers"].contains(&k.value);
        let forms: Vec<_> = raw.keys.iter().filter(is_form).collect();
        if let [first, second, ..] = forms[..] {
            let problem = second.problem("a stage takes either `dilations` or `layers`, not both");
            let problem = problem
                .label("second form")
                .related(first.span.clone(), "first form");
            let help = "move the dilations into `layers`: `{ dilation = 2 }`";
            self.reader.report(problem.help(help));
            return None;
        }
        let list = match (&raw.dilations, &raw.layers) {
            (Some(list), _) => {
                let entries: Vec<At<RawLayer>> = list.value.iter().map(short_form).collect();
                At::new(entries, list.span.clone())
            }
            (None, Some(list)) => list.clone(),
            (None, None) => {
                if forms.is_empty() && !raw.has_unknown {
                    let problem = stage.problem("a stage needs `dilations` or `layers`");
                    self.reader.report(problem.help(EXAMPLE));
                }
                return None;
            }
        };
        if list.value.is_empty() {
            let problem = list.problem("a stage needs at least one layer");
            self.reader.report(problem.help(EXAMPLE));
        }
        Some(list.value)
    }

    /// How often to write the list out: 1 where the number is at fault or past the limit of layers.
    pub(super) fn repeat(&mut self, raw: &RawStage, entries: &[At<RawLayer>]) -> usize {
        let layers = entries.iter().map(count_layers).sum::<usize>().max(1);
        let Some(repeat) = &raw.repeat else {
            self.layers_left = self.layers_left.saturating_sub(layers);
            return 1;
        };
        let times = match ranged(repeat.value.0, 1..=i64::MAX) {
            Ok(times) => usize::try_from(times).unwrap_or(usize::MAX),
            Err(message) => {
                let problem = repeat.problem(format!("repeat {message}"));
                self.reader.report(problem);
                return 1;
            }
        };
        let all = times.checked_mul(layers);
        if let Some(left) = all.and_then(|all| self.layers_left.checked_sub(all)) {
            self.layers_left = left;
            return times;
        }
        let layers = counted(layers, "layer");
        let message = format!(
            "{layers} repeated {times} times: more than {MAX_LAYERS} layers in the network"
        );
        let problem = repeat.problem(message);
        self.reader.report(problem.label("over the limit"));
        1
    }
}

/// A dilation of the short form as a convolution.
fn short_form(entry: &At<Axes<RawDilation>>) -> At<RawLayer> {
    let layer = RawLayer {
        dilation: Some(entry.clone()),
        ..RawLayer::default()
    };
    At::new(layer, entry.span.clone())
}

/// Layers of an entry, those of its branches and their merge included.
fn count_layers(entry: &At<RawLayer>) -> usize {
    entry.value.branches.as_ref().map_or(1, |branches| {
        1 + branches
            .value
            .iter()
            .flat_map(|b| &b.value)
            .map(count_layers)
            .sum::<usize>()
    })
}

impl Resolver<'_> {
    pub(super) fn file_defaults(&mut self, file: &RawFile) -> Defaults {
        let dims = self.builder.dims();
        let none = Defaults {
            kernel: Kernel::new(3).ok().map(|k| PerAxis::splat(dims, k)),
            stride: Some(PerAxis::splat(dims, Stride::ONE)),
            stride_span: None,
            padding: None,
        };
        let Some(raw) = file.defaults.as_ref().map(|raw| &raw.value) else {
            return none;
        };
        let (kernel, stride) = (raw.kernel.as_ref(), raw.stride.as_ref());
        self.overlaid(&none, kernel, stride, raw.padding.as_ref())
    }

    pub(super) fn overlaid(
        &mut self,
        below: &Defaults,
        kernel: Option<&At<Axes<Int>>>,
        stride: Option<&At<Axes<Int>>>,
        padding: Option<&At<Axes<Padding>>>,
    ) -> Defaults {
        let dims = self.builder.dims();
        let mut above = below.clone();
        if let Some(value) = kernel {
            above.kernel = quantities("kernel", value, dims, self.reader, Kernel::new);
        }
        if let Some(value) = stride {
            above.stride = quantities("stride", value, dims, self.reader, Stride::new);
            above.stride_span = Some(value.span.clone());
        }
        if let Some(entries) = padding
            && has_axes("padding", entries, dims, self.reader)
        {
            above.padding = Some(entries.clone());
        }
        above
    }
}
