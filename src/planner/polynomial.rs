//! The count where nothing but the rules limits a schedule: a polynomial.
//!
//! Let g_q(l, S) be the number of ways to add q dilations behind one of l, at a total of S. Then g_0 = 1 and
//! g_q(l, S) = Σ g_{q−1}(r, S + r) over l + rise ≤ r ≤ base + slope·S, and so each g_q is a polynomial in l and S.
//! It is kept in the basis C(l, i)·C(S, j), in which all coefficients are integers and a sum only moves them:
//! Σ_{r ≤ x} C(r, i) = C(x + 1, i + 1); C(S + r, j) = Σ C(S, t)·C(r, j − t); C(x, a)·C(x, b) = Σ C(x, w)·w! / ((w−a)!·(w−b)!·(a+b−w)!).

use num_bigint::{BigInt, BigUint};

use super::bounds::{Limits, count_of};

/// Whether neither the cap nor the receptive field asked for leaves out a tooth of `layers`.
pub(super) fn applies(limits: &Limits, layers: i64) -> bool {
    let mut total = 0;
    let is_free = (0..layers).all(|_| {
        let most = limits.most(total);
        total += most;
        most <= limits.cap
    });
    is_free
        && limits.least_asked() <= limits.least_from(1, layers)
        && total <= limits.greatest_asked()
}

/// Number of teeth of `layers` that keep to the rules alone.
pub(super) fn count(limits: &Limits, layers: usize) -> BigUint {
    let tables = Tables::new(layers + 2);
    // g[i][j] belongs to C(l, i)·C(S, j).
    let mut g = vec![vec![BigInt::ZERO; layers + 1]; layers + 1];
    g[0][0] = BigInt::from(1);
    // basis[i][t]: C(base + 1 + slope·S, i) = Σ_t basis[i][t]·C(S, t).
    let basis: Vec<Vec<BigInt>> = (0..=layers)
        .map(|i| of_line(limits.base + 1, limits.slope, i))
        .collect();
    for _ in 1..layers {
        let h = tables.shifted(&g);
        g = vec![vec![BigInt::ZERO; layers + 1]; layers + 1];
        for (i, j, own) in terms(&h) {
            for (t, factor) in basis[i + 1].iter().enumerate() {
                let scaled = own * factor;
                tables.multiplied(j, t, |w, times| g[0][w] += &scaled * times);
            }
            // The part below l + rise.
            g[i + 1][j] -= own;
            if limits.rise == 1 {
                g[i][j] -= own;
            }
        }
    }
    // At l = S = 1 only C(1, 0) and C(1, 1) are not 0, and they are 1.
    let at_one: BigInt = g.iter().take(2).flat_map(|row| row.iter().take(2)).sum();
    at_one.to_biguint().unwrap_or_default()
}

/// The coefficients that are not 0, each with its place.
fn terms(g: &[Vec<BigInt>]) -> impl Iterator<Item = (usize, usize, &BigInt)> {
    let rows = g.iter().enumerate();
    let all = rows.flat_map(|(i, row)| row.iter().enumerate().map(move |(j, own)| (i, j, own)));
    all.filter(|(.., own)| **own != BigInt::ZERO)
}

/// Coefficients of C(start + slope·S, i) in the basis C(S, t): its differences at S = 0.
fn of_line(start: i64, slope: i64, i: usize) -> Vec<BigInt> {
    let mut values: Vec<BigInt> = (0..=count_of(i))
        .map(|s| binomial(&BigInt::from(start + slope * s), i))
        .collect();
    for order in 0..i {
        for at in (order + 1..=i).rev() {
            let before = values[at - 1].clone();
            values[at] -= before;
        }
    }
    values
}

fn binomial(n: &BigInt, k: usize) -> BigInt {
    (0..count_of(k)).fold(BigInt::from(1), |value, j| value * (n - j) / (j + 1))
}

struct Tables {
    factorials: Vec<BigInt>,
}

impl Tables {
    fn new(most: usize) -> Self {
        let mut factorials = vec![BigInt::from(1)];
        for n in 1..=count_of(2 * most) {
            let next = &factorials[factorials.len() - 1] * n;
            factorials.push(next);
        }
        Self { factorials }
    }

    /// C(x, a)·C(x, b) in the basis C(x, w): hands over each w and its coefficient.
    fn multiplied(&self, a: usize, b: usize, mut each: impl FnMut(usize, &BigInt)) {
        for w in a.max(b)..=a + b {
            let times = &self.factorials[w]
                / (&self.factorials[w - a] * &self.factorials[w - b] * &self.factorials[a + b - w]);
            each(w, &times);
        }
    }

    /// g(r, S + r) in the basis C(r, i)·C(S, j).
    fn shifted(&self, g: &[Vec<BigInt>]) -> Vec<Vec<BigInt>> {
        let mut h = vec![vec![BigInt::ZERO; g.len()]; g.len()];
        for (i, j, own) in terms(g) {
            for (t, u) in (0..=j).zip((0..=j).rev()) {
                self.multiplied(i, u, |w, times| h[w][t] += own * times);
            }
        }
        h
    }
}
