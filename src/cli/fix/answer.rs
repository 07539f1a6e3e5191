//! What is said of fixed files.

use std::io::{self, Write};

use itertools::Itertools;
use serde::Serialize;

use crate::config::{Config, FixedFile};
use crate::network::KnobKind;
use crate::planner::{Fix, Nearness, weights};
use crate::render::{TITLE, WARN, changed_lines, changes, diff, field};
use crate::report::{self, LineIndex, ScheduleMeasures, VERSION, counted, schedule_measures};

/// A file, with what was fixed in it.
pub(super) struct File {
    pub path: String,
    /// The text as it was.
    pub text: String,
    pub fixed: FixedFile,
    /// Whether it was changed.
    pub written: bool,
}

#[derive(Serialize)]
struct Answer<'a> {
    version: u32,
    files: Vec<FileJson<'a>>,
}

#[derive(Serialize)]
struct FileJson<'a> {
    path: &'a str,
    /// The file with the changes.
    text: &'a str,
    written: bool,
    fixes: Vec<FixJson>,
    /// Changes that `--shrink` makes.
    offered: Vec<FixJson>,
    stages: Vec<StageJson>,
    left: Vec<LeftJson<'a>>,
}

#[derive(Serialize)]
struct FixJson {
    message: String,
    /// Whether nothing nearer passes.
    nearest: bool,
    /// How much the numbers change in all; null where the search was cut short.
    change: Option<i64>,
}

#[derive(Serialize)]
struct StageJson {
    before: ScheduleMeasures,
    after: ScheduleMeasures,
}

#[derive(Serialize)]
struct LeftJson<'a> {
    rule: &'static str,
    message: &'a str,
    stage: &'a str,
    line: Option<usize>,
    why: &'a str,
}

pub(super) fn json(out: &mut dyn Write, files: &[File]) -> io::Result<()> {
    let files = files.iter().map(|file| {
        let stages = stages(file).into_iter();
        FileJson {
            path: &file.path,
            text: &file.fixed.text,
            written: file.written,
            fixes: file.fixed.fixes.iter().map(fix_json).collect(),
            offered: file.fixed.offered.iter().map(fix_json).collect(),
            stages: stages
                .map(|(before, after)| StageJson { before, after })
                .collect(),
            left: left(file),
        }
    });
    let answer = Answer {
        version: VERSION,
        files: files.collect(),
    };
    report::json(out, &answer)
}

fn fix_json(fix: &Fix) -> FixJson {
    FixJson {
        message: match &fix.shrinks {
            Some(shrink) => format!("{shrink}: {}", fix.text),
            None => fix.text.clone(),
        },
        nearest: matches!(fix.nearness, Nearness::Proved { .. }),
        change: match fix.nearness {
            Nearness::Proved { change } => Some(change),
            Nearness::CutShort => None,
        },
    }
}

pub(super) fn human(out: &mut dyn Write, files: &[File]) -> io::Result<()> {
    for file in files {
        let lines = changed_lines(&file.text, &file.fixed.text);
        diff(out, &file.path, &lines)?;
        for fix in &file.fixed.fixes {
            writeln!(out, "{}.", fix.message())?;
        }
        for (before, after) in stages(file) {
            let difference = match changes(&before, &after) {
                same if same.is_empty() => format!(
                    "receptive field {}, as before",
                    field(after.stage.receptive_field.as_deref())
                ),
                difference => difference,
            };
            writeln!(out, "  {TITLE}{}{TITLE:#}: {difference}", after.stage.name)?;
        }
        if !file.fixed.fixes.is_empty() {
            writeln!(out)?;
        }
        for left in left(file) {
            let place = match left.line {
                Some(line) => format!("{}:{line}", file.path),
                None => file.path.clone(),
            };
            writeln!(
                out,
                "{place}: {WARN}stays[{}]{WARN:#}: {}\n  {}\n",
                left.rule, left.message, left.why
            )?;
        }
    }
    summary(out, files)
}

