//! The rules as SARIF describes them.

use crate::report::item::{DOUBTFUL, DOUBTFUL_SUMMARY, INVALID, INVALID_SUMMARY};
use crate::report::json::{Json, list, object, text};
use crate::rules::{Level, RULES};

/// Help on files that are no network.
const INVALID_HELP: &str = "The message says what is wrong with the file, where, and mostly what would be right. \
    Nothing of a file is judged before all of it can be read.";

/// Help on files that may not mean what they say.
const DOUBTFUL_HELP: &str = "The message says what is read, and what to write for each of the things that may be meant. \
    A file of another tool can be left out with `exclude` in `degrid.toml`.";

/// All rules, then the one for files that are no network, then the one for files that may not mean what they say.
pub(super) fn rules() -> Json {
    let known = RULES.iter().map(|rule| {
        let full = description(rule.page).unwrap_or_else(|| rule.summary.to_owned());
        descriptor(rule.id, rule.level, rule.summary, &full, rule.page)
    });
    let summary = INVALID_SUMMARY;
    let invalid = descriptor(INVALID, Level::Deny, summary, summary, INVALID_HELP);
    let summary = DOUBTFUL_SUMMARY;
    let doubtful = descriptor(DOUBTFUL, Level::Warn, summary, summary, DOUBTFUL_HELP);
    list(known.chain([invalid, doubtful]))
}

/// The index of a rule in [`rules`].
pub(super) fn index(id: &str) -> usize {
    let known = RULES.iter().position(|rule| rule.id == id);
    known.unwrap_or(RULES.len() + usize::from(id == DOUBTFUL))
}

fn descriptor(id: &str, level: Level, summary: &str, full: &str, page: &str) -> Json {
    let (level, severity) = match level {
        Level::Deny => ("error", "error"),
        Level::Warn => ("warning", "warning"),
        Level::Note => ("note", "recommendation"),
        Level::Allow => ("none", "recommendation"),
    };
    let tags = ["dilated-convolution", "network"].map(Json::from);
    // What GitHub sorts and filters by.
    let properties = object([
        ("tags", list(tags)),
        ("precision", "very-high".into()),
        ("problem.severity", severity.into()),
    ]);
    object([
        ("id", id.into()),
        ("name", pascal(id).into()),
        ("shortDescription", text(summary)),
        ("fullDescription", text(full)),
        (
            "help",
            object([("text", page.into()), ("markdown", page.into())]),
        ),
        ("defaultConfiguration", object([("level", level.into())])),
        ("properties", properties),
    ])
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
