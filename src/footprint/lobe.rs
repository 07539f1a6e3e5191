//! The peak grating lobe: how strongly a stack of dilated layers answers to the finest pattern that it should average out.
//!
//! A chain is a sum over a lattice of taps, as an antenna array is; its answer to frequency f (periods per position) is the
//! product over layers of |sin(π k e f) / (k sin(π e f))|. The lobe is the largest value from f_0 = min 1/(k e), the first zero of
//! the coarsest layer, to ½. It is 1 where positions are skipped in a regular pattern, and free of scale.

mod block;
mod chain;
mod factor;
mod search;
mod spectrum;
mod stage;

pub use chain::{ChainPeak, chain_peak};
pub use search::PeakLobe;
pub use spectrum::{Lobe, Spectrum};
pub use stage::{LobeSearch, lobe_between};

use super::exact::Comb;
use block::{dirichlet, first_zero};
use factor::{Factor, push};
use search::search;

/// The peak grating lobe of a chain along one axis: 0 (none) to 1 (the finest pattern passes unweakened).
///
/// 0 for a chain without a layer of two or more taps. Layers with one tap do not count.
///
/// ```
/// use degrid::footprint::{Comb, lobe};
/// let of = |steps: &[i64]| lobe(&steps.iter().map(|&step| Comb { taps: 3, step }).collect::<Vec<_>>()).exact().unwrap();
/// assert!((of(&[2, 2, 2]) - 1.0).abs() < 1e-6);
/// assert!((of(&[1, 2, 5]) - 0.168).abs() < 5e-4);
/// ```
#[must_use]
pub fn lobe(chain: &[Comb]) -> PeakLobe {
    let mut factors = Vec::new();
    for &comb in chain.iter().filter(|c| c.taps > 1) {
        push(&mut factors, Factor::comb(comb, 1));
    }
    let Some(start) = first_zero(chain) else {
        return PeakLobe::Exact(0.0);
    };
    let mut left = stage::MOST_IN_A_SEARCH;
    search(&mut factors, start, &mut left).0
}

/// The answer of a chain along one axis to a frequency, 0 to 1; `f` in periods per position, 0 to ½. [`lobe`] is its peak past the first zero.
///
/// ```
/// use degrid::footprint::{Comb, response};
/// let chain = [Comb { taps: 3, step: 2 }; 3];
/// assert!((response(&chain, 0.0) - 1.0).abs() < 1e-12 && (response(&chain, 0.5) - 1.0).abs() < 1e-12);
/// assert!(response(&chain, 1.0 / 6.0) < 1e-12);
/// ```
#[must_use]
pub fn response(chain: &[Comb], f: f64) -> f64 {
    chain
        .iter()
        .filter(|comb| comb.taps > 1)
        .map(|&comb| dirichlet(comb, f).0.abs())
        .product()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_that_is_cut_short_says_so() {
        let mut factors = vec![
            Factor::comb(Comb { taps: 3, step: 1 }, 1),
            Factor::comb(Comb { taps: 3, step: 4 }, 1),
        ];
        let (found, _) = search(&mut factors, 1.0 / 12.0, &mut 12);
        assert!(matches!(found, PeakLobe::AtLeast(_)), "{found:?}");
        assert_eq!(found.exact(), None);
        assert_eq!(lobe(&[]), PeakLobe::Exact(0.0));
    }
}
