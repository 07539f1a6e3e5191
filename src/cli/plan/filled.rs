//! The plan of a file: the lines that change, the stages as they are then, or why nothing passes.

use std::io::{self, Write};

use itertools::Itertools;
use serde::Serialize;

use crate::cli::terminal;
use crate::config::Config;
use crate::footprint::receptive_field_beside_pools;
use crate::network::{Knob, MapId, PerAxis, counted, times};
use crate::planner::{FillRefusal, Filled, Found};
use crate::render::{Column, DENY, LineChange, Row, TITLE, changes, diff, table};
use crate::report::{self, LineIndex, ScheduleMeasures, VERSION, schedule_measures};

use super::args::Format;

/// An answer, and the file that it is for.
pub(super) struct Answer<'a> {
    pub path: &'a str,
    pub text: &'a str,
    /// The file before.
    pub before: &'a Config,
    /// The file with the dilations written in.
    pub after: &'a Config,
    /// The knobs of the file before.
    pub knobs: &'a [Knob],
    pub filled: &'a Filled,
    /// The stage planned anew.
    pub stage: Option<usize>,
    /// The lines that change.
    pub lines: Vec<LineChange>,
    /// Whether they were written.
    pub written: bool,
    pub interrupted: bool,
}

#[derive(Serialize)]
struct PlaceJson<'a> {
    stage: &'a str,
    layer: usize,
    axis: Option<usize>,
    line: usize,
    column: usize,
    dilation: i64,
}

#[derive(Default, Serialize)]
struct AnswerJson<'a> {
    version: u32,
    path: &'a str,
    complete: bool,
    written: bool,
    nodes: u64,
    places: Vec<PlaceJson<'a>>,
    stages: Vec<ScheduleMeasures>,
    /// The stage planned anew, as it was.
    before: Option<ScheduleMeasures>,
    receptive_field: Option<PerAxis<i64>>,
    warnings: usize,
    notes: usize,
}

#[derive(Serialize)]
struct RefusalJson<'a> {
    version: u32,
    path: &'a str,
    complete: bool,
    written: bool,
    nodes: u64,
    places: [(); 0],
    refusal: RefusalText<'a>,
}

#[derive(Serialize)]
struct RefusalText<'a> {
    message: String,
    nearest: Option<&'a str>,
    relax: &'a str,
}

pub(super) fn answer(out: &mut dyn Write, format: Format, answer: &Answer<'_>) -> io::Result<()> {
    let filled = answer.filled;
    let network = &answer.after.network;
    let places = filled.places.iter().map(|&place| &answer.knobs[place]);
    let stages = places.clone().filter_map(|place| place.stage(network));
    let stages: Vec<usize> = stages.sorted_unstable().dedup().collect();
    let after = schedule_measures(answer.after, &stages);
    let before = answer
        .stage
        .and_then(|stage| schedule_measures(answer.before, &[stage]).pop());
    let output = network.outputs.first();
    let receptive_field = output
        .filter(|&&to| !network.facts(to).is_pooled())
        .and_then(|&to| receptive_field_beside_pools(network, MapId::INPUT, to));
    if format == Format::Json {
        let lines = LineIndex::new(answer.text);
        let places = places.zip(&filled.values).filter_map(|(place, &dilation)| {
            let layer = &network.layers[*place.layers.first()?];
            let span = lines.span(answer.before.span_of(place)?);
            Some(PlaceJson {
                stage: &network.stages[layer.stage].name,
                layer: layer.index.unwrap_or(0),
                axis: answer.before.axis_of(place),
                line: span.line,
                column: span.column,
                dilation,
            })
        });
        let json = AnswerJson {
            version: VERSION,
            path: answer.path,
            complete: filled.found == Found::Proved,
            written: answer.written,
            nodes: filled.nodes,
            places: places.collect(),
            stages: after,
            before,
            receptive_field,
            warnings: filled.warnings,
            notes: filled.notes,
        };
        return report::json(out, &json);
    }
    diff(out, answer.path, &answer.lines)?;
    let columns = [
        Column::STAGE,
        Column::SCHEDULE,
        Column::FIELD,
        Column::LARGEST,
        Column::LOBE,
        Column::RIPPLE,
    ];
    let row = |measures: &ScheduleMeasures| {
        let row = Row::default().with_schedule(measures);
        row.styled(Column::STAGE, measures.stage.name.clone(), TITLE)
    };
    let rows: Vec<Row> = after.iter().map(row).collect();
    table(&columns, &rows).write(out, "", terminal::width())?;
    writeln!(out)?;
    if let (Some(before), Some(stage)) = (&before, answer.stage) {
        let name = &network.stages[stage].name;
        if let Some(after) = after.iter().find(|after| after.stage.name == *name) {
            if stays(answer, stage) {
                writeln!(out, "Nothing better was found: \"{name}\" stays as it is.")?;
            } else {
                let mut changes = changes(before, after);
                // The same dilations in another order differ in none of the measures, and those of single taps are in no schedule.
                if changes.is_empty() {
                    let [old, new] = [before, after].map(|measures| measures.stage.schedule());
                    changes = if old == new {
                        "dilations of single taps".to_owned()
                    } else {
                        format!("dilations {old} → {new}")
                    };
                }
                writeln!(out, "Changes in \"{name}\": {changes}.")?;
            }
        }
    }
    summary(out, answer, receptive_field.as_ref())
}

