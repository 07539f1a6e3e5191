//! Levels of rules, their numbers, and the target.

use std::ops::Range;

use crate::network::{Origin, PerAxis};

use super::limits::FIELD;
use super::problem::{Problem, unknown_word};
use super::raw::{RawFile, RawLevel, RawOption};
use super::read::{At, Entries, Int, Reader};
use super::spans::Spans;
use super::values::{per_axis, ranged};

/// What a finding of a rule means for the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Not reported.
    Allow,
    /// Reported.
    Warn,
    /// Reported, and the check fails.
    Deny,
}

impl Level {
    /// All levels, the mildest first.
    pub const ALL: [Self; 3] = [Self::Allow, Self::Warn, Self::Deny];

    /// The word in a file.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::Deny => "deny",
        }
    }
}

/// The rules that a file may name.
#[derive(Clone, Copy, Debug, Default)]
pub struct Vocabulary {
    /// Each rule.
    pub rules: &'static [RuleKey],
}

/// A rule as a file may name it.
#[derive(Clone, Copy, Debug)]
pub struct RuleKey {
    /// Its id.
    pub id: &'static str,
    /// Its level where nobody sets one.
    pub level: Level,
    /// One line: the fault.
    pub summary: &'static str,
    /// Its numbers.
    pub options: &'static [OptionKey],
}

/// A number of a rule.
#[derive(Clone, Copy, Debug)]
pub struct OptionKey {
    /// Its key.
    pub name: &'static str,
    /// Least value.
    pub least: f64,
    /// Greatest value.
    pub most: f64,
    /// Value where a file gives none.
    pub default: f64,
}

/// What a file says of one rule.
#[derive(Clone, Debug, PartialEq)]
pub struct LevelSetting {
    /// The rule.
    pub rule: String,
    /// Its level, if given.
    pub level: Option<Level>,
    /// Its numbers, by key.
    pub numbers: Vec<(String, f64)>,
    /// Where it stands.
    pub span: Range<usize>,
}

/// Levels of rules, of the file and of each stage.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Whether the three published rules fail the check (`profile = "published"`).
    pub published: bool,
    /// For the whole file.
    pub file: Vec<LevelSetting>,
    /// For a stage, by its index.
    pub stages: Vec<Vec<LevelSetting>>,
}

/// What the network is for.
#[derive(Clone, Debug, Default)]
pub struct Target {
    /// Least receptive field, in input positions per axis, and its file entry.
    pub receptive_field: Option<(PerAxis<i64>, Origin)>,
    /// Smallest object, in input positions per axis, and its file entry.
    pub smallest_object: Option<(PerAxis<i64>, Origin)>,
}

pub(crate) fn settings(file: &RawFile, vocabulary: &Vocabulary, reader: &mut Reader) -> Settings {
    let mut settings = Settings::default();
    if let Some(rules) = &file.rules {
        let (profile, rest): (Vec<_>, Vec<_>) = rules
            .value
            .0
            .iter()
            .cloned()
            .partition(|(key, _)| key.value == "profile");
        if let Some((_, value)) = profile.first() {
            settings.published = is_published(value, reader);
        }
        settings.file = levels(&Entries(rest), vocabulary, reader);
    }
    let stages = file.stage.as_ref().map_or(&[][..], |s| &s.value[..]);
    settings.stages = stages
        .iter()
        .map(|stage| {
            stage
                .value
                .rules
                .as_ref()
                .map_or_else(Vec::new, |r| levels(&r.value, vocabulary, reader))
        })
        .collect();
    settings
}

/// The words of `profile`.
pub(crate) const PROFILES: [&str; 2] = ["default", "published"];

