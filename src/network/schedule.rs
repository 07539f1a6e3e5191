//! Schedules as the paper reads them: common factor, teeth, and the recurrence M_i.
//!
//! Source of the three rules: Wang et al. 2017, "Understanding Convolution for Semantic Segmentation", section 3.2.

/// Greatest common divisor of the dilations; 0 for none.
///
/// ```
/// assert_eq!(degrid::network::schedule::common_factor(&[2, 4, 6]), 2);
/// ```
#[must_use]
pub fn common_factor(dilations: &[i64]) -> i64 {
    dilations.iter().fold(0, |gcd, &d| num_integer::gcd(gcd, d))
}

/// A schedule as its dilations and how often they are repeated: `1,2,5 ×5`.
///
/// ```
/// use degrid::network::schedule::text;
/// assert_eq!((text(&[1, 2, 5], 5), text(&[1, 2, 5], 1)), ("1,2,5 ×5".to_owned(), "1,2,5".to_owned()));
/// ```
#[must_use]
pub fn text<T: std::fmt::Display>(dilations: &[T], repeat: usize) -> String {
    let list = itertools::join(dilations, ",");
    if repeat > 1 {
        format!("{list} ×{repeat}")
    } else {
        list
    }
}

/// The shortest list of values that, taken in turn from the first again, makes a longer one.
///
/// ```
/// use degrid::network::schedule::cycle;
/// assert_eq!(cycle(&[1, 2, 5, 1, 2]), [1, 2, 5]);
/// assert_eq!(cycle(&[2, 2, 2]), [2]);
/// ```
#[must_use]
pub fn cycle<T: PartialEq>(values: &[T]) -> &[T] {
    let fits = |length: &usize| values.iter().zip(&values[*length..]).all(|(a, b)| a == b);
    let length = (1..values.len()).find(fits);
    &values[..length.unwrap_or(values.len())]
}

/// The teeth of a schedule: maximal runs that do not fall, cut only where the next dilation is smaller.
///
/// ```
/// let teeth: Vec<_> = degrid::network::schedule::teeth(&[1, 2, 5, 1, 2, 5]).collect();
/// assert_eq!(teeth, [[1, 2, 5], [1, 2, 5]]);
/// ```
pub fn teeth(dilations: &[i64]) -> impl Iterator<Item = &[i64]> {
    dilations.chunk_by(|before, after| after >= before)
}

/// Whether all teeth are equal, save that the last may be cut short, and rise: the last dilation of a tooth is above its first, unless all
/// are 1. One tooth is a sawtooth.
///
/// # Errors
/// The index (from 0) of the first tooth that differs from tooth 0; 0 where the teeth do not rise.
///
/// ```
/// use degrid::network::schedule::sawtooth;
/// assert_eq!(sawtooth(&[1, 2, 5, 1, 2, 5, 1, 2]), Ok(()));
/// assert_eq!(sawtooth(&[2, 2, 5, 9, 1, 2, 5, 9]), Err(1));
/// assert_eq!(sawtooth(&[2, 2, 2]), Err(0));
/// assert_eq!(sawtooth(&[1, 1, 1]), Ok(()));
/// ```
pub fn sawtooth(dilations: &[i64]) -> Result<(), usize> {
    let mut rest = teeth(dilations).enumerate();
    let Some((_, first)) = rest.next() else {
        return Ok(());
    };
    if first.len() > 1 && first[0] > 1 && first.last() == first.first() {
        return Err(0);
    }
    let mut end = first.len();
    for (index, tooth) in rest {
        end += tooth.len();
        let complete = tooth == first;
        let cut_short = end == dilations.len() && first.starts_with(tooth);
        if !complete && !cut_short {
            return Err(index);
        }
    }
    Ok(())
}

/// M_2 of the published recurrence, over the dilations as one tooth: the "maximum distance between two nonzero values".
///
/// `M_n = r_n`, `M_i = max(M_{i+1} − 2r_i, M_{i+1} − 2(M_{i+1} − r_i), r_i)` (section 3.2, equation 2).
/// `None` for fewer than two dilations, to which it does not apply. r_1 never enters it.
///
/// ```
/// use degrid::network::schedule::second_distance;
/// assert_eq!(second_distance(&[1, 2, 5]), Some(2));
/// assert_eq!(second_distance(&[1, 2, 9]), Some(5));
/// ```
#[must_use]
pub fn second_distance(dilations: &[i64]) -> Option<i64> {
    let (&last, rest) = dilations.get(1..)?.split_last()?;
    Some(rest.iter().rev().fold(last, |next, &r| {
        (next - 2 * r).max(next - 2 * (next - r)).max(r)
    }))
}
