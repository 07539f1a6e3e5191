//! Grids of designs, cut to what a terminal holds.

use std::io;

use anstyle::Style;

use crate::draw::{Design, FigureOptions, Panel, Window, axes, frame, step_window};
use crate::footprint::FootprintError;

use super::super::block::Block;
use super::super::heatmap::Canvas;
use super::super::strip::Strip;

/// Grids as text, and what belongs beneath them.
#[derive(Debug, Default)]
pub(super) struct Drawing {
    pub blocks: Vec<Block>,
    pub panels: Vec<Panel>,
    pub notes: Vec<String>,
}

/// A footprint along one axis that is scaled no further down than this.
const SHORT: i64 = 64;

/// Narrowest room for a step, so that its title can be read.
const STEP: usize = 14;

impl Drawing {
    /// Adds a design's grids, at most `room` columns wide, with its title where it is `named`.
    pub fn add(
        &mut self,
        design: &Design,
        options: &ShowOptions,
        room: usize,
        named: bool,
    ) -> Result<(), DrawError> {
        let seen = &design.seen;
        let Some(full) = frame(seen, options.figure.slice) else {
            return Ok(());
        };
        let cut = options.figure.slice.map(|slice| slice.axis);
        if design.left_out > 0 {
            self.notes.push(format!(
                "{} steps next to the output are left out",
                design.left_out
            ));
        }
        let name = if named {
            design.report.title.clone()
        } else {
            String::new()
        };
        if full.0.len() == 1 && (!options.fit || full.1[0] <= SHORT) {
            return self.strip(design, options, room, name, &full);
        }
        if options.figure.layers {
            for step in &design.steps {
                let Some(own) = step_window(step, seen, &full, options.figure.slice) else {
                    continue;
                };
                let columns = own.1.last().copied().unwrap_or(1);
                // Several beside each other, as the papers draw them.
                let each = usize::try_from(columns * 2).unwrap_or(room);
                let each = each.clamp(STEP, room.max(STEP));
                let window = self.fitted(options, own, &step.seen.centre, each);
                let mut panel = Panel::new(step.through.clone(), &step.seen, window, cut)?;
                panel.is_intermediate = design.is_intermediate(step);
                self.blocks.push(options.canvas.draw(&panel, each));
                self.panels.push(panel);
            }
            return Ok(());
        }
        let window = self.fitted(options, full, &seen.centre, room);
        let panel = Panel::new(name, seen, window, cut)?;
        self.notes.push(place(&panel));
        self.blocks.push(options.canvas.draw(&panel, room));
        self.panels.push(panel);
        Ok(())
    }

    /// A footprint along one axis, with its build-up.
    fn strip(
        &mut self,
        design: &Design,
        options: &ShowOptions,
        room: usize,
        name: String,
        (first, extent): &Window,
    ) -> Result<(), DrawError> {
        let (above, own) = match design.steps.split_last() {
            Some((last, above)) => (above, last.through.as_str()),
            None => (&[][..], "input"),
        };
        let strip = Strip {
            above,
            name: own,
            seen: &design.seen,
            window: (first[0], extent[0]),
        };
        let columns = i64::try_from(room.saturating_sub(strip.label_width())).unwrap_or(1);
        let window = around(strip.window, design.seen.centre[0], columns);
        if window != strip.window {
            self.notes.push(format!(
                "cropped to {} of {} positions around the centre; --fit scales it down",
                window.1, extent[0]
            ));
        }
        let mut block = Block::default();
        if !name.is_empty() {
            let text = options.canvas.glyphs.text(&name);
            block.text(&text, Style::new().bold(), room);
        }
        block.append(Strip { window, ..strip }.draw(&options.canvas, room)?);
        let shown = (vec![window.0], vec![window.1]);
        let panel = Panel::new(name, &design.seen, shown, None)?;
        self.notes.push(place(&panel));
        self.blocks.push(block);
        self.panels.push(panel);
        Ok(())
    }

    /// A window that fits, with a note if it is smaller; all of it where it is scaled to fit.
    fn fitted(
        &mut self,
        options: &ShowOptions,
        (mut first, mut extent): Window,
        centre: &[i64],
        room: usize,
    ) -> Window {
        if options.fit {
            return (first, extent);
        }
        let (rows, columns) = options.canvas.room(room);
        let drawn = (0..extent.len())
            .filter(|axis| options.figure.slice.is_none_or(|slice| slice.axis != *axis));
        let drawn: Vec<usize> = drawn.collect();
        let mut said = Vec::new();
        let rooms = [(columns, "columns"), (rows, "rows")];
        for (&axis, (room, word)) in drawn.iter().rev().zip(rooms) {
            let room = i64::try_from(room).unwrap_or(i64::MAX);
            let window = around((first[axis], extent[axis]), centre[axis], room);
            if window.1 < extent[axis] {
                said.push(format!("{} of {} {word}", window.1, extent[axis]));
            }
            (first[axis], extent[axis]) = window;
        }
        if !said.is_empty() {
            self.notes.push(format!(
                "cropped to {} around the centre; --fit scales it down",
                said.join(" and ")
            ));
        }
        (first, extent)
    }
}

/// `n` positions of an interval, around one of them as far as its ends allow.
fn around((first, extent): (i64, i64), centre: i64, n: i64) -> (i64, i64) {
    if extent <= n {
        return (first, extent);
    }
    let n = n.max(1);
    ((centre - n / 2).clamp(first, first + extent - n), n)
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

/// How grids are drawn.
#[derive(Clone, Copy, Debug)]
pub struct ShowOptions {
    /// What to draw with.
    pub canvas: Canvas,
    /// Whether large grids are scaled to fit, not cropped.
    pub fit: bool,
    /// Whether curves are drawn, not grids.
    pub curves: bool,
    /// What is shown.
    pub figure: FigureOptions,
}

/// Why the text could not be written.
#[derive(Debug, thiserror::Error)]
pub enum DrawError {
    /// The writer's reason.
    #[error(transparent)]
    Output(#[from] io::Error),
    /// A grid past a limit.
    #[error(transparent)]
    Footprint(#[from] FootprintError),
}
