//! The tables of measures: one heading and one spelling for each measure, whichever command shows it.

use anstyle::Style;

use crate::network::{per_axis, times_once};
use crate::report::{Measures, ScheduleMeasures, StageSummary};

use super::style::Styles;
use super::table::{Align, Table};
use super::text::BLANK;

/// A column of a table of measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// Name of the stage.
    Stage,
    /// Dilations and repeats.
    Schedule,
    /// Common factor.
    CommonFactor,
    /// Number of teeth.
    Teeth,
    /// M_2 of the published recurrence.
    SecondDistance,
    /// Whether the stage leaves holes on its own input.
    Alone,
    /// Whether it leaves holes where it stands.
    InContext,
    /// Receptive field.
    Field,
    /// Receptive field in input positions.
    InInput,
    /// Largest dilation.
    Largest,
    /// Input positions per position.
    Jump,
    /// Size of the map written.
    Map,
    /// Positions covered.
    Covered,
    /// Positions not covered.
    Holes,
    /// Covered share.
    Density,
    /// Most positions missing in a row.
    Gap,
    /// Width of the hole-free middle.
    Core,
    /// Peak grating lobe.
    Lobe,
    /// Ripple of the path weights.
    Ripple,
    /// Share that neighbouring outputs both read.
    Overlap,
    /// Weights against those of one dense kernel.
    Weights,
    /// Share of positions with all taps inside.
    AllTaps,
}

impl Column {
    /// Its heading.
    #[must_use]
    pub fn heading(self) -> &'static str {
        match self {
            Self::Stage => "stage",
            Self::Schedule => "schedule",
            Self::CommonFactor => "gcd",
            Self::Teeth => "teeth",
            Self::SecondDistance => "M₂",
            Self::Alone => "alone",
            Self::InContext => "in context",
            Self::Field => "field",
            Self::InInput => "in input",
            Self::Largest => "largest",
            Self::Jump => "jump",
            Self::Map => "map",
            Self::Covered => "covered",
            Self::Holes => "holes",
            Self::Density => "density",
            Self::Gap => "gap",
            Self::Core => "core",
            Self::Lobe => "lobe",
            Self::Ripple => "ripple",
            Self::Overlap => "overlap",
            Self::Weights => "weights",
            Self::AllTaps => "all taps",
        }
    }

    fn align(self) -> Align {
        match self {
            Self::Stage | Self::Schedule | Self::Alone | Self::InContext => Align::Left,
            _ => Align::Right,
        }
    }
}

/// A row of a table of measures; what is not put into it is blank.
#[derive(Clone, Debug, Default)]
pub struct Row(Vec<(Column, String, Style)>);

impl Row {
    /// Adds a text, or nothing.
    #[must_use]
    pub fn with(self, column: Column, text: impl Into<Option<String>>) -> Self {
        self.styled(column, text, Style::new())
    }

    /// Adds a text in a style.
    #[must_use]
    pub fn styled(mut self, column: Column, text: impl Into<Option<String>>, style: Style) -> Self {
        let text = text.into().filter(|text| !text.is_empty());
        self.0.extend(text.map(|text| (column, text, style)));
        self
    }

    /// Adds the receptive field and the schedule of a stage.
    #[must_use]
    pub fn with_stage(self, stage: &StageSummary) -> Self {
        self.with(Column::Schedule, stage.schedule())
            .with(Column::Field, field(stage.receptive_field.as_deref()))
    }

    /// Adds the measures of a footprint.
    #[must_use]
    pub fn with_measures(self, measures: &Measures) -> Self {
        let style = match measures.gridding {
            Some(1..) => Styles::default().warn,
            _ => Style::new(),
        };
        let count = |n: Option<i64>| n.map(|n| n.to_string());
        self.with(Column::Covered, count(measures.covered))
            .styled(Column::Holes, count(measures.holes), style)
            .with(Column::Density, measures.density.map(percent))
            .with(Column::Gap, measures.largest_gap.as_deref().map(per_axis))
            .with(Column::Core, measures.core.as_deref().map(widths))
            .with(Column::Lobe, measures.lobe.as_deref().map(lobes))
            .with(Column::Ripple, measures.ripple.as_deref().map(decimals))
    }

    /// Adds the measures of a schedule.
    #[must_use]
    pub fn with_schedule(self, schedule: &ScheduleMeasures) -> Self {
        self.with_stage(&schedule.stage)
            .with(Column::Largest, schedule.largest_dilation.to_string())
            .with(Column::Lobe, lobes(&schedule.lobe))
            .with(Column::Ripple, decimals(&schedule.ripple))
    }

    /// The text of a column and its style.
    #[must_use]
    pub fn cell(&self, column: Column) -> (String, Style) {
        let found = self.0.iter().find(|(own, ..)| *own == column);
        found.map_or_else(
            || (BLANK.to_owned(), Style::new()),
            |(_, text, style)| (text.clone(), *style),
        )
    }
}

/// Rows under their headings, without columns in which all are blank; the schedule gives way where there is no room.
#[must_use]
pub fn table(columns: &[Column], rows: &[Row]) -> Table {
    let headings: Vec<_> = columns.iter().map(|c| (c.heading(), c.align())).collect();
    let elastic = columns.iter().position(|c| *c == Column::Schedule);
    let mut table = Table::new(&headings, elastic.unwrap_or(0));
    for row in rows {
        table.row(columns.iter().map(|column| row.cell(*column)).collect());
    }
    table.drop_blank(BLANK);
    table
}

/// A receptive field: once where all axes are equal, `all` with a global pool.
#[must_use]
pub fn field(field: Option<&[i64]>) -> String {
    field.map_or_else(|| "all".to_owned(), times_once)
}

/// A lobe: three decimals, or as many digits as a very low one needs.
#[must_use]
pub fn lobe(lobe: f64) -> String {
    if lobe >= 0.001 {
        format!("{lobe:.3}")
    } else {
        format!("{lobe:.1e}")
    }
}

/// Lobes, one an axis.
#[must_use]
pub fn lobes(values: &[Option<f64>]) -> String {
    optional(values, |value| lobe(*value))
}

/// Ripples or overlaps, one an axis.
#[must_use]
pub fn decimals(values: &[Option<f64>]) -> String {
    optional(values, |value| format!("{value:.2}"))
}

/// Values, one an axis; blank where there is none on any axis.
#[must_use]
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
#[must_use]
pub fn percent(share: f64) -> String {
    format!("{:.1}%", share * 100.0)
}
