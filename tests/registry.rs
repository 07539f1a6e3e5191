//! The list of rules is whole: ids, files, pages and examples agree, and CONTRIBUTING names files that exist.

mod page;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use degrid::config::parse;
use degrid::report::FileReport;
use degrid::rules::{RULES, vocabulary};

use page::{PENDING, files, root, stem, text};

/// Paths that CONTRIBUTING names and that do not exist yet.
const TO_COME: &[&str] = &[".ci/run"];

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
        .filter(|id| !PENDING.contains(&id.as_str()))
        .collect();
    assert_eq!(ids(), pages);
}

#[test]
fn nothing_stays_on_a_list_of_what_is_to_come() {
    for id in PENDING {
        assert!(
            !ids().contains(&(*id).to_owned()),
            "{id} is a rule now: take it off PENDING in tests/page/mod.rs"
        );
    }
    for path in TO_COME {
        assert!(
            !root().join(path).exists(),
            "{path} exists now: take it off TO_COME in tests/registry.rs"
        );
    }
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
    insta::assert_snapshot!(list, @"");
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
    let config = parse(&source, &vocabulary())
        .unwrap_or_else(|problems| panic!("{}: {problems:#?}", path.display()));
    let report = FileReport::checked(stem(path), Some(source), &config, false);
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
    let folders = ["src/", "docs/", "tests/", "configs/", "benches/", ".ci/"];
    for word in
        words.filter(|word| folders.iter().any(|f| word.starts_with(f)) || word.ends_with(".toml"))
    {
        if !word.contains("<id>") {
            paths.insert(word.to_owned());
            continue;
        }
        for id in ids() {
            let id = if word.ends_with(".rs") {
                id.replace('-', "_")
            } else {
                id
            };
            paths.insert(word.replace("<id>", &id));
        }
    }
    assert!(paths.len() > 4 * RULES.len() / 2, "few paths: {paths:?}");
    let missing: Vec<&String> = paths
        .iter()
        .filter(|path| !TO_COME.contains(&path.as_str()) && !root().join(path).exists())
        .collect();
    assert!(missing.is_empty(), "CONTRIBUTING names {missing:?}");
}
