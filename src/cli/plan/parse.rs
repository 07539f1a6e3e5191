//! Values of options as people write them: ranges and fractions.

use num_rational::Ratio;

use crate::cli::number::whole;

/// The two ends of `A..B`, `A..=B` or `A`.
fn ends(text: &str) -> (&str, Option<&str>) {
    match text.split_once("..") {
        Some((from, to)) => (from, Some(to.strip_prefix('=').unwrap_or(to))),
        None => (text, None),
    }
}

pub(super) fn layers(text: &str) -> Result<(i64, i64), String> {
    let (from, to) = ends(text);
    let end = |end: &str| {
        whole(end).map_err(|e| format!("{e}: write one such as 3, or a range such as 2..4"))
    };
    let from = end(from)?;
    Ok((from, to.map_or(Ok(from), end)?))
}

pub(super) fn field(text: &str) -> Result<(Option<i64>, Option<i64>), String> {
    let number = |text: &str| {
        whole(text)
            .map_err(|e| format!("{e}: write one such as 65, or a range such as 65.. or 33..65"))
    };
    let end = |text: &str| (!text.trim().is_empty()).then(|| number(text)).transpose();
    match ends(text) {
        (one, None) => number(one).map(|field| (Some(field), Some(field))),
        (from, Some(to)) => match (end(from)?, end(to)?) {
            (None, None) => Err("a range has at least one end: A.., ..B or A..B".to_owned()),
            range => Ok(range),
        },
    }
}

pub(super) fn jump(text: &str) -> Result<Ratio<i64>, String> {
    let (numer, denom) = text.split_once('/').unwrap_or((text, "1"));
    let part = |part: &str| {
        whole(part).map_err(|_| {
            format!(
                "`{text}` is not a number of positions: write one such as 8, or a fraction such as 1/2"
            )
        })
    };
    let (numer, denom) = (part(numer)?, part(denom)?);
    if denom == 0 {
        return Err("the jump must be above 0".to_owned());
    }
    // Reducing would overflow for the least number of all.
    if numer == i64::MIN || denom == i64::MIN {
        return Err("the jump is too large".to_owned());
    }
    Ok(Ratio::new(numer, denom))
}
