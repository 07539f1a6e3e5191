//! The terminal text of `degrid show`: measures in a table, then the grid, then what its signs mean.

mod measures;

use std::io::{self, Write};

use anstyle::Style;

use crate::footprint::FootprintError;
use crate::network::times;
use crate::report::show::{Seen, ShowReport, Step};

use super::block::{Block, GAP, Pieces};
use super::csv::axes;
use super::heatmap::{Canvas, counts};
use super::human::merged;
use super::panel::{Panel, Window, frame};
use super::ramp::{GRIDDING, heat};
use super::strip::{Strip, number};
use super::style::Styles;

/// Before each line of a grid.
const INDENT: &str = "  ";

/// A network and what one of its units reads.
#[derive(Clone, Debug)]
pub struct Design {
    /// The report.
    pub report: ShowReport,
    /// What the unit reads.
    pub seen: Seen,
    /// The build-up from the unit back, output side first, the footprint itself last; empty where it is not asked for.
    pub steps: Vec<Step>,
    /// How many steps next to the output were left out.
    pub left_out: usize,
}

/// How grids are drawn.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// What to draw with.
    pub canvas: Canvas,
    /// Whether large grids are scaled to fit, not cropped.
    pub fit: bool,
    /// Of three axes, the axis and position to cut through.
    pub slice: Option<(usize, i64)>,
    /// Whether the build-up is drawn.
    pub layers: bool,
}

/// Why the text could not be written.
#[derive(Debug)]
pub enum DrawError {
    /// The writer's reason.
    Output(io::Error),
    /// A grid past a limit.
    Footprint(FootprintError),
}

