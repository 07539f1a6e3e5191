//! What two designs read differently.

use crate::footprint::FootprintError;

use super::super::design::Design;
use super::super::panel::{Cell, Panel, Slice, frame};
use super::super::theme::Look;
use super::figure::Sign;
use super::grid::{Grid, Source};
use super::letters::spaced;
use super::tiles::{code, palette};

/// Positions that one of two designs reads, or both, counted from the output's own.
pub(super) struct Difference {
    first: Vec<i64>,
    extent: Vec<i64>,
    down: Option<usize>,
    right: usize,
    codes: Vec<u8>,
}

impl Difference {
    /// Compares two designs, with the output's own positions on each other; `None` where one reads nothing.
    pub fn new(
        one: &Design,
        other: &Design,
        slice: Option<Slice>,
    ) -> Result<Option<Self>, FootprintError> {
        let window = |design: &Design| {
            let (first, extent) = frame(&design.seen, slice)?;
            Some((first, extent, design.seen.centre.clone()))
        };
        let (Some(mine), Some(theirs)) = (window(one), window(other)) else {
            return Ok(None);
        };
        let dims = mine.0.len();
        let cut = slice.map(|slice| slice.axis);
        // Cuts lie on each other; all else does by the output's own position.
        let begin = |(first, _, centre): &(Vec<i64>, Vec<i64>, Vec<i64>), axis: usize| {
            if Some(axis) == cut {
                first[axis]
            } else {
                first[axis] - centre[axis]
            }
        };
        let end = |window: &(Vec<i64>, Vec<i64>, Vec<i64>), axis: usize| {
            begin(window, axis) + window.1[axis]
        };
        let first: Vec<i64> = (0..dims)
            .map(|axis| begin(&mine, axis).min(begin(&theirs, axis)))
            .collect();
        let extent: Vec<i64> = (0..dims)
            .map(|axis| end(&mine, axis).max(end(&theirs, axis)) - first[axis])
            .collect();
        let panel = |design: &Design| {
            let centre = &design.seen.centre;
            let shifted = (0..dims)
                .map(|axis| first[axis] + if Some(axis) == cut { 0 } else { centre[axis] });
            Panel::new(
                String::new(),
                &design.seen,
                (shifted.collect(), extent.clone()),
                cut,
            )
        };
        let (mine, theirs) = (panel(one)?, panel(other)?);
        let reads =
            |panel: &Panel, row, column| matches!(panel.cell(row, column), Cell::Covered(_));
        let mut codes = Vec::with_capacity(mine.rows() * mine.columns());
        for row in 0..mine.rows() {
            for column in 0..mine.columns() {
                let both = (reads(&mine, row, column), reads(&theirs, row, column));
                codes.push(match both {
                    (true, true) => code::BOTH,
                    (true, false) => code::FIRST,
                    (false, true) => code::SECOND,
                    (false, false) => code::OUTSIDE,
                });
            }
        }
        Ok(Some(Self {
            down: mine.down,
            right: mine.right,
            first,
            extent,
            codes,
        }))
    }

    #[expect(
        clippy::naive_bytecount,
        reason = "once a picture, beside which it takes no time"
    )]
    fn count(&self, code: u8) -> usize {
        self.codes.iter().filter(|own| **own == code).count()
    }

    /// Its plot.
    pub fn grid(self, title: String) -> Grid {
        let [both, first, second] =
            [code::BOTH, code::FIRST, code::SECOND].map(|code| self.count(code));
        let joined = |values: &[i64]| itertools::join(values, ",");
        let cut = (0..self.first.len()).find(|a| Some(*a) != self.down && *a != self.right);
        let own = (0..self.first.len()).map(|axis| {
            if Some(axis) == cut {
                self.first[axis]
            } else {
                0
            }
        });
        Grid {
            title,
            notes: Vec::new(),
            captions: vec![
                spaced(&format!("{both} read by both")),
                spaced(&format!(
                    "{first} by the first only, {second} by the second only"
                )),
                "places relative to the output's own".to_owned(),
            ],
            own: Some(own.collect()),
            data: vec![
                ("first", joined(&self.first)),
                ("extent", joined(&self.extent)),
                ("both", both.to_string()),
                ("only-first", first.to_string()),
                ("only-second", second.to_string()),
            ],
            source: Box::new(self),
        }
    }

    /// What its colours mean.
    pub fn legend(&self, one: &str, other: &str, look: Look) -> Vec<(Sign, String)> {
        let palette = palette(look);
        let square = |code: u8| Sign::Square(palette[usize::from(code)], None);
        [
            (code::BOTH, "read by both".to_owned()),
            (code::FIRST, format!("only by {one}")),
            (code::SECOND, format!("only by {other}")),
        ]
        .into_iter()
        .filter(|(code, _)| self.count(*code) > 0)
        .map(|(code, text)| (square(code), text))
        .collect()
    }
}

impl Source for Difference {
    fn window(&self) -> (&[i64], &[i64]) {
        (&self.first, &self.extent)
    }

    fn axes(&self) -> (Option<usize>, usize) {
        (self.down, self.right)
    }

    fn code(&self, row: usize, column: usize) -> u8 {
        self.codes[row * self.side(Some(self.right)) + column]
    }

    fn words(&self, row: usize, column: usize) -> String {
        let words = match self.code(row, column) {
            code::BOTH => "read by both",
            code::FIRST => "read by the first only",
            code::SECOND => "read by the second only",
            _ => "read by neither",
        };
        words.to_owned()
    }
}
