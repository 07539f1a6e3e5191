//! What a rule says: verdicts, and findings with places that stay symbolic.

use std::collections::HashSet;

pub use crate::network::axis_name;
use crate::network::{Network, counted};

/// What a rule says of a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// There is nothing for the rule to judge.
    NotApplicable,
    /// The fault is not there.
    Pass,
    /// The fault is there.
    Fail,
}

/// What a rule says of one place.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// Index of the stage.
    pub stage: usize,
    /// The verdict.
    pub verdict: Verdict,
    /// What to report.
    pub finding: Option<Draft>,
}

impl Judgement {
    /// The fault, with what to report.
    #[must_use]
    pub fn fail(stage: usize, finding: impl Into<Option<Draft>>) -> Self {
        Self {
            finding: finding.into(),
            ..Self::plain(stage, Verdict::Fail)
        }
    }

    /// A verdict without a finding.
    #[must_use]
    pub fn plain(stage: usize, verdict: Verdict) -> Self {
        Self {
            stage,
            verdict,
            finding: None,
        }
    }
}

/// What a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// A stage, by index.
    Stage(usize),
    /// A layer and all that repeat it: the index of the first of them, see [`Layer::original`](crate::network::Layer::original).
    Layer(usize),
    /// The receptive field of the target.
    ReceptiveField,
    /// The smallest object of the target.
    SmallestObject,
    /// A comment of the file that allows a finding, by index.
    Comment(usize),
}

/// Which part of a layer or stage a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// All of it (for a `[[stage]]`, its header).
    All,
    /// Its operation, or the list of its branches.
    Op,
    /// Its kernel size.
    Kernel,
    /// Its stride.
    Stride,
    /// Its dilation.
    Dilation,
    /// All dilations of a stage, as a list.
    Dilations,
    /// Its padding; that of the stage or the file where a convolution takes it from there.
    Padding,
    /// Positions that a transposed layer adds after the last.
    OutputPadding,
    /// The sources a stage reads.
    From,
    /// How often a stage is repeated.
    Repeat,
    /// A stage's name.
    Name,
}

/// A place in a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Site {
    /// The layer or stage.
    pub subject: Subject,
    /// Which part of it.
    pub part: Part,
    /// On which axis; `None` for all.
    pub axis: Option<usize>,
}

impl Site {
    /// A part of a subject, on all axes.
    #[must_use]
    pub fn new(subject: Subject, part: Part) -> Self {
        Self {
            subject,
            part,
            axis: None,
        }
    }

    /// The same on one axis; on all where `None`.
    #[must_use]
    pub fn on(self, axis: Option<usize>) -> Self {
        Self { axis, ..self }
    }

    /// The index of its layer in the stage's list; `None` for what is no layer of a list.
    #[must_use]
    pub fn index(&self, network: &Network) -> Option<usize> {
        match self.subject {
            Subject::Layer(layer) => network.layers[layer].index,
            _ => None,
        }
    }

    /// A part of a layer, and of all that repeat it.
    #[must_use]
    pub fn layer(network: &Network, layer: usize, part: Part) -> Self {
        Self::new(Subject::Layer(network.layers[layer].original), part)
    }
}

/// A finding before its level is known.
#[derive(Clone, Debug)]
pub struct Draft {
    /// One line: what is wrong, with numbers.
    pub message: String,
    /// The place to underline.
    pub site: Site,
    /// Words under the underline.
    pub label: String,
    /// Other places that explain it.
    pub related: Vec<(Site, String)>,
    /// Facts that explain it.
    pub notes: Vec<String>,
    /// What would be right: one line of advice.
    pub help: Option<String>,
    /// Whether it is so slight that it is a note at most, whatever the level of its rule.
    pub is_mild: bool,
    /// Whether it may be none, as more than was read is needed to tell: it is a warning at most.
    pub is_unsure: bool,
}

impl Draft {
    /// A message about a place, with words under its underline.
    #[must_use]
    pub fn new(site: Site, message: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            site,
            label: label.into(),
            related: Vec::new(),
            notes: Vec::new(),
            help: None,
            is_mild: false,
            is_unsure: false,
        }
    }

    /// The same as a note at most.
    #[must_use]
    pub fn mild(mut self) -> Self {
        self.is_mild = true;
        self
    }

    /// The same as a warning at most.
    #[must_use]
    pub fn unsure(mut self) -> Self {
        self.is_unsure = true;
        self
    }

    /// The same with another place that explains it.
    #[must_use]
    pub fn related(mut self, site: Site, label: impl Into<String>) -> Self {
        self.related.push((site, label.into()));
        self
    }

    /// The same with the first few of other places that explain it, one of each subject but its own.
    #[must_use]
    pub fn few_related(mut self, places: impl IntoIterator<Item = (Site, String)>) -> Self {
        const MOST: usize = 4;
        let mut seen = HashSet::from([self.site.subject]);
        let places = places
            .into_iter()
            .filter(|(site, _)| seen.insert(site.subject));
        self.related.extend(places.take(MOST));
        self
    }

    /// The same with facts that explain it.
    #[must_use]
    pub fn notes(mut self, notes: impl IntoIterator<Item = String>) -> Self {
        self.notes.extend(notes);
        self
    }

    /// The same with a fact that explains it.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// The same with advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// ` along y`, where not all axes are meant.
#[must_use]
pub fn along(network: &Network, axes: &[usize]) -> String {
    if axes.len() == network.dims {
        return String::new();
    }
    let names = axes.iter().map(|&a| axis_name(network.dims, a));
    format!(" along {}", itertools::join(names, " and "))
}

/// Numbers as a list for people: `1, 2, 5`; a long one with its middle left out.
#[must_use]
pub fn list<T: std::fmt::Display>(values: &[T]) -> String {
    const MOST: usize = 16;
    if values.len() <= MOST {
        return itertools::join(values, ", ");
    }
    let (head, tail) = (&values[..MOST - 4], &values[values.len() - 3..]);
    format!(
        "{}, … {}",
        itertools::join(head, ", "),
        itertools::join(tail, ", ")
    )
}

/// A number of positions in words.
pub(super) fn positions(count: impl std::fmt::Display) -> String {
    counted(count, "position")
}
