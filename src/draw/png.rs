//! A figure as PNG: a palette of holes and levels, written row by row.

use std::io::{self, Write};

use super::figure::{Element, Figure, LETTER, Rect};
use super::panel::{Cell, Panel};
use super::ramp::{GRIDDING, OUTSIDE, byte, heat};
use super::text::ascii;

/// Places of the palette.
const PAPER: u8 = 0;
const INK: u8 = 1;
const HOLE: u8 = 2;
const BLANK: u8 = 3;
const LEVELS: u8 = 4;

/// Pictures of more pixels are packed fast.
const MANY_PIXELS: usize = 1 << 21;

/// Writes a figure, one row of pixels at a time.
///
/// # Errors
/// Those of the writer, and of pictures past 2^31 pixels a side.
pub fn png(out: &mut dyn Write, figure: &Figure) -> io::Result<()> {
    let side = |n: usize| u32::try_from(n).map_err(io::Error::other);
    let mut encoder = png::Encoder::new(out, side(figure.width)?, side(figure.height)?);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(palette());
    // A large picture should not take long, a small one not much room.
    encoder.set_compression(if figure.width * figure.height > MANY_PIXELS {
        png::Compression::Fast
    } else {
        png::Compression::High
    });
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder.write_header()?;
    let mut stream = writer.stream_writer()?;
    let mut line = vec![PAPER; figure.width];
    let mut painters: Vec<Painter<'_>> = figure
        .elements
        .iter()
        .map(|element| Painter::new(element, figure))
        .collect();
    for y in 0..figure.height {
        line.fill(PAPER);
        for painter in &mut painters {
            painter.paint(&mut line, y);
        }
        stream.write_all(&line)?;
    }
    stream.finish()?;
    writer.finish()?;
    Ok(())
}

fn palette() -> Vec<u8> {
    let mut palette = Vec::with_capacity(768);
    let fixed = [(255, 255, 255), (34, 34, 34), GRIDDING, OUTSIDE];
    let levels = (0..=u8::MAX - LEVELS).map(|i| heat(f64::from(i) / f64::from(u8::MAX - LEVELS)));
    for (r, g, b) in fixed.into_iter().chain(levels) {
        palette.extend([r, g, b]);
    }
    palette
}

fn level(level: f64) -> u8 {
    LEVELS + byte(level * f64::from(u8::MAX - LEVELS)).min(u8::MAX - LEVELS)
}

fn pixel(cell: Cell) -> u8 {
    match cell {
        Cell::Covered(own) => level(own),
        Cell::Gridding => HOLE,
        Cell::Between | Cell::Outside => BLANK,
    }
}

/// Paints one element, row by row from the top.
struct Painter<'a> {
    element: &'a Element,
    panel: Option<&'a Panel>,
    /// The pixels of the row of cells at hand, so that they are worked out once.
    cells: Vec<u8>,
    row: Option<usize>,
}

impl<'a> Painter<'a> {
    fn new(element: &'a Element, figure: &'a Figure) -> Self {
        let panel = match element {
            Element::Grid { panel, .. } => figure.panels.get(*panel),
            _ => None,
        };
        Self {
            element,
            panel,
            cells: Vec::new(),
            row: None,
        }
    }

    fn paint(&mut self, line: &mut [u8], at: usize) {
        match self.element {
            Element::Text { x, y, text, .. } => {
                if at >= *y && at < y + HEIGHT * 2 {
                    letters(line, *x, (at - y) / 2, &ascii(text));
                }
            }
            Element::Ramp(place) => {
                if let Some(pixels) = across(line, *place, at) {
                    let last = u32::try_from(place.width - 1).unwrap_or(1);
                    for (step, pixel) in (0_u32..).zip(pixels) {
                        *pixel = level(f64::from(step) / f64::from(last));
                    }
                }
            }
            Element::Swatch(place, cell) => {
                if let Some(pixels) = across(line, *place, at) {
                    pixels.fill(pixel(*cell));
                }
            }
            Element::Grid { cell, .. } => self.grid(line, at, *cell),
        }
    }

