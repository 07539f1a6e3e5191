//! A check's report for a person: a table of stages, then the findings, last a summary line.

use std::collections::HashSet;
use std::io::{self, Write};

use annotate_snippets::Renderer;
use anstyle::Style;

use crate::report::{
    Distance, FileReport, FixReport, GlobalPools, NetworkReport, Report, STDIN, StageReport,
    StageSummary, Totals, Weight, counted, items,
};
use crate::rules::Verdict;

use super::findings::snippet_text;
use super::measures::{Column, Row, field, lobes, optional, table};
use super::style::{DENY, DIM, NOTE, PASS, WARN};
use super::table::Table;
use super::text::{INDENT, headline, title_facts, wrapped};

/// Said of a stage without gridding.
const HOLE_FREE: &str = "hole-free";

/// Writes a report: per file its answer and a table of its stages (unless `quiet`) and its findings, then a summary. Messages of findings
/// are broken between words at the column `breaking`.
pub fn human(
    out: &mut dyn Write,
    report: &Report,
    width: usize,
    breaking: Option<usize>,
    quiet: bool,
) -> io::Result<()> {
    let renderer = Renderer::styled().term_width(width);
    for file in &report.files {
        if quiet && items(file).next().is_none() {
            continue;
        }
        if let Some(network) = file.network.as_ref().filter(|_| !quiet) {
            title(out, file, network, width)?;
            stages(file).write(out, INDENT, width)?;
            writeln!(out)?;
        }
        // One change may fix several findings: it is drawn once.
        let mut drawn = HashSet::new();
        for mut item in items(file) {
            let place = |fix: &FixReport| fix.edits.first().map(|edit| edit.span.bytes.clone());
            item.fix = item.fix.filter(|fix| drawn.insert(place(fix)));
            let text = snippet_text(&item, file, &renderer, breaking);
            writeln!(out, "{text}\n")?;
        }
    }
    summary(out, report)
}

/// The answer, how to draw what it speaks of, and what is known of the network.
fn title(
    out: &mut dyn Write,
    file: &FileReport,
    network: &NetworkReport,
    width: usize,
) -> io::Result<()> {
    let answer = file.answer.as_ref();
    let text = answer.map_or("", |answer| &answer.text);
    headline(out, &file.path, text, width, Style::new())?;
    let path = file.source.is_some().then_some(file.path.as_str());
    let path = path.filter(|path| *path != STDIN);
    if let Some(command) = answer
        .zip(path)
        .and_then(|(answer, path)| answer.drawn_by(path))
    {
        wrapped(out, &format!("to draw it: {command}"), width, DIM)?;
    }
    let name = network.name.iter();
    let name = name.filter(|name| !file.path.contains(name.as_str()));
    let field = match answer {
        Some(answer) if answer.global_pools != Some(GlobalPools::Kept) => answer.receptive_field,
        _ => network.receptive_field,
    };
    let facts = title_facts(network, field.as_deref(), None);
    let facts = itertools::join(name.chain(&facts), ", ");
    wrapped(out, &facts, width, DIM)
}

