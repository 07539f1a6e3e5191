//! Why a file is invalid TOML: the parser's errors, and what was probably meant, from the text around them.

use std::collections::HashSet;
use std::ops::Range;

use super::problem::Problem;

/// What to write where a file has `[stage]`.
pub(super) const STAGE: &str = "write [[stage]], with two brackets";

/// One mistake gives the parser many errors, most of them consequences: the first of each line is kept, and few of them.
pub(super) fn syntax_problems(source: &str, errors: &[toml::de::Error]) -> Vec<Problem> {
    const MOST: usize = 10;
    let mut problems: Vec<Problem> = Vec::new();
    let mut lines = HashSet::new();
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let span = between_characters(source, span);
        let line = source[..span.start].matches('\n').count();
        if problems.len() < MOST && lines.insert(line) {
            let help = help(source, &span);
            let problem = Problem::new(format!("invalid TOML: {}", error.message().trim()), span);
            // The parser takes the keys of a second `[stage]` for duplicates of the first one's.
            let is_last = help.as_deref() == Some(STAGE);
            problems.push(Problem { help, ..problem });
            if is_last {
                break;
            }
        }
    }
    problems.sort_by_key(|p| p.span.start);
    problems
}

/// The span widened to where characters begin and end.
fn between_characters(source: &str, span: Range<usize>) -> Range<usize> {
    let start = source.floor_char_boundary(span.start.min(source.len()));
    let end = source.ceil_char_boundary(span.end.clamp(start, source.len()));
    start..end
}

/// What would be right, where the text at the place of an error is clear.
fn help(source: &str, span: &Range<usize>) -> Option<String> {
    let start = source[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let line = source[start..].lines().next()?;
    let place = span.start - start..span.end.min(start + line.len()).max(span.start) - start;
    let before = line.get(..place.start)?;
    // The place may lie in a text or a comment.
    if before.contains('#')
        || ['"', '\'']
            .iter()
            .any(|q| before.matches(*q).count() % 2 == 1)
    {
        return None;
    }
    let mistake = Mistake {
        line,
        before,
        place,
    };
    mistake
        .stage()
        .or_else(|| mistake.parentheses())
        .or_else(|| mistake.spaces())
        .or_else(|| mistake.colon())
        .or_else(|| mistake.bare_list())
        .or_else(|| mistake.comma())
}

/// A line, what stands in it before the place of an error, and the place.
struct Mistake<'a> {
    line: &'a str,
    before: &'a str,
    place: Range<usize>,
}

impl Mistake<'_> {
    /// `[stage]` once more.
    fn stage(&self) -> Option<String> {
        (without_comment(self.line) == "[stage]").then(|| STAGE.to_owned())
    }

    /// `(3, 3)`.
    fn parentheses(&self) -> Option<String> {
        let open = self.line.get(..self.place.end + 1).unwrap_or(self.line);
        let open = open.rfind('(')?;
        let starts_a_value = self.line[..open].trim_end().ends_with(['=', '[', ',']);
        let (inner, _) = self.line[open + 1..].split_once(')')?;
        let is_there = self.place.start <= open + 1 + inner.len();
        if !starts_a_value || !is_there {
            return None;
        }
        let numbers = numbers(inner.split(','))?;
        match numbers[..] {
            [one] => Some(format!("write {one} without parentheses")),
            _ => Some(format!("write a list as {}", list(&numbers))),
        }
    }

    /// `[1 2 5]`, or `3 3` where a list should be.
    fn spaces(&self) -> Option<String> {
        let covered = self.line.get(self.place.clone())?;
        let here = numbers(covered.split_whitespace()).filter(|numbers| numbers.len() > 1)?;
        let before = self.before.trim_end();
        if before.ends_with('=') {
            return Some(format!("write a list as {}", list(&here)));
        }
        if !before.ends_with(['[', ',']) {
            return None;
        }
        // The full list, where it stands on the line and holds numbers alone.
        let open = self.before.rfind('[').map(|at| at + 1);
        let inner = open.and_then(|at| Some(self.line[at..].split_once(']')?.0));
        let full = inner.and_then(|inner| {
            numbers(
                inner
                    .split([',', ' ', '\t'])
                    .filter(|part| !part.is_empty()),
            )
        });
        let shown = list(&full.unwrap_or(here));
        Some(format!("separate the numbers with commas: {shown}"))
    }

    /// `name: a`, `{ kernel: 3 }`.
    fn colon(&self) -> Option<String> {
        let entry = self.before.rsplit(['{', ',']).next()?;
        let (key, _) = entry.split_once(':')?;
        let key = key.trim().trim_matches('"');
        let is_key = key.starts_with(|c: char| c.is_ascii_alphabetic())
            && key
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
        (is_key && !entry.contains('=')).then(|| "TOML uses `=`: key = value".to_owned())
    }

    /// `input = 513, 513`.
    fn bare_list(&self) -> Option<String> {
        let (key, _) = self.before.split_once('=')?;
        let (_, value) = self.line.split_once('=')?;
        let numbers = numbers(without_comment(value).split(','))?;
        let is_bare = !key.contains(['{', '[']) && numbers.len() > 1;
        is_bare.then(|| format!("write a list as {}", list(&numbers)))
    }

    /// `kernel = 3,` at the end of a line.
    fn comma(&self) -> Option<String> {
        let is_comma = without_comment(&self.line[self.place.start..]) == ",";
        let (key, value) = self.before.split_once('=')?;
        let is_entry = !key.contains(['{', '['])
            && !value.trim().is_empty()
            && !value.trim_end().ends_with(',');
        (is_comma && is_entry).then(|| "remove the comma at the end of the line".to_owned())
    }
}

/// A line or its end, without the comment behind it.
fn without_comment(text: &str) -> &str {
    text.split('#').next().unwrap_or(text).trim()
}

/// Parts as whole numbers, where all of them are.
fn numbers<'a>(parts: impl Iterator<Item = &'a str>) -> Option<Vec<&'a str>> {
    /// Digits of a number that a file may hold.
    const LONGEST: usize = 19;
    let is_number = |part: &str| {
        (1..=LONGEST).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
    };
    parts
        .map(str::trim)
        .map(|part| is_number(part).then_some(part))
        .collect()
}

/// Numbers as TOML has them, of many the first.
fn list(numbers: &[&str]) -> String {
    const MOST: usize = 8;
    let more = if numbers.len() > MOST { ", …" } else { "" };
    let shown = &numbers[..numbers.len().min(MOST)];
    format!("[{}{more}]", shown.join(", "))
}
