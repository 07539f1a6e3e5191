//! Colours of the ramp as a terminal shows them.

use anstyle::{Ansi256Color, Color, RgbColor};

use crate::draw::Rgb;

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
