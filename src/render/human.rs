//! A check's report for a person: a table of stages, then the findings, last a summary line.

use std::collections::HashSet;
use std::io::{self, Write};

use annotate_snippets::Renderer;
use anstyle::Style;

use crate::report::{Distance, FileReport, FixReport, NetworkReport, Report, StageReport, Totals};
use crate::rules::{Level, Verdict};

use super::findings::{Message, snippet_text};
use super::measures::{Column, Row, field, lobes, optional, table};
use super::style::Styles;
use super::table::Table;
use super::title::{Scope, title_facts};

/// Said of a stage without gridding.
const HOLE_FREE: &str = "hole-free";

/// Writes a report: per file a table of its stages (unless `quiet`) and its findings, then a summary.
///
/// # Errors
/// Those of the writer.
pub fn human(out: &mut dyn Write, report: &Report, width: usize, quiet: bool) -> io::Result<()> {
    let styles = Styles::default();
    let renderer = Renderer::styled().term_width(width);
    for file in &report.files {
        let silent = file.errors.is_empty() && file.findings.is_empty();
        if quiet && silent {
            continue;
        }
        if let Some(network) = file.network.as_ref().filter(|_| !quiet) {
            title(out, file, network, &styles)?;
            stages(&file.stages, &styles).write(out, "  ", width, styles.dim)?;
            if file.has_global_pool {
                writeln!(
                    out,
                    "  {0}a global pool sees everything and is left out of the verdicts{0:#}",
                    styles.dim
                )?;
            }
            writeln!(out)?;
        }
        for problem in &file.errors {
            writeln!(out, "{}\n", snippet_text(&problem.into(), file, &renderer))?;
        }
        // One change may fix several findings: it is drawn once.
        let mut drawn = HashSet::new();
        for finding in &file.findings {
            let mut message = Message::from(finding);
            let place = |fix: &FixReport| fix.edits.first().map(|edit| edit.span.bytes.clone());
            if finding
                .fix
                .as_ref()
                .is_some_and(|fix| !drawn.insert(place(fix)))
            {
                message = message.without_patch();
            }
            writeln!(out, "{}\n", snippet_text(&message, file, &renderer))?;
        }
    }
    summary(out, report, &styles)
}

fn title(
    out: &mut dyn Write,
    file: &FileReport,
    network: &NetworkReport,
    styles: &Styles,
) -> io::Result<()> {
    let Styles { title, dim, .. } = styles;
    let mut facts = Vec::new();
    facts.extend(
        network
            .name
            .clone()
            .filter(|name| !file.path.contains(name.as_str())),
    );
    let field = network.receptive_field.as_deref();
    facts.extend(title_facts(network, field, Scope::Network));
    writeln!(
        out,
        "{title}{}{title:#}{dim}: {}{dim:#}",
        file.path,
        facts.join(", ")
    )
}

/// One line of verdicts for each stage.
fn stages(stages: &[StageReport], styles: &Styles) -> Table {
    let columns = [
        Column::Stage,
        Column::Schedule,
        Column::CommonFactor,
        Column::Teeth,
        Column::SecondDistance,
        Column::Alone,
        Column::InContext,
        Column::Field,
        Column::Lobe,
    ];
    let row = |report: &StageReport| {
        let judged = |rule: &str| match report.verdicts.get(rule) {
            Some(Verdict::Fail) => styles.warn,
            _ => Style::new(),
        };
        let teeth: Vec<_> = report.teeth.iter().map(|&t| (t > 0).then_some(t)).collect();
        let (alone, alone_style) = alone(report, styles);
        let (in_context, context_style) = in_context(report, styles);
        let stage = &report.stage;
        Row::default()
            .with(Column::Stage, stage.name.clone())
            .styled(Column::Schedule, stage.schedule(), judged("not-sawtooth"))
            .styled(
                Column::CommonFactor,
                optional(&report.common_factor, i64::to_string),
                judged("common-factor"),
            )
            .styled(
                Column::Teeth,
                optional(&teeth, usize::to_string),
                judged("not-sawtooth"),
            )
            .styled(
                Column::SecondDistance,
                optional(&report.m2, distance),
                judged("max-distance"),
            )
            .styled(Column::Alone, alone, alone_style)
            .styled(Column::InContext, in_context, context_style)
            .with(Column::Field, field(stage.receptive_field.as_deref()))
            .styled(Column::Lobe, lobes(&report.lobe), judged("grating-lobe"))
    };
    table(&columns, &stages.iter().map(row).collect::<Vec<_>>())
}

