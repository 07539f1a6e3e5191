//! A picture in the making: panels, titles and legends laid out in pixels, for every format alike.

use crate::footprint::FootprintError;

use super::panel::{Cell, Design, Panel, Slice, frame, step_window};
use super::text::{number, paths};

/// Around everything, in pixels.
const MARGIN: usize = 16;

/// Between panels.
const BETWEEN: usize = 24;

/// Width of a character; the height of a line is twice as much.
pub const LETTER: usize = 8;

/// Height of a line.
pub const LINE: usize = 20;

/// Widest grid of a panel that stands alone, where cells are scaled up.
const WIDEST: usize = 480;

/// Largest cell.
const LARGEST: usize = 24;

/// Widest picture, where panels go on in a new row.
const PAGE: usize = 1200;

/// A rectangle of a picture, in pixels from the upper left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rect {
    pub x: usize,
    pub y: usize,
    pub width: usize,
    pub height: usize,
}

/// Something in a picture.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Element {
    /// A line of text, in bold where it is a title.
    Text {
        x: usize,
        y: usize,
        text: String,
        bold: bool,
    },
    /// The cells of a panel; the rectangle is that of its first.
    Grid { cell: Rect, panel: usize },
    /// The ramp of levels, from left to right.
    Ramp(Rect),
    /// A square of a cell's colour.
    Swatch(Rect, Cell),
}

/// What a figure shows of its designs.
#[derive(Clone, Copy, Debug, Default)]
pub struct FigureOptions {
    /// Of three axes, where to cut through.
    pub slice: Option<Slice>,
    /// Whether the build-up is drawn, not the footprint alone.
    pub layers: bool,
}

/// A picture of panels.
#[derive(Clone, Debug)]
pub struct Figure {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// What is where.
    pub(super) elements: Vec<Element>,
    /// The panels.
    pub panels: Vec<Panel>,
}

impl Figure {
    /// Lays out designs beside each other, or the build-up of each in a row.
    ///
    /// # Errors
    /// [`FootprintError::TooLarge`] past the limit of cells.
    pub fn new(designs: &[Design], options: &FigureOptions) -> Result<Self, FootprintError> {
        let mut panels = Vec::new();
        let cut = options.slice.map(|slice| slice.axis);
        for design in designs {
            let Some(window) = frame(&design.seen, options.slice) else {
                continue;
            };
            if options.layers {
                for step in &design.steps {
                    let own = step_window(step, &design.seen, &window, options.slice);
                    if let Some(own) = own {
                        let mut panel = Panel::new(step.through.clone(), &step.seen, own, cut)?;
                        panel.is_intermediate = design.is_intermediate(step);
                        panels.push(panel);
                    }
                }
            } else {
                let footprint = &design.report.footprint;
                let volume: i64 = footprint.extent.iter().product();
                let title = format!(
                    "{}: {} of {volume} positions",
                    design.report.title,
                    footprint.measures.covered.unwrap_or(0)
                );
                panels.push(Panel::new(title, &design.seen, window, cut)?);
            }
        }
        Ok(Self::of(panels))
    }

    /// Lays out panels in rows.
    #[must_use]
    pub fn of(panels: Vec<Panel>) -> Self {
        let mut figure = Self {
            width: 0,
            height: MARGIN,
            elements: Vec::new(),
            panels,
        };
        // Up to four stand beside each other.
        let widest = match figure.panels.len() {
            1 => WIDEST,
            2 | 3 => WIDEST * 3 / 4,
            _ => (PAGE - 2 * MARGIN - 3 * BETWEEN) / 4,
        };
        // Panels of one figure have cells of one size, so that they can be compared.
        let most = figure
            .panels
            .iter()
            .map(|p| p.columns().max(p.rows()))
            .max()
            .unwrap_or(1);
        let strips = figure.panels.iter().all(|p| p.down.is_none());
        let widest = if strips { PAGE * 3 / 4 } else { widest };
        let cell = (widest / most.max(1)).clamp(1, LARGEST);
        let (mut x, mut below) = (MARGIN, 0);
        for index in 0..figure.panels.len() {
            let width = figure.panel_width(index, cell);
            if x > MARGIN && (x + width + MARGIN > PAGE || strips) {
                (x, figure.height) = (MARGIN, below + BETWEEN);
            }
            let bottom = figure.place(index, cell, x, figure.height);
            below = below.max(bottom);
            figure.width = figure.width.max(x + width + MARGIN);
            x += width + BETWEEN;
        }
        figure.height = below.max(figure.height) + MARGIN;
        figure.width = figure.width.max(2 * MARGIN);
        figure
    }

    fn panel_width(&self, index: usize, cell: usize) -> usize {
        let panel = &self.panels[index];
        let entries = legend(panel);
        let widest = entries.iter().map(|(sign, text)| {
            let sign = sign.map_or(RAMP + LETTER, |_| LETTER * 5 / 2);
            sign + text.chars().count() * LETTER
        });
        let title = panel.title.chars().count() * LETTER;
        let widest = widest.chain([title]).max();
        (panel.columns() * cell).max(widest.unwrap_or(0))
    }

    /// Places a panel and returns its bottom.
    fn place(&mut self, index: usize, cell: usize, x: usize, top: usize) -> usize {
        let panel = &self.panels[index];
        let mut y = top;
        let text = |x, y, text, bold| Element::Text { x, y, text, bold };
        self.elements.push(text(x, y, panel.title.clone(), true));
        y += LINE + 4;
        // A single row is made high enough to be seen.
        let height = if panel.down.is_none() {
            cell.max(16)
        } else {
            cell
        };
        let width = cell;
        let cell = Rect {
            x,
            y,
            width,
            height,
        };
        self.elements.push(Element::Grid { cell, panel: index });
        y += panel.rows() * height + 10;
        for (sign, words) in legend(panel) {
            let width = if sign.is_some() { SWATCH } else { RAMP };
            let place = Rect {
                x,
                y: y + 3,
                width,
                height: SWATCH,
            };
            self.elements.push(match sign {
                Some(cell) => Element::Swatch(place, cell),
                None => Element::Ramp(place),
            });
            self.elements
                .push(text(x + width + LETTER, y, words, false));
            y += LINE;
        }
        y
    }
}

/// What the colours of a panel mean; the ramp has no cell of its own.
fn legend(panel: &Panel) -> Vec<(Option<Cell>, String)> {
    let mut entries = Vec::new();
    match panel.paths {
        Some((least, most)) if least < most => {
            entries.push((None, format!("{} to {} (log)", number(least), paths(most))));
        }
        // Of an intermediate map, one path to each position says nothing.
        Some(_) if panel.is_intermediate => {}
        Some((_, most)) => entries.push((Some(Cell::Covered(1.0)), paths(most))),
        None => entries.push((Some(Cell::Covered(0.75)), "read".to_owned())),
    }
    let kinds = panel.kinds();
    if kinds.0 {
        entries.push((Some(Cell::Gridding), "hole from dilation".to_owned()));
    }
    if kinds.1 {
        let text = "unread by dense kernels too".to_owned();
        entries.push((Some(Cell::Outside), text));
    }
    entries
}

/// Width of the ramp in a legend.
const RAMP: usize = 80;

/// Side of a square in a legend.
const SWATCH: usize = 12;