/// The stages that were changed, as they were and as they are.
fn stages(file: &File) -> Vec<(ScheduleMeasures, ScheduleMeasures)> {
    let fixed = &file.fixed;
    let touched = fixed.fixes.iter().flat_map(|fix| fix.stages.clone());
    let touched: Vec<usize> = touched.sorted_unstable().dedup().collect();
    let before = schedule_measures(&fixed.before, &touched);
    let after = schedule_measures(&fixed.after, &touched);
    let differs = |index: usize| {
        let ops = |config: &Config| -> Vec<_> {
            let layers = config.network.stages[index].layers.iter();
            layers
                .map(|&layer| config.network.layers[layer].op)
                .collect()
        };
        ops(&fixed.before) != ops(&fixed.after)
    };
    let pairs = touched.iter().zip(before.into_iter().zip(after));
    let changed = pairs.filter(|(index, _)| differs(**index));
    changed.map(|(_, pair)| pair).collect()
}

/// Whether any number of a kind was changed in a file.
fn is_changed(file: &File, kind: KnobKind) -> bool {
    let numbers = |config: &Config| -> Vec<Option<i64>> {
        let layers = config.network.layers.iter();
        let axes = layers.flat_map(|layer| layer.op.axes.to_vec());
        axes.map(|op| kind.of(&op)).collect()
    };
    numbers(&file.fixed.before) != numbers(&file.fixed.after)
}

/// The findings that stay.
fn left(file: &File) -> Vec<LeftJson<'_>> {
    let config = &file.fixed.after;
    let lines = LineIndex::new(&file.fixed.text);
    let left = file.fixed.left.iter().map(|(finding, why)| {
        let span = config.spans.locate(finding.draft.site);
        LeftJson {
            rule: finding.rule.id,
            message: &finding.draft.message,
            stage: &config.network.stages[finding.stage].name,
            line: span.map(|span| lines.span(span).line),
            why,
        }
    });
    left.collect()
}

fn summary(out: &mut dyn Write, files: &[File]) -> io::Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    let changed = files.iter().filter(|file| file.fixed.text != file.text);
    let changed = changed.count();
    let left: usize = files.iter().map(|file| file.fixed.left.len()).sum();
    for kind in [KnobKind::Dilation, KnobKind::Kernel] {
        if files.iter().any(|file| is_changed(file, kind)) {
            let (first, rest) = weights(kind).split_at(1);
            writeln!(out, "{}{rest}.", first.to_uppercase())?;
        }
    }
    let offered: usize = files.iter().map(|file| file.fixed.offered.len()).sum();
    match offered {
        0 => {}
        1 => writeln!(
            out,
            "1 change is not made, as it shrinks the receptive field: --shrink makes it."
        )?,
        many => writeln!(
            out,
            "{many} changes are not made, as they shrink the receptive field: --shrink makes them."
        )?,
    }
    let stays = match left {
        0 => String::new(),
        1 => "; 1 finding stays".to_owned(),
        many => format!("; {many} findings stay"),
    };
    let (all, changed_files) = (counted(files.len(), "file"), counted(changed, "file"));
    let written = files.iter().any(|file| file.written);
    let others: usize = files.iter().map(|file| file.fixed.others).sum();
    let errors = counted(others, "error");
    match changed {
        0 if left == 0 && others > 0 => writeln!(
            out,
            "{all}: nothing to fix; `degrid check` finds {errors} of other rules."
        ),
        0 if left == 0 => writeln!(out, "{all}: nothing to fix."),
        0 => writeln!(out, "{all}: nothing that can be fixed{stays}."),
        _ if written => writeln!(out, "Fixed {changed_files}{stays}."),
        _ => writeln!(
            out,
            "{changed_files} to fix{stays}. Not written: --write makes the changes."
        ),
    }
}
