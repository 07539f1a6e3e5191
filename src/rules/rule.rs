//! What a rule is, and what a policy says of it.

use super::facts::{Facts, StageFacts, Target};
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

    /// Whether it is reported and by itself no reason to fail.
    #[must_use]
    pub fn is_mild(self) -> bool {
        matches!(self, Self::Note | Self::Warn)
    }

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

/// The three rules of the paper, which the profile `published` denies.
pub const PUBLISHED: [&str; 3] = ["common-factor", "max-distance", "not-sawtooth"];

/// What a policy says of one rule.
#[derive(Clone, Debug, PartialEq)]
pub struct LevelSetting {
    /// Id of the rule.
    pub rule: &'static str,
    /// Its level, if given.
    pub level: Option<Level>,
    /// Its numbers, by key.
    pub numbers: Vec<(String, f64)>,
}

/// The levels of rules that nobody sets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// Each rule's own.
    #[default]
    Default,
    /// The three published rules fail the check, see [`PUBLISHED`].
    Published,
}

/// Levels of rules, for the network and for each stage, and the target of the network.
///
/// ```
/// use degrid::rules::{self, Level, LevelSetting, Policy};
/// let allow = LevelSetting { rule: "gridding", level: Some(Level::Allow), numbers: Vec::new() };
/// let policy = Policy { network: vec![allow], ..Policy::default() };
/// assert_eq!(policy.level(rules::find("gridding").unwrap(), 0), Level::Allow);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Levels where nobody sets one.
    pub profile: Profile,
    /// Settings that go before all others, also before those of a stage: what a command asks for.
    pub command: Vec<LevelSetting>,
    /// Settings for the whole network.
    pub network: Vec<LevelSetting>,
    /// Settings for a stage, by its index; they go before those of the network.
    pub stages: Vec<Vec<LevelSetting>>,
    /// What the network is for.
    pub target: Target,
}

impl Policy {
    /// The level of a rule for a stage, by index: as set, else as the profile says, else the rule's own.
    #[must_use]
    pub fn level(&self, rule: &Rule, stage: usize) -> Level {
        let set = self.settings(rule, stage).find_map(|s| s.level);
        set.unwrap_or_else(|| self.unset(rule))
    }

    /// The level of a rule for the network as a whole.
    #[must_use]
    pub fn network_level(&self, rule: &Rule) -> Level {
        let mut own = self.settings(rule, usize::MAX);
        own.find_map(|s| s.level)
            .unwrap_or_else(|| self.unset(rule))
    }

    /// A number of a rule for a stage, by index; the rule's own default where nobody sets it.
    #[must_use]
    pub fn number(&self, rule: &Rule, stage: usize, name: &str) -> f64 {
        let set = self.settings(rule, stage).find_map(|s| {
            let mut numbers = s.numbers.iter();
            numbers
                .find(|(key, _)| key == name)
                .map(|(_, value)| *value)
        });
        let default = || {
            let mut options = rule.options.iter();
            options.find(|o| o.name == name).map_or(0.0, |o| o.default)
        };
        set.unwrap_or_else(default)
    }

    fn settings(&self, rule: &Rule, stage: usize) -> impl Iterator<Item = &LevelSetting> {
        let stage = self.stages.get(stage).into_iter().flatten();
        let id = rule.id;
        let all = self.command.iter().chain(stage).chain(&self.network);
        all.filter(move |s| s.rule == id)
    }

    fn unset(&self, rule: &Rule) -> Level {
        match self.profile {
            Profile::Published if PUBLISHED.contains(&rule.id) => Level::Deny,
            _ => rule.level,
        }
    }
}

/// What a policy says of a rule for the stages of a network.
#[derive(Clone, Copy, Debug)]
pub struct Numbers<'a> {
    pub(super) policy: &'a Policy,
    pub(super) rule: &'a Rule,
    pub(super) gridding: &'a Rule,
}

impl Numbers<'_> {
    /// A number for a stage.
    #[must_use]
    pub fn of(&self, stage: usize, name: &str) -> f64 {
        self.policy.number(self.rule, stage, name)
    }

    /// Whether findings on a stage are reported at all: where they are allowed, a rule need not put one into words.
    #[must_use]
    pub fn reports(&self, stage: usize) -> bool {
        self.policy.level(self.rule, stage) > Level::Allow
    }

    /// The same of a rule that is silent where gridding, the cause of its fault, is reported for the stage at its own level or above.
    #[must_use]
    pub fn reports_beside_gridding(&self, stage: &StageFacts) -> bool {
        let level = |rule| self.policy.level(rule, stage.index);
        let is_silent = !stage.broken.is_empty() && level(self.gridding) >= level(self.rule);
        self.reports(stage.index) && !is_silent
    }
}
