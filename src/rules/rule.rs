//! What a rule is.

use super::facts::{Facts, StageFacts};
use super::judgement::Judgement;

/// What a finding of a rule means for the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Not reported.
    Allow,
    /// Shown as a fact; never a reason to fail, also where warnings are.
    Note,
    /// Reported.
    Warn,
    /// Reported, and the check fails.
    Deny,
}

impl Level {
    /// All levels, the mildest first.
    pub const ALL: [Self; 4] = [Self::Allow, Self::Note, Self::Warn, Self::Deny];

    /// The word in a file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Note => "note",
            Self::Warn => "warn",
            Self::Deny => "deny",
        }
    }
}

/// A number of a rule that a policy may set.
#[derive(Clone, Copy, Debug)]
pub struct OptionKey {
    /// Its key.
    pub name: &'static str,
    /// Least value.
    pub least: f64,
    /// Greatest value.
    pub most: f64,
    /// Value where nobody sets one.
    pub default: f64,
}

/// A rule.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its id, the name of its fault.
    pub id: &'static str,
    /// Its level where nobody sets one.
    pub level: Level,
    /// One line: the fault.
    pub summary: &'static str,
    /// Its page, in Markdown.
    pub page: &'static str,
    /// Numbers that a file may set.
    pub options: &'static [OptionKey],
    /// How it looks.
    pub check: Check,
}

/// What a rule looks at, one by one.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// The whole network at once.
    Network(fn(&Facts<'_>, &Numbers<'_>) -> Vec<Judgement>),
    /// Each stage.
    Stage(fn(&Facts<'_>, &StageFacts, &Numbers<'_>) -> Vec<Judgement>),
    /// Each layer, by index.
    Layer(fn(&Facts<'_>, usize, &Numbers<'_>) -> Option<Judgement>),
    /// Comments of the file, after all other rules.
    Comments,
}

/// What a file sets of a rule for a stage: its numbers, and whether it reports.
#[derive(Clone, Copy)]
pub struct Numbers<'a> {
    pub(super) find: &'a dyn Fn(usize, &str) -> f64,
    pub(super) reported: &'a dyn Fn(usize) -> bool,
    pub(super) gridding_reported: &'a dyn Fn(usize) -> bool,
}

impl Numbers<'_> {
    /// A number for a stage.
    #[must_use]
    pub fn of(&self, stage: usize, name: &str) -> f64 {
        (self.find)(stage, name)
    }

    /// Whether findings on a stage are reported at all: where they are allowed, a rule need not put one into words.
    #[must_use]
    pub fn reports(&self, stage: usize) -> bool {
        (self.reported)(stage)
    }

    /// Whether gridding is reported for a stage, so that rules on the same fault are silent.
    #[must_use]
    pub fn reports_gridding(&self, stage: &StageFacts) -> bool {
        !stage.broken.is_empty() && (self.gridding_reported)(stage.index)
    }
}
