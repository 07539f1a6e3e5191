//! Convolutions and pools.

use crate::network::OpKind;
use crate::trace::{Layout, Sides, Stop, Tracer, Value, WindowSpec};

use super::{Call, stop};

impl Call<'_> {
    pub(super) fn ints(&self, name: &str, count: usize, default: i64) -> Result<Vec<i64>, Stop> {
        match self.node.ints(name) {
            Some(values) if values.len() == count => Ok(values.to_vec()),
            Some(values) if !values.is_empty() => {
                let given = values.len();
                stop(format!(
                    "{} with {given} numbers in `{name}` for {count}",
                    self.node.op
                ))
            }
            _ => Ok(vec![default; count]),
        }
    }

    pub(super) fn window(
        &self,
        x: &Layout,
        kind: OpKind,
        kernel: Vec<i64>,
    ) -> Result<WindowSpec, Stop> {
        let spatial = x.rank().saturating_sub(2);
        if kernel.len() != spatial {
            let (given, op) = (kernel.len(), &self.node.op);
            return stop(format!(
                "{op} with a kernel of {given} axes on a tensor of {spatial}"
            ));
        }
        let pads = self.ints("pads", 2 * spatial, 0)?;
        let sides = match self.node.text("auto_pad") {
            Some("SAME_UPPER") => Sides::Same { odd_after: true },
            Some("SAME_LOWER") => Sides::Same { odd_after: false },
            Some("VALID") => Sides::Given(vec![(0, 0); spatial]),
            _ => Sides::Given(
                (0..spatial)
                    .map(|at| (pads[at], pads[at + spatial]))
                    .collect(),
            ),
        };
        Ok(WindowSpec {
            kind,
            kernel,
            stride: self.ints("strides", spatial, 1)?,
            dilation: self.ints("dilations", spatial, 1)?,
            sides,
            output_padding: self.ints("output_padding", spatial, 0)?,
            ceil: self.node.int("ceil_mode") == Some(1),
            channels: None,
        })
    }

    /// Kernel of a convolution: as given, else from the sizes of its weight.
    pub(super) fn kernel(&self, weight: Option<&[i64]>) -> Result<Vec<i64>, Stop> {
        let given = self.node.ints("kernel_shape").filter(|k| !k.is_empty());
        match given.or_else(|| weight?.get(2..)) {
            Some(kernel) => Ok(kernel.to_vec()),
            None => stop(format!("{} with a weight of unknown size", self.node.op)),
        }
    }

    pub(super) fn weight(&self) -> Option<&Value> {
        self.value(if self.node.op == "QLinearConv" { 3 } else { 1 })
    }

    /// The shape of the weight, where it is known.
    fn weight_shape(&self) -> Result<Option<Vec<i64>>, Stop> {
        if !matches!(self.weight(), Some(Value::Fixed(_))) {
            let op = &self.node.op;
            return stop(format!("{op} with a weight computed from the input"));
        }
        Ok(self.weight().and_then(Value::shape))
    }

    /// Says that channels are not told apart, where groups of several are read.
    fn note_groups(&self, tracer: &mut Tracer) {
        let weight = self.weight().and_then(Value::shape);
        let each = weight.as_ref().and_then(|w| w.get(1));
        if self.node.int("group").is_some_and(|groups| groups > 1) && each.is_some_and(|&n| n > 1) {
            tracer.note_groups();
        }
    }

    pub(super) fn conv(&self, tracer: &mut Tracer) -> Result<Value, Stop> {
        let x = self.map()?;
        let spec = self.conv_spec(x)?;
        self.note_groups(tracer);
        Ok(Value::Map(tracer.window(x, &spec)?))
    }

    fn conv_spec(&self, x: &Layout) -> Result<WindowSpec, Stop> {
        let weight = self.weight_shape()?;
        let mut spec = self.window(x, OpKind::Conv, self.kernel(weight.as_deref())?)?;
        spec.channels = weight.as_ref().and_then(|w| w.first().copied());
        Ok(spec)
    }

    pub(super) fn conv_transposed(&self, tracer: &mut Tracer) -> Result<Value, Stop> {
        let x = self.map()?;
        let spec = self.transposed_spec(x)?;
        self.note_groups(tracer);
        Ok(Value::Map(tracer.transposed(x, &spec)?))
    }

    fn transposed_spec(&self, x: &Layout) -> Result<WindowSpec, Stop> {
        let weight = self.weight_shape()?;
        let mut spec = self.window(x, OpKind::Transposed, self.kernel(weight.as_deref())?)?;
        let spatial = spec.kernel.len();
        if let Some(to) = self.node.ints("output_shape").filter(|to| !to.is_empty()) {
            // Batch and channels may stand before the sizes.
            let to = &to[to.len().saturating_sub(spatial)..];
            let odd_after = self.node.text("auto_pad") == Some("SAME_UPPER");
            spec.sides = Sides::Sized {
                to: to.to_vec(),
                odd_after,
            };
        }
        let each = weight.as_ref().and_then(|w| w.get(1).copied());
        let groups = self.node.int("group").unwrap_or(1);
        spec.channels = each.map(|each| each.saturating_mul(groups));
        Ok(spec)
    }

    pub(super) fn pool(&self, tracer: &mut Tracer) -> Result<Value, Stop> {
        let x = self.map()?;
        let spec = self.pool_spec(x)?;
        Ok(Value::Map(tracer.window(x, &spec)?))
    }

    fn pool_spec(&self, x: &Layout) -> Result<WindowSpec, Stop> {
        let Some(kernel) = self.node.ints("kernel_shape") else {
            return stop(format!("{} without a kernel", self.node.op));
        };
        let kind = match self.node.op.as_str() {
            "MaxPool" => OpKind::MaxPool,
            _ => OpKind::AvgPool,
        };
        self.window(x, kind, kernel.to_vec())
    }

    /// The shape that a window gives a tensor without positions.
    pub(in crate::onnx) fn window_shape(&self) -> Option<Vec<i64>> {
        let x = self.map().ok()?;
        let spec = match self.node.op.as_str() {
            "Conv" | "FusedConv" => self.conv_spec(x),
            "ConvTranspose" => self.transposed_spec(x),
            "MaxPool" | "AveragePool" | "LpPool" => self.pool_spec(x),
            _ => return None,
        };
        spec.and_then(|spec| spec.shape(&x.shape())).ok()
    }
}
