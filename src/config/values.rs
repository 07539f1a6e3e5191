//! Raw values to checked ones, a value for each axis.

use std::ops::{Range, RangeInclusive};

use crate::network::{PerAxis, QuantityError, counted};

use super::problem::unknown_word;
use super::read::{At, Axes, Int, Reader};

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
    let (values, axes) = (counted(each.len(), "value"), counted(dims, "axis"));
    let mut problem = value
        .problem(format!("{what} has {values} but the network has {axes}"))
        .label(format!("expected one number, or a list of {dims}"));
    if what == "padding" && dims == 1 && each.len() == 2 {
        problem = problem.help("for asymmetric padding write `[[before, after]]`");
    }
    if let Some(input) = reader.doubtful_input.clone().filter(|_| each.len() < dims) {
        problem = problem.related(input, "three axes: channels are no axis");
    }
    reader.report(problem);
    false
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
    for (_, at) in value.value.parts() {
        let value = check(&at.value);
        let value = value.map_err(|message| reader.report(at.problem(format!("{what} {message}"))));
        checked.push(value.ok());
    }
    let checked: Vec<U> = checked.into_iter().collect::<Option<_>>()?;
    Some(match checked[..] {
        [one] => PerAxis::splat(dims, one),
        _ => PerAxis::from_fn(dims, |axis| checked[axis]),
    })
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

/// A whole number within a range for each axis.
pub(crate) fn numbers(
    what: &str,
    value: &At<Axes<Int>>,
    dims: usize,
    reader: &mut Reader,
    range: RangeInclusive<i64>,
) -> Option<PerAxis<i64>> {
    per_axis(what, value, dims, reader, |int: &Int| {
        ranged(int.0, range.clone())
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
    word: &str,
    span: &Range<usize>,
    reader: &mut Reader,
) -> Option<T> {
    let found = known.iter().find(|(name, _)| *name == word);
    if found.is_none() {
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        reader.report(unknown_word(what, word, &names, span.clone()));
    }
    found.map(|(_, meaning)| *meaning)
}