/// Whether all dilations of a stage are what they were.
fn stays(answer: &Answer<'_>, stage: usize) -> bool {
    let Filled { places, values, .. } = answer.filled;
    let mut pairs = places.iter().zip(values);
    pairs.all(|(&place, &value)| {
        let knob = &answer.knobs[place];
        knob.stage(&answer.before.network) != Some(stage) || knob.value == Some(value)
    })
}

fn summary(
    out: &mut dyn Write,
    answer: &Answer<'_>,
    seen: Option<&PerAxis<i64>>,
) -> io::Result<()> {
    let filled = answer.filled;
    let network = &answer.after.network;
    let output = network.outputs.first();
    let beside = match output {
        Some(&to) if network.passes_global_pool(MapId::INPUT, to) => " beside a global pool",
        _ => "",
    };
    let sees = seen.map_or_else(
        || "The network sees every input position".to_owned(),
        |field| format!("The network sees {} input positions{beside}", times(field)),
    );
    let target = filled
        .target
        .map_or_else(String::new, |target| format!(", {} asked", times(&target)));
    let mild = [(filled.warnings, "warning"), (filled.notes, "note")].into_iter();
    let mild = mild.filter(|(count, _)| *count > 0);
    let warnings = match mild.map(|(count, what)| counted(count, what)).join(" and ") {
        none if none.is_empty() => "no warning or note on these stages".to_owned(),
        some => format!("{some} on these stages, see `degrid check`"),
    };
    let denied = match &filled.elsewhere[..] {
        [] => "no finding at level deny".to_owned(),
        [one] => format!(
            "{} in \"{}\" stays denied, whatever is planned here",
            one.rule.id, answer.after.network.stages[one.stage].name
        ),
        many => format!(
            "{} findings elsewhere stay denied, whatever is planned here",
            many.len()
        ),
    };
    writeln!(out, "{sees}{target}; {denied}, {warnings}.")?;
    match filled.found {
        found if answer.interrupted || found == Found::CutShort => writeln!(
            out,
            "Stopped after {} networks: the best so far; raise --budget to look further.",
            filled.nodes
        )?,
        Found::NotAll => writeln!(
            out,
            "The best of {} networks tried; others were too many to try.",
            filled.nodes
        )?,
        _ => {}
    }
    if answer.written {
        writeln!(out, "Written to {}.", answer.path)
    } else if answer.lines.is_empty() {
        Ok(())
    } else {
        writeln!(out, "Not written: --write puts the numbers in.")
    }
}

pub(super) fn refusal(
    out: &mut dyn Write,
    format: Format,
    path: &str,
    refusal: &FillRefusal,
) -> io::Result<()> {
    if format == Format::Json {
        let json = RefusalJson {
            version: VERSION,
            path,
            complete: refusal.found == Found::Proved,
            written: false,
            nodes: refusal.nodes,
            places: [],
            refusal: RefusalText {
                message: refusal.to_string(),
                nearest: refusal.nearest.as_deref(),
                relax: &refusal.relax,
            },
        };
        return report::json(out, &json);
    }
    writeln!(out, "{DENY}{path}:{DENY:#} {refusal}")?;
    writeln!(out, "\nTo relax: {}.", refusal.relax)
}

/// A file in which nothing is to be decided.
pub(super) fn nothing(out: &mut dyn Write, path: &str) -> io::Result<()> {
    let json = AnswerJson {
        version: VERSION,
        path,
        complete: true,
        ..AnswerJson::default()
    };
    report::json(out, &json)
}
