//! Bytes to a [`Config`], or every problem of the file.

use toml::de::{DeTable, DeValue};

use crate::rules::Subject;

use super::around::Around;
use super::problem::Problem;
use super::raw::RawFile;
use super::read::Reader;
use super::resolve::resolve;
use super::syntax::{self, syntax_problems};
use super::{Config, settings, suppress, volume};

/// Bytes as text.
///
/// # Errors
/// The text with faulty bytes replaced, and the problem that points at the first of them.
pub fn decode(bytes: Vec<u8>) -> Result<String, Box<(String, Problem)>> {
    // What `torch.save` writes: a zip archive, once a pickle.
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\x80\x02") {
        let problem = Problem::new(
            "the file is a PyTorch checkpoint, which says nothing of layers",
            0..0,
        )
        .help("export the model with `torch.onnx.export`, and name that file");
        return Err(Box::new((String::new(), problem)));
    }
    String::from_utf8(bytes).map_err(|error| {
        let start = error.utf8_error().valid_up_to();
        let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
        let span = start..start + char::REPLACEMENT_CHARACTER.len_utf8();
        let problem = Problem::new("the file is not valid UTF-8", span)
            .label("first invalid byte")
            .help("save it as UTF-8");
        Box::new((text, problem))
    })
}

/// Reads a network file.
///
/// ```
/// use degrid::config::parse;
/// let config = parse("[[stage]]\ndilations = [1, 2, 5]\n").unwrap();
/// assert_eq!(config.network.layers.len(), 3);
///
/// let problems = parse("[[stage]]\nrates = [1, 2, 5]\n").unwrap_err();
/// assert_eq!(problems[0].help.as_deref(), Some("did you mean `dilations`?"));
/// ```
///
/// # Errors
/// Every [`Problem`] of the file, in the order of their places.
pub fn parse(source: &str) -> Result<Config, Vec<Problem>> {
    parse_in(source, &Around::default())
}

/// Reads a network file to which settings beside it apply: those of its project, and those of a command.
///
/// # Errors
/// Every [`Problem`] of the file, in the order of their places.
pub fn parse_in(source: &str, around: &Around) -> Result<Config, Vec<Problem>> {
    let mut reader = Reader::default();
    let (table, errors) = DeTable::parse_recoverable(source);
    if !errors.is_empty() {
        return Err(syntax_problems(source, &errors));
    }
    let raw = RawFile::read(table.get_ref(), &mut reader);
    let doubt = volume::doubt(&raw);
    reader.doubtful_input = doubt.as_ref().map(|doubt| doubt.span.clone());
    one_table_for_stages(table.get_ref(), &mut reader.problems);
    let mut policy = settings::policy(&raw, around, &mut reader);
    let mut suppressions = suppress::suppressions(source, &mut reader);
    let mut resolved = resolve(&raw, &mut reader);
    let target = resolved
        .as_mut()
        .map(|r| settings::target(&raw, around, r.network.dims, &mut r.spans, &mut reader))
        .unwrap_or_default();
    policy.target = target.target;
    match resolved {
        Some(mut resolved) if reader.problems.is_empty() => {
            let stages = raw.stage.as_ref().map_or(&[][..], |s| &s.value[..]);
            for (index, suppression) in suppressions.iter_mut().enumerate() {
                let subject = Subject::Comment(index);
                resolved
                    .spans
                    .add_subject(subject, suppression.span.clone());
                let before = stages.partition_point(|s| s.span.start <= suppression.span.start);
                suppression.stage = before.saturating_sub(1);
            }
            let lines = std::iter::once(0)
                .chain(source.match_indices('\n').map(|(at, _)| at + 1))
                .collect();
            Ok(Config {
                network: resolved.network,
                policy,
                spans: resolved.spans,
                suppressions,
                undecided: resolved.undecided,
                of_project: target.of_project,
                doubts: doubt.into_iter().collect(),
                lines,
            })
        }
        _ => {
            // The same fault may show once for each layer that it is about.
            Err(in_order(reader.problems))
        }
    }
}

/// Problems in the order of their places, each once.
pub(super) fn in_order(mut problems: Vec<Problem>) -> Vec<Problem> {
    problems.sort_by_key(|p| (p.span.start, p.span.end));
    problems.dedup_by(|a, b| a.span == b.span && a.message == b.message);
    few(problems)
}

/// Adds to the problem of a `stage` that is one table what was meant.
fn one_table_for_stages(file: &DeTable<'_>, problems: &mut [Problem]) {
    let Some(stage) = file.get("stage") else {
        return;
    };
    if !matches!(stage.get_ref(), DeValue::Table(_)) {
        return;
    }
    for problem in problems.iter_mut().filter(|p| p.span == stage.span()) {
        problem.help = Some(syntax::STAGE.to_owned());
    }
}

/// Most problems that are reported of one file, the first ones: nobody fixes more at a time.
const MOST_PROBLEMS: usize = 1_000;

/// The first problems where there are thousands, and how many are left out.
#[must_use]
pub fn few(mut problems: Vec<Problem>) -> Vec<Problem> {
    let more = problems.len().saturating_sub(MOST_PROBLEMS);
    if more > 0 {
        problems.truncate(MOST_PROBLEMS);
        let place = problems.last().map_or(0..0, |p| p.span.clone());
        problems.push(Problem::new(
            format!("{more} more problems after this one"),
            place,
        ));
    }
    problems
}
