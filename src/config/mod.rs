//! A network file to a network: TOML, every problem reported with its place.
//!
//! [`parse`] reads a file in three steps: TOML to a tree that keeps places ([`mod@read`]), the tree to tables as written ([`raw`]),
//! tables to a network (`resolve`). What belongs together in the file stays together: a [`Config`] holds the network, the levels of
//! rules, the target, comments that allow a finding, and the places of everything. [`Project`] reads what holds for several networks,
//! [`parse_in`] a network with it, and [`kind()`] says whether a file is a network at all.
//!
//! The same types give the file's JSON Schema (`schema`, with the feature of that name).

mod around;
mod edit;
mod fix;
mod kind;
mod knobs;
mod layer;
mod limits;
mod parse;
mod problem;
mod project;
pub mod raw;
pub mod read;
mod resolve;
#[cfg(feature = "schema")]
mod schema;
mod settings;
mod spans;
mod splice;
mod suppress;
mod syntax;
mod values;
mod volume;
mod write;

pub use around::{Around, Settings};
pub use edit::{Edit, EditError, apply};
pub use fix::{FixRequest, FixedFile, fix, fix_in};
pub use kind::{Kind, kind};
pub use parse::{decode, few, parse, parse_in};
pub use problem::Problem;
#[cfg(feature = "cli")]
pub(crate) use problem::suggestion;
pub use project::{Override, Project, RawOverride, RawProject};
#[cfg(feature = "schema")]
pub use schema::{project_schema, schema};
pub use spans::Spans;
pub use splice::{Splicer, Unwritable};
pub use suppress::Suppression;
pub use write::{Unsayable, write};

use std::ops::Range;

use crate::network::Network;
use crate::rules::{self, Checked, Finding, Part, Policy, Site, Subject};

/// Largest file that is read, in bytes.
pub const MAX_FILE: u64 = 16 << 20;

/// Said of a finding whose target stands in another file.
const OF_PROJECT: &str = "the target comes from the project file";

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
    /// What the file may not mean as it is read. It is no fault: the network is read all the same.
    pub doubts: Vec<Problem>,
    /// The parts of the target that the project gives.
    of_project: Vec<Subject>,
    /// Byte at which each line starts.
    lines: Vec<usize>,
}

impl Config {
    /// A network that stands in no network file, with the settings around it: its findings have no place, and no comment allows them.
    ///
    /// # Errors
    /// Targets that do not fit its axes.
    ///
    /// ```
    /// use degrid::Network;
    /// use degrid::config::{Around, Config};
    /// let network = Network::builder(1).stage("body").dilations(3, [2, 2]).build().unwrap();
    /// let config = Config::of(network, &Around::default()).unwrap();
    /// assert_eq!(config.knobs().len(), 2);
    /// ```
    pub fn of(network: Network, around: &Around) -> Result<Self, Vec<Problem>> {
        let (file, mut reader) = (raw::RawFile::default(), read::Reader::default());
        let policy = settings::policy(&file, around, &mut reader);
        let target = settings::target(
            &file,
            around,
            network.dims,
            &mut Spans::default(),
            &mut reader,
        );
        if !reader.problems.is_empty() {
            return Err(reader.problems);
        }
        Ok(Self {
            network,
            policy: Policy {
                target: target.target,
                ..policy
            },
            spans: Spans::default(),
            suppressions: Vec::new(),
            undecided: Vec::new(),
            of_project: target.of_project,
            doubts: Vec::new(),
            lines: vec![0],
        })
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
        for finding in findings.iter_mut() {
            let related = finding.draft.related.iter().map(|(site, _)| site.subject);
            let mut subjects = related.chain([finding.draft.site.subject]);
            if subjects.any(|subject| self.of_project.contains(&subject)) {
                finding.draft.notes.push(OF_PROJECT.to_owned());
            }
        }
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
        self.spans.written(Site::layer(&self.network, layer, part))
    }

    /// The line (from 0) on which a part of a layer or stage begins; `None` for what stands in no file.
    #[must_use]
    pub fn line_of(&self, site: Site) -> Option<usize> {
        Some(self.line_at(self.spans.locate(site)?.start))
    }

    /// The line (from 0) of a byte.
    fn line_at(&self, byte: usize) -> usize {
        self.lines.partition_point(|&line| line <= byte) - 1
    }
}
