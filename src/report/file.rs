//! The report of a file.

use serde::Serialize;

use crate::config::{Config, Problem};
use crate::footprint::receptive_field;
use crate::network::{MapId, Network, PerAxis};
use crate::planner::Names;

use super::answer::{Answer, GlobalPools};
use super::finding::{FindingReport, Note, finding_reports};
use super::locate::{LineIndex, Span};
use super::stage::{StageReport, stage_reports};

/// What a check reports of one file.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FileReport {
    /// Path with `/`, relative to the current folder where it lies below it.
    pub path: String,
    /// Does it grid, where, and what follows from it; null where it could not be read.
    pub answer: Option<Answer>,
    /// Why it is no network file.
    pub errors: Vec<ProblemReport>,
    /// What may not be meant as it is read, or why a file that looks like a network is none; left out where there is nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<ProblemReport>,
    /// The network; null where it could not be read.
    pub network: Option<NetworkReport>,
    /// What of a model is not followed, or taken for something simpler; left out where there is nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<ModelNote>,
    /// Each stage.
    pub stages: Vec<StageReport>,
    /// Findings in the order of their places.
    pub findings: Vec<FindingReport>,
    /// The text, for drawing; none where the schedule came from the command line.
    #[serde(skip)]
    pub source: Option<String>,
    /// Whether it is a file without lines, such as a model.
    #[serde(skip)]
    pub is_binary: bool,
}

/// A problem of a file.
#[derive(Clone, Debug, Serialize)]
pub struct ProblemReport {
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub help: Option<String>,
    /// Where; null where the file could not be opened.
    pub span: Option<Span>,
    /// Words under the underline.
    #[serde(skip)]
    pub label: Option<String>,
    /// Other places.
    #[serde(skip)]
    pub related: Vec<Note>,
}

/// What of a model is not followed, or taken for something simpler.
#[derive(Clone, Debug, Serialize)]
pub struct ModelNote {
    /// What it is.
    pub message: String,
    /// In how many places.
    pub count: usize,
    /// The first of them: its module, or its node where the model has no modules.
    pub first: String,
    /// Whether positions end there, so that nothing behind it is checked.
    pub ends_positions: bool,
    /// Count and place in words.
    #[serde(skip)]
    pub places: [String; 1],
}

impl ModelNote {
    /// A note of `count` places.
    #[must_use]
    pub fn new(message: String, count: usize, first: String, ends_positions: bool) -> Self {
        let places = match count {
            1 => format!("in {first}"),
            _ => format!("{count} times, first in {first}"),
        };
        Self {
            message,
            count,
            first,
            ends_positions,
            places: [places],
        }
    }
}

/// The network of a file.
#[derive(Clone, Debug, Serialize)]
pub struct NetworkReport {
    /// Its name.
    pub name: Option<String>,
    /// Number of axes.
    pub dims: usize,
    /// Input size per axis; null where not given.
    pub input: Option<PerAxis<i64>>,
    /// Output size per axis; null where the input is not given.
    pub output: Option<PerAxis<i64>>,
    /// Input positions per output position, per axis; null behind a global pool.
    pub jump: Option<Vec<String>>,
    /// Unclipped receptive field in input positions, per axis; null beyond a global pool.
    pub receptive_field: Option<PerAxis<i64>>,
    /// Each output.
    pub outputs: Vec<OutputReport>,
}

/// An output of a network.
#[derive(Clone, Debug, Serialize)]
pub struct OutputReport {
    /// Its name, as `--at` takes it.
    pub name: String,
    /// Size per axis; null where the input is not given.
    pub size: Option<PerAxis<i64>>,
}

impl FileReport {
    /// A file that is no network.
    #[must_use]
    pub fn unreadable(path: String, source: Option<String>, problems: &[Problem]) -> Self {
        let index = LineIndex::new(source.as_deref().unwrap_or(""));
        let errors = problems
            .iter()
            .map(|p| problem(p, source.is_some().then_some(&index)))
            .collect();
        Self {
            path,
            errors,
            source,
            ..Self::default()
        }
    }

    /// A file with doubts and no verdicts: it looks like a network and is none, or it is not checked.
    #[must_use]
    pub fn doubtful(path: String, source: String, doubts: &[Problem]) -> Self {
        let index = LineIndex::new(&source);
        let warnings = doubts.iter().map(|doubt| problem(doubt, Some(&index)));
        Self {
            path,
            warnings: warnings.collect(),
            source: Some(source),
            ..Self::default()
        }
    }

    /// Whether it is a network, or was to be one: no near miss.
    #[must_use]
    pub fn is_network(&self) -> bool {
        self.network.is_some() || !self.errors.is_empty()
    }

    /// A schedule of the command line, checked as the network file `text`: its findings have the help of a file, and no place.
    #[must_use]
    pub fn of_schedule(path: String, text: String, config: &Config) -> Self {
        let mut report = Self::checked(path, Some(text), config);
        report.source = None;
        for finding in &mut report.findings {
            finding.span = None;
            finding.fix = None;
            finding.related.clear();
        }
        report
    }

    /// A network, checked. Without a source (a schedule of the command line), findings have no place.
    #[must_use]
    pub fn checked(path: String, source: Option<String>, config: &Config) -> Self {
        Self::checked_with(path, source, config, GlobalPools::LeftOut, None)
    }

    /// The same with global pools left out of the answer, or kept, and with the names of a model's layers.
    #[must_use]
    pub fn checked_with(
        path: String,
        source: Option<String>,
        config: &Config,
        pools: GlobalPools,
        names: Names<'_>,
    ) -> Self {
        let checked = config.check();
        let index = LineIndex::new(source.as_deref().unwrap_or(""));
        let findings = finding_reports(config, source.as_deref(), &checked, &index, names);
        let network = &config.network;
        let output = network.outputs.first().copied().unwrap_or(MapId::INPUT);
        let doubts = config.doubts.iter();
        Self {
            path,
            warnings: doubts.map(|doubt| problem(doubt, Some(&index))).collect(),
            answer: Some(Answer::new(&checked, pools)),
            network: Some(network_report(network, output)),
            stages: stage_reports(&checked),
            findings,
            source,
            ..Self::default()
        }
    }
}

fn problem(problem: &Problem, index: Option<&LineIndex<'_>>) -> ProblemReport {
    let note = |(span, message): &(std::ops::Range<usize>, String)| {
        Some(Note {
            message: message.clone(),
            span: index?.span(span.clone()),
        })
    };
    ProblemReport {
        message: problem.message.clone(),
        help: problem.help.clone(),
        span: index.map(|i| i.span(problem.span.clone())),
        label: problem.label.clone(),
        related: problem.related.iter().filter_map(note).collect(),
    }
}

/// The network with one of its outputs.
pub(super) fn network_report(network: &Network, output: MapId) -> NetworkReport {
    let facts = network.facts(output);
    NetworkReport {
        name: network.name.clone(),
        dims: network.dims,
        input: network.input,
        output: facts.size,
        jump: facts
            .position
            .filter(|_| !facts.is_pooled())
            .map(|p| p.iter().map(|p| p.jump.to_string()).collect()),
        receptive_field: receptive_field(network, MapId::INPUT, output),
        outputs: (network.outputs.iter())
            .map(|&map| OutputReport {
                name: network.map_name(map),
                size: network.facts(map).size,
            })
            .collect(),
    }
}
