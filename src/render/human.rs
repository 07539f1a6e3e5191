//! A check's report for a person: a table of stages, then the findings, last a summary line.

use std::collections::HashSet;
use std::io::{self, Write};

use annotate_snippets::Renderer;
use anstyle::Style;

use crate::network::times;
use crate::report::{Dilations, FileReport, FixReport, NetworkReport, Report, StageReport, Totals};
use crate::rules::Level;
use crate::rules::Verdict;

use super::findings::{Message, snippet_text};
use super::style::Styles;
use super::table::{Align, Table};

pub(super) const BLANK: &str = "-";

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
        // Several findings may be mended by one change: it is drawn once.
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
    let field = network.receptive_field.as_ref().map(|field| &field[..]);
    facts.extend(super::title::facts(network, field, true));
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
        ("stage", Align::Left),
        ("schedule", Align::Left),
        ("gcd", Align::Right),
        ("teeth", Align::Right),
        ("M₂", Align::Right),
        ("alone", Align::Left),
        ("in context", Align::Left),
        ("field", Align::Right),
        ("lobe", Align::Right),
    ];
    let mut table = Table::new(&columns, 1);
    for stage in stages {
        let plain = |text: String| (text, Style::new());
        let judged = |text: String, rule: &str| {
            let style = match stage.verdicts.get(rule) {
                Some(Verdict::Fail) => styles.warn,
                _ => Style::new(),
            };
            (text, style)
        };
        table.row(vec![
            plain(stage.name.clone()),
            judged(schedule(&stage.dilations, stage.repeat), "not-sawtooth"),
            judged(per_axis(&stage.common_factor), "common-factor"),
            judged(
                per_axis(
                    &stage
                        .teeth
                        .iter()
                        .map(|&t| (t > 0).then_some(t))
                        .collect::<Vec<_>>(),
                ),
                "not-sawtooth",
            ),
            judged(
                per_axis(&stage.m2.iter().map(|m| m.map(distance)).collect::<Vec<_>>()),
                "max-distance",
            ),
            alone(stage, styles),
            in_context(stage, styles),
            plain(
                stage
                    .receptive_field
                    .map_or_else(|| "all".to_owned(), |f| merged(&f[..])),
            ),
            judged(
                per_axis(
                    &stage
                        .lobe
                        .iter()
                        .map(|l| l.map(|l| format!("{l:.3}")))
                        .collect::<Vec<_>>(),
                ),
                "grating-lobe",
            ),
        ]);
    }
    table.drop_blank(BLANK);
    table
}

fn distance(m: crate::report::Distance) -> String {
    let relation = if m.value <= m.kernel { "≤" } else { ">" };
    format!("{}{relation}{}", m.value, m.kernel)
}

/// A schedule as its list, teeth and repeats: `1,2,5,9 ×5`.
pub(super) fn schedule(dilations: &[Dilations], repeat: usize) -> String {
    if dilations.is_empty() {
        return BLANK.to_owned();
    }
    let list = itertools::join(dilations, ",");
    if repeat > 1 {
        format!("{list} ×{repeat}")
    } else {
        list
    }
}

fn alone(stage: &StageReport, styles: &Styles) -> (String, Style) {
    if !stage.has_taps {
        return (BLANK.to_owned(), Style::new());
    }
    if !stage.alone_has_gridding {
        return ("whole".to_owned(), styles.pass);
    }
    let holes = if stage.holes.iter().all(Option::is_some) {
        per_axis(&stage.holes)
    } else {
        String::new()
    };
    match holes.as_str() {
        "1" => ("1 hole".to_owned(), styles.warn),
        // A run inside of the stage has holes that a later one of the stage passes over: its own footprint has none.
        "" | "0" => ("holes".to_owned(), styles.warn),
        count => (format!("{count} holes"), styles.warn),
    }
}

fn in_context(stage: &StageReport, styles: &Styles) -> (String, Style) {
    match stage.verdicts.get("gridding") {
        Some(Verdict::Pass) => ("whole".to_owned(), styles.pass),
        Some(Verdict::Fail) => ("gridding".to_owned(), styles.deny),
        _ if stage.has_taps => ("too large".to_owned(), styles.warn),
        _ => (BLANK.to_owned(), Style::new()),
    }
}

/// Values for all axes, written once where they are equal.
pub(super) fn merged<T: std::fmt::Display + PartialEq>(values: &[T]) -> String {
    match values {
        [first, rest @ ..] if rest.iter().all(|v| v == first) => first.to_string(),
        values => times(values),
    }
}

pub(super) fn per_axis<T: std::fmt::Display>(values: &[Option<T>]) -> String {
    if values.iter().all(Option::is_none) {
        return BLANK.to_owned();
    }
    let words: Vec<String> = values
        .iter()
        .map(|v| {
            v.as_ref()
                .map_or_else(|| BLANK.to_owned(), ToString::to_string)
        })
        .collect();
    merged(&words)
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
