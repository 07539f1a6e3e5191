//! Levels of rules, their numbers, and the target.

use std::ops::Range;

use crate::network::{PerAxis, counted};
use crate::rules::{Level, LevelSetting, Levels, Policy, Profile, RULES, Rule, Subject, Target};

use super::around::Around;
use super::limits::RECEPTIVE_FIELD;
use super::problem::Problem;
use super::raw::{RawFile, RawLevel, RawOption, RawTarget};
use super::read::{At, Axes, Entries, Int, Reader};
use super::spans::Spans;
use super::values::{numbers, word_of};

/// The levels of a network: those of its file, then those of its project.
pub(crate) fn policy(file: &RawFile, around: &Around, reader: &mut Reader) -> Policy {
    let mut own = levels(file.rules.as_ref(), reader);
    own.profile = around.profile.or(own.profile);
    let merged = Levels::merged([own, around.project.levels.clone()]);
    let stages = file.stage.iter().flat_map(|stages| &stages.value);
    let of_stage = stages.map(|stage| {
        let entries = stage.value.rules.iter().flat_map(|rules| &rules.value.0);
        let levels = entries.filter_map(|(key, value)| level_of(key, value, reader));
        levels.collect()
    });
    Policy {
        stages: of_stage.collect(),
        profile: merged.profile.unwrap_or_default(),
        network: merged.settings,
        command: around.command.clone(),
        target: Target::default(),
    }
}

/// The levels of a table `rules`, with its profile.
pub(crate) fn levels(rules: Option<&At<Entries<RawLevel>>>, reader: &mut Reader) -> Levels {
    let mut levels = Levels::default();
    for (key, value) in rules.iter().flat_map(|rules| &rules.value.0) {
        if key.value == "profile" {
            levels.profile = profile_of(value, reader);
        } else {
            levels.settings.extend(level_of(key, value, reader));
        }
    }
    levels
}

/// The words of `profile`.
pub(crate) const PROFILES: [(&str, Profile); 2] = [
    ("default", Profile::Default),
    ("published", Profile::Published),
];

fn profile_of(value: &At<RawLevel>, reader: &mut Reader) -> Option<Profile> {
    match &value.value {
        RawLevel::Word(word) => word_of("profile", &PROFILES, word, &value.span, reader),
        RawLevel::Table(_) => {
            let problem = value.problem("a profile must be a string");
            reader.report(problem.help("for example `profile = \"published\"`"));
            None
        }
    }
}

fn level_of(key: &At<String>, value: &At<RawLevel>, reader: &mut Reader) -> Option<LevelSetting> {
    let rule = rule(&key.value, &key.span, reader)?;
    let mut setting = LevelSetting {
        rule: rule.id,
        level: None,
        numbers: Vec::new(),
    };
    match &value.value {
        RawLevel::Word(word) => setting.level = level(word, &value.span, reader),
        RawLevel::Table(table) => {
            for (name, option) in table {
                read_option(rule, name, option, &mut setting, reader);
            }
        }
    }
    Some(setting)
}

/// The rule of a name, an unknown one reported.
pub(crate) fn rule(name: &str, span: &Range<usize>, reader: &mut Reader) -> Option<&'static Rule> {
    let known: Vec<_> = RULES.iter().map(|rule| (rule.id, rule)).collect();
    word_of("rule", &known, name, span, reader)
}

fn level(word: &str, span: &Range<usize>, reader: &mut Reader) -> Option<Level> {
    let known = Level::ALL.map(|level| (level.word(), level));
    word_of("level", &known, word, span, reader)
}

fn read_option(
    rule: &'static Rule,
    name: &At<String>,
    option: &At<RawOption>,
    setting: &mut LevelSetting,
    reader: &mut Reader,
) {
    if name.value == "level" {
        match &option.value {
            RawOption::Word(word) => setting.level = level(word, &option.span, reader),
            RawOption::Number(_) => {
                let problem = option.problem("a level must be a string");
                reader.report(problem.help("for example `level = \"warn\"`"));
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
        _ => reader.report(option.problem(format!(
            "`{}` of rule `{}` must be a number from {} to {}",
            key.name, rule.id, key.least, key.most
        ))),
    }
}

/// The target of a network: what its file says, else its project.
pub(crate) fn target(
    file: &RawFile,
    around: &Around,
    dims: usize,
    spans: &mut Spans,
    reader: &mut Reader,
) -> TargetRead {
    let mut of_project = Vec::new();
    let field = |target: &RawTarget| target.receptive_field.clone();
    let object = |target: &RawTarget| target.smallest_object.clone();
    let parts: [(&str, Subject, Part); 2] = [
        ("receptive_field", Subject::ReceptiveField, &field),
        ("smallest_object", Subject::SmallestObject, &object),
    ];
    let own = file.target.as_ref().map(|target| &target.value);
    let [receptive_field, smallest_object] = parts.map(|(what, subject, part)| {
        if let Some(value) = own.and_then(part) {
            let sizes = numbers(what, &value, dims, reader, RECEPTIVE_FIELD)?;
            spans.add_subject(subject, value.span);
            return Some(sizes);
        }
        // A faulty value was reported, and hides the project's all the same.
        let is_faulty = own.is_some_and(|target| target.has(what));
        let value = part(&around.project.target).filter(|_| !is_faulty)?;
        // It stands in another file; what is said of the receptive field is said where the network begins.
        let place = file.stage.as_ref().and_then(|list| list.value.first());
        let place = place.map_or(0..0, |stage| stage.span.clone());
        let sizes = of_other_file(what, &value, dims, &place, reader)?;
        if subject == Subject::ReceptiveField {
            spans.add_subject(subject, place);
        }
        of_project.push(subject);
        Some(sizes)
    });
    TargetRead {
        target: Target {
            receptive_field,
            smallest_object,
        },
        of_project,
    }
}

/// A target, and the parts of it that the project gives.
#[derive(Default)]
pub(crate) struct TargetRead {
    pub target: Target,
    pub of_project: Vec<Subject>,
}

/// A part of a target.
type Part<'a> = &'a dyn Fn(&RawTarget) -> Option<At<Axes<Int>>>;

/// A size of a project's target for a network: a list that does not fit its axes is a fault of the network's file, which may have a target of its own.
fn of_other_file(
    what: &str,
    value: &At<Axes<Int>>,
    dims: usize,
    place: &Range<usize>,
    reader: &mut Reader,
) -> Option<PerAxis<i64>> {
    if let Axes::Each(each) = &value.value
        && each.len() != dims
    {
        let message = format!(
            "the project's `{what}` has {} but this network has {}",
            counted(each.len(), "value"),
            counted(dims, "axis")
        );
        let help = format!(
            "write one number there, or give this network a `[target]` with its own `{what}`"
        );
        reader.report(Problem::new(message, place.clone()).help(help));
        return None;
    }
    numbers(what, value, dims, reader, RECEPTIVE_FIELD)
}
