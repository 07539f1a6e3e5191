//! The list of rules is whole: ids, files, pages and examples agree, and CONTRIBUTING names files that exist.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use degrid::config::parse;
use degrid::report::FileReport;
use degrid::rules::RULES;

use crate::page::{files, root, stem, text};

fn ids() -> Vec<String> {
    RULES.iter().map(|rule| rule.id.to_owned()).collect()
}

#[test]
fn ids_are_sorted_and_unique() {
    let sorted: BTreeSet<String> = ids().into_iter().collect();
    assert_eq!(ids(), Vec::from_iter(sorted));
}

#[test]
fn ids_are_the_files_that_hold_a_rule() {
    let holds = |path: &Path| text(path).contains("pub const RULE: Rule");
    let named: Vec<String> = files("src/rules", "rs")
        .iter()
        .filter(|path| holds(path))
        .map(|path| stem(path).replace('_', "-"))
        .collect();
    assert_eq!(ids(), named);
}

#[test]
fn ids_are_the_pages() {
    let pages: Vec<String> = files("docs/rules", "md")
        .iter()
        .map(|path| stem(path))
        .collect();
    assert_eq!(ids(), pages);
}

#[test]
fn the_list() {
    let mut list = String::new();
    for rule in RULES {
        write!(list, "{} {}", rule.id, rule.level.word()).unwrap();
        for o in rule.options {
            write!(list, " {}={} ({}..{})", o.name, o.default, o.least, o.most).unwrap();
        }
        list.push('\n');
    }
    insta::assert_snapshot!(list, @"
    borrowed-coverage note
    common-factor note
    degenerate-dilation warn min=0.1 (0..1)
    grating-lobe warn max=0.34 (0..1)
    gridding deny
    idle-dilation warn
    lost-detail warn
    max-distance note
    misaligned-branches warn min=0.5 (0..1000)
    not-sawtooth note
    receptive-field-short deny
    uneven-overlap warn
    unread-input warn
    unused-allow warn
    unwritten-output deny
    ");
}

#[test]
fn a_page_states_its_rule() {
    for rule in RULES {
        let path = root().join(format!("docs/rules/{}.md", rule.id));
        assert_eq!(
            rule.page,
            text(&path),
            "{}: not the page of the file",
            rule.id
        );
        assert_eq!(
            rule.page.lines().next(),
            Some(format!("# {}", rule.id).as_str())
        );
        let level = format!("\nLevel: {}. ", rule.level.word());
        let says = |part: &str| {
            assert!(rule.page.contains(part), "{}: no {part:?}", rule.id);
        };
        says(&level);
        for heading in ["What it finds", "Why it matters", "What to do", "Examples"] {
            says(&format!("\n## {heading}\n"));
        }
        says("\nSource: ");
        says(if rule.options.is_empty() {
            "No options"
        } else {
            "Option"
        });
        for o in rule.options {
            says(&format!(
                "`{}` = {}, from {} to {}",
                o.name, o.default, o.least, o.most
            ));
        }
    }
}

/// The rules that a network file breaks.
fn broken_rules(path: &Path) -> Vec<&'static str> {
    let source = text(path);
    let config =
        parse(&source).unwrap_or_else(|problems| panic!("{}: {problems:#?}", path.display()));
    let report = FileReport::checked(stem(path), Some(source), &config).merged();
    report.findings.iter().map(|finding| finding.rule).collect()
}

#[test]
fn each_rule_has_a_file_that_breaks_it() {
    for id in ids() {
        let path = root().join(format!("configs/broken/{id}.toml"));
        assert!(
            broken_rules(&path).contains(&id.as_str()),
            "{} does not break {id}",
            path.display()
        );
    }
}

#[test]
fn contributing_names_files_that_exist() {
    let contributing = text(&root().join("CONTRIBUTING.md"));
    let mut paths = BTreeSet::new();
    let words = contributing
        .split(|c: char| c.is_whitespace() || "`|,;:()".contains(c))
        .map(|word| word.trim_end_matches('.'));
    let folders = [
        "src/", "docs/", "tests/", "configs/", "benches/", "schema/", ".ci/", ".github/",
    ];
    let has =
        |word: &str, extension: &str| Path::new(word).extension().is_some_and(|e| e == extension);
    let is_path = |word: &str| {
        folders.iter().any(|f| word.starts_with(f)) || has(word, "toml") || has(word, "yml")
    };
    for word in words.filter(|word| is_path(word)) {
        if !word.contains("<id>") {
            paths.insert(word.to_owned());
            continue;
        }
        for mut id in ids() {
            if has(word, "rs") {
                id = id.replace('-', "_");
            }
            paths.insert(word.replace("<id>", &id));
        }
    }
    assert!(paths.len() > 3 * RULES.len(), "few paths: {paths:?}");
    let missing: Vec<&String> = paths
        .iter()
        .filter(|path| !root().join(path).exists())
        .collect();
    assert!(missing.is_empty(), "CONTRIBUTING names {missing:?}");
}
