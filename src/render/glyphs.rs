//! Characters that grids are drawn with.

/// The characters of a grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glyphs {
    /// A hole that dilation caused.
    pub gridding: char,
    /// A position that the dense twin does not read either.
    pub outside: char,
    /// A covered position, where weights are not told.
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
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        if *self != Self::ASCII {
            return text.to_owned();
        }
        let plain = |letter: char| match letter {
            '×' => 'x',
            '²' => '2',
            '·' => '.',
            '…' => '~',
            '−' | '–' => '-',
            '→' => '>',
            '█' | '■' => '#',
            letter if letter.is_ascii() => letter,
            _ => '?',
        };
        text.chars().map(plain).collect()
    }
}
