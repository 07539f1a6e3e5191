//! Whether a TOML file is a network: other tools have theirs in the same folders.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::limits::OPS;
use super::problem::{Problem, cropped, suggestion};
use super::raw::{RawFile, RawLayer, RawStage};
use super::syntax::STAGE;

/// What a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A network, right or wrong: it has a list `stage`.
    Network,
    /// No network, and written as if it were to be one: what is not as in a network.
    NearMiss(Problem),
    /// Another tool's.
    Other,
}

/// Says whether a file is a network.
///
/// Any spelling of TOML counts: `[[stage]]`, `[[ stage ]]`, `stage = [{ … }]`, a key in quotes. A near miss has layers under another key
/// or in another form: tables with most keys those of a stage or a layer, and among them what only a network has.
///
/// ```
/// use degrid::config::{Kind, kind};
/// assert_eq!(kind("stage = [{ dilations = [1, 2, 5] }]"), Kind::Network);
/// assert!(matches!(kind("[[stages]]\ndilations = [1, 2, 5]"), Kind::NearMiss(_)));
/// assert_eq!(kind("[[stages]]\nname = 'build'\nkernel = '6.1'"), Kind::Other);
/// ```
#[must_use]
pub fn kind(source: &str) -> Kind {
    let (table, errors) = DeTable::parse_recoverable(source);
    let file = table.get_ref();
    // What comes after a mistake may not have been read.
    if is_list_of_tables(file.get("stage")) || (!errors.is_empty() && has_header(source)) {
        return Kind::Network;
    }
    let mut entries: Vec<_> = file.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let near = entries
        .into_iter()
        .find_map(|(key, value)| near_miss(key.get_ref(), key.span(), value));
    let flat = || {
        let dilations = file.get_key_value("dilations")?;
        let known = |key: &str| is_known(key) || RawFile::KEYS.contains(&key);
        let problem = Problem::new(
            "this file was not checked: `dilations` stands outside of a `[[stage]]`",
            dilations.0.span(),
        );
        looks_like_layers([file], known).then(|| {
            problem
                .label("in no stage")
                .help("write a line `[[stage]]` before it")
        })
    };
    near.or_else(flat).map_or(Kind::Other, Kind::NearMiss)
}

/// Whether a key holds a list of tables. An empty one is a network without stages.
fn is_list_of_tables(value: Option<&Spanned<DeValue<'_>>>) -> bool {
    match value.map(Spanned::get_ref) {
        Some(DeValue::Array(items)) => items
            .iter()
            .all(|item| matches!(item.get_ref(), DeValue::Table(_))),
        _ => false,
    }
}

/// Whether a line begins a stage.
fn has_header(source: &str) -> bool {
    source.lines().any(|line| {
        let line = line.trim_start_matches('\u{feff}').trim_start();
        let inner = line.strip_prefix("[[").map(str::trim_start);
        inner.is_some_and(|inner| {
            let inner = inner.trim_start_matches(['"', '\'']);
            inner.strip_prefix("stage").is_some_and(|rest| {
                rest.trim_start_matches(['"', '\''])
                    .trim_start()
                    .starts_with(']')
            })
        })
    })
}

/// What others call a list of stages.
const LAYERS: [&str; 5] = ["layer", "layers", "block", "blocks", "convs"];

/// What is wrong with an entry of a file that looks like stages.
fn near_miss(key: &str, span: Range<usize>, value: &Spanned<DeValue<'_>>) -> Option<Problem> {
    let is_table = matches!(value.get_ref(), DeValue::Table(_));
    if suggestion(key, RawFile::KEYS.iter().copied()) != Some("stage") && !LAYERS.contains(&key) {
        return None;
    }
    if !looks_like_layers(tables(value), is_known) {
        return None;
    }
    if key == "stage" && is_table {
        let problem = Problem::new(
            "this file was not checked: `stage` is one table, not a list of tables",
            span,
        );
        return Some(problem.label("one table").help(STAGE));
    }
    let key = cropped(key);
    let problem = Problem::new(
        format!("this file was not checked: it has `{key}` where a network has `stage`"),
        span,
    );
    let meant = if LAYERS.contains(&&*key) {
        "write `[[stage]]`, with `layers` or `dilations`"
    } else {
        "write `[[stage]]`"
    };
    Some(problem.label("not a key of a network file").help(meant))
}

/// The tables of a value.
fn tables<'t, 'd>(value: &'t Spanned<DeValue<'d>>) -> Vec<&'t DeTable<'d>> {
    /// As many as it takes to tell.
    const MOST: usize = 20;
    match value.get_ref() {
        DeValue::Table(table) => vec![table],
        DeValue::Array(items) => (items.iter().take(MOST))
            .filter_map(|item| match item.get_ref() {
                DeValue::Table(table) => Some(table),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// Whether a stage or a layer has a key.
fn is_known(key: &str) -> bool {
    RawStage::KEYS.contains(&key) || RawLayer::KEYS.contains(&key)
}

/// Whether tables are stages or layers: two of three keys are `known`, and one of them says what only a network says.
fn looks_like_layers<'t, 'd: 't>(
    tables: impl IntoIterator<Item = &'t DeTable<'d>>,
    known: impl Fn(&str) -> bool,
) -> bool {
    let (mut all, mut right, mut sure) = (0, 0, false);
    for table in tables {
        for (key, value) in table {
            all += 1;
            right += usize::from(known(key.get_ref()));
            sure |= is_sure(key.get_ref(), value.get_ref());
        }
    }
    sure && 3 * right >= 2 * all
}

/// Whether an entry is one that only layers have.
fn is_sure(key: &str, value: &DeValue<'_>) -> bool {
    match (key, value) {
        ("dilation" | "kernel", DeValue::Integer(_)) => true,
        ("dilations" | "dilation" | "kernel", DeValue::Array(items)) => {
            let is_number = |value: &DeValue<'_>| matches!(value, DeValue::Integer(_));
            let is_part = |item: &Spanned<DeValue<'_>>| match item.get_ref() {
                DeValue::Array(inner) => inner.iter().all(|item| is_number(item.get_ref())),
                DeValue::String(text) => text == "?",
                value => is_number(value),
            };
            !items.is_empty() && items.iter().all(is_part)
        }
        ("op", DeValue::String(word)) => OPS.iter().any(|(own, _)| own == word),
        ("layers", DeValue::Array(items)) => (items.iter())
            .any(|item| matches!(item.get_ref(), DeValue::Table(table) if looks_like_layers([table], is_known))),
        _ => false,
    }
}