fn is_published(value: &At<RawLevel>, reader: &mut Reader) -> bool {
    match &value.value {
        RawLevel::Word(word) if PROFILES.contains(&word.as_str()) => word == "published",
        RawLevel::Word(word) => {
            reader.report(unknown_word("profile", word, &PROFILES, value.span.clone()));
            false
        }
        RawLevel::Table(_) => {
            reader.report(
                Problem::new("a profile is a word", value.span.clone())
                    .help("`profile = \"published\"`"),
            );
            false
        }
    }
}

fn levels(
    entries: &Entries<RawLevel>,
    vocabulary: &Vocabulary,
    reader: &mut Reader,
) -> Vec<LevelSetting> {
    let mut settings = Vec::new();
    for (key, value) in &entries.0 {
        let Some(rule) = rule(&key.value, &key.span, vocabulary, reader) else {
            continue;
        };
        let mut setting = LevelSetting {
            rule: rule.id.to_owned(),
            level: None,
            numbers: Vec::new(),
            span: value.span.clone(),
        };
        match &value.value {
            RawLevel::Word(word) => setting.level = level(word, &value.span, reader),
            RawLevel::Table(table) => {
                for (name, option) in table {
                    read_option(rule, name, option, &mut setting, reader);
                }
            }
        }
        settings.push(setting);
    }
    settings
}

/// The rule of a name, an unknown one reported.
pub(crate) fn rule(
    name: &str,
    span: &Range<usize>,
    vocabulary: &Vocabulary,
    reader: &mut Reader,
) -> Option<&'static RuleKey> {
    let found = vocabulary.rules.iter().find(|rule| rule.id == name);
    if found.is_none() {
        let ids: Vec<&str> = vocabulary.rules.iter().map(|r| r.id).collect();
        reader.report(unknown_word("rule", name, &ids, span.clone()));
    }
    found
}

fn level(word: &str, span: &Range<usize>, reader: &mut Reader) -> Option<Level> {
    let found = Level::ALL.into_iter().find(|level| level.word() == word);
    if found.is_none() {
        reader.report(unknown_word(
            "level",
            word,
            &Level::ALL.map(Level::word),
            span.clone(),
        ));
    }
    found
}

fn read_option(
    rule: &'static RuleKey,
    name: &At<String>,
    option: &At<RawOption>,
    setting: &mut LevelSetting,
    reader: &mut Reader,
) {
    if name.value == "level" {
        match &option.value {
            RawOption::Word(word) => setting.level = level(word, &option.span, reader),
            RawOption::Number(_) => {
                reader.report(
                    Problem::new("a level is a word", option.span.clone())
                        .help("`level = \"warn\"`"),
                );
            }
        }
        return;
    }
    let Some(key) = rule.options.iter().find(|key| key.name == name.value) else {
        let known: Vec<&str> = ["level"]
            .into_iter()
            .chain(rule.options.iter().map(|o| o.name))
            .collect();
        let called = format!("rule `{}`", rule.id);
        reader.unknown_key(&name.value, name.span.clone(), &called, &known, &[]);
        return;
    };
    match option.value {
        RawOption::Number(number) if (key.least..=key.most).contains(&number) => {
            setting.numbers.push((name.value.clone(), number));
        }
        _ => reader.report(Problem::new(
            format!(
                "`{}` of rule `{}` is a number from {} to {}",
                key.name, rule.id, key.least, key.most
            ),
            option.span.clone(),
        )),
    }
}

pub(crate) fn target(
    file: &RawFile,
    dims: usize,
    spans: &mut Spans,
    reader: &mut Reader,
) -> Target {
    let Some(target) = &file.target else {
        return Target::default();
    };
    let mut read = |what: &str, value: &Option<At<super::read::Axes<Int>>>| {
        let value = value.as_ref()?;
        let sizes = per_axis(what, value, dims, reader, |int: &Int| ranged(int.0, FIELD))?;
        Some((sizes, spans.add(value.span.clone())))
    };
    Target {
        receptive_field: read("receptive_field", &target.value.receptive_field),
        smallest_object: read("smallest_object", &target.value.smallest_object),
    }
}
