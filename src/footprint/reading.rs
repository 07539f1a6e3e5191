//! How much of the input the positions of a map read, within the box around what each of them reads.

use std::rc::Rc;

use crate::network::{AxisOp, MapId, Op};

use super::axis::AxisValue;
use super::bits::to_index;
use super::error::FootprintError;
use super::exact::{Comb, exact};
use super::extent::{output_phases, receptive_field_beside_pools};
use super::product::{around, joinable, places, through, volume};
use super::region::Region;
use super::run::Runs;
use super::set::AxisSet;
use super::sum::Propagate;
use super::walk::{Filled, Walk};

/// Longest axis of which the holes are counted.
const MOST_POSITIONS: i64 = 1 << 24;

/// Most work of a walk for all output phases, in words of sets: well below a second.
const MOST_WORK: i64 = 1 << 22;

/// Most cells that are drawn, over all output phases, where what is read is no product of axes.
const MOST_DRAWN: i64 = 1 << 26;

/// Most products of which the union is counted by inclusion and exclusion.
const MOST_CHOSEN: usize = 8;

/// Most products that are carried at once.
const MOST_PRODUCTS: usize = 64;

/// How much of the input one position of a map reads; borders are left aside, and so is what comes through a global pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Input positions in the box around what it reads.
    pub positions: i64,
    /// Those of them that it does not read.
    pub skipped: i64,
    /// Whether the counts are the same for every position of the map; else they are of one that misses the largest share.
    pub is_uniform: bool,
    /// Whether some positions of the map read nothing at all, as those that a transposed layer never writes; the counts are of others.
    pub some_read_nothing: bool,
}

impl Reading {
    fn new(positions: i64, covered: i64) -> Self {
        Self {
            positions,
            skipped: positions - covered,
            is_uniform: true,
            some_read_nothing: positions == 0,
        }
    }

    /// Whether it misses a larger share of its box.
    fn is_sparser(&self, other: &Self) -> bool {
        let cross = |a: &Self, b: &Self| i128::from(a.skipped) * i128::from(b.positions);
        cross(self, other) > cross(other, self)
    }

    /// The two together: the sparser of them.
    fn with(self, other: Self) -> Self {
        let some_read_nothing = self.some_read_nothing || other.some_read_nothing;
        let (kept, is_uniform) = match (self.positions, other.positions) {
            (0, _) => (other, other.is_uniform),
            (_, 0) => (self, self.is_uniform),
            _ => {
                let is_sparser = other.is_sparser(&self);
                let is_equal = self.positions == other.positions && self.skipped == other.skipped;
                (
                    if is_sparser { other } else { self },
                    is_equal && self.is_uniform && other.is_uniform,
                )
            }
        };
        Self {
            is_uniform,
            some_read_nothing,
            ..kept
        }
    }
}

impl Runs<'_> {
    /// How much of the input each position of a map reads, over all output phases.
    ///
    /// ```
    /// use degrid::footprint::Runs;
    /// use degrid::network::Network;
    /// let network = Network::builder(2).dilations(3, [2, 2, 2]).build().unwrap();
    /// let reading = Runs::new(&network).reading(network.outputs[0]).unwrap();
    /// assert_eq!((reading.skipped, reading.positions), (120, 169));
    /// ```
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] where that takes too long to tell.
    pub fn reading(&self, map: MapId) -> Result<Reading, FootprintError> {
        let dims = self.network().dims;
        let chains: Option<Vec<Vec<Comb>>> = (0..dims)
            .map(|axis| self.combs(MapId::INPUT, map, axis))
            .collect();
        match chains {
            Some(chains) => of_chains(&chains),
            None => self.of_branches(map),
        }
    }

    fn of_branches(&self, map: MapId) -> Result<Reading, FootprintError> {
        let network = self.network();
        let phases = output_phases(network, MapId::INPUT, map);
        let Some(field) = receptive_field_beside_pools(network, MapId::INPUT, map) else {
            return Ok(Reading::new(0, 0));
        };
        let layers = i64::try_from(network.layers.len()).unwrap_or(i64::MAX);
        let axes = phases.iter().zip(field.iter());
        let words = axes.map(|(phases, n)| (phases.end - phases.start).saturating_mul(1 + n / 64));
        let work = words.fold(0_i64, i64::saturating_add);
        let work = work.saturating_mul(layers);
        if work > MOST_WORK {
            return Err(FootprintError::TooLarge { cells: work });
        }
        let walk = Walk {
            network,
            clip: false,
            filled: Filled::No,
            stop: &|_| false,
            covering: Some(self.covering()),
        };
        // Where no pattern repeats, every position of the map is looked at, each where it lies: then only what the input has counts.
        let is_all = network.facts(map).size.filter(|size| {
            let mut axes = phases.iter().zip(size.iter());
            axes.all(|(phases, &n)| *phases == (0..n))
        });
        let input = network.input.filter(|_| is_all.is_some());
        let one = |phases: std::ops::Range<i64>| Rc::new(phases.map(AxisSet::one).collect());
        let start = Phased(vec![phases.into_iter().map(one).collect()]);
        let read = walk.from(map, start)?.remove(&MapId::INPUT);
        match (read, input) {
            (None, _) => Ok(Reading::new(0, 0)),
            (Some(read), None) => read.reading(),
            (Some(read), Some(size)) => read.within(&size)?.reading(),
        }
    }
}