fn distance(m: &Distance) -> String {
    let relation = if m.value <= m.kernel { "≤" } else { ">" };
    format!("{}{relation}{}", m.value, m.kernel)
}

fn alone(stage: &StageReport, styles: &Styles) -> (Option<String>, Style) {
    if !stage.has_taps {
        return (None, Style::new());
    }
    if !stage.alone_has_gridding {
        return (Some(HOLE_FREE.to_owned()), styles.pass);
    }
    let holes = if stage.holes.iter().all(Option::is_some) {
        optional(&stage.holes, i64::to_string)
    } else {
        String::new()
    };
    let text = match holes.as_str() {
        "1" => "1 hole".to_owned(),
        // A run inside of the stage has holes that a later one of the stage passes over: its own footprint has none.
        "" | "0" => "holes".to_owned(),
        count => format!("{count} holes"),
    };
    (Some(text), styles.warn)
}

fn in_context(stage: &StageReport, styles: &Styles) -> (Option<String>, Style) {
    let (text, style) = match stage.verdicts.get("gridding") {
        Some(Verdict::Pass) => (HOLE_FREE, styles.pass),
        Some(Verdict::Fail) => ("gridding", styles.deny),
        _ if stage.has_taps => ("too large", styles.warn),
        _ => return (None, Style::new()),
    };
    (Some(text.to_owned()), style)
}

fn summary(out: &mut dyn Write, report: &Report, styles: &Styles) -> io::Result<()> {
    let totals = Totals::new(report);
    let Styles {
        deny, warn, pass, ..
    } = styles;
    let found = [
        (&totals.problems, deny),
        (&totals.deny, deny),
        (&totals.warn, warn),
    ];
    let found: Vec<String> = found
        .into_iter()
        .filter_map(|(words, style)| {
            words
                .as_ref()
                .map(|words| format!("{style}{words}{style:#}"))
        })
        .collect();
    let found = if found.is_empty() {
        format!("{pass}{}{pass:#}", totals.none())
    } else {
        found.join(", ")
    };
    let known = totals.known.map_or(String::new(), |k| format!("; {k}"));
    writeln!(out, "{}: {found}{known}", totals.checked)?;
    match totals.gone {
        Some(gone) => writeln!(out, "{gone}"),
        None => Ok(()),
    }
}

/// Writes a line for each problem and finding: `path:line:column: level[rule]: message`.
///
/// # Errors
/// Those of the writer.
pub fn concise(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let styles = Styles::default();
    let Styles { deny, warn, .. } = styles;
    for file in &report.files {
        let place = |span: Option<&crate::report::Span>| match span {
            Some(span) => format!("{}:{}:{}", file.path, span.line, span.column),
            None => file.path.clone(),
        };
        for problem in &file.errors {
            writeln!(
                out,
                "{}: {deny}error{deny:#}: {}",
                place(problem.span.as_ref()),
                problem.message
            )?;
        }
        for finding in &file.findings {
            let (style, word) = if finding.level == Level::Deny {
                (deny, "error")
            } else {
                (warn, "warning")
            };
            writeln!(
                out,
                "{}: {style}{word}[{}]{style:#}: {}",
                place(finding.span.as_ref()),
                finding.rule,
                finding.message
            )?;
        }
    }
    summary(out, report, &styles)
}
