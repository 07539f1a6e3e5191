//! Every fenced `toml` block of a page is a network file, and what degrid finds in it is what the page says.
//!
//! - `# error: [rule]` or `# warn: [rule]` at the end of a line: there is a finding of that level and rule on this line. A text in
//!   quotes may follow, `# warn: [rule] "M_2 = 15"`, and the message must hold it. Several fit on one line.
//! - A block without such comments has no finding.
//! - ` ```toml error `: the file is invalid, and each line with `# invalid: text` has a problem whose message holds the text.
//! - ` ```toml ignore `: not run.
//!
//! Read are `docs/rules/*.md`, `docs/*.md` and `README.md`.

use std::fmt::Write as _;
use std::path::PathBuf;

use degrid::config::parse;
use degrid::report::FileReport;
use degrid::rules::Level;

use crate::page::{Block, Kind, blocks, files, root, stem, text};

/// What a line of a block has, or should have.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Mark {
    /// Line of the block, from 1.
    line: usize,
    /// `error`, `warn` or `invalid`.
    word: &'static str,
    /// The rule; empty for a problem of the file.
    rule: String,
    /// The message, or the part of it that is expected.
    message: String,
}

impl Mark {
    /// Whether this finding is the one that `expected` announces.
    fn is(&self, expected: &Self) -> bool {
        let place = |mark: &Self| (mark.line, mark.word, mark.rule.clone());
        place(self) == place(expected) && self.message.contains(&expected.message)
    }
}

impl std::fmt::Display for Mark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.rule.is_empty() {
            write!(f, "{}: {}", self.word, self.message)
        } else {
            write!(f, "{}: [{}] \"{}\"", self.word, self.rule, self.message)
        }
    }
}

/// The findings that the comments of a block announce.
fn announced(block: &str) -> Result<Vec<Mark>, String> {
    let mut marks = Vec::new();
    for (index, line) in block.lines().enumerate() {
        for comment in line.split('#').skip(1) {
            let Some((word, rest)) = comment.trim().split_once(':') else {
                continue;
            };
            let Some(word) = ["error", "warn", "note", "invalid"]
                .into_iter()
                .find(|w| *w == word)
            else {
                continue;
            };
            let (rule, message) = if word == "invalid" {
                ("", rest.trim())
            } else {
                finding(rest.trim()).ok_or_else(|| {
                    format!(
                        "`#{comment}` should read `# {word}: [rule]` or `# {word}: [rule] \"text\"`"
                    )
                })?
            };
            marks.push(Mark {
                line: index + 1,
                word,
                rule: rule.to_owned(),
                message: message.to_owned(),
            });
        }
    }
    Ok(marks)
}

/// `[rule]` or `[rule] "text"`.
fn finding(text: &str) -> Option<(&str, &str)> {
    let (rule, rest) = text.strip_prefix('[')?.split_once(']')?;
    match rest.trim() {
        "" => Some((rule, "")),
        quoted => Some((rule, quoted.strip_prefix('"')?.strip_suffix('"')?)),
    }
}

/// What degrid finds in a block.
fn found(block: &str) -> Vec<Mark> {
    let path = "block.toml".to_owned();
    let source = Some(block.to_owned());
    let report = match parse(block) {
        Ok(config) => FileReport::checked(path, source, &config).merged(),
        Err(problems) => FileReport::unreadable(path, source, &problems),
    };
    let problems = report.errors.into_iter().map(|problem| Mark {
        line: problem.span.map_or(0, |s| s.line),
        word: "invalid",
        rule: String::new(),
        message: problem.message,
    });
    let findings = report.findings.into_iter().map(|finding| Mark {
        line: finding.span.map_or(0, |s| s.line),
        word: match finding.level {
            Level::Deny => "error",
            Level::Warn => "warn",
            Level::Note | Level::Allow => "note",
        },
        rule: finding.rule.to_owned(),
        message: finding.message,
    });
    problems.chain(findings).collect()
}

/// Every difference between what a page says and what degrid finds, a line each; empty if there is none.
fn differences(name: &str, page: &str) -> String {
    let mut out = String::new();
    let blocks = match blocks(page) {
        Ok(blocks) => blocks,
        Err(error) => return format!("{name}: {error}\n"),
    };
    for block in blocks.iter().filter(|b| b.kind != Kind::Ignored) {
        let mut tell = |line: usize, what: &str| {
            writeln!(out, "{name}:{}: {what}", block.line + line).unwrap();
        };
        let expected = match announced(&block.text) {
            Ok(expected) => expected,
            Err(error) => {
                tell(0, &error);
                continue;
            }
        };
        let found = found(&block.text);
        for mark in expected.iter().filter(|e| !found.iter().any(|f| f.is(e))) {
            tell(mark.line, &format!("expected, not found: {mark}"));
        }
        for mark in found.iter().filter(|f| !expected.iter().any(|e| f.is(e))) {
            tell(mark.line, &format!("found, not expected: {mark}"));
        }
        let invalid = found.iter().any(|mark| mark.word == "invalid");
        if block.kind == Kind::Invalid && !invalid {
            tell(0, "found a valid file, but the block says ```toml error");
        }
        if block.kind == Kind::Network && invalid {
            tell(0, "this block cannot be read as a network");
        }
    }
    out
}

