//! Complex numbers, as far as answers to a frequency need them.

/// A complex number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Complex(pub f64, pub f64);

impl Complex {
    pub(crate) fn plus(self, other: Self) -> Self {
        Self(self.0 + other.0, self.1 + other.1)
    }
    pub(crate) fn times(self, by: f64) -> Self {
        Self(self.0 * by, self.1 * by)
    }
    pub(crate) fn by(self, other: Self) -> Self {
        Self(
            self.0 * other.0 - self.1 * other.1,
            self.0 * other.1 + self.1 * other.0,
        )
    }
    /// By itself several times, halving the power each round.
    pub(crate) fn to_the(self, mut power: u32) -> Self {
        let (mut result, mut square) = (Self(1.0, 0.0), self);
        while power > 0 {
            if power % 2 == 1 {
                result = result.by(square);
            }
            square = square.by(square);
            power /= 2;
        }
        result
    }
    pub(crate) fn size(self) -> f64 {
        self.0.hypot(self.1)
    }
    /// A step of `by` positions at frequency `f`, and its derivative.
    pub(crate) fn turn(by: f64, f: f64) -> (Self, Self) {
        if by == 0.0 {
            return (Self(1.0, 0.0), Self(0.0, 0.0));
        }
        let angle = 2.0 * std::f64::consts::PI * by;
        let (sin, cos) = (angle * f).sin_cos();
        (Self(cos, sin), Self(-sin * angle, cos * angle))
    }
}