    fn grid(&mut self, line: &mut [u8], at: usize, cell: Rect) {
        let Some(panel) = self.panel else { return };
        let Some(offset) = at.checked_sub(cell.y) else {
            return;
        };
        let row = offset / cell.height;
        if row >= panel.rows() {
            return;
        }
        let spaced = cell.width >= 8;
        // The line between rows of cells.
        if spaced && offset % cell.height == cell.height - 1 {
            return;
        }
        if self.row != Some(row) {
            self.row = Some(row);
            self.cells.clear();
            for column in 0..panel.columns() {
                let color = pixel(panel.cell(row, column));
                self.cells.resize(self.cells.len() + cell.width, color);
                if spaced && let Some(last) = self.cells.last_mut() {
                    *last = PAPER;
                }
            }
        }
        line[cell.x..cell.x + self.cells.len()].copy_from_slice(&self.cells);
    }
}

/// The pixels of a rectangle on the row `at`, where it crosses that row.
fn across(line: &mut [u8], place: Rect, at: usize) -> Option<&mut [u8]> {
    let crosses = (place.y..place.y + place.height).contains(&at);
    crosses.then(|| &mut line[place.x..place.x + place.width])
}

/// One row of a text's pixels. Letters are as high as two pixels a dot, and as wide as one and a half.
fn letters(line: &mut [u8], x: usize, row: usize, text: &str) {
    let mut ink = |place: usize| {
        if let Some(pixel) = line.get_mut(place) {
            *pixel = INK;
        }
    };
    for (index, letter) in text.chars().enumerate() {
        for dot in 0..WIDTH {
            if column(letter, dot) >> row & 1 == 0 {
                continue;
            }
            let place = x + index * LETTER + dot * 3 / 2;
            ink(place);
            ink(place + 1);
        }
    }
}

// Letters of five by eight dots for pictures without a font: the plain ASCII set of small dot-matrix displays.

/// Dots across a letter.
const WIDTH: usize = 5;

/// Dots down a letter.
const HEIGHT: usize = 8;

/// A column of a letter's dots, the top one in the lowest bit; of `?` where there is none.
fn column(letter: char, dot: usize) -> u8 {
    let index = u32::from(letter).checked_sub(0x20);
    let index = index.and_then(|i| usize::try_from(i).ok());
    let columns = index.and_then(|i| DOTS.get(i)).unwrap_or(&DOTS[31]);
    columns[dot]
}

