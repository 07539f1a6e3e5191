//! Theorems that decide without a search: how far the next dilation may go, and which totals can be reached.
//!
//! A tooth r_1 ≤ … ≤ r_n of k taps is repeated C times. Write S for the total of its dilations so far.
//!
//! **No hole.** *The repeated stage has no hole if and only if r_i ≤ 1 + C·(k−1)·(r_1 + … + r_{i−1}) for every i; so r_1 = 1.*
//! Sorted by step, the stage lists each r_i C times in a row. The exact test asks of copy c of r_i that
//! r_i ≤ 1 + (k−1)·(C·(r_1 + … + r_{i−1}) + (c−1)·r_i), which the first copy asks most sharply. Of equal dilations the first asks most
//! sharply, for the same reason, and the test counts only what stands before it. ∎ With r_1 = 1 the common factor is 1.
//!
//! **Published distance.** *For a non-decreasing tooth with r_1 = 1 and n ≥ 2, M_2 ≤ k if and only if r_i ≤ k + 2·(r_2 + … + r_{i−1}) for
//! every i ≥ 2.* As M_{i+1} ≥ r_{i+1} ≥ r_i, the middle term 2·r_i − M_{i+1} never passes r_i, so M_i = max(M_{i+1} − 2·r_i, r_i). ∎
//!
//! **One line.** Both limits are lines in S ≥ 1: 1 + m·S with m = C·(k−1), and k−2 + 2·S. At S = 1 the second is not above the first, and it
//! rises no faster unless m = 1. So the smaller is the second throughout, or, for m = 1, the first: 1 + S ≤ 2·S.
//!
//! **No dead end.** *Let the line be `base + slope·S`, and let each dilation be at least the last plus `rise` (1 strict, 0 not) and at most a
//! cap that leaves room for the layers to come. From every valid prefix each total between the least and the greatest can be reached.*
//! The least continuation adds `rise` each time; it is within the line, since base + slope·(S+r) ≥ r + 1. The greatest takes the most each
//! time; as the line never falls, it is the greatest at every layer. Of any continuation but the least, lower by one the last dilation that
//! is more than `rise` above its predecessor. What follows it rises by exactly `rise` and still keeps within the line, as S before the
//! lowered dilation is at least 1. So the totals go down one by one to the least. ∎
//!
//! **Growth.** A hole-free tooth of n layers sees at most (1 + C·(k−1))^n positions when repeated C times: the greatest continuation without
//! a cap is r_i = (1 + m)^(i−1).

use num_integer::Integer;
use serde::Serialize;

use crate::footprint::real;

use super::request::Request;

/// A goal as limits on dilations and on their total (of one tooth).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// Least step from one dilation to the next: 1 for strictly rising teeth, else 0.
    pub rise: i64,
    /// Largest dilation.
    pub cap: i64,
    /// Largest dilation after a total of S: base + slope·S.
    pub base: i64,
    /// See `base`.
    pub slope: i64,
    /// Positions that the repeated stage gains for each unit of the total: C·(k−1).
    pub gain: i64,
    /// Least receptive field, in positions of the stage.
    pub least_field: i64,
    /// Greatest receptive field, in positions of the stage.
    pub greatest_field: i64,
}

impl Limits {
    pub(super) fn new(
        request: &Request,
        cap: i64,
        (least_field, greatest_field): (i64, i64),
    ) -> Self {
        let gain = request.repeat * (request.kernel - 1);
        let (base, slope) = if request.exact || gain == 1 {
            (1, gain)
        } else {
            (request.kernel - 2, 2)
        };
        Self {
            rise: i64::from(!request.allow_equal),
            cap,
            base,
            slope,
            gain,
            least_field,
            greatest_field,
        }
    }

    /// Receptive field of the repeated stage for a total of dilations, in positions of the stage.
    #[must_use]
    pub fn field(&self, total: i64) -> i64 {
        1 + self.gain * total
    }

    /// Least total whose receptive field is asked for.
    #[must_use]
    pub fn least_asked(&self) -> i64 {
        Integer::div_ceil(&(self.least_field - 1), &self.gain)
    }

    /// Greatest total whose receptive field is asked for.
    #[must_use]
    pub fn greatest_asked(&self) -> i64 {
        (self.greatest_field - 1).div_euclid(self.gain)
    }