impl From<io::Error> for DrawError {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<FootprintError> for DrawError {
    fn from(error: FootprintError) -> Self {
        Self::Footprint(error)
    }
}

/// Writes one design, or two side by side.
///
/// # Errors
/// [`DrawError`].
pub fn show(out: &mut dyn Write, designs: &[Design], options: &Options) -> Result<(), DrawError> {
    let mut text = Vec::new();
    write_all(&mut text, designs, options)?;
    let text = String::from_utf8_lossy(&text);
    out.write_all(options.canvas.glyphs.text(&text).as_bytes())?;
    Ok(())
}

fn write_all(out: &mut dyn Write, designs: &[Design], options: &Options) -> Result<(), DrawError> {
    let styles = Styles::default();
    let width = options.canvas.width;
    for design in designs {
        title(out, &design.report, &styles, width)?;
    }
    let mut table = if designs.len() == 1 {
        measures::stages(&designs[0].report)
    } else {
        measures::compared(designs, width)
    };
    table.drop_blank(super::human::BLANK);
    for part in table.parts(width.saturating_sub(INDENT.len())) {
        part.write(out, INDENT, width, styles.dim)?;
    }
    for design in designs {
        for note in &design.report.notes {
            let name = if designs.len() > 1 {
                format!("{}: ", design.report.title)
            } else {
                String::new()
            };
            wrapped(out, &format!("{name}{note}"), width, styles.dim)?;
        }
    }
    if designs.len() == 1 {
        writeln!(out)?;
    }
    let room = (width - INDENT.len()).saturating_sub(GAP * (designs.len() - 1)) / designs.len();
    let mut blocks = Vec::new();
    let mut notes = Vec::new();
    let mut panels = Vec::new();
    for design in designs {
        if designs.len() == 1 {
            wrapped(out, &sentence(&design.report), width, Style::new())?;
        }
        draw(
            design,
            options,
            room,
            designs.len() > 1,
            &mut blocks,
            &mut panels,
            &mut notes,
        )?;
    }
    writeln!(out)?;
    Block::flow(out, &blocks, INDENT, width)?;
    if !blocks.is_empty() {
        writeln!(out)?;
    }
    notes.dedup();
    for note in &notes {
        wrapped(out, note, width, styles.dim)?;
    }
    legend(out, &panels, options, designs)?;
    Ok(())
}

fn title(
    out: &mut dyn Write,
    report: &ShowReport,
    styles: &Styles,
    width: usize,
) -> io::Result<()> {
    let Styles { title, dim, .. } = styles;
    let network = &report.network;
    let mut facts = Vec::new();
    facts.extend(report.part.clone());
    facts.push(format!("{}-D", network.dims));
    if let (Some(input), Some(output)) = (network.input, network.output) {
        facts.push(format!("{} → {}", times(&input), times(&output)));
    }
    facts.push(match &report.field {
        Some(field) => format!("receptive field {}", merged(&field[..])),
        None => "receptive field everything".to_owned(),
    });
    if let Some(jump) = network.jump.as_ref().filter(|j| j.iter().any(|j| j != "1")) {
        facts.push(format!("jump {}", merged(jump)));
    }
    let name = super::table::cut(&report.title, width.saturating_sub(1));
    let rest = facts.join(", ");
    if super::style::width_of(&name) + 2 + super::style::width_of(&rest) <= width {
        return writeln!(out, "{title}{name}{title:#}{dim}: {rest}{dim:#}");
    }
    writeln!(out, "{title}{name}{title:#}")?;
    wrapped(out, &rest, width, *dim)
}

/// What the unit reads, in words.
fn sentence(report: &ShowReport) -> String {
    let footprint = &report.footprint;
    let unit = itertools::join(report.unit.iter(), ",");
    if footprint.first.is_none() {
        return format!("Unit {unit} reads nothing.");
    }
    let volume: i64 = footprint.extent.iter().product();
    let share = footprint.density.unwrap_or(0.0) * 100.0;
    let holes = match footprint.holes {
        0 => "no hole".to_owned(),
        1 => "1 hole".to_owned(),
        n => format!("{n} holes"),
    };
    let cause = match (footprint.holes, footprint.gridding) {
        (0, Some(0)) | (_, None) => String::new(),
        (_, Some(0)) => ", none of them by dilation".to_owned(),
        (holes, Some(n)) if n == holes => ", by dilation".to_owned(),
        (_, Some(n)) => format!(", {n} positions missed by dilation"),
    };
    let volume = if footprint.extent.len() == 1 {
        volume.to_string()
    } else {
        format!("{} = {volume}", times(&footprint.extent))
    };
    format!(
        "Unit {unit} reads {} of {volume} positions ({share:.1}%): {holes}{cause}.",
        footprint.covered
    )
}

/// A sentence, broken at blanks.
fn wrapped(out: &mut dyn Write, text: &str, width: usize, style: Style) -> io::Result<()> {
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.is_empty()
            && super::style::width_of(&line) + super::style::width_of(word) + 1 + INDENT.len()
                > width
        {
            writeln!(out, "{INDENT}{style}{line}{style:#}")?;
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    writeln!(out, "{INDENT}{style}{line}{style:#}")
}

/// Draws a design's grids into blocks of at most `room` columns.
fn draw(
    design: &Design,
    options: &Options,
    room: usize,
    named: bool,
    blocks: &mut Vec<Block>,
    panels: &mut Vec<Panel>,
    notes: &mut Vec<String>,
) -> Result<(), DrawError> {
    let seen = &design.seen;
    let Some(whole) = frame(seen, options.slice) else {
        return Ok(());
    };
    let name = if named {
        design.report.title.clone()
    } else {
        String::new()
    };
    if design.left_out > 0 {
        notes.push(format!(
            "{} steps next to the output are left out",
            design.left_out
        ));
    }
    if whole.0.len() == 1 && (!options.fit || whole.1[0] <= 64) {
        return strip(design, options, room, name, whole, blocks, panels, notes);
    }
    if options.layers {
        for step in &design.steps {
            let Some(own) = step_window(step, seen, &whole, options.slice) else {
                continue;
            };
            let size = |axis: usize| own.1[axis];
            let columns = usize::try_from(size(own.1.len() - 1)).unwrap_or(room);
            // Several beside each other, as the papers draw them.
            let each = (columns * 2).clamp(14, room);
            let window = cropped(options, &own, &step.seen.centre, each, notes);
            let panel = Panel::new(
                step.through.clone(),
                &step.seen,
                window,
                options.slice.map(|s| s.0),
            )?;
            blocks.push(options.canvas.draw(&panel, each));
            panels.push(panel);
        }
        return Ok(());
    }
    let window = if options.fit {
        whole
    } else {
        cropped(options, &whole, &seen.centre, room, notes)
    };
    let panel = Panel::new(name, seen, window, options.slice.map(|s| s.0))?;
    notes.push(place(&panel));
    blocks.push(options.canvas.draw(&panel, room));
    panels.push(panel);
    Ok(())
}

#[expect(
    clippy::too_many_arguments,
    reason = "three of them are what is drawn, in three kinds"
)]
fn strip(
    design: &Design,
    options: &Options,
    room: usize,
    name: String,
    (first, extent): Window,
    blocks: &mut Vec<Block>,
    panels: &mut Vec<Panel>,
    notes: &mut Vec<String>,
) -> Result<(), DrawError> {
    let (above, own) = match design.steps.split_last() {
        Some((last, above)) => (above, last.through.as_str()),
        None => (&[][..], "input"),
    };
    let whole = Strip {
        above,
        name: own,
        seen: &design.seen,
        window: (first[0], extent[0]),
    };
    let columns = i64::try_from(room.saturating_sub(whole.label_width())).unwrap_or(1);
    let window = around(whole.window, design.seen.centre[0], columns);
    if window != whole.window {
        notes.push(format!(
            "cropped to {} of {} positions around the unit; --fit scales it down",
            window.1, extent[0]
        ));
    }
    let panel = Panel::new(
        name.clone(),
        &design.seen,
        (vec![window.0], vec![window.1]),
        None,
    )?;
    notes.push(place(&panel));
    let mut block = Block::new();
    if !name.is_empty() {
        block.text(
            &options.canvas.glyphs.text(&name),
            Style::new().bold(),
            room,
        );
    }
    block.append(Strip { window, ..whole }.draw(&options.canvas, room)?);
    blocks.push(block);
    panels.push(panel);
    Ok(())
}

