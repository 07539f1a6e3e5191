//! Grids of designs, cut to what a terminal holds.

use std::io;

use crate::draw::{Design, FigureOptions, Panel, Window, frame, shared_scale, step_window};
use crate::footprint::{Footprint, FootprintError};
use crate::report::show::Step;

use super::super::block::Block;
use super::super::heatmap::{Canvas, Grain, MARGIN, share};
use super::super::strip::Strip;
use super::place::{around, own_place, place};

/// Grids, and what belongs beneath them.
#[derive(Debug, Default)]
pub(super) struct Drawing<'a> {
    pictures: Vec<Picture<'a>>,
    pub panels: Vec<Panel>,
    pub notes: Vec<String>,
    /// For each design, why path weights of it are not known, where they are not.
    pub unknown: Vec<Option<FootprintError>>,
}

/// A panel as it is to be drawn.
#[derive(Debug)]
struct Picture<'a> {
    /// What it shows, and the number of the design.
    seen: &'a Footprint<'a>,
    design: usize,
    /// Columns that it may take.
    width: usize,
    /// Row and column of the output's own position, where they are drawn.
    own: Option<(usize, usize)>,
    /// The rows of a footprint along one axis.
    strip: Option<Strip<'a>>,
}

/// Narrowest room for a step, so that its title can be read.
const STEP: usize = 14;

impl<'a> Drawing<'a> {
    /// Adds a design's grids, at most `room` columns wide, with its title where it is `named`.
    pub fn add(
        &mut self,
        design: &'a Design,
        options: &ShowOptions,
        room: usize,
        named: bool,
    ) -> Result<(), DrawError> {
        self.unknown.push(None);
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
        if full.0.len() == 1 {
            return self.strip(design, options, room, name, &full);
        }
        if options.figure.layers {
            for step in &design.steps {
                let Some(own) = step_window(step, seen, &full, options.figure.slice) else {
                    continue;
                };
                let columns = own.1.last().copied().unwrap_or(1);
                // Several beside each other, as the papers draw them.
                let each = usize::try_from(columns * 2).unwrap_or(room) + MARGIN;
                let width = each.clamp(STEP, room.max(STEP));
                let window = self.fitted(options, own, &step.seen.centre, width - MARGIN);
                let title = step.through.clone();
                let mut panel = Panel::unweighed(title, &step.seen, window, cut)?;
                panel.is_intermediate = design.is_intermediate(step);
                self.push(panel, &step.seen, width);
            }
            return Ok(());
        }
        let window = self.fitted(options, full, &seen.centre, room.saturating_sub(MARGIN));
        let panel = Panel::unweighed(name, seen, window, cut)?;
        self.notes.push(place(&panel));
        self.push(panel, seen, room);
        Ok(())
    }

    fn push(&mut self, panel: Panel, seen: &'a Footprint<'a>, width: usize) {
        let own = own_place(&panel, &seen.centre);
        self.panels.push(panel);
        self.pictures.push(Picture {
            seen,
            design: self.unknown.len() - 1,
            width,
            own,
            strip: None,
        });
    }

    /// A footprint along one axis, with its build-up.
    fn strip(
        &mut self,
        design: &'a Design,
        options: &ShowOptions,
        room: usize,
        name: String,
        (first, extent): &Window,
    ) -> Result<(), DrawError> {
        let (above, own) = match design.steps.split_last() {
            Some((last, above)) => (above, last.through.as_str()),
            None => (&[][..], "input"),
        };
        let mut strip = Strip {
            by: 1,
            above,
            name: own,
            window: (first[0], extent[0]),
        };
        let columns = room.saturating_sub(strip.label_width());
        if options.crop {
            let columns = i64::try_from(columns).unwrap_or(i64::MAX);
            let window = around(strip.window, design.seen.centre[0], columns);
            if window != strip.window {
                self.notes.push(format!(
                    "cropped to {} of {} positions around the centre",
                    window.1, extent[0]
                ));
            }
            strip.window = window;
        }
        let (first, extent) = strip.window;
        let window = (vec![first], vec![extent]);
        let panel = Panel::unweighed(name, &design.seen, window, None)?;
        strip.by = share(panel.columns(), columns);
        self.notes.push(place(&panel));
        self.panels.push(panel);
        self.pictures.push(Picture {
            seen: &design.seen,
            design: self.unknown.len() - 1,
            width: room,
            own: None,
            strip: Some(strip),
        });
        Ok(())
    }

