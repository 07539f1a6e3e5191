//! The rules as SARIF describes them.

use crate::report::item::{
    DOUBTFUL, DOUBTFUL_SUMMARY, INVALID, INVALID_SUMMARY, NOT_FOLLOWED, NOT_FOLLOWED_SUMMARY,
};
use crate::report::json::{Json, list, object, text};
use crate::rules::{Level, RULES};

/// Help on files that are no network.
const INVALID_HELP: &str = "The message says what is wrong with the file, where, and mostly what would be right. \
    Nothing of a file is judged before all of it can be read.";

/// Help on files that may not mean what they say.
const DOUBTFUL_HELP: &str = "The message says what is read, and what to write for each of the things that may be meant. \
    A file of another tool can be left out with `exclude` in `degrid.toml`.";

/// Help on positions that end.
const NOT_FOLLOWED_HELP: &str = "The message names the operator, and the first module where it stands. The maps before it are checked as outputs \
    of the network. `degrid check --at MODULE` checks a part of the model by itself.";

/// What is said of files, not of stages: id, level, summary and help.
const OF_FILES: [(&str, Level, &str, &str); 3] = [
    (INVALID, Level::Deny, INVALID_SUMMARY, INVALID_HELP),
    (DOUBTFUL, Level::Warn, DOUBTFUL_SUMMARY, DOUBTFUL_HELP),
    (
        NOT_FOLLOWED,
        Level::Note,
        NOT_FOLLOWED_SUMMARY,
        NOT_FOLLOWED_HELP,
    ),
];

/// All rules, then what is said of files.
pub(super) fn rules() -> Json {
    let known = RULES.iter().map(|rule| {
        let full = description(rule.page).unwrap_or_else(|| rule.summary.to_owned());
        descriptor(rule.id, rule.level, rule.summary, &full, rule.page)
    });
    let of_files = OF_FILES
        .iter()
        .map(|&(id, level, summary, help)| descriptor(id, level, summary, summary, help));
    list(known.chain(of_files))
}

/// The index of a rule in [`rules`].
pub(super) fn index(id: &str) -> usize {
    let known = RULES.iter().map(|rule| rule.id);
    let mut all = known.chain(OF_FILES.iter().map(|rule| rule.0));
    all.position(|known| known == id).unwrap_or(0)
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
