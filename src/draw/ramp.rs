//! Colours of path weights and holes, one choice for terminals and pictures.

/// Red, green and blue, 0 to 255.
pub type Rgb = (u8, u8, u8);

/// A hole that dilation caused: far from every colour of the ramp.
pub const GRIDDING: Rgb = (222, 45, 38);

/// A position that the dense twin does not read either, in pictures; terminals leave it blank.
pub const OUTSIDE: Rgb = (236, 236, 236);

/// Lower end of the ramp that is used: what lies below is hard to see on a dark background.
const START: f64 = 0.18;

/// The colour of a level, 0 (fewest paths) to 1 (most): viridis, even to the eye and legible without red or green.
#[must_use]
pub fn heat(level: f64) -> Rgb {
    let level = START + (1.0 - START) * level.clamp(0.0, 1.0);
    let colorous::Color { r, g, b } = colorous::VIRIDIS.eval_continuous(level);
    (r, g, b)
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

/// A colour as the web writes it.
#[must_use]
pub fn hex((r, g, b): Rgb) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}
