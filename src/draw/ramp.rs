//! Colours of path weights and holes, one choice for terminals and pictures.

/// Red, green and blue, 0 to 255.
pub type Rgb = (u8, u8, u8);

/// A hole that dilation caused: darker than every colour of the ramps, so that grey print keeps it apart.
pub const GRIDDING: Rgb = (165, 15, 21);

/// A position that the dense twin does not read either, on light paper; terminals leave it blank.
pub const OUTSIDE: Rgb = (240, 240, 240);

/// Colours of path weights, from few to many: even to the eye and legible without red or green.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ramp {
    /// Teal to yellow.
    #[default]
    Viridis,
    /// Grey to yellow, the same to those who do not see red or green.
    Cividis,
    /// Grey.
    Gray,
}

impl Ramp {
    /// The colour of a level, 0 (fewest paths) to 1 (most). The darker half of each ramp is left to holes.
    #[must_use]
    pub fn color(self, level: f64) -> Rgb {
        let (gradient, from, to) = match self {
            Self::Viridis => (colorous::VIRIDIS, 0.48, 1.0),
            Self::Cividis => (colorous::CIVIDIS, 0.52, 1.0),
            Self::Gray => (colorous::GREYS, 0.58, 0.12),
        };
        let colorous::Color { r, g, b } =
            gradient.eval_continuous(from + (to - from) * level.clamp(0.0, 1.0));
        (r, g, b)
    }
}

/// The colour of a level on the ramp that is used where none is chosen.
#[must_use]
pub fn heat(level: f64) -> Rgb {
    Ramp::default().color(level)
}

/// A colour on the way from one to another, `share` 0 to 1.
#[must_use]
pub fn mixed(from: Rgb, to: Rgb, share: f64) -> Rgb {
    let between = |a: u8, b: u8| {
        let value = f64::from(a) + (f64::from(b) - f64::from(a)) * share.clamp(0.0, 1.0);
        byte(value)
    };
    (
        between(from.0, to.0),
        between(from.1, to.1),
        between(from.2, to.2),
    )
}

/// A number rounded to 0 … 255.
#[must_use]
pub fn byte(value: f64) -> u8 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the range of a byte"
    )]
    let byte = value.round().clamp(0.0, 255.0) as u8;
    byte
}
