//! What all output phases of a map read, at once.

use std::cell::Cell;
use std::rc::Rc;

use crate::network::{AxisOp, Op};

use super::axis::AxisValue;
use super::bits::to_index;
use super::error::FootprintError;
use super::product::{around, joinable, places, through, volume};
use super::reading::Reading;
use super::region::Region;
use super::set::AxisSet;
use super::sum::Propagate;

/// Most products of which the union is counted by inclusion and exclusion.
const MOST_CHOSEN: usize = 8;

/// Most products that are carried at once.
const MOST_PRODUCTS: usize = 64;

/// What each output phase of an axis reads.
pub(super) type PhasedAxis = Rc<Vec<AxisSet>>;

/// A union of products of axes, for all output phases at once: phases of different axes go with each other in every way, so each axis holds
/// its own.
#[derive(Clone)]
pub(super) struct Phased {
    products: Vec<Vec<PhasedAxis>>,
    /// Work that may still be done, in words of sets.
    left: Rc<Cell<i64>>,
}

impl Propagate for Phased {
    fn through(self, op: &Op, _: Option<&[i64]>, dense: bool) -> Result<Self, FootprintError> {
        if op.axes.iter().all(AxisOp::keeps_positions) {
            return Ok(self);
        }
        let along = |axis: &PhasedAxis, op: &AxisOp, n| {
            if op.keeps_positions() {
                return Ok(Rc::clone(axis));
            }
            let phases = axis.iter().map(|set| set.through(op, n, dense));
            Ok(Rc::new(phases.collect::<Result<Vec<_>, FootprintError>>()?))
        };
        let mut read = self.emptied();
        for product in &self.products {
            read.join_product(through(product, op, None, along)?)?;
        }
        Ok(read)
    }

    fn join(&mut self, other: Self) -> Result<(), FootprintError> {
        let mut products = other.products.into_iter();
        products.try_for_each(|product| self.join_product(product))
    }
}

impl Phased {
    /// One position for each output phase of each axis; all walks that share `left` do that much work together.
    pub fn new(axes: Vec<PhasedAxis>, left: &Rc<Cell<i64>>) -> Self {
        Self {
            products: vec![axes],
            left: Rc::clone(left),
        }
    }

    /// Of a union of many products: drawn, phase by phase.
    fn drawn(&self, phases: &[i64]) -> Result<Reading, FootprintError> {
        let mut all: Option<Reading> = None;
        for phase in places(&vec![0; phases.len()], phases) {
            let mut region = Region::empty();
            for product in &self.products {
                let axes = product.iter().zip(&phase);
                let at = |(axis, &phase): (&PhasedAxis, &i64)| {
                    let set = usize::try_from(phase).ok().and_then(|at| axis.get(at));
                    set.cloned().unwrap_or_else(AxisSet::empty)
                };
                region.join(Region::product(axes.map(at).collect()))?;
            }
            let positions = region
                .bounds()
                .map_or(Ok(0), |(_, extent)| volume(extent))?;
            spend(&self.left, positions / 64)?;
            let reading = Reading::new(positions, region.count()?);
            all = Some(all.map_or(reading, |all| all.with(reading)));
        }
        Ok(all.unwrap_or(Reading::new(0, 0)))
    }

    fn emptied(&self) -> Self {
        Self {
            products: Vec::new(),
            left: Rc::clone(&self.left),
        }
    }

    /// Adds a product: inside of another it adds nothing, and two that differ along one axis are one.
    fn join_product(&mut self, mut product: Vec<PhasedAxis>) -> Result<(), FootprintError> {
        let words = |axis: &PhasedAxis| axis.iter().map(|set| 1 + set.extent() / 64).sum::<i64>();
        let words: i64 = product.iter().map(words).sum();
        let Self { products, left } = self;
        loop {
            let others = i64::try_from(products.len()).unwrap_or(i64::MAX);
            spend(left, words.saturating_mul(1 + others))?;
            if products.iter().any(|other| is_inside(&product, other)) {
                return Ok(());
            }
            products.retain(|other| !is_inside(other, &product));
            let Some((index, axis)) = joinable(products, &product) else {
                break;
            };
            let old = products.swap_remove(index);
            let both = product[axis].iter().zip(old[axis].iter());
            let both = both.map(|(a, b)| a.union(b));
            product[axis] = Rc::new(both.collect::<Result<_, _>>()?);
        }
        products.push(product);
        if products.len() > MOST_PRODUCTS {
            return Err(FootprintError::TooLarge { cells: i64::MAX });
        }
        Ok(())
    }

    /// What lies on a map of some size, along the axes of which it is given.
    pub fn within(self, size: &[Option<i64>]) -> Result<Self, FootprintError> {
        let mut within = self.emptied();
        for product in self.products {
            let clipped = |(axis, size): (PhasedAxis, &Option<i64>)| match *size {
                Some(n) => Rc::new(axis.iter().map(|set| set.clipped(0, n)).collect()),
                None => axis,
            };
            within.join_product(product.into_iter().zip(size).map(clipped).collect())?;
        }
        Ok(within)
    }