/// Columns of the letters from the blank on.
#[rustfmt::skip]
const DOTS: [[u8; WIDTH]; 95] = [
    [0x00, 0x00, 0x00, 0x00, 0x00], [0x00, 0x00, 0x5F, 0x00, 0x00], [0x00, 0x07, 0x00, 0x07, 0x00],
    [0x14, 0x7F, 0x14, 0x7F, 0x14], [0x24, 0x2A, 0x7F, 0x2A, 0x12], [0x23, 0x13, 0x08, 0x64, 0x62],
    [0x36, 0x49, 0x56, 0x20, 0x50], [0x00, 0x08, 0x07, 0x03, 0x00], [0x00, 0x1C, 0x22, 0x41, 0x00],
    [0x00, 0x41, 0x22, 0x1C, 0x00], [0x2A, 0x1C, 0x7F, 0x1C, 0x2A], [0x08, 0x08, 0x3E, 0x08, 0x08],
    [0x00, 0x80, 0x70, 0x30, 0x00], [0x08, 0x08, 0x08, 0x08, 0x08], [0x00, 0x00, 0x60, 0x60, 0x00],
    [0x20, 0x10, 0x08, 0x04, 0x02], [0x3E, 0x51, 0x49, 0x45, 0x3E], [0x00, 0x42, 0x7F, 0x40, 0x00],
    [0x72, 0x49, 0x49, 0x49, 0x46], [0x21, 0x41, 0x49, 0x4D, 0x33], [0x18, 0x14, 0x12, 0x7F, 0x10],
    [0x27, 0x45, 0x45, 0x45, 0x39], [0x3C, 0x4A, 0x49, 0x49, 0x31], [0x41, 0x21, 0x11, 0x09, 0x07],
    [0x36, 0x49, 0x49, 0x49, 0x36], [0x46, 0x49, 0x49, 0x29, 0x1E], [0x00, 0x00, 0x14, 0x00, 0x00],
    [0x00, 0x40, 0x34, 0x00, 0x00], [0x00, 0x08, 0x14, 0x22, 0x41], [0x14, 0x14, 0x14, 0x14, 0x14],
    [0x00, 0x41, 0x22, 0x14, 0x08], [0x02, 0x01, 0x59, 0x09, 0x06], [0x3E, 0x41, 0x5D, 0x59, 0x4E],
    [0x7C, 0x12, 0x11, 0x12, 0x7C], [0x7F, 0x49, 0x49, 0x49, 0x36], [0x3E, 0x41, 0x41, 0x41, 0x22],
    [0x7F, 0x41, 0x41, 0x41, 0x3E], [0x7F, 0x49, 0x49, 0x49, 0x41], [0x7F, 0x09, 0x09, 0x09, 0x01],
    [0x3E, 0x41, 0x41, 0x51, 0x73], [0x7F, 0x08, 0x08, 0x08, 0x7F], [0x00, 0x41, 0x7F, 0x41, 0x00],
    [0x20, 0x40, 0x41, 0x3F, 0x01], [0x7F, 0x08, 0x14, 0x22, 0x41], [0x7F, 0x40, 0x40, 0x40, 0x40],
    [0x7F, 0x02, 0x1C, 0x02, 0x7F], [0x7F, 0x04, 0x08, 0x10, 0x7F], [0x3E, 0x41, 0x41, 0x41, 0x3E],
    [0x7F, 0x09, 0x09, 0x09, 0x06], [0x3E, 0x41, 0x51, 0x21, 0x5E], [0x7F, 0x09, 0x19, 0x29, 0x46],
    [0x26, 0x49, 0x49, 0x49, 0x32], [0x03, 0x01, 0x7F, 0x01, 0x03], [0x3F, 0x40, 0x40, 0x40, 0x3F],
    [0x1F, 0x20, 0x40, 0x20, 0x1F], [0x3F, 0x40, 0x38, 0x40, 0x3F], [0x63, 0x14, 0x08, 0x14, 0x63],
    [0x03, 0x04, 0x78, 0x04, 0x03], [0x61, 0x59, 0x49, 0x4D, 0x43], [0x00, 0x7F, 0x41, 0x41, 0x41],
    [0x02, 0x04, 0x08, 0x10, 0x20], [0x00, 0x41, 0x41, 0x41, 0x7F], [0x04, 0x02, 0x01, 0x02, 0x04],
    [0x40, 0x40, 0x40, 0x40, 0x40], [0x00, 0x03, 0x07, 0x08, 0x00], [0x20, 0x54, 0x54, 0x78, 0x40],
    [0x7F, 0x28, 0x44, 0x44, 0x38], [0x38, 0x44, 0x44, 0x44, 0x28], [0x38, 0x44, 0x44, 0x28, 0x7F],
    [0x38, 0x54, 0x54, 0x54, 0x18], [0x00, 0x08, 0x7E, 0x09, 0x02], [0x18, 0xA4, 0xA4, 0x9C, 0x78],
    [0x7F, 0x08, 0x04, 0x04, 0x78], [0x00, 0x44, 0x7D, 0x40, 0x00], [0x20, 0x40, 0x40, 0x3D, 0x00],
    [0x7F, 0x10, 0x28, 0x44, 0x00], [0x00, 0x41, 0x7F, 0x40, 0x00], [0x7C, 0x04, 0x78, 0x04, 0x78],
    [0x7C, 0x08, 0x04, 0x04, 0x78], [0x38, 0x44, 0x44, 0x44, 0x38], [0xFC, 0x18, 0x24, 0x24, 0x18],
    [0x18, 0x24, 0x24, 0x18, 0xFC], [0x7C, 0x08, 0x04, 0x04, 0x08], [0x48, 0x54, 0x54, 0x54, 0x24],
    [0x04, 0x04, 0x3F, 0x44, 0x24], [0x3C, 0x40, 0x40, 0x20, 0x7C], [0x1C, 0x20, 0x40, 0x20, 0x1C],
    [0x3C, 0x40, 0x30, 0x40, 0x3C], [0x44, 0x28, 0x10, 0x28, 0x44], [0x4C, 0x90, 0x90, 0x90, 0x7C],
    [0x44, 0x64, 0x54, 0x4C, 0x44], [0x00, 0x08, 0x36, 0x41, 0x00], [0x00, 0x00, 0x77, 0x00, 0x00],
    [0x00, 0x41, 0x36, 0x08, 0x00], [0x02, 0x01, 0x02, 0x04, 0x02],
];
