//! Characters that grids are drawn with.

use crate::draw::ascii;

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
    };

    /// For any terminal.
    pub const ASCII: Self = Self {
        gridding: '.',
        outside: ' ',
        covered: '#',
        mark: '#',
        partly: '+',
        half_blocks: false,
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