/// Of chains, one an axis: the product of what each of them reads.
fn of_chains(chains: &[Vec<Comb>]) -> Result<Reading, FootprintError> {
    let found: Vec<_> = chains.iter().map(|chain| exact(chain)).collect();
    let positions = volume(found.iter().map(|found| found.extent))?;
    if found.iter().all(|found| found.fault.is_none()) {
        return Ok(Reading::new(positions, positions));
    }
    let count = |chain: &Vec<Comb>| Some(AxisSet::of_chain(chain, MOST_POSITIONS)?.count());
    let counts: Option<Vec<i64>> = chains.iter().map(count).collect();
    let too_large = FootprintError::TooLarge { cells: positions };
    Ok(Reading::new(positions, volume(counts.ok_or(too_large)?)?))
}

/// What each output phase of an axis reads.
type PhasedAxis = Rc<Vec<AxisSet>>;

/// A union of products of axes, for all output phases at once: phases of different axes go with each other in every way, so each axis holds
/// its own.
#[derive(Clone)]
struct Phased(Vec<Vec<PhasedAxis>>);

impl Propagate for Phased {
    fn through(self, op: &Op, _: Option<&[i64]>, dense: bool) -> Result<Self, FootprintError> {
        if op.axes.iter().all(|axis| matches!(axis, AxisOp::Same)) {
            return Ok(self);
        }
        let along = |axis: &PhasedAxis, op: &AxisOp, n| {
            if matches!(op, AxisOp::Same) {
                return Ok(Rc::clone(axis));
            }
            let phases = axis.iter().map(|set| set.through(op, n, dense));
            Ok(Rc::new(phases.collect::<Result<Vec<_>, FootprintError>>()?))
        };
        let mut read = Self(Vec::new());
        for product in &self.0 {
            read.join_product(through(product, op, None, along)?)?;
        }
        Ok(read)
    }

    fn join(&mut self, other: Self) -> Result<(), FootprintError> {
        let mut products = other.0.into_iter();
        products.try_for_each(|product| self.join_product(product))
    }
}

impl Phased {
    /// Adds a product: inside of another it adds nothing, and two that differ along one axis are one.
    fn join_product(&mut self, mut product: Vec<PhasedAxis>) -> Result<(), FootprintError> {
        let products = &mut self.0;
        loop {
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

    /// What lies on a map of some size.
    fn within(self, size: &[i64]) -> Result<Self, FootprintError> {
        let mut within = Self(Vec::new());
        for product in self.0 {
            let clipped = |(axis, &n): (PhasedAxis, &i64)| {
                Rc::new(axis.iter().map(|set| set.clipped(0, n)).collect())
            };
            within.join_product(product.into_iter().zip(size).map(clipped).collect())?;
        }
        Ok(within)
    }

    fn reading(&self) -> Result<Reading, FootprintError> {
        let none = Ok(Reading::new(0, 0));
        match &self.0[..] {
            [] => none,
            [one] => {
                let along = |axis: &PhasedAxis| {
                    let read = axis.iter().map(|set| match set.is_empty() {
                        true => Reading::new(0, 0),
                        false => Reading::new(set.extent(), set.count()),
                    });
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
                if several.len() <= MOST_CHOSEN {
                    if count.saturating_mul(1 << several.len()) > MOST_WORK * 4 {
                        return Err(FootprintError::TooLarge { cells: count });
                    }
                    return counted(several, &phases);
                }
                if count > MOST_DRAWN {
                    return Err(FootprintError::TooLarge { cells: count });
                }
                drawn(several, &phases)
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

/// Of a union of many products: drawn, phase by phase.
fn drawn(products: &[Vec<PhasedAxis>], phases: &[i64]) -> Result<Reading, FootprintError> {
    let mut left = MOST_DRAWN;
    let mut all: Option<Reading> = None;
    for phase in places(&vec![0; phases.len()], phases) {
        let mut region = Region::empty();
        for product in products {
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
        left -= positions;
        if left < 0 {
            return Err(FootprintError::TooLarge { cells: positions });
        }
        let reading = Reading::new(positions, region.count()?);
        all = Some(all.map_or(reading, |all| all.with(reading)));
    }
    Ok(all.unwrap_or(Reading::new(0, 0)))
}