    /// Least total, perhaps below 0, after which the rules allow a dilation.
    pub(super) fn total_before(&self, dilation: i64) -> i64 {
        Integer::div_ceil(&(dilation - self.base), &self.slope)
    }

    /// Largest next dilation, by the rules alone. The first is 1.
    #[must_use]
    pub fn most(&self, total: i64) -> i64 {
        if total == 0 {
            1
        } else {
            self.base + self.slope * total
        }
    }

    /// Least total that `layers` more dilations add, of which the first is `first`.
    #[must_use]
    pub fn least_from(&self, first: i64, layers: i64) -> i64 {
        layers * first + self.rise * (layers * (layers - 1) / 2)
    }

    /// Greatest total after `layers` more dilations.
    #[must_use]
    pub fn greatest_from(&self, mut total: i64, layers: i64) -> i64 {
        for left in (0..layers).rev() {
            let room = self.cap - self.rise * left;
            let most = self.most(total);
            if most >= room {
                // From here on the cap decides.
                return total + self.least_from(room, left + 1);
            }
            total += most;
        }
        total
    }

    /// Least and greatest total of a tooth of `layers`, receptive fields apart; `None` if the cap leaves no tooth.
    #[must_use]
    pub fn reachable(&self, layers: i64) -> Option<(i64, i64)> {
        let fits = self.rise * (layers - 1) < self.cap;
        fits.then(|| (self.least_from(1, layers), self.greatest_from(0, layers)))
    }

    /// Least and greatest total of a tooth of `layers` that reaches what is asked; `None` if there is no such tooth.
    #[must_use]
    pub fn totals(&self, layers: i64) -> Option<(i64, i64)> {
        let (least, greatest) = self.reachable(layers)?;
        let (least, greatest) = (
            least.max(self.least_asked()),
            greatest.min(self.greatest_asked()),
        );
        (least <= greatest).then_some((least, greatest))
    }

    /// Whether a tooth keeps to the limits, its number of layers apart.
    ///
    /// ```
    /// use degrid::planner::{Goal, Request};
    /// let goal = Goal::new(Request::new(3, 3)).unwrap();
    /// assert!(goal.limits().allows(&[1, 2, 5]) && !goal.limits().allows(&[1, 2, 9]));
    /// ```
    #[must_use]
    pub fn allows(&self, tooth: &[i64]) -> bool {
        let mut total = 0;
        let mut before = 1 - self.rise;
        for &dilation in tooth {
            if dilation < before + self.rise || dilation > self.cap.min(self.most(total)) {
                return false;
            }
            total += dilation;
            before = dilation;
        }
        (self.least_asked()..=self.greatest_asked()).contains(&total)
    }

    /// The widest tooth: the largest dilation at every layer. Empty if the cap leaves no tooth.
    ///
    /// ```
    /// use degrid::planner::{Goal, Request};
    /// let goal = Goal::new(Request::new(3, 4)).unwrap();
    /// assert_eq!(goal.limits().widest(4), [1, 3, 9, 27]);
    /// ```
    #[must_use]
    pub fn widest(&self, layers: i64) -> Vec<i64> {
        if self.reachable(layers).is_none() {
            return Vec::new();
        }
        let mut total = 0;
        (0..layers)
            .rev()
            .map(|left| {
                let dilation = self.most(total).min(self.cap - self.rise * left);
                total += dilation;
                dilation
            })
            .collect()
    }
}

/// A number of layers as a factor.
pub(super) fn count_of(layers: usize) -> i64 {
    i64::try_from(layers).expect("layers were checked to be few")
}

/// A lobe that no hole-free tooth of `layers`, repeated `repeat` times, can get below: k^(−n·C); 0 where a lone first layer may have none.
///
/// Let q be the least prime that does not divide k. Over the frequencies j/q, 0 < j < q, a layer whose dilation is no multiple of q has
/// answers sin(πkj/q) / (k·sin(πj/q)) up to order, whose product is k^(1−q), as j ↦ kj only permutes; any other layer has answers of 1.
/// So the geometric mean of the repeated stage over them is at least k^(−n·C), and the largest is not below the mean. The frequencies lie
/// within the lobe's range if q ≤ k·r_n, which fails only for k = 2 with all dilations 1.
pub(super) fn least_lobe(request: &Request, layers: i64, repeat: i64) -> f64 {
    if request.kernel == 2 && (request.allow_equal || layers == 1) {
        return 0.0;
    }
    real(request.kernel).powf(-real(layers * repeat))
}
