//! The rules as SARIF describes them.

use crate::report::item::{INVALID, INVALID_SUMMARY};
use crate::rules::Level;
use crate::rules::RULES;

use super::model::{Configuration, Help, Message, Properties, RuleDescriptor};

/// Help on files that are no network.
const INVALID_HELP: &str = "The message says what is wrong with the file, where, and mostly what would be right. \
    Nothing of a file is judged before all of it can be read.";

/// All rules, then the one for files that are no network.
pub(super) fn rules() -> Vec<RuleDescriptor> {
    let known = RULES.iter().map(|rule| {
        let full = description(rule.page).unwrap_or_else(|| rule.summary.to_owned());
        descriptor(rule.id, rule.level, rule.summary, full, rule.page)
    });
    let invalid = descriptor(
        INVALID,
        Level::Deny,
        INVALID_SUMMARY,
        INVALID_SUMMARY.to_owned(),
        INVALID_HELP,
    );
    known.chain([invalid]).collect()
}

/// The index of a rule in [`rules`].
pub(super) fn index(id: &str) -> usize {
    RULES
        .iter()
        .position(|rule| rule.id == id)
        .unwrap_or(RULES.len())
}

fn descriptor(
    id: &'static str,
    level: Level,
    summary: &str,
    full: String,
    page: &str,
) -> RuleDescriptor {
    let level = match level {
        Level::Deny => "error",
        Level::Warn => "warning",
        Level::Note => "note",
        Level::Allow => "none",
    };
    RuleDescriptor {
        id,
        name: pascal(id),
        short_description: Message::new(summary.to_owned()),
        full_description: Message::new(full),
        help: Help {
            text: page.to_owned(),
            markdown: page.to_owned(),
        },
        default_configuration: Configuration { level },
        properties: Properties {
            tags: ["dilated-convolution", "network"],
            precision: "very-high",
            severity: level,
        },
    }
}

/// What a page says first, and why it matters.
fn description(page: &str) -> Option<String> {
    let (_, lead) = page.split_once("\n\n")?;
    let (_, why) = page.split_once("## Why it matters\n\n")?;
    let paragraph = |text: &str| Some(text.split_once("\n\n")?.0.replace('\n', " "));
    Some(format!("{} {}", paragraph(lead)?, paragraph(why)?))
}

/// `idle-dilation` as `IdleDilation`.
fn pascal(id: &str) -> String {
    id.split('-')
        .flat_map(|word| {
            let (first, rest) = word.split_at(1);
            [first.to_ascii_uppercase(), rest.to_owned()]
        })
        .collect()
}
