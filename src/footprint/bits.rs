//! Bits of a set in words of 64, and offsets into them.

use crate::network::MAX_CELLS;

use super::error::FootprintError;

pub(crate) fn to_index(value: i64) -> usize {
    usize::try_from(value)
        .expect("offsets into a set are not negative and below the limit of cells")
}

pub(crate) fn index_of(word: usize) -> i64 {
    i64::try_from(word * 64).expect("a set is below the limit of cells")
}

pub(crate) fn words(len: i64) -> usize {
    to_index(len).div_ceil(64)
}

/// Empty bits for `len` positions.
pub(crate) fn room(len: i64) -> Result<Vec<u64>, FootprintError> {
    if len > MAX_CELLS {
        return Err(FootprintError::TooLarge { cells: len });
    }
    Ok(vec![0; words(len)])
}

pub(crate) fn set(bits: &mut [u64], at: i64) {
    let at = to_index(at);
    bits[at / 64] |= 1 << (at % 64);
}

pub(crate) fn get(bits: &[u64], at: i64) -> bool {
    let at = to_index(at);
    bits[at / 64] >> (at % 64) & 1 == 1
}

/// First bit at or after `from` that is set (or clear).
pub(crate) fn find(bits: &[u64], from: i64, wanted: bool) -> Option<i64> {
    let from = to_index(from);
    let mut word = from / 64;
    let mut mask = u64::MAX << (from % 64);
    while word < bits.len() {
        let value = if wanted { bits[word] } else { !bits[word] } & mask;
        if value != 0 {
            return Some(index_of(word) + i64::from(value.trailing_zeros()));
        }
        mask = u64::MAX;
        word += 1;
    }
    None
}

/// Sets bits `from .. to`.
pub(crate) fn fill(bits: &mut [u64], from: i64, to: i64) {
    let (from, to) = (to_index(from), to_index(to));
    for (word, bits) in bits
        .iter_mut()
        .enumerate()
        .take(to.div_ceil(64))
        .skip(from / 64)
    {
        let low = from.saturating_sub(word * 64).min(64);
        let high = (to - word * 64).min(64);
        if low < high {
            *bits |= (u64::MAX >> (64 - (high - low))) << low;
        }
    }
}

/// `target |= source << by`; bits past the end of `target` are zero by the caller's choice of sizes.
pub(crate) fn or_shifted_up(target: &mut [u64], source: &[u64], by: i64) {
    let (skip, shift) = (to_index(by) / 64, to_index(by) % 64);
    for (index, &word) in source.iter().enumerate() {
        if let Some(slot) = target.get_mut(index + skip) {
            *slot |= word << shift;
        }
        if shift > 0
            && let Some(slot) = target.get_mut(index + skip + 1)
        {
            *slot |= word >> (64 - shift);
        }
    }
}

/// `bits |= bits << by`.
pub(crate) fn or_shifted_up_within(bits: &mut [u64], by: i64) {
    let (skip, shift) = (to_index(by) / 64, to_index(by) % 64);
    for index in (skip..bits.len()).rev() {
        let mut word = bits[index - skip] << shift;
        if shift > 0 && index > skip {
            word |= bits[index - skip - 1] >> (64 - shift);
        }
        bits[index] |= word;
    }
}

/// The words of `source >> by`, and zeros after them.
pub(crate) fn shifted_down(source: &[u64], by: i64) -> impl Iterator<Item = u64> {
    let (skip, shift) = (to_index(by) / 64, to_index(by) % 64);
    let at = move |index: usize| source.get(index).copied().unwrap_or(0);
    (skip..).map(move |index| match shift {
        0 => at(index),
        _ => at(index) >> shift | at(index + 1) << (64 - shift),
    })
}

/// `target |= source >> by`.
pub(crate) fn or_shifted_down(target: &mut [u64], source: &[u64], by: i64) {
    for (slot, word) in target.iter_mut().zip(shifted_down(source, by)) {
        *slot |= word;
    }
}
