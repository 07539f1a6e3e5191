//! Levels of rules, their numbers, and the target.

use std::ops::Range;

use crate::rules::{Level, LevelSetting, Policy, Profile, RULES, Rule, Subject, Target};

use super::limits::RECEPTIVE_FIELD;
use super::raw::{RawFile, RawLevel, RawOption};
use super::read::{At, Axes, Int, Reader};
use super::spans::Spans;
use super::values::{numbers, word_of};

pub(crate) fn policy(file: &RawFile, reader: &mut Reader) -> Policy {
    let mut policy = Policy::default();
    for (key, value) in file.rules.iter().flat_map(|rules| &rules.value.0) {
        if key.value == "profile" {
            policy.profile = profile_of(value, reader);
        } else {
            policy.network.extend(level_of(key, value, reader));
        }
    }
    let stages = file.stage.iter().flat_map(|stages| &stages.value);
    for stage in stages {
        let entries = stage.value.rules.iter().flat_map(|rules| &rules.value.0);
        let levels = entries.filter_map(|(key, value)| level_of(key, value, reader));
        policy.stages.push(levels.collect());
    }
    policy
}

/// The words of `profile`.
pub(crate) const PROFILES: [(&str, Profile); 2] = [
    ("default", Profile::Default),
    ("published", Profile::Published),
];

fn profile_of(value: &At<RawLevel>, reader: &mut Reader) -> Profile {
    let found = match &value.value {
        RawLevel::Word(word) => word_of("profile", &PROFILES, word, &value.span, reader),
        RawLevel::Table(_) => {
            let problem = value.problem("a profile must be a string");
            reader.report(problem.help("for example `profile = \"published\"`"));
            None
        }
    };
    found.unwrap_or(Profile::Default)
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

pub(crate) fn target(
    file: &RawFile,
    dims: usize,
    spans: &mut Spans,
    reader: &mut Reader,
) -> Target {
    let Some(target) = &file.target else {
        return Target::default();
    };
    let target = &target.value;
    let mut read = |what: &str, subject: Subject, value: &Option<At<Axes<Int>>>| {
        let value = value.as_ref()?;
        let sizes = numbers(what, value, dims, reader, RECEPTIVE_FIELD)?;
        spans.add_subject(subject, value.span.clone());
        Some(sizes)
    };
    Target {
        receptive_field: read(
            "receptive_field",
            Subject::ReceptiveField,
            &target.receptive_field,
        ),
        smallest_object: read(
            "smallest_object",
            Subject::SmallestObject,
            &target.smallest_object,
        ),
    }
}
