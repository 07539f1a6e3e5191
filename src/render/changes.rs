//! What a new schedule of a stage changes.

use itertools::Itertools;

use crate::report::ScheduleMeasures;

use super::measures::{decimals, field, lobes, optional};

/// What changes from one schedule of a stage to another: `receptive field 13 → 11, lobe 1.000 → 0.333`; empty where nothing does.
pub fn changes(before: &ScheduleMeasures, after: &ScheduleMeasures) -> String {
    type Text = fn(&ScheduleMeasures) -> String;
    let measures: [(&str, Text); 5] = [
        ("receptive field", |m| {
            field(m.stage.receptive_field.as_deref())
        }),
        ("holes alone", |m| optional(&m.holes, i64::to_string)),
        ("lobe", |m| lobes(&m.lobe)),
        ("ripple", |m| decimals(&m.ripple)),
        ("largest dilation", |m| m.largest_dilation.to_string()),
    ];
    let pairs = measures.map(|(name, text)| (name, text(before), text(after)));
    let changed = pairs.iter().filter(|(_, before, after)| before != after);
    changed
        .map(|(name, before, after)| format!("{name} {before} → {after}"))
        .join(", ")
}