/// One line of verdicts for each stage.
///
/// Of a model, whose stages are guesses, without what is said of a stage by itself: long names leave no room for it.
fn stages(file: &FileReport) -> Table {
    let of_models = [
        Column::STAGE,
        Column::SCHEDULE,
        Column::IN_CONTEXT,
        Column::FIELD,
        Column::LOBE,
    ];
    let of_files = [
        Column::STAGE,
        Column::SCHEDULE,
        Column::COMMON_FACTOR,
        Column::TEETH,
        Column::SECOND_DISTANCE,
        Column::ALONE,
        Column::IN_CONTEXT,
        Column::FIELD,
        Column::LOBE,
    ];
    let (columns, schedule): (&[Column], fn(&StageSummary) -> String) = if file.is_binary {
        (&of_models, StageSummary::schedule_folded)
    } else {
        (&of_files, StageSummary::schedule)
    };
    let row = |report: &StageReport| {
        let judged = |rule: &str| match report.verdicts.get(rule) {
            Some(Verdict::Fail) => WARN,
            _ => Style::new(),
        };
        let teeth: Vec<_> = report.teeth.iter().map(|&t| (t > 0).then_some(t)).collect();
        let (alone, alone_style) = alone(report);
        let (in_context, context_style) = in_context(report);
        let stage = &report.stage;
        Row::default()
            .with(Column::STAGE, stage.name.clone())
            .styled(Column::SCHEDULE, schedule(stage), judged("not-sawtooth"))
            .styled(
                Column::COMMON_FACTOR,
                optional(&report.common_factor, i64::to_string),
                judged("common-factor"),
            )
            .styled(
                Column::TEETH,
                optional(&teeth, usize::to_string),
                judged("not-sawtooth"),
            )
            .styled(
                Column::SECOND_DISTANCE,
                optional(&report.m2, distance),
                judged("max-distance"),
            )
            .styled(Column::ALONE, alone, alone_style)
            .styled(Column::IN_CONTEXT, in_context, context_style)
            .with(Column::FIELD, field(stage.receptive_field.as_deref()))
            .styled(Column::LOBE, lobes(&report.lobe), judged("grating-lobe"))
    };
    let rows: Vec<Row> = file.stages.iter().map(row).collect();
    table(columns, &rows)
}

fn distance(m: &Distance) -> String {
    let relation = if m.value <= m.kernel { "≤" } else { ">" };
    format!("{}{relation}{}", m.value, m.kernel)
}

fn alone(stage: &StageReport) -> (Option<String>, Style) {
    if !stage.has_taps {
        return (None, Style::new());
    }
    if !stage.alone_has_gridding {
        return (Some(HOLE_FREE.to_owned()), PASS);
    }
    let text = match stage.holes {
        // A run inside of the stage has holes that a later one of the stage passes over: its own footprint has none.
        None | Some(0) => "holes".to_owned(),
        Some(count) => counted(count, "hole"),
    };
    (Some(text), WARN)
}

fn in_context(stage: &StageReport) -> (Option<String>, Style) {
    let (text, style) = match stage.verdicts.get("gridding") {
        Some(Verdict::Pass) => (HOLE_FREE, PASS),
        Some(Verdict::Fail) => ("gridding", DENY),
        _ if stage.has_taps => ("too large", WARN),
        _ => return (None, Style::new()),
    };
    (Some(text.to_owned()), style)
}

fn summary(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let styled = |weight, words: &str| {
        let style = match weight {
            None => PASS,
            Some(Weight::Problem | Weight::Deny) => DENY,
            Some(Weight::Warn) => WARN,
            Some(Weight::Note) => NOTE,
        };
        format!("{style}{words}{style:#}")
    };
    writeln!(out, "{}", Totals::new(report).styled(styled))
}

/// Writes a line for each file, `path: answer`, and for each problem and finding: `path:line:column: level[rule]: message`.
pub fn concise(out: &mut dyn Write, report: &Report, quiet: bool) -> io::Result<()> {
    for file in &report.files {
        if let Some(answer) = file
            .answer
            .as_ref()
            .filter(|_| !quiet || items(file).next().is_some())
        {
            writeln!(out, "{}: {}", file.path, answer.text)?;
        }
        for item in items(file) {
            let (style, word) = match item.weight {
                Weight::Problem => (DENY, "error".to_owned()),
                Weight::Deny => (DENY, format!("error[{}]", item.rule)),
                Weight::Warn => (WARN, format!("warning[{}]", item.rule)),
                Weight::Note => (NOTE, format!("note[{}]", item.rule)),
            };
            let (place, message) = (item.place(file), item.message);
            writeln!(out, "{place}: {style}{word}{style:#}: {message}")?;
        }
    }
    summary(out, report)
}
