//! What layers have where they do not say: of the file, and of a stage over that.

use crate::config::layer::Defaults;
use crate::config::raw::RawFile;
use crate::config::read::{At, Axes, Int};
use crate::config::values::{has_axes, quantities};
use crate::network::Padding;
use crate::network::{Kernel, PerAxis, Stride};

use super::Resolver;

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
