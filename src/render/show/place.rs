//! Which positions a grid shows.

use crate::draw::{Panel, axes, signed};

/// `n` positions of an interval, around one of them as far as its ends allow.
pub(super) fn around((first, extent): (i64, i64), centre: i64, n: i64) -> (i64, i64) {
    if extent <= n {
        return (first, extent);
    }
    let n = n.max(1);
    ((centre - n / 2).clamp(first, first + extent - n), n)
}

/// Row and column of a position, where the panel shows it.
pub(super) fn own_place(panel: &Panel, own: &[i64]) -> Option<(usize, usize)> {
    let along = |axis: usize| {
        let place = usize::try_from(own[axis] - panel.first[axis]).ok()?;
        let extent = usize::try_from(panel.extent[axis]).ok()?;
        (place < extent).then_some(place)
    };
    (0..panel.extent.len())
        .all(|axis| along(axis).is_some())
        .then_some(())?;
    Some((panel.down.map_or(Some(0), along)?, along(panel.right)?))
}

/// Which positions a panel shows.
pub(super) fn place(panel: &Panel) -> String {
    let names = axes(panel.extent.len());
    let range = |axis: usize| {
        let (first, last) = (
            panel.first[axis],
            panel.first[axis] + panel.extent[axis] - 1,
        );
        format!("{} {} to {}", names[axis], signed(first), signed(last))
    };
    let mut words = Vec::new();
    words.extend(panel.down.map(|axis| format!("{} down", range(axis))));
    words.push(format!("{} across", range(panel.right)));
    let cut = (0..panel.extent.len()).find(|a| Some(*a) != panel.down && *a != panel.right);
    words.extend(cut.map(|axis| format!("cut at {} = {}", names[axis], signed(panel.first[axis]))));
    words.join(", ")
}