/// The part of a step's map that lies under the footprint's, so that steps are drawn to one scale; its own box at another resolution.
#[must_use]
pub fn step_window(
    step: &Step,
    seen: &Seen,
    (first, extent): &Window,
    slice: Option<(usize, i64)>,
) -> Option<Window> {
    let one = num_rational::Ratio::from_integer(1);
    let aligned = step.scale.iter().all(|(_, jump)| *jump == one);
    if aligned && seen.size == step.seen.size {
        let shifted = |(axis, first): (usize, &i64)| {
            let origin = i64::try_from(step.scale[axis].0.floor().to_integer()).ok()?;
            Some(first - origin)
        };
        let first = first
            .iter()
            .enumerate()
            .map(shifted)
            .collect::<Option<_>>()?;
        return Some((first, extent.clone()));
    }
    frame(
        &step.seen,
        slice.map(|(axis, _)| (axis, step.seen.centre[axis])),
    )
}

/// `n` positions of an interval, around one of them as far as its ends allow.
fn around((first, extent): (i64, i64), centre: i64, n: i64) -> (i64, i64) {
    if extent <= n {
        return (first, extent);
    }
    let n = n.max(1);
    ((centre - n / 2).clamp(first, first + extent - n), n)
}

/// A window that fits, with a note if it is smaller.
fn cropped(
    options: &Options,
    (first, extent): &Window,
    centre: &[i64],
    room: usize,
    notes: &mut Vec<String>,
) -> Window {
    let (rows, columns) = options.canvas.room(room);
    let (mut first, mut extent) = (first.clone(), extent.clone());
    let drawn: Vec<usize> = (0..extent.len())
        .filter(|axis| options.slice.is_none_or(|s| s.0 != *axis))
        .collect();
    let mut said = Vec::new();
    for (&axis, (room, word)) in drawn
        .iter()
        .rev()
        .zip([(columns, "columns"), (rows, "rows")])
    {
        let room = i64::try_from(room).unwrap_or(i64::MAX);
        let window = around((first[axis], extent[axis]), centre[axis], room);
        if window.1 < extent[axis] {
            said.push(format!("{} of {} {word}", window.1, extent[axis]));
        }
        (first[axis], extent[axis]) = window;
    }
    if !said.is_empty() {
        notes.push(format!(
            "cropped to {} around the unit; --fit scales it down",
            said.join(" and ")
        ));
    }
    (first, extent)
}

/// Which positions a panel shows.
fn place(panel: &Panel) -> String {
    let names = axes(panel.extent.len());
    let range = |axis: usize| {
        let (first, last) = (
            panel.first[axis],
            panel.first[axis] + panel.extent[axis] - 1,
        );
        format!("{} {} to {}", names[axis], signed(first), signed(last))
    };
    let mut words = Vec::new();
    words.extend(panel.down.map(|axis| format!("{} down", range(axis))));
    words.push(format!("{} across", range(panel.right)));
    let cut = (0..panel.extent.len()).find(|a| Some(*a) != panel.down && *a != panel.right);
    words.extend(cut.map(|axis| format!("cut at {} = {}", names[axis], signed(panel.first[axis]))));
    words.join(", ")
}

fn signed(value: i64) -> String {
    value.to_string().replace('-', "−")
}

/// What the signs mean; only of those that appear.
fn legend(
    out: &mut dyn Write,
    panels: &[Panel],
    options: &Options,
    designs: &[Design],
) -> io::Result<()> {
    let canvas = options.canvas;
    let Some(first) = panels.first() else {
        return Ok(());
    };
    let gridding = designs
        .iter()
        .any(|d| d.report.footprint.gridding > Some(0));
    let mut pieces = Pieces::default();
    let plain = Style::new();
    let color = |rgb| Style::new().fg_color(canvas.depth.color(rgb));
    let alone = panels.len() == 1;
    let strip = first.down.is_none() && first.extent.len() == 1 && !options.fit;
    let range = match first.paths.filter(|_| alone) {
        Some((least, most)) if least < most => {
            format!("{} to {} paths", number(least), number(most))
        }
        Some((_, most)) => format!("{} paths each", number(most)).replace("1 paths", "1 path"),
        None => "few to many paths".to_owned(),
    };
    let weights = panels.iter().all(|p| p.paths.is_some());
    if !weights {
        pieces.push_str("colour tells only what is covered", plain);
    } else if canvas.has_half_blocks() {
        for step in 0..10_u8 {
            pieces.push('█', color(heat(f64::from(step) / 9.0)));
        }
        pieces.push_str(&format!(" {range} (log scale)"), plain);
    } else if strip {
        pieces.push_str(&format!("{} read", canvas.glyphs.covered), plain);
    } else if panels.iter().all(counts) {
        pieces.push_str("digits are numbers of paths", plain);
    } else {
        pieces.push_str(&format!("1-9: {range} (log scale)"), plain);
    }
    if gridding {
        pieces.push_str("   ", plain);
        let sign = if canvas.has_half_blocks() {
            '█'
        } else {
            canvas.glyphs.gridding
        };
        pieces.push(sign, color(GRIDDING));
        pieces.push_str(" hole by dilation", plain);
    }
    let mut block = Block::new();
    block.line(&pieces);
    Block::flow(out, &[block], INDENT, canvas.width)
}
