//! What stages are worth, as a table and as what changes.

use std::io::{self, Write};

use anstyle::Style;
use itertools::Itertools;

use crate::report::{Dilations, Worth};

use super::human::merged;
use super::{Align, Styles, Table};

/// Writes what stages are worth as a table, a stage a line.
///
/// # Errors
/// Those of the writer.
pub fn worths(
    out: &mut dyn Write,
    stages: &[Worth],
    width: usize,
    styles: &Styles,
) -> io::Result<()> {
    let columns = [
        ("stage", Align::Left),
        ("dilations", Align::Left),
        ("field", Align::Right),
        ("largest", Align::Right),
        ("lobe", Align::Right),
        ("ripple", Align::Right),
    ];
    let mut table = Table::new(&columns, 1);
    let plain = Style::new();
    for worth in stages {
        let dilations = worth.dilations.iter().map(shown).join(",");
        let repeated = match worth.repeat {
            1 => dilations,
            repeat => format!("{dilations} × {repeat}"),
        };
        table.row(vec![
            (worth.name.clone(), styles.title),
            (repeated, plain),
            (field(worth), plain),
            (worth.largest_dilation.to_string(), plain),
            (measures(&worth.lobe, measure), plain),
            (
                measures(&worth.ripple, |ripple| format!("{ripple:.2}")),
                plain,
            ),
        ]);
    }
    table.write(out, "", width, styles.dim)?;
    writeln!(out)
}

fn shown(dilations: &Dilations) -> String {
    match dilations {
        Dilations::All(one) => one.to_string(),
        Dilations::Each(each) => format!("[{}]", each.iter().join(",")),
    }
}

/// The receptive field of a stage on its own input: a number, one an axis, or `all`.
#[must_use]
pub fn field(worth: &Worth) -> String {
    worth.receptive_field.as_ref().map_or_else(
        || "all".to_owned(),
        |field| once(field.iter().map(i64::to_string)),
    )
}

fn measures(values: &[Option<f64>], text: impl Fn(f64) -> String) -> String {
    once(
        values
            .iter()
            .map(|value| value.map_or_else(|| "–".to_owned(), &text)),
    )
}

/// A text for each axis, once where they are equal.
fn once(texts: impl Iterator<Item = String>) -> String {
    merged(&texts.collect::<Vec<_>>())
}

/// What changes from one schedule of a stage to another: `receptive field 13 → 11, lobe 1.000 → 0.333`; empty where nothing does.
#[must_use]
pub fn changes(before: &Worth, after: &Worth) -> String {
    let lobe = |worth: &Worth| measures(&worth.lobe, measure);
    let ripple = |worth: &Worth| measures(&worth.ripple, |ripple| format!("{ripple:.2}"));
    let holes = |worth: &Worth| {
        once(
            worth
                .holes
                .iter()
                .map(|h| h.map_or_else(|| "–".to_owned(), |h| h.to_string())),
        )
    };
    let pairs = [
        ("receptive field", field(before), field(after)),
        ("holes alone", holes(before), holes(after)),
        ("lobe", lobe(before), lobe(after)),
        ("ripple", ripple(before), ripple(after)),
        (
            "largest dilation",
            before.largest_dilation.to_string(),
            after.largest_dilation.to_string(),
        ),
    ];
    let told = pairs.iter().filter(|(_, before, after)| before != after);
    told.map(|(what, before, after)| format!("{what} {before} → {after}"))
        .join(", ")
}

/// A lobe: three decimals, or as many digits as a very low one needs.
#[must_use]
pub fn measure(lobe: f64) -> String {
    if lobe >= 0.001 {
        format!("{lobe:.3}")
    } else {
        format!("{lobe:.1e}")
    }
}
