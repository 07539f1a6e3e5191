//! Levels of rules that the command line gives.

use std::collections::BTreeMap;

use clap::builder::PossibleValuesParser;

use crate::config::Around;
use crate::rules::{Level, LevelSetting, Profile, RULES, find};

use super::CliError;

/// Levels that go before those of files.
#[derive(Debug, clap::Args)]
pub(super) struct LevelArgs {
    /// Do not report this rule, whatever the files say; `degrid rules` lists them
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = rules(), hide_possible_values = true, help_heading = "Levels")]
    allow: Vec<String>,

    /// Report this rule as a note, which never fails
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = rules(), hide_possible_values = true, help_heading = "Levels")]
    note: Vec<String>,

    /// Report this rule as a warning
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = rules(), hide_possible_values = true, help_heading = "Levels")]
    warn: Vec<String>,

    /// Fail on this rule
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = rules(), hide_possible_values = true, help_heading = "Levels")]
    deny: Vec<String>,

    /// Deny the three published rules, as `profile = "published"` in a file does
    #[arg(long, help_heading = "Levels")]
    published: bool,
}

fn rules() -> PossibleValuesParser {
    PossibleValuesParser::new(RULES.iter().map(|rule| rule.id))
}

impl LevelArgs {
    /// What they say, as what holds for every network.
    pub fn around(&self) -> Result<Around, CliError> {
        let lists = [
            (Level::Allow, &self.allow),
            (Level::Note, &self.note),
            (Level::Warn, &self.warn),
            (Level::Deny, &self.deny),
        ];
        let mut set: BTreeMap<&'static str, Level> = BTreeMap::new();
        for (level, ids) in lists {
            for rule in ids.iter().filter_map(|id| find(id)) {
                let other = set.insert(rule.id, level).filter(|other| *other != level);
                if let Some(other) = other {
                    return Err(CliError::Usage(format!(
                        "`--{} {id}` and `--{} {id}`: a rule has only one level",
                        other.word(),
                        level.word(),
                        id = rule.id
                    )));
                }
            }
        }
        let settings = set.into_iter().map(|(rule, level)| LevelSetting {
            rule,
            level: Some(level),
            numbers: Vec::new(),
        });
        Ok(Around {
            command: settings.collect(),
            profile: self.published.then_some(Profile::Published),
            ..Around::default()
        })
    }
}
