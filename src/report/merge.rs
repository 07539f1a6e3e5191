//! One fault, one finding: what has one cause is told once, and so is what many layers or stages have alike.

use std::collections::HashMap;

use itertools::Itertools;

use crate::network::counted;
use crate::rules::{Level, PUBLISHED, list};

use super::file::FileReport;
use super::finding::{FindingReport, Place};

/// Rules that look at one thing, how the dilations of a stage go together: of two at the same level the one named first tells it.
const OF_A_SCHEDULE: [&str; 5] = [
    "gridding",
    "borrowed-coverage",
    "common-factor",
    "max-distance",
    "not-sawtooth",
];

/// A comment without effect is deleted by itself, so each is told.
const SINGLE: &str = "unused-allow";

impl FileReport {
    /// The same with one finding for what many places have alike: findings that are equal, but for the names that they quote, are the
    /// first of them with a count, the other places in a note. Baselines know single findings, so they come before.
    #[must_use]
    pub fn merged(mut self) -> Self {
        self.findings = alike(one_cause(self.findings));
        self
    }

    /// The same with what several rules say of a stage's schedule as the finding of the highest level, the others among its notes.
    pub(super) fn of_causes(mut self) -> Self {
        self.findings = one_cause(self.findings);
        self
    }
}

/// One finding for what several rules say of a stage's schedule. Comments allow single findings, so they come before.
fn one_cause(findings: Vec<FindingReport>) -> Vec<FindingReport> {
    let rank = |finding: &FindingReport| {
        let rule = OF_A_SCHEDULE
            .iter()
            .position(|rule| *rule == finding.rule)?;
        Some((std::cmp::Reverse(finding.level), rule))
    };
    let mut leaders: HashMap<&str, usize> = HashMap::new();
    for (index, finding) in findings.iter().enumerate() {
        if rank(finding).is_some() {
            let leader = leaders.entry(&finding.stage).or_insert(index);
            if rank(finding) < rank(&findings[*leader]) {
                *leader = index;
            }
        }
    }
    let mut told: HashMap<usize, Vec<String>> = HashMap::new();
    let mut is_kept = vec![true; findings.len()];
    for (index, finding) in findings.iter().enumerate() {
        let leader = leaders.get(finding.stage.as_str()).copied();
        let Some(leader) = leader.filter(|_| rank(finding).is_some()) else {
            continue;
        };
        // Each layer to blame for holes is told.
        let is_another_hole = finding.rule == "gridding" && findings[leader].rule == finding.rule;
        if index == leader || is_another_hole {
            continue;
        }
        is_kept[index] = false;
        let mut notes = findings[leader].notes.iter();
        let is_said = notes.any(|note| note.starts_with(PUBLISHED_FACTS));
        if !(is_said && finding.level == Level::Note && PUBLISHED.contains(&finding.rule)) {
            let also =
                |finding: &FindingReport| format!("{ALSO}{}: {}", finding.rule, finding.message);
            let (note, own) = (also(finding), also(&findings[leader]));
            let told: &mut Vec<String> = told.entry(leader).or_default();
            if !told.contains(&note) && note != own {
                told.push(note);
            }
        }
    }
    let kept = findings
        .into_iter()
        .enumerate()
        .filter(|(i, _)| is_kept[*i]);
    kept.map(|(index, mut finding)| {
        let mut also = told.remove(&index).unwrap_or_default();
        let more = also.len().saturating_sub(MOST_ALSO);
        if more > 1 {
            also.truncate(MOST_ALSO);
            also.push(format!("{ALSO}{more} more of this stage"));
        }
        finding.notes.extend(also);
        finding
    })
    .collect()
}

/// Most findings of a stage that stand among the notes of another.
const MOST_ALSO: usize = 4;

/// How a note begins that says what else was found.
const ALSO: &str = "also ";

/// How the note begins that says what the published rules find beside holes.
const PUBLISHED_FACTS: &str = "published rules";

