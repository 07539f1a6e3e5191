//! Raw values to checked ones, a value for each axis.

use std::ops::{Range, RangeInclusive};

use crate::network::{PerAxis, QuantityError};

use super::problem::{Problem, unknown_word};
use super::raw::PaddingEntry;
use super::read::{At, Axes, Int, Reader};

impl<T> Axes<T> {
    /// Each value with the axis it holds for (`None`: all).
    pub(crate) fn parts(&self) -> Vec<(Option<usize>, &At<T>)> {
        match self {
            Self::One(one) => vec![(None, one)],
            Self::Each(each) => each
                .iter()
                .enumerate()
                .map(|(axis, at)| (Some(axis), at))
                .collect(),
        }
    }

    fn axis(&self, axis: usize) -> &At<T> {
        match self {
            Self::One(one) => one,
            Self::Each(each) => &each[axis],
        }
    }
}

/// Reports a list that does not have one value for each axis.
pub(crate) fn has_axes<T>(
    what: &str,
    value: &At<Axes<T>>,
    dims: usize,
    reader: &mut Reader,
) -> bool {
    let Axes::Each(each) = &value.value else {
        return true;
    };
    if each.len() == dims {
        return true;
    }
    let mut problem = Problem::new(
        format!(
            "{what} has {} but the network has {}",
            counted(each.len(), "value"),
            counted(dims, "axis")
        ),
        value.span.clone(),
    )
    .label(format!("expected one number, or a list of {dims}"));
    if what == "padding" && dims == 1 && each.len() == 2 {
        problem = problem.help("for uneven padding write `[[before, after]]`");
    }
    reader.report(problem);
    false
}

pub(crate) fn counted(n: usize, word: &str) -> String {
    match (n, word) {
        (1, _) => format!("1 {word}"),
        (_, "axis") => format!("{n} axes"),
        _ => format!("{n} {word}s"),
    }
}

/// A value for each axis, each checked by `check`; `None` (and a report) where one is at fault.
pub(crate) fn per_axis<T: Clone, U: Copy>(
    what: &str,
    value: &At<Axes<T>>,
    dims: usize,
    reader: &mut Reader,
    check: impl Fn(&T) -> Result<U, String>,
) -> Option<PerAxis<U>> {
    if !has_axes(what, value, dims, reader) {
        return None;
    }
    let mut checked = Vec::new();
    let mut faulty = false;
    for (_, at) in value.value.parts() {
        match check(&at.value) {
            Ok(value) => checked.push(value),
            Err(message) => {
                faulty = true;
                reader.report(Problem::new(format!("{what} {message}"), at.span.clone()));
            }
        }
    }
    if faulty {
        return None;
    }
    Some(PerAxis::from_fn(dims, |axis| {
        if checked.len() == 1 {
            checked[0]
        } else {
            checked[axis]
        }
    }))
}

/// A quantity (kernel, stride, …) for each axis.
pub(crate) fn quantities<U: Copy>(
    what: &str,
    value: &At<Axes<Int>>,
    dims: usize,
    reader: &mut Reader,
    check: fn(i128) -> Result<U, QuantityError>,
) -> Option<PerAxis<U>> {
    per_axis(what, value, dims, reader, |int: &Int| {
        check(int.0).map_err(|e| e.to_string())
    })
}

/// A whole number within a range.
pub(crate) fn ranged(value: i128, range: RangeInclusive<i64>) -> Result<i64, String> {
    let (least, most) = range.into_inner();
    if value < i128::from(least) {
        return Err(format!("must be at least {least}, is {value}"));
    }
    match i64::try_from(value) {
        Ok(v) if v <= most => Ok(v),
        _ => Err(format!("is {value}, past the limit of {most}")),
    }
}

/// What a word of the file means, an unknown one reported.
pub(crate) fn word_of<T: Copy>(
    what: &str,
    known: &[(&str, T)],
    word: &At<String>,
    reader: &mut Reader,
) -> Option<T> {
    let found = known.iter().find(|(name, _)| *name == word.value);
    if found.is_none() {
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        reader.report(unknown_word(what, &word.value, &names, word.span.clone()));
    }
    found.map(|(_, meaning)| *meaning)
}

/// Padding before and after along an axis, of a window that spans `extent` positions; `same` as for stride 1.
pub(crate) fn padding(entry: PaddingEntry, extent: i64) -> (i64, i64) {
    let total = extent - 1;
    match entry {
        PaddingEntry::Both(both) => (both, both),
        PaddingEntry::Pair(low, high) => (low, high),
        PaddingEntry::Valid => (0, 0),
        PaddingEntry::Causal => (total, 0),
        PaddingEntry::Same => (total / 2, total - total / 2),
    }
}

/// The problem of padding `same` where a window of type `called` strides; `common` is the padding that most would give.
pub(crate) fn strided_same(
    called: &str,
    stride: i64,
    common: &str,
    is_written: bool,
    at: Range<usize>,
) -> Problem {
    if is_written {
        Problem::new(
            format!("padding \"same\" is not defined for {called} with stride {stride}"),
            at,
        )
        .label("frameworks disagree here")
        .help(format!(
            "write the numbers: PyTorch has no strided \"same\" and TensorFlow's depends on the input size; `padding = {common}` is the common choice for this kernel"
        ))
    } else {
        Problem::new(
            format!("{called} with stride {stride} needs its padding in numbers"),
            at,
        )
        .label("no padding is given")
        .help(format!(
            "`padding = {common}` is the common choice for this kernel"
        ))
    }
}

impl<T: Copy> At<Axes<T>> {
    /// The value for an axis and where it stands.
    pub(crate) fn on(&self, axis: usize) -> (T, Range<usize>) {
        let at = self.value.axis(axis);
        (at.value, at.span.clone())
    }
}
