//! How many schedules a goal allows, exactly, without listing them.

use num_bigint::BigUint;

use crate::footprint::real;

use super::bounds::{Limits, count_of};
use super::goal::Goal;
use super::polynomial;
use super::walk::spaces;

impl Goal {
    /// Number of teeth, the largest lobe apart (which only a search can decide). `None` past `work` additions of words.
    ///
    /// Where no cap on dilations or receptive fields binds, a polynomial gives it at once; else a table over layers and totals, filled
    /// dilation by dilation as in counting partitions: adding r to a prefix that ends below r and has a total that allows r. Totals from
    /// which every dilation is allowed, and that reach the least receptive field, are one, unless a greatest receptive field binds.
    ///
    /// ```
    /// use degrid::planner::{Goal, Request};
    /// let goal = Goal::new(Request { allow_equal: true, max_dilation: Some(60), ..Request::new(3, 5) }).unwrap();
    /// assert_eq!(goal.count(1_000_000).unwrap().to_string(), "6851");
    /// ```
    #[must_use]
    pub fn count(&self, work: u64) -> Option<BigUint> {
        let mut sum = BigUint::ZERO;
        let mut tabled = Vec::new();
        for layers in spaces(self).map(|space| space.layers) {
            if layers == 1 {
                sum += 1_u32;
            } else if polynomial::applies(self.limits(), count_of(layers)) {
                sum += polynomial::count(self.limits(), layers);
            } else {
                tabled.push(layers);
            }
        }
        if !tabled.is_empty() {
            sum += Table::new(self.limits(), &tabled).count(&tabled, work)?;
        }
        Some(sum)
    }
}

/// The shape of the table.
struct Table {
    limits: Limits,
    /// Largest dilation that occurs.
    cap: i64,
    /// Most layers.
    layers: usize,
    /// Totals are 0 to this.
    last_total: i64,
    /// Whether the last total stands for all from there on.
    merged: bool,
}

impl Table {
    fn new(limits: &Limits, wanted: &[usize]) -> Self {
        let layers = wanted.iter().copied().max().unwrap_or(1);
        let reachable = |n: usize| {
            limits
                .reachable(count_of(n))
                .map_or(0, |(_, greatest)| greatest)
        };
        let most = wanted.iter().map(|&n| reachable(n)).max().unwrap_or(0);
        let cap = limits.widest(count_of(layers)).last().copied().unwrap_or(1);
        let merged = limits.greatest_asked() >= most;
        let last_total = if merged {
            let free_from = limits.total_before(cap);
            free_from.max(limits.least_asked()).max(1)
        } else {
            limits.greatest_asked()
        };
        Self {
            limits: *limits,
            cap: if merged { cap } else { cap.min(last_total) },
            layers,
            last_total,
            merged,
        }
    }

    fn count(&self, wanted: &[usize], work: u64) -> Option<BigUint> {
        let words = words(self.layers, self.cap);
        let totals: i128 = (1..self.layers)
            .map(|n| i128::from(self.row(n).1 - self.row(n).0 + 1))
            .sum();
        let additions = totals * i128::from(self.cap) * i128::from(count_of(words));
        // The rows take memory as well: as many words as they have totals.
        let memory = i128::from(count_of(words * self.layers)) * i128::from(self.last_total + 1);
        if additions.max(16 * memory) > i128::from(work) {
            return None;
        }
        match words {
            1 => Some(self.fill::<1>(wanted)),
            2 => Some(self.fill::<2>(wanted)),
            3 => Some(self.fill::<3>(wanted)),
            4 => Some(self.fill::<4>(wanted)),
            5..=8 => Some(self.fill::<8>(wanted)),
            9..=16 => Some(self.fill::<16>(wanted)),
            17..=64 => Some(self.fill::<64>(wanted)),
            _ => None,
        }
    }

    /// Least and greatest total, as kept in the table, of so many layers.
    fn row(&self, layers: usize) -> (i64, i64) {
        let layers = count_of(layers);
        let kept = |total: i64| total.min(self.last_total);
        (
            kept(self.limits.least_from(1, layers)),
            kept(self.limits.greatest_from(0, layers)),
        )
    }

    fn fill<const WORDS: usize>(&self, wanted: &[usize]) -> BigUint {
        let width = index(self.last_total) + 1;
        let mut rows = vec![[0_u64; WORDS]; width * self.layers];
        let at = |layers: usize, total: usize| (layers - 1) * width + total;
        // The first dilation is 1, and 1 is not above what must be reached, as there is a tooth.
        rows[at(1, 1)][0] = 1;
        let strict = self.limits.rise == 1;
        let ends: Vec<(usize, usize)> = (1..=self.layers)
            .map(|n| self.row(n))
            .map(|(low, high)| (index(low), index(high) + 1))
            .collect();
        for dilation in 1 + self.limits.rise..=self.cap {
            let allowed_from = index(self.limits.total_before(dilation).max(1));
            let mut step = |layers: usize| {
                let split = at(layers + 1, 0);
                let (before, after) = rows.split_at_mut(split);
                let before = &before[split - width..];
                let shift = index(dilation);
                let (low, end) = ends[layers - 1];
                let from = allowed_from.max(low);
                let kept = width.saturating_sub(shift);
                for total in from..kept.min(end) {
                    add(&mut after[total + shift], &before[total]);
                }
                if self.merged {
                    for more in &before[from.max(kept).min(end)..end] {
                        add(&mut after[width - 1], more);
                    }
                }
            };
            // A strict tooth takes a dilation once: longer prefixes first, so that none takes it twice.
            if strict {
                (1..self.layers).rev().for_each(&mut step);
            } else {
                (1..self.layers).for_each(&mut step);
            }
        }
        let mut sum = BigUint::ZERO;
        let least = index(self.limits.least_asked().max(0));
        for &layers in wanted {
            for total in least.min(width)..width {
                let row = rows[at(layers, total)].iter();
                let bytes: Vec<u8> = row.flat_map(|word| word.to_le_bytes()).collect();
                sum += BigUint::from_bytes_le(&bytes);
            }
        }
        sum
    }
}

/// Words that hold any number of the table: there are at most C(cap + layers, layers) multisets.
fn words(layers: usize, cap: i64) -> usize {
    let cap = real(cap);
    let bits: f64 = (1..=layers)
        .map(|j| (1.0 + cap / real(count_of(j))).log2())
        .sum();
    (1..1_000)
        .find(|&words| real(64 * count_of(words) - 2) >= bits)
        .unwrap_or(1_000)
}

fn add<const WORDS: usize>(sum: &mut [u64; WORDS], other: &[u64; WORDS]) {
    let mut carry = false;
    for (word, &more) in sum.iter_mut().zip(other) {
        let (low, over) = word.overflowing_add(more);
        let (low, over_again) = low.overflowing_add(u64::from(carry));
        *word = low;
        carry = over | over_again;
    }
}

fn index(value: i64) -> usize {
    usize::try_from(value).expect("totals of a table are not negative and fit in memory")
}
