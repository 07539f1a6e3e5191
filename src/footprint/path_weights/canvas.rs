//! A row-major box of weights, onto which products and other arrays are drawn.

use ndarray::ArrayD;

use crate::footprint::bits::to_index;
use crate::footprint::error::FootprintError;
use crate::footprint::product::hull;
use crate::footprint::weights::length;

use super::{PathWeights, Term};

/// The sum of outer products over a box, row by row: each cell is written once, while its row is near.
pub(super) fn outer_products(
    terms: &[Term],
    first: &[i64],
    extent: &[i64],
    count: usize,
) -> Vec<f64> {
    let last = first.len() - 1;
    let row = to_index(extent[last]);
    let mut values = Vec::with_capacity(count);
    if count == 0 {
        return values;
    }
    let lines: Vec<Vec<f64>> = terms
        .iter()
        .map(|term| {
            let line = first[last]..first[last] + extent[last];
            line.map(|p| term[last].at(p)).collect()
        })
        .collect();
    let mut place = first[..last].to_vec();
    while values.len() < count {
        let start = values.len();
        for (term, line) in terms.iter().zip(&lines) {
            let weight: f64 = (0..last).map(|axis| term[axis].at(place[axis])).product();
            // Zero times an overflown weight would be no number.
            if weight == 0.0 {
                continue;
            }
            if values.len() == start {
                values.extend(line.iter().map(|value| weight * value));
            } else {
                for (cell, value) in values[start..].iter_mut().zip(line) {
                    *cell += weight * value;
                }
            }
        }
        values.resize(start + row, 0.0);
        step(&mut place, first, extent);
    }
    values
}

/// The next place of the outer axes, row-major.
fn step(place: &mut [i64], first: &[i64], extent: &[i64]) {
    for axis in (0..place.len()).rev() {
        place[axis] += 1;
        if place[axis] < first[axis] + extent[axis] {
            return;
        }
        place[axis] = first[axis];
    }
}

/// Adds an array that begins at `start` to a row-major box that begins at `first`; what lies outside of the box is left out.
pub(super) fn add_box(
    target: &mut [f64],
    first: &[i64],
    shape: &[usize],
    values: &ArrayD<f64>,
    start: &[i64],
) {
    let last = first.len() - 1;
    let row = shape[last];
    let len = values.shape()[last];
    let values = values.as_standard_layout();
    let Some(flat) = values.as_slice().filter(|_| len > 0 && row > 0) else {
        return;
    };
    // The part of a row that lies inside.
    let low = start[last].max(first[last]);
    let high = (start[last] + length(&flat[..len])).min(first[last] + length(&target[..row]));
    if low >= high {
        return;
    }
    let (from, to) = (to_index(low - start[last]), to_index(low - first[last]));
    let width = to_index(high - low);
    let extent: Vec<i64> = values
        .shape()
        .iter()
        .map(|&n| i64::try_from(n).unwrap_or(0))
        .collect();
    let mut place = start[..last].to_vec();
    for line in flat.chunks_exact(len) {
        let inside = (0..last).try_fold(0, |index, axis| {
            let offset = usize::try_from(place[axis] - first[axis]).ok()?;
            (offset < shape[axis]).then_some(index * shape[axis] + offset)
        });
        if let Some(index) = inside {
            let cells = &mut target[index * row + to..][..width];
            for (cell, value) in cells.iter_mut().zip(&line[from..from + width]) {
                *cell += value;
            }
        }
        step(&mut place, start, &extent);
    }
}

/// The sum of two fields as an array; the larger one's cells are used again where it holds the other.
pub(super) fn sum(a: PathWeights, b: PathWeights) -> Result<PathWeights, FootprintError> {
    let (Some(of_a), Some(of_b)) = (a.bounds(), b.bounds()) else {
        return if a.bounds().is_some() { a } else { b }.into_drawn();
    };
    let (first, extent) = hull(&of_a, &of_b);
    let (large, small) = if (&of_b.0, &of_b.1) == (&first, &extent) {
        (b, a)
    } else {
        (a, b)
    };
    let mut values = match large {
        PathWeights::Array {
            first: start,
            values,
        } if start == first
            && values
                .shape()
                .iter()
                .zip(&extent)
                .all(|(n, e)| length_is(*n, *e)) =>
        {
            values
        }
        large => large.array(&first, &extent)?,
    };
    let small = small.into_drawn()?;
    if let PathWeights::Array {
        first: start,
        values: more,
    } = &small
    {
        let shape = values.shape().to_vec();
        if let Some(flat) = values.as_slice_mut() {
            add_box(flat, &first, &shape, more, start);
        }
    }
    Ok(PathWeights::Array { first, values })
}

fn length_is(len: usize, extent: i64) -> bool {
    i64::try_from(len).is_ok_and(|len| len == extent)
}
