//! The tables of measures: one heading and one spelling for each measure, whichever command shows it.

use anstyle::Style;
use itertools::Itertools;

use crate::network::{per_axis, times_once};
use crate::report::{Measures, ScheduleMeasures, StageSummary};

use super::style::WARN;
use super::table::{Align, Table};
use super::text::BLANK;

/// A column of a table of measures: its heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column(pub &'static str);

impl Column {
    pub const STAGE: Self = Self("stage");
    pub const SCHEDULE: Self = Self("schedule");
    pub const COMMON_FACTOR: Self = Self("gcd");
    pub const TEETH: Self = Self("teeth");
    pub const SECOND_DISTANCE: Self = Self("M₂");
    pub const ALONE: Self = Self("alone");
    pub const IN_CONTEXT: Self = Self("in context");
    pub const FIELD: Self = Self("field");
    pub const IN_INPUT: Self = Self("in input");
    pub const LARGEST: Self = Self("largest");
    pub const JUMP: Self = Self("jump");
    pub const MAP: Self = Self("map");
    pub const COVERED: Self = Self("covered");
    pub const HOLES: Self = Self("holes");
    pub const DENSITY: Self = Self("density");
    pub const GAP: Self = Self("gap");
    pub const CORE: Self = Self("core");
    pub const LOBE: Self = Self("lobe");
    pub const RIPPLE: Self = Self("ripple");
    pub const OVERLAP: Self = Self("overlap");
    pub const WEIGHTS: Self = Self("weights");
    pub const ALL_TAPS: Self = Self("all taps");
    pub const TRANSPOSED: Self = Self("transposed");
    pub const PHASES: Self = Self("phases");
    pub const CONTRAST: Self = Self("contrast");
    pub const INTERIOR: Self = Self("interior");
    pub const BORDER: Self = Self("border");

    fn align(self) -> Align {
        const WORDS: [Column; 6] = [
            Column::STAGE,
            Column::SCHEDULE,
            Column::ALONE,
            Column::IN_CONTEXT,
            Column::TRANSPOSED,
            Column::PHASES,
        ];
        if WORDS.contains(&self) {
            Align::Left
        } else {
            Align::Right
        }
    }
}

/// A row of a table of measures; what is not put into it is blank.
#[derive(Clone, Debug, Default)]
pub struct Row(Vec<(Column, String, Style)>);

impl Row {
    /// Adds a text, or nothing.
    pub fn with(self, column: Column, text: impl Into<Option<String>>) -> Self {
        self.styled(column, text, Style::new())
    }

    /// Adds a text in a style.
    pub fn styled(mut self, column: Column, text: impl Into<Option<String>>, style: Style) -> Self {
        let text = text.into().filter(|text| !text.is_empty());
        self.0.extend(text.map(|text| (column, text, style)));
        self
    }

    /// Adds the receptive field and the schedule of a stage.
    pub fn with_stage(self, stage: &StageSummary) -> Self {
        self.with(Column::SCHEDULE, stage.schedule())
            .with(Column::FIELD, field(stage.receptive_field.as_deref()))
    }

    /// Adds the measures of a footprint.
    pub fn with_measures(self, measures: &Measures) -> Self {
        let style = match measures.gridding {
            Some(1..) => WARN,
            _ => Style::new(),
        };
        let count = |n: Option<i64>| n.map(|n| n.to_string());
        self.with(Column::COVERED, count(measures.covered))
            .styled(Column::HOLES, count(measures.holes), style)
            .with(Column::DENSITY, measures.density.map(percent))
            .with(Column::GAP, measures.largest_gap.as_deref().map(per_axis))
            .with(Column::CORE, measures.core.as_deref().map(widths))
            .with(Column::LOBE, measures.lobe.as_deref().map(lobes))
            .with(Column::RIPPLE, measures.ripple.as_deref().map(decimals))
    }

