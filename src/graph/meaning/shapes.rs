//! The same entries in other shapes and orders.

use crate::trace::{Layout, Stop, index};

use super::{Call, stop};

impl Call<'_> {
    pub(super) fn reshape(&self, x: &Layout) -> Result<Layout, Stop> {
        if self.node.op == "aten::view.dtype" {
            return stop("a view of another type");
        }
        let reshaped = x.reshaped(self.shape(0)?);
        reshaped.ok_or_else(|| Stop(format!("{} that mixes positions", self.op)))
    }

    pub(super) fn permute(&self, x: &Layout) -> Result<Layout, Stop> {
        let rank = x.rank();
        let order = match (self.op, self.wholes("dims")) {
            ("permute", Some(dims)) => dims.iter().map(|&axis| index(axis, rank)).collect(),
            ("transpose", _) => {
                let (a, b) = (self.axis("dim0", rank)?, self.axis("dim1", rank)?);
                let mut order: Vec<usize> = (0..rank).collect();
                order.swap(a, b);
                Some(order)
            }
            ("t" | "numpy_T", _) => Some((0..rank).rev().collect()),
            _ => None,
        };
        let is_whole =
            |order: &Vec<usize>| order.len() == rank && (0..rank).all(|axis| order.contains(&axis));
        let order: Option<Vec<usize>> = order.filter(is_whole);
        let next = order.and_then(|order| x.transposed(&order));
        next.ok_or_else(|| Stop(format!("{} by numbers that do not fit", self.op)))
    }

    /// Blocks of positions as channels, in the order of `torch.nn.PixelUnshuffle`.
    pub(super) fn unshuffle(&self, x: &Layout) -> Result<Layout, Stop> {
        let shape = x.shape();
        let factor = self.whole("downscale_factor").unwrap_or(0);
        let (&[n, c, h, w], true) = (&shape[..], factor > 0) else {
            return stop("pixel_unshuffle of other than four axes");
        };
        let split = x.reshaped(&[n, c, h / factor, factor, w / factor, factor]);
        let split = split.and_then(|x| x.transposed(&[0, 1, 3, 5, 2, 4]));
        let next = split.and_then(|x| x.reshaped(self.shape(0).ok()?));
        next.ok_or_else(|| Stop("pixel_unshuffle of positions in another order".to_owned()))
    }
}
