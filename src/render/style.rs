//! Styles by meaning, colours of the ramp, and the characters that grids are drawn with.
//!
//! Text is always written with the styles; what cannot show colour strips them.

use anstyle::{Ansi256Color, AnsiColor, Color, RgbColor, Style};

use crate::draw::{Rgb, ascii};

/// A fault at level deny.
pub const DENY: Style = AnsiColor::Red.on_default().bold();

/// A fault at level warn.
pub const WARN: Style = AnsiColor::Yellow.on_default().bold();

/// A fact at level note.
pub const NOTE: Style = AnsiColor::Cyan.on_default().bold();

/// What passes.
pub const PASS: Style = AnsiColor::Green.on_default();

/// What matters less.
pub const DIM: Style = Style::new().dimmed();

/// Titles.
pub const TITLE: Style = Style::new().bold();

/// How many colours a terminal shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// None: only characters.
    None,
    /// The palette of 256.
    Palette,
    /// 24 bits.
    Full,
}

impl Depth {
    /// The nearest colour that can be shown; `None` where none can.
    pub fn color(self, rgb: Rgb) -> Option<Color> {
        match self {
            Self::None => None,
            Self::Full => Some(RgbColor(rgb.0, rgb.1, rgb.2).into()),
            Self::Palette => Some(Ansi256Color(nearest(rgb)).into()),
        }
    }
}

/// The nearest of the 6×6×6 colours of the palette.
fn nearest((r, g, b): Rgb) -> u8 {
    const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let level = |value: u8| {
        (0..6_u8)
            .min_by_key(|&i| LEVELS[usize::from(i)].abs_diff(value))
            .unwrap_or(0)
    };
    16 + 36 * level(r) + 6 * level(g) + level(b)
}

/// The characters of a grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glyphs {
    /// A hole that dilation caused.
    pub gridding: char,
    /// A position that the dense twin does not read either.
    pub outside: char,
    /// A covered position, where weights are not shown.
    pub covered: char,
    /// A position of a row that must not touch the next row.
    pub mark: char,
    /// Several positions of which only some are covered.
    pub partly: char,
    /// Whether half-blocks may be used, where there is colour.
    pub half_blocks: bool,
    /// Whether curves may be drawn in points, eight a character (Braille patterns, Unicode 2800 to 28FF).
    pub points: bool,
}

impl Glyphs {
    /// For terminals that show Unicode.
    pub const UNICODE: Self = Self {
        gridding: '·',
        outside: ' ',
        covered: '█',
        mark: '■',
        partly: '▒',
        half_blocks: true,
        points: true,
    };

    /// For any terminal.
    pub const ASCII: Self = Self {
        gridding: '.',
        outside: ' ',
        covered: '#',
        mark: '#',
        partly: '+',
        half_blocks: false,
        points: false,
    };

    /// A text with characters that these glyphs allow, each in the place of one.
    pub fn text(&self, text: &str) -> String {
        if *self == Self::ASCII {
            ascii(text)
        } else {
            text.to_owned()
        }
    }
}