fn alike(findings: Vec<FindingReport>) -> Vec<FindingReport> {
    let mut kept: Vec<FindingReport> = Vec::new();
    let mut members: HashMap<Vec<String>, usize> = HashMap::new();
    for finding in findings {
        if finding.rule == SINGLE {
            kept.push(finding);
            continue;
        }
        match members.entry(key(&finding)) {
            std::collections::hash_map::Entry::Vacant(new) => {
                new.insert(kept.len());
                kept.push(finding);
            }
            std::collections::hash_map::Entry::Occupied(known) => kept[*known.get()].take(finding),
        }
    }
    kept.iter_mut().for_each(FindingReport::count);
    kept
}

/// What findings must share to be told as one.
fn key(finding: &FindingReport) -> Vec<String> {
    let FindingReport {
        rule,
        level,
        message,
        label,
        help,
        notes,
        fix,
        ..
    } = finding;
    let head = [*rule, level.word()].map(str::to_owned);
    let fix = fix.as_ref().map_or("", |fix| fix.message.as_str());
    let help = help.as_deref().unwrap_or_default();
    let texts = [message, label, help, fix].into_iter();
    // Other notes explain the fault where it is shown.
    let also = notes.iter().filter(|note| note.starts_with(ALSO));
    let texts = texts.chain(also.map(String::as_str));
    head.into_iter().chain(texts.map(unnamed)).collect()
}

/// A text without the names that it quotes: those say where, the rest says what.
fn unnamed(text: &str) -> String {
    text.split('"').step_by(2).join("\"")
}

impl FindingReport {
    /// Takes in a finding of the same fault in another place.
    fn take(&mut self, other: Self) {
        self.others.push(Place {
            stage: other.stage,
            layer: other.layer,
            span: other.span,
        });
        if let Some((own, more)) = self.fix.as_mut().zip(other.fix) {
            own.edits.extend(more.edits);
        }
    }

    /// Says how often it was found, and where else.
    fn count(&mut self) {
        let more = self.others.len();
        if more == 0 {
            return;
        }
        let mut is_layer = self.others.iter().map(|place| place.layer.is_some());
        let thing = match (self.layer.is_some(), is_layer.all_equal_value()) {
            (true, Ok(true)) => "layer",
            (false, Ok(false)) => "stage",
            _ => "place",
        };
        self.message = format!("{} ({} {thing}s)", self.message, more + 1);
        let places = places(&self.others);
        let count = counted(more, &format!("more {thing}"));
        let note = format!("{count} like it: {places}");
        self.notes.push(note);
        if let Some(fix) = &mut self.fix {
            let order = |span: &super::Span| (span.bytes.start, span.bytes.end);
            fix.edits.sort_by_key(|edit| order(&edit.span));
            fix.edits.dedup();
        }
        let fixed = self.fix.as_mut().map(|fix| &mut fix.message);
        for advice in self.help.iter_mut().chain(fixed) {
            if advice.contains('"') {
                advice.push_str("; the others alike");
            }
        }
    }
}

/// Places by their stages, with their lines where they stand in a file: `"a" on lines 4, 5; "b" on line 9`.
fn places(places: &[Place]) -> String {
    const MOST: usize = 8;
    let mut stages: Vec<(&str, Vec<usize>)> = Vec::new();
    let mut known: HashMap<&str, usize> = HashMap::new();
    for place in places {
        let at = *known.entry(&place.stage).or_insert_with(|| {
            stages.push((&place.stage, Vec::new()));
            stages.len() - 1
        });
        let lines = &mut stages[at].1;
        let line = place.span.as_ref().map(|span| span.line);
        lines.extend(line.filter(|line| lines.last() != Some(line)));
    }
    let shown = stages
        .iter()
        .take(MOST)
        .map(|(stage, lines)| match &lines[..] {
            [] => format!("\"{stage}\""),
            [line] => format!("\"{stage}\" on line {line}"),
            lines => format!("\"{stage}\" on lines {}", list(lines)),
        });
    let more = stages.len().saturating_sub(MOST);
    let more = (more > 0).then(|| counted(more, "more stage"));
    shown.chain(more).join("; ")
}
