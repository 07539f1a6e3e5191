//! A network file to a network: TOML, checked whole, every fault reported with its place.
//!
//! [`parse`] reads a file in three steps: TOML to a tree that keeps places ([`mod@read`]), the tree to tables as written ([`raw`]),
//! tables to a network (`resolve`). What belongs together in the file stays together: a [`Config`] holds the network, the levels of
//! rules, the target, comments that allow a finding, and the places of everything.
//!
//! The same types give the file's JSON Schema (`schema`, with the feature of that name).

mod layer;
mod limits;
mod parse;
mod problem;
pub mod raw;
pub mod read;
mod resolve;
#[cfg(feature = "schema")]
mod schema;
mod settings;
mod slips;
mod spans;
mod suppress;
mod values;
mod written;

use std::ops::Range;

pub use parse::{decode, few, parse};
pub use problem::Problem;
#[cfg(feature = "schema")]
pub use schema::schema;
pub use settings::{Level, LevelSetting, OptionKey, RuleKey, Settings, Target, Vocabulary};
pub use spans::{Part, Spans};
pub use suppress::Suppression;
pub use written::Written;

use crate::network::{Network, Origin};

/// Largest file that is read, in bytes.
pub const MAX_FILE: u64 = 16 << 20;

/// A network file, read and checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// The network.
    pub network: Network,
    /// Levels of rules.
    pub settings: Settings,
    /// What the network is for.
    pub target: Target,
    /// Places of layers and stages.
    pub spans: Spans,
    /// Comments that allow findings on their line.
    pub suppressions: Vec<Suppression>,
    /// Dilations written `"?"`; 1 stands in for each in the network.
    pub undecided: Vec<Undecided>,
    /// Byte at which each line starts.
    lines: Vec<usize>,
}

impl Config {
    /// A network that comes from no file: it can be checked all the same, and its findings have no place.
    ///
    /// ```
    /// use degrid::{config::{Config, parse}, rules::{check, vocabulary}};
    /// let network = parse("[[stage]]\ndilations = [1, 2, 9]\n", &vocabulary()).unwrap().network;
    /// assert_eq!(check(&Config::bare(network), false).findings[0].rule.id, "gridding");
    /// ```
    #[must_use]
    pub fn bare(network: Network) -> Self {
        Self {
            network,
            settings: Settings::default(),
            target: Target::default(),
            spans: Spans::default(),
            suppressions: Vec::new(),
            undecided: Vec::new(),
            lines: vec![0],
        }
    }

    /// The line (from 0) on which a part of a layer or stage begins; `None` for an origin of no file.
    #[must_use]
    pub fn line_of(&self, origin: Origin, part: Part, axis: Option<usize>) -> Option<usize> {
        let start = self.spans.locate(origin, part, axis)?.start;
        Some(self.lines.partition_point(|&line| line <= start) - 1)
    }
}

/// A dilation written `"?"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecided {
    /// Index of its stage.
    pub stage: usize,
    /// Index in the stage's list.
    pub layer: usize,
    /// The axis it is for; `None` for all.
    pub axis: Option<usize>,
    /// Where it stands.
    pub span: Range<usize>,
}
