//! How a picture looks: its paper, its ink, and its colours.

use super::ramp::{GRIDDING, OUTSIDE, Ramp, Rgb};

/// Light or dark paper, and the ramp of path weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Whether the paper is dark.
    pub dark: bool,
    /// Colours of path weights.
    pub ramp: Ramp,
}

impl Look {
    fn of(self, light: Rgb, dark: Rgb) -> Rgb {
        if self.dark { dark } else { light }
    }

    /// What lies behind everything.
    #[must_use]
    pub fn paper(self) -> Rgb {
        self.of((255, 255, 255), (13, 17, 23))
    }

    /// Titles and lines that matter.
    #[must_use]
    pub fn ink(self) -> Rgb {
        self.of((31, 35, 40), (230, 237, 243))
    }

    /// Notes and numbers of axes.
    #[must_use]
    pub fn muted(self) -> Rgb {
        self.of((89, 99, 110), (160, 170, 180))
    }

    /// Lines of axes, and behind curves.
    #[must_use]
    pub fn rule(self) -> Rgb {
        self.of((208, 215, 222), (61, 68, 77))
    }

    /// A hole that dilation caused.
    #[must_use]
    pub fn hole(self) -> Rgb {
        GRIDDING
    }

    /// The hatch on holes.
    #[must_use]
    pub fn hatch(self) -> Rgb {
        (255, 214, 204)
    }

    /// A position that dense kernels do not read either.
    #[must_use]
    pub fn outside(self) -> Rgb {
        self.of(OUTSIDE, (33, 38, 45))
    }

    /// The colour of one of several curves, or of one of several sets of positions: Okabe and Ito's, for all eyes (Wong 2011, "Points of
    /// view: Color blindness", Nature Methods 8).
    #[must_use]
    pub fn series(self, index: usize) -> Rgb {
        const SERIES: [Rgb; 6] = [
            (213, 94, 0),
            (0, 114, 178),
            (0, 158, 115),
            (204, 121, 167),
            (230, 159, 0),
            (86, 180, 233),
        ];
        SERIES[index % SERIES.len()]
    }
}
