//! What is asked of a schedule, as it is asked.

use num_rational::Ratio;
use serde::{Serialize, Serializer};

use crate::footprint::{least_passing, real};
use crate::network::Dilation;

/// Most layers of one tooth.
pub const MAX_TOOTH: i64 = 1_000;

/// How much work a plan may take. The same budget gives the same plan on every run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Most schedules to look at: for the list, again for the count where only a search can count, and again for what to relax where
    /// there is none. Each answer of a layer to a frequency that a lobe takes counts as one more.
    pub nodes: u64,
    /// Most additions of 64-bit words for the count.
    pub words: u64,
}

impl Default for Budget {
    /// About a second in all: a node takes some 60 ns, an addition some 0.5 ns.
    fn default() -> Self {
        Self {
            nodes: 10_000_000,
            words: 500_000_000,
        }
    }
}

/// What "best" means. Ties: the lower lobe, then the lexicographic order of the dilations. Lobes of one tooth that agree to nine digits
/// count as equal, and so do ripples to eight decimals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rank {
    /// The largest receptive field.
    #[default]
    ReceptiveField,
    /// The smallest receptive field: the nearest above the least that is asked.
    Smallest,
    /// The lowest peak grating lobe.
    Lobe,
    /// The lowest ripple of the repeated stage.
    Ripple,
    /// The smallest largest dilation.
    Compact,
}

/// A demand that dilations fit the map they read ("degenerate dilations": Chen et al. 2017, "Rethinking Atrous Convolution", figure 4).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct OuterTaps {
    /// Positions of the map along the axis.
    pub input: i64,
    /// Least share, 0 to 1, of output positions for which the outer taps all lie inside, with padding that keeps the size.
    pub share: f64,
}

impl OuterTaps {
    /// The share at a dilation: max(0, n − (k−1)·d) / n, per axis.
    ///
    /// ```
    /// use degrid::planner::OuterTaps;
    /// let inside = OuterTaps::inside(65, 3, 6);
    /// assert!((inside * inside - 0.665).abs() < 5e-4);
    /// ```
    #[must_use]
    pub fn inside(input: i64, kernel: i64, dilation: i64) -> f64 {
        real(
            input
                .saturating_sub((kernel - 1).saturating_mul(dilation))
                .max(0),
        ) / real(input)
    }

    /// Largest dilation that keeps the share; 0 if none does.
    pub(super) fn most(self, kernel: i64) -> i64 {
        let fails = |dilation| Self::inside(self.input, kernel, dilation) < self.share;
        least_passing(1, i64::from(Dilation::LIMIT) + 1, fails) - 1
    }
}

/// A goal as asked for, not yet checked.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each answers a question of its own"
)]
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Request {
    /// Taps of every layer, 2 to 4,096.
    pub kernel: i64,
    /// Fewest and most layers of a tooth, both allowed, 1 to [`MAX_TOOTH`].
    pub layers: (i64, i64),
    /// Whether only the fewest of these layers count with which there is a schedule.
    pub fewest: bool,
    /// How often the tooth is repeated.
    pub repeat: i64,
    /// Largest dilation; `None` for the limit of a network, 2^24.
    pub max_dilation: Option<i64>,
    /// Least and greatest receptive field of the repeated stage, both allowed, in input positions (see `jump`).
    pub receptive_field: (Option<i64>, Option<i64>),
    /// Input positions for each position of the map that the stage reads.
    #[serde(serialize_with = "as_text")]
    pub jump: Ratio<i64>,
    /// Whether a dilation may equal the one before.
    pub allow_equal: bool,
    /// Whether the published maximum distance is dropped and only the exact test asked.
    pub exact: bool,
    /// No dilation may lose more outer taps than this.
    pub outer_taps: Option<OuterTaps>,
    /// Greatest peak grating lobe of the repeated stage, 0 to 1.
    pub max_lobe: Option<f64>,
    /// Greatest ripple of the repeated stage, from 1 up.
    pub max_ripple: Option<f64>,
    /// The order of the list.
    pub rank: Rank,
    /// List the schedules that no other surpasses in receptive field, lobe and largest dilation together, all of them.
    pub pareto: bool,
    /// Most schedules to list.
    pub top: usize,
}

fn as_text<S: Serializer>(jump: &Ratio<i64>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(jump)
}

impl Request {
    /// Whether a limit is asked that only a search can decide: on the lobe or the ripple.
    #[must_use]
    pub fn is_searched(&self) -> bool {
        self.max_lobe.is_some() || self.max_ripple.is_some()
    }

    /// The ten widest strictly rising teeth of a layer count that pass both rules.
    #[must_use]
    pub fn new(kernel: i64, layers: i64) -> Self {
        Self {
            kernel,
            layers: (layers, layers),
            fewest: false,
            repeat: 1,
            max_dilation: None,
            receptive_field: (None, None),
            jump: Ratio::from_integer(1),
            allow_equal: false,
            exact: false,
            outer_taps: None,
            max_lobe: None,
            max_ripple: None,
            rank: Rank::ReceptiveField,
            pareto: false,
            top: 10,
        }
    }
}
