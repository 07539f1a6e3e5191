//! Boxes and sums of products of axes: what stays a product costs no more than its axes, whatever is held of each.

use crate::network::{self, AxisOp, MAX_CELLS, Op};

use super::error::FootprintError;

/// First position and extent of a box, per axis.
pub(crate) type Bounds = (Vec<i64>, Vec<i64>);

/// One of several products that differs from another on a single axis, and that axis (the first where they are equal).
pub(crate) fn joinable<V: PartialEq>(products: &[Vec<V>], other: &[V]) -> Option<(usize, usize)> {
    products.iter().enumerate().find_map(|(index, product)| {
        let mut differing = (0..other.len()).filter(|&axis| product[axis] != other[axis]);
        let axis = differing.next().unwrap_or(0);
        differing.next().is_none().then_some((index, axis))
    })
}

/// All places of a box, row-major.
pub(crate) fn places(first: &[i64], extent: &[i64]) -> impl Iterator<Item = Vec<i64>> + use<> {
    let (first, extent) = (first.to_vec(), extent.to_vec());
    (0..extent.iter().product()).map(move |mut index: i64| {
        let mut place = first.clone();
        for axis in (0..place.len()).rev() {
            place[axis] += index % extent[axis];
            index /= extent[axis];
        }
        place
    })
}

/// What a product reads through a layer, axis by axis, on a map of size `size` where that is known.
pub(crate) fn through<V, E>(
    product: &[V],
    op: &Op,
    size: Option<&[i64]>,
    read: impl Fn(&V, &AxisOp, Option<i64>) -> Result<V, E>,
) -> Result<Vec<V>, E> {
    let axes = product.iter().zip(op.axes.iter()).enumerate();
    axes.map(|(axis, (value, op))| read(value, op, size.map(|n| n[axis])))
        .collect()
}

/// The box around products, of each axis of which first and end are given; `None` for none.
pub(crate) fn bounds<V>(products: &[Vec<V>], ends: impl Fn(&V) -> (i64, i64)) -> Option<Bounds> {
    let boxes = products.iter().map(|product| {
        let axes = product.iter().map(&ends);
        axes.map(|(first, end)| (first, end - first)).unzip()
    });
    around(boxes)
}

/// The box around all of some; `None` for none.
pub(crate) fn around(mut boxes: impl Iterator<Item = Bounds>) -> Option<Bounds> {
    let first = boxes.next()?;
    Some(boxes.fold(first, |a, b| hull(&a, &b)))
}

/// The box around two.
pub(crate) fn hull(a: &Bounds, b: &Bounds) -> Bounds {
    (0..a.0.len())
        .map(|axis| {
            let first = a.0[axis].min(b.0[axis]);
            let end = (a.0[axis] + a.1[axis]).max(b.0[axis] + b.1[axis]);
            (first, end - first)
        })
        .unzip()
}

/// Product of extents, checked.
pub(crate) fn volume(extents: impl IntoIterator<Item = i64>) -> Result<i64, FootprintError> {
    network::volume(extents).ok_or(FootprintError::TooLarge { cells: i64::MAX })
}

/// Product of extents, within the limit of cells.
pub(crate) fn cells(extents: impl IntoIterator<Item = i64>) -> Result<i64, FootprintError> {
    match volume(extents)? {
        cells if cells > MAX_CELLS => Err(FootprintError::TooLarge { cells }),
        cells => Ok(cells),
    }
}
