//! A network file to a network: TOML, every problem reported with its place.
//!
//! [`parse`] reads a file in three steps: TOML to a tree that keeps places ([`mod@read`]), the tree to tables as written ([`raw`]),
//! tables to a network (`resolve`). What belongs together in the file stays together: a [`Config`] holds the network, the levels of
//! rules, the target, comments that allow a finding, and the places of everything.
//!
//! The same types give the file's JSON Schema (`schema`, with the feature of that name).

mod edit;
mod fix;
mod knobs;
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
mod spans;
mod splice;
mod suggest;
mod suppress;
mod syntax;
mod values;
mod words;

pub use edit::{Edit, EditError, LineChange, apply, line_changes};
pub use fix::{FixedFile, fix};
pub use parse::{decode, few, parse};
pub use problem::Problem;
#[cfg(feature = "schema")]
pub use schema::schema;
pub use spans::Spans;
pub use splice::{Splicer, Unwritable};
pub use suppress::Suppression;

use std::ops::Range;

use crate::network::Network;
use crate::rules::{self, Checked, Finding, Part, Policy, Site};

/// Largest file that is read, in bytes.
pub const MAX_FILE: u64 = 16 << 20;

/// A network file, read and checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// The network.
    pub network: Network,
    /// Levels of rules, and what the network is for.
    pub policy: Policy,
    /// Places of layers and stages.
    pub spans: Spans,
    /// Comments that allow findings on their line.
    pub suppressions: Vec<Suppression>,
    /// Where dilations are written `"?"`. In the network a value stands there with which the padding that is written keeps sizes, else 1.
    pub undecided: Vec<Range<usize>>,
    /// Byte at which each line starts.
    lines: Vec<usize>,
}

impl Config {
    /// A network that stands in no network file: its findings have no place, and no comment allows them.
    #[must_use]
    pub fn of(network: Network, policy: Policy) -> Self {
        Self {
            network,
            policy,
            spans: Spans::default(),
            suppressions: Vec::new(),
            undecided: Vec::new(),
            lines: vec![0],
        }
    }

    /// Checks the network against all rules, and leaves out the findings that comments allow. Findings are in the order of their places.
    ///
    /// ```
    /// let file = "[[stage]]\ndilations = [1, 2, 9] # degrid: allow(gridding) on purpose\n";
    /// assert!(degrid::config::parse(file).unwrap().check().findings.is_empty());
    /// ```
    #[must_use]
    pub fn check(&self) -> Checked<'_> {
        let mut checked = rules::check(&self.network, &self.policy);
        let findings = &mut checked.findings;
        let line_of = |site| self.line_of(site);
        suppress::apply(&self.suppressions, &self.policy, line_of, findings);
        let start = |site| self.spans.locate(site).map_or(0, |span| span.start);
        findings.sort_by_key(|f| (start(f.draft.site), f.rule.id));
        checked
    }

    /// Whether a comment allows a finding on its line.
    #[must_use]
    pub fn allows(&self, finding: &Finding) -> bool {
        let line = self.line_of(finding.draft.site);
        let mut comments = self.suppressions.iter();
        comments.any(|comment| comment.rule == finding.rule.id && Some(comment.line) == line)
    }

    /// Where a part of a layer stands, if it is written in the file itself.
    fn written(&self, layer: usize, part: Part) -> Option<Range<usize>> {
        let site = Site::layer(&self.network, layer, part);
        let is_written = self.spans.is_written(site.subject, part);
        self.spans.locate(site).filter(|_| is_written)
    }

    /// The line (from 0) on which a part of a layer or stage begins; `None` for what stands in no file.
    #[must_use]
    pub fn line_of(&self, site: Site) -> Option<usize> {
        let start = self.spans.locate(site)?.start;
        Some(self.lines.partition_point(|&line| line <= start) - 1)
    }
}
