//! The footprint of one output position and its measures.

use serde::Serialize;

use crate::footprint::{
    AxisSet, Footprint, FootprintError, Grid, LobeSearch, Region, View, least_passing, overlap,
    real, ripple, volume,
};
use crate::network::whole;

use super::super::measures::{Anchor, Measures};
use super::curves::Curves;
use super::layers::layers_between;

/// The footprint of one output position. Arrays have an entry for each axis.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FootprintReport {
    /// First position, on the map read, or relative to output position 0 where sizes are not known; null where nothing is read.
    pub first: Option<Vec<i64>>,
    /// Extent of the bounding box, in positions.
    pub extent: Vec<i64>,
    /// Its measures.
    #[serde(flatten)]
    pub measures: Measures,
    /// Share of positions that neighbouring outputs both read, by projection, 0 to 1; null behind an upsampling.
    #[serde(skip)]
    pub overlap: Option<Vec<Option<f64>>>,
    /// Its curves, where they were asked for.
    #[serde(flatten)]
    pub curves: Curves,
}

impl FootprintReport {
    /// Measures what was seen; equal chains are searched for lobes once.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] where positions that are no product of axes cannot be held.
    pub fn new(
        view: &View<'_>,
        seen: &Footprint<'_>,
        lobes: &mut LobeSearch,
    ) -> Result<Self, FootprintError> {
        let dims = view.network.dims;
        let Some((first, extent)) = seen.bounds.clone() else {
            return Ok(Self {
                extent: vec![0; dims],
                measures: Measures {
                    covered: Some(0),
                    holes: Some(0),
                    ..Measures::default()
                },
                ..Self::default()
            });
        };
        let axes = || 0..dims;
        let covered = seen.region.count()?;
        let volume = volume(extent.iter().copied())?;
        let sets = axes()
            .map(|axis| seen.region.projection(axis))
            .collect::<Result<Vec<AxisSet>, _>>()?;
        let between = layers_between(view.network, view.from, view.to);
        let anchor = |axis| Anchor::of(view.network, &between, axis);
        let anchors: Vec<Anchor> = axes().map(anchor).collect();
        let ripple_of = |axis: usize| {
            let weights = seen.marginal(axis).ok()?;
            ripple(&weights.values)
        };
        let mut lobe_of = |axis| {
            let lobes = lobes.renewed();
            lobes
                .between(view.network, view.from, view.to, axis)?
                .exact()
        };
        let overlap_of = |axis: usize| overlap(&sets[axis], stride(view, axis)?);
        Ok(Self {
            first: Some(first),
            measures: Measures {
                covered: Some(covered),
                holes: Some(volume - covered),
                // Filling a kernel takes no position away, so the two counts give the difference.
                gridding: Some(seen.twin.count()? - covered),
                density: Some(real(covered) / real(volume)),
                largest_gap: Some(sets.iter().map(widest_gap).collect()),
                core: Some(core_widths(&seen.region, &extent, &anchors)?),
                lobe: Some(axes().map(&mut lobe_of).collect()),
                ripple: Some(axes().map(ripple_of).collect()),
            },
            overlap: Some(axes().map(overlap_of).collect()),
            extent,
            curves: Curves::default(),
        })
    }
}

fn widest_gap(set: &AxisSet) -> i64 {
    set.gaps().map(|(a, b)| b - a + 1).max().unwrap_or(0)
}

/// Positions of the map read from one output position to its neighbour; `None` where that is no integer.
fn stride(view: &View<'_>, axis: usize) -> Option<i64> {
    let jump = |map| Some(view.network.facts(map).along(axis)?.jump);
    whole(jump(view.to)? / jump(view.from)?)
}

/// Width of the hole-free middle per axis.
///
/// Of a product of axes: the widest hole-free interval about each axis's middle. Of a union: the largest hole-free cube about the middle
/// of the bounding box; an axis that fills its bounding box stays so while the others go on. Along a causal axis it ends at the last tap.
fn core_widths(
    region: &Region,
    extent: &[i64],
    anchors: &[Anchor],
) -> Result<Vec<Option<i64>>, FootprintError> {
    if let Region::Products(products) = region
        && let [one] = &products[..]
    {
        let width = |(set, anchor): (&AxisSet, &Anchor)| anchor.core(set);
        return Ok(one.iter().zip(anchors).map(width).collect());
    }
    let grid = region.drawn()?;
    let Some((first, _)) = region.bounds() else {
        return Ok(vec![None; extent.len()]);
    };
    let boxed = |steps: i64| cube(&first, extent, anchors, steps);
    let holds = |grid: &Grid, steps: i64| {
        let (first, width) = boxed(steps);
        grid.holds(&first, &width)
    };
    if !holds(&grid, 0) {
        return Ok(vec![None; extent.len()]);
    }
    // A box about the middle holds all smaller ones: the largest is found by halving.
    let most = extent.iter().copied().max().unwrap_or(1);
    let steps = least_passing(1, most + 1, |steps| !holds(&grid, steps)) - 1;
    Ok(boxed(steps).1.into_iter().map(Some).collect())
}

/// The box that reaches some steps from its anchors, within the bounding box: first position and extent.
fn cube(first: &[i64], extent: &[i64], anchors: &[Anchor], steps: i64) -> (Vec<i64>, Vec<i64>) {
    (0..extent.len())
        .map(|axis| {
            let n = extent[axis];
            let (least, share) = match anchors[axis] {
                Anchor::Middle => (2 - n % 2, 2),
                Anchor::End => (1, 1),
            };
            let width = (least + 2 * steps).min(n);
            (first[axis] + (n - width) / share, width)
        })
        .unzip()
}