    /// Adds path weights, as far as the cells of the grids show them.
    pub fn weigh(&mut self, canvas: &Canvas) -> Result<(), FootprintError> {
        // Numbers beneath a strip are those of single positions.
        let by = if self.has_strips() {
            1
        } else {
            self.grain(canvas).by
        };
        let seen: Vec<&Footprint<'_>> = self.pictures.iter().map(|own| own.seen).collect();
        let mut weighed = Ok(());
        Footprint::each_paths(&seen, |index, paths| match paths {
            Ok(paths) if weighed.is_ok() => weighed = self.panels[index].weigh(paths, by),
            Ok(_) => {}
            Err(error) => self.unknown[self.pictures[index].design] = Some(error),
        });
        weighed
    }

    /// Whether it shows footprints along one axis.
    pub fn has_strips(&self) -> bool {
        self.pictures.iter().any(|picture| picture.strip.is_some())
    }

    /// Whether it shows what is read on the way back, with positions that are passed over.
    pub fn has_steps(&self) -> bool {
        let skips = |step: &Step| step.seen.region.count().ok() != step.seen.twin.count().ok();
        let mut strips = self.pictures.iter().filter_map(|picture| picture.strip);
        strips.any(|strip| strip.above.iter().any(skips))
            || self.panels.iter().any(Panel::has_between)
    }

    /// Whether the output's own position is marked.
    pub fn marks_own(&self) -> bool {
        self.pictures.iter().any(|picture| picture.own.is_some())
    }

    /// How all grids are drawn: in cells of one size.
    fn grain(&self, canvas: &Canvas) -> Grain {
        let margin = |picture: &Picture<'_>| {
            let margin = picture.own.map_or(0, |_| MARGIN);
            picture.width.saturating_sub(margin)
        };
        let pictures = self.panels.iter().zip(&self.pictures);
        let mut grain = canvas.grain(pictures.map(|(panel, own)| (panel, margin(own))));
        let strips = self.pictures.iter().filter_map(|picture| picture.strip);
        if let Some(by) = strips.map(|strip| strip.by).max() {
            grain.by = by;
        }
        grain
    }

    /// Draws all grids on one scale of paths, and in cells of one size.
    pub fn draw(&mut self, canvas: &Canvas) -> (Vec<Block>, Grain) {
        let ends = shared_scale(&self.panels);
        for panel in &mut self.panels {
            panel.paths = panel.paths.and(ends);
        }
        let grain = self.grain(canvas);
        let pictures = || self.panels.iter().zip(&self.pictures);
        let blocks = pictures().map(|(panel, picture)| {
            let Picture {
                width, own, strip, ..
            } = picture;
            let Some(strip) = strip else {
                return canvas.draw(panel, grain, *own, *width);
            };
            let mut block = canvas.titled(&panel.title, *width);
            let by = grain.by;
            block.append(Strip { by, ..*strip }.draw(panel, canvas, *width));
            block
        });
        let blocks = blocks.collect();
        if grain.by > 1 {
            let is_line = self.has_strips();
            let by = if is_line {
                grain.by.to_string()
            } else {
                format!("{0}×{0}", grain.by)
            };
            let way = if is_line {
                ""
            } else {
                ", drawn as the one with the most paths"
            };
            self.notes.push(format!(
                "each cell is {by} positions{way}; `--crop` draws single ones"
            ));
        }
        (blocks, grain)
    }

    /// A window that fits, with a note if it is smaller, where grids are cropped; otherwise all of it.
    fn fitted(
        &mut self,
        options: &ShowOptions,
        (mut first, mut extent): Window,
        centre: &[i64],
        room: usize,
    ) -> Window {
        if !options.crop {
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
                "cropped to {} around the centre",
                said.join(" and ")
            ));
        }
        (first, extent)
    }
}

/// How grids are drawn.
#[derive(Clone, Copy, Debug)]
pub struct ShowOptions {
    /// What to draw with.
    pub canvas: Canvas,
    /// Whether large grids are cropped, not scaled to fit.
    pub crop: bool,
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