/// All pages.
fn all_pages() -> Vec<PathBuf> {
    let mut pages = files("docs", "md");
    pages.extend(files("docs/rules", "md"));
    pages.extend(Some(root().join("README.md")).filter(|p| p.exists()));
    pages
}

#[test]
fn pages_say_what_degrid_finds() {
    let all: String = all_pages()
        .iter()
        .map(|path| {
            let name = path.strip_prefix(root()).unwrap().to_str().unwrap();
            differences(name, &text(path))
        })
        .collect();
    assert!(all.is_empty(), "pages and findings part:\n\n{all}");
}

#[test]
fn each_rule_page_shows_the_fault_and_a_clean_file() {
    for path in files("docs/rules", "md") {
        let id = stem(&path);
        let blocks = blocks(&text(&path)).unwrap_or_else(|error| panic!("{id}: {error}"));
        let marks: Vec<Vec<Mark>> = blocks
            .iter()
            .map(|b| announced(&b.text).unwrap_or_else(|error| panic!("{id}: {error}")))
            .collect();
        assert!(
            marks.iter().flatten().any(|mark| mark.rule == id),
            "{id}: no block shows the fault"
        );
        assert!(marks.iter().any(Vec::is_empty), "{id}: no block is clean");
    }
}

#[test]
fn rule_pages_fit_a_terminal() {
    const COLUMNS: usize = 100;
    let mut wide = String::new();
    for path in files("docs/rules", "md") {
        for (index, line) in text(&path).lines().enumerate() {
            let columns = line.chars().count();
            if columns > COLUMNS {
                writeln!(wide, "{}.md:{}: {columns}", stem(&path), index + 1).unwrap();
            }
        }
    }
    assert!(wide.is_empty(), "more than {COLUMNS} columns:\n{wide}");
}

/// A page of one block.
fn one(info: &str, line: &str) -> String {
    format!("# page\n\n```{info}\n[[stage]]\n{line}\n```\n")
}

#[test]
fn a_page_that_tells_the_truth_has_no_difference() {
    for (info, line) in [
        ("toml", "dilations = [1, 2, 5]"),
        ("toml", "dilations = [1, 2, 9]  # error: [gridding]"),
        (
            "toml",
            "dilations = [1, 2, 9]  # error: [gridding] \"dilation 9\"",
        ),
        (
            "toml",
            "layers = [{ kernel = 1, dilation = 2 }, { kernel = 1, dilation = 3 }]  # warn: [idle-dilation] \"dilation 2\" # warn: [idle-dilation]",
        ),
        ("toml", "dilations = [1, 2, 5]  # error handling: none"),
        ("toml error", "rates = [1]  # invalid: unknown key `rates`"),
        ("toml ignore", "rates = [1]"),
        ("text", "rates = [1]"),
    ] {
        assert_eq!(differences("page", &one(info, line)), "", "{line}");
    }
}

#[test]
fn a_wrong_annotation_fails() {
    for (info, line, told) in [
        // None where there is a finding, and one where there is none.
        (
            "toml",
            "dilations = [1, 2, 9]",
            "found, not expected: error: [gridding]",
        ),
        (
            "toml",
            "dilations = [1, 2, 5]  # error: [gridding]",
            "expected, not found",
        ),
        // The wrong level, rule, message or line.
        (
            "toml",
            "dilations = [1, 2, 9]  # warn: [gridding]",
            "expected, not found",
        ),
        (
            "toml",
            "dilations = [1, 2, 9]  # error: [common-factor]",
            "expected, not found",
        ),
        (
            "toml",
            "dilations = [1, 2, 9]  # error: [gridding] \"dilation 8\"",
            "expected, not found",
        ),
        (
            "toml",
            "# error: [gridding]\ndilations = [1, 2, 9]",
            "page:5: expected, not found",
        ),
        // Half of two.
        (
            "toml",
            "layers = [{ kernel = 1, dilation = 2 }, { kernel = 1, dilation = 3 }]  # warn: [idle-dilation] \"dilation 2\"",
            "found, not expected: warn: [idle-dilation]",
        ),
        // No network, and no fault.
        ("toml", "rates = [1]", "found, not expected: invalid: "),
        (
            "toml",
            "rates = [1]  # invalid: unknown key",
            "cannot be read as a network",
        ),
        ("toml error", "dilations = [1]", "found a valid file"),
        (
            "toml error",
            "rates = [1]  # invalid: no such text",
            "expected, not found",
        ),
        // Slips of the page itself.
        (
            "toml",
            "dilations = [1, 2, 9]  # error: gridding",
            "should read",
        ),
        ("toml eror", "dilations = [1]", "unknown block"),
        ("toml", "dilations = [1]\n```\n```sh\n```", "never closed"),
    ] {
        let differences = differences("page", &one(info, line));
        assert!(differences.contains(told), "{line}: {differences:?}");
    }
}

#[test]
fn blocks_keep_their_lines_and_lose_their_indent() {
    let page = "text\n- item\n  ```toml\n  a = 1\n    b = 2\n  ```\n```sh\n```\n";
    let block = Block {
        line: 3,
        kind: Kind::Network,
        text: "a = 1\n  b = 2\n".to_owned(),
    };
    assert_eq!(blocks(page), Ok(vec![block]));
}