    /// Adds the measures of a schedule.
    pub fn with_schedule(self, schedule: &ScheduleMeasures) -> Self {
        self.with_stage(&schedule.stage)
            .with(Column::LARGEST, schedule.largest_dilation.to_string())
            .with(Column::LOBE, lobes(&schedule.lobe))
            .with(Column::RIPPLE, decimals(&schedule.ripple))
    }

    /// The text of a column and its style.
    pub fn cell(&self, column: Column) -> (String, Style) {
        let found = self.0.iter().find(|(own, ..)| *own == column);
        found.map_or_else(
            || (BLANK.to_owned(), Style::new()),
            |(_, text, style)| (text.clone(), *style),
        )
    }
}

/// Rows under their headings, without columns in which all are blank; the schedule or the phases give way where there is no room.
pub fn table(columns: &[Column], rows: &[Row]) -> Table {
    let headings: Vec<_> = columns.iter().map(|c| (c.0, c.align())).collect();
    let elastic = columns
        .iter()
        .position(|c| [Column::SCHEDULE, Column::PHASES].contains(c));
    let mut table = Table::new(&headings, elastic.unwrap_or(0));
    for row in rows {
        table.row(columns.iter().map(|column| row.cell(*column)).collect());
    }
    table.drop_blank();
    table
}

/// A receptive field: once where all axes are equal, `all` with a global pool.
pub fn field(field: Option<&[i64]>) -> String {
    field.map_or_else(|| "all".to_owned(), times_once)
}

/// A lobe: three decimals, or as many digits as a very low one needs; 0 below 1e-12.
pub fn lobe(lobe: f64) -> String {
    // What is left of a product of sines that vanishes is rounding.
    if (1e-12..0.001).contains(&lobe) {
        format!("{lobe:.1e}")
    } else {
        format!("{lobe:.3}")
    }
}

/// Lobes, one an axis.
pub fn lobes(values: &[Option<f64>]) -> String {
    optional(values, |value| lobe(*value))
}

/// Ripples or overlaps, one an axis.
pub fn decimals(values: &[Option<f64>]) -> String {
    optional(values, |value| format!("{value:.2}"))
}

/// Values, one an axis; blank where there is none on any axis.
pub fn optional<T>(values: &[Option<T>], text: impl Fn(&T) -> String) -> String {
    per_axis(&texts(values, text))
}

/// Widths, one an axis.
fn widths(values: &[Option<i64>]) -> String {
    let texts = texts(values, ToString::to_string);
    if values.contains(&None) {
        per_axis(&texts)
    } else {
        times_once(&texts)
    }
}

fn texts<T>(values: &[Option<T>], text: impl Fn(&T) -> String) -> Vec<String> {
    let text = |value: &Option<T>| value.as_ref().map_or_else(|| BLANK.to_owned(), &text);
    values.iter().map(text).collect()
}

/// A share in percent.
pub fn percent(share: f64) -> String {
    format!("{:.1}%", share * 100.0)
}

/// What changes from one schedule of a stage to another: `receptive field 13 → 11, lobe 1.000 → 0.333`; empty where nothing does.
pub fn changes(before: &ScheduleMeasures, after: &ScheduleMeasures) -> String {
    type Text = fn(&ScheduleMeasures) -> String;
    let measures: [(&str, Text); 5] = [
        ("receptive field", |m| {
            field(m.stage.receptive_field.as_deref())
        }),
        ("holes alone", |m| optional(&[m.holes], i64::to_string)),
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

#[cfg(test)]
mod tests {
    use super::lobe;

    #[test]
    fn a_lobe_that_is_rounding_is_0() {
        let texts = [1.0, 0.217_4, 0.000_22, 1.5e-12, 6.1e-17, 0.0].map(lobe);
        assert_eq!(
            texts,
            ["1.000", "0.217", "2.2e-4", "1.5e-12", "0.000", "0.000"]
        );
    }
}