    /// How much of its box one position of the map reads.
    pub fn reading(&self) -> Result<Reading, FootprintError> {
        let none = Ok(Reading::new(0, 0));
        match &self.products[..] {
            [] => none,
            [one] => {
                let along = |axis: &PhasedAxis| {
                    let read = axis
                        .iter()
                        .map(|set| Reading::new(set.extent(), set.count()));
                    read.reduce(Reading::with)
                };
                let Some(axes) = one.iter().map(along).collect::<Option<Vec<_>>>() else {
                    return none;
                };
                let positions = volume(axes.iter().map(|axis| axis.positions))?;
                let covered = volume(axes.iter().map(|axis| axis.positions - axis.skipped))?;
                Ok(Reading {
                    is_uniform: axes.iter().all(|axis| axis.is_uniform),
                    some_read_nothing: axes.iter().any(|axis| axis.some_read_nothing),
                    ..Reading::new(positions, covered)
                })
            }
            several => {
                let length = |axis: &PhasedAxis| i64::try_from(axis.len()).unwrap_or(i64::MAX);
                let phases: Vec<i64> = several[0].iter().map(length).collect();
                let count = volume(phases.iter().copied())?;
                let is_few = several.len() <= MOST_CHOSEN;
                let each = if is_few { 1 << several.len() } else { 16 };
                spend(&self.left, count.saturating_mul(each) / 16)?;
                if is_few {
                    counted(several, &phases)
                } else {
                    self.drawn(&phases)
                }
            }
        }
    }
}

/// Whether one product lies in another, in every output phase.
fn is_inside(one: &[PhasedAxis], other: &[PhasedAxis]) -> bool {
    let within = |(a, b): (&PhasedAxis, &PhasedAxis)| {
        Rc::ptr_eq(a, b) || a.iter().zip(b.iter()).all(|(a, b)| a.is_subset(b))
    };
    one.iter().zip(other).all(within)
}

/// What each output phase of an axis has in common to each choice of some products: choice 5 is of the products 0 and 2.
struct Common {
    /// First position and the one after the last of each product.
    ends: Vec<(i64, i64)>,
    /// Number of positions that all products of a choice hold; entry 0 is not used.
    counts: Vec<i64>,
}

impl Common {
    fn new(sets: &[&AxisSet]) -> Result<Self, FootprintError> {
        let mut common: Vec<AxisSet> = vec![AxisSet::empty()];
        for choice in 1_usize..1 << sets.len() {
            let lowest = choice.trailing_zeros() as usize;
            let rest = choice & (choice - 1);
            common.push(match rest {
                0 => sets[lowest].clone(),
                _ => common[rest].minus(&common[rest].minus(sets[lowest])?)?,
            });
        }
        Ok(Self {
            ends: sets.iter().map(|set| set.ends()).collect(),
            counts: common.iter().map(AxisSet::count).collect(),
        })
    }
}

/// Of a union of few products: by inclusion and exclusion, which draws nothing.
fn counted(products: &[Vec<PhasedAxis>], phases: &[i64]) -> Result<Reading, FootprintError> {
    let mut axes: Vec<Vec<Common>> = Vec::new();
    for axis in 0..phases.len() {
        let sets = |phase| products.iter().map(move |product| &product[axis][phase]);
        let common = (0..products[0][axis].len()).map(|phase| {
            let sets: Vec<&AxisSet> = sets(phase).collect();
            Common::new(&sets)
        });
        axes.push(common.collect::<Result<_, _>>()?);
    }
    let too_large = || FootprintError::TooLarge { cells: i64::MAX };
    let mut all: Option<Reading> = None;
    for phase in places(&vec![0; phases.len()], phases) {
        let at: Vec<&Common> = (axes.iter().zip(&phase))
            .map(|(axis, &phase)| &axis[to_index(phase)])
            .collect();
        let boxes = (0..products.len()).filter_map(|product| {
            let ends = at.iter().map(|axis| axis.ends[product]);
            let ends: (Vec<i64>, Vec<i64>) = ends.map(|(first, end)| (first, end - first)).unzip();
            ends.1.iter().all(|&extent| extent > 0).then_some(ends)
        });
        let positions = around(boxes).map_or(Ok(0), |(_, extent)| volume(extent))?;
        let mut covered = 0_i128;
        for choice in 1_usize..1 << products.len() {
            let counts = at.iter().map(|axis| i128::from(axis.counts[choice]));
            let count = counts.fold(1_i128, i128::saturating_mul);
            let is_odd = choice.count_ones() % 2 == 1;
            covered += if is_odd { count } else { -count };
        }
        let covered = i64::try_from(covered).map_err(|_| too_large())?;
        let reading = Reading::new(positions, covered);
        all = Some(all.map_or(reading, |all| all.with(reading)));
    }
    Ok(all.unwrap_or(Reading::new(0, 0)))
}

/// Takes work off what is left.
fn spend(left: &Cell<i64>, words: i64) -> Result<(), FootprintError> {
    let rest = left.get().saturating_sub(words);
    if rest < 0 {
        return Err(FootprintError::TooLarge { cells: words });
    }
    left.set(rest);
    Ok(())
}
