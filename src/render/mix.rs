//! Positions that share a cell of a grid, as one.

use crate::draw::{Cell, GRIDDING, Panel, Rgb, Tally, heat, mixed};
use crate::footprint::real;

/// What the positions of a cell are.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Mix {
    /// Greatest level of what is read.
    pub level: f64,
    covered: f64,
    gridding: f64,
    between: f64,
}

impl Mix {
    /// Puts positions together.
    pub fn of(cells: impl IntoIterator<Item = Cell>) -> Self {
        let mut mix = Self::default();
        for cell in cells {
            match cell {
                Cell::Covered(level) => {
                    mix.level = mix.level.max(level);
                    mix.covered += 1.0;
                }
                Cell::Gridding => mix.gridding += 1.0,
                Cell::Between => mix.between += 1.0,
                Cell::Outside => {}
            }
        }
        mix
    }

    /// The cells of a panel, each of `by` × `by` positions, row by row.
    pub fn of_panel(panel: &Panel, by: usize) -> Vec<Self> {
        let tallies = panel.tallies(by).into_iter();
        let mix = |tally: Tally| {
            let missed = real(tally.missed);
            let (gridding, between) = if panel.is_intermediate {
                (0.0, missed)
            } else {
                (missed, 0.0)
            };
            Self {
                level: tally.level,
                covered: real(tally.covered),
                gridding,
                between,
            }
        };
        tallies.map(mix).collect()
    }

    /// Whether none of them is read.
    pub fn is_unread(&self) -> bool {
        self.covered == 0.0
    }

    /// Whether one of them is a hole, which layers nearer to the input may fill.
    pub fn has_hole(&self) -> bool {
        self.gridding + self.between > 0.0
    }

    /// Whether some are read and others are holes from dilation.
    pub fn is_mixed(&self) -> bool {
        self.covered > 0.0 && self.gridding > 0.0
    }

    /// Its colour. A single hole takes half of it, so that it can be seen; the others add to that by their share.
    pub fn color(&self) -> Option<Rgb> {
        if self.is_unread() {
            return (self.gridding > 0.0).then_some(GRIDDING);
        }
        let color = heat(self.level);
        if !self.is_mixed() {
            return Some(color);
        }
        let share = self.gridding / (self.covered + self.gridding);
        Some(mixed(color, GRIDDING, f64::midpoint(1.0, share)))
    }
}
