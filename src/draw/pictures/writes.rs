//! How often transposed layers write each position, as a figure.

use std::rc::Rc;

use ndarray::ArrayD;

use crate::footprint::real_count;
use crate::network::times;
use crate::report::writes::{StageWrites, WritesReport};

use super::super::text::number;
use super::super::theme::Look;
use super::figure::{Figure, Sign};
use super::grid::{Grid, Line, Source, rows};
use super::tiles::{code, level, palette};
use super::words::ranged;

/// Positions along an axis that are drawn, at least: whole periods.
const LEAST: usize = 8;

/// Positions along an axis that are drawn, at most.
const MOST: usize = 64;

/// Planes of three axes that are drawn, at most.
const PLANES: usize = 4;

/// Draws the writes of each stage: whole periods of its interior.
#[must_use]
pub fn writes_figure(report: &WritesReport, look: Look) -> Figure {
    let mut figure = Figure {
        title: Some(format!("{}: writes of transposed layers", report.title)),
        look,
        ..Figure::default()
    };
    let stages: Vec<&StageWrites> = report.stages.iter().chain(&report.stacked).collect();
    let (mut has_holes, mut has_levels) = (false, false);
    let mut lines: Vec<Line> = vec![(None, Vec::new())];
    for stage in &stages {
        let Some(writes) = &stage.writes else {
            let reason = stage.reason.as_deref().unwrap_or("not counted");
            figure.captions.push(format!("{}: {reason}", stage.name));
            continue;
        };
        let Some(grid) = &writes.grid else {
            let note = format!("{}: a period is too large to be drawn", stage.name);
            figure.captions.push(note);
            continue;
        };
        has_holes |= grid.0.iter().any(|count| *count == 0);
        let unit = real_count(writes.grid_unit);
        // Each has its own scale: one for all would hide the pattern of a single stage beside that of all together.
        let written = grid.0.iter().copied().filter(|count| *count > 0);
        let (least, most) = written.fold((u128::MAX, 0), |(a, b), n| (a.min(n), b.max(n)));
        let scale = (most > 0).then(|| (real_count(least) / unit, real_count(most) / unit));
        has_levels |= least < most;
        let counts = Rc::new(grid.0.map(|count| real_count(*count) / unit));
        let planes = if grid.0.ndim() < 3 {
            1
        } else {
            grid.0.shape()[0].min(PLANES)
        };
        for plane in 0..planes {
            let source = Counts::new(Rc::clone(&counts), plane, scale);
            let mut notes = vec![itertools::join(&stage.transposed, ", ")];
            if grid.0.ndim() == 3 {
                notes.push(format!("cut at z = {plane}"));
            }
            let contrast = writes.contrast_of_all.map_or_else(
                || "some positions are never written".to_owned(),
                |contrast| format!("greatest over least: {contrast:.2}"),
            );
            lines[0].1.push(Grid {
                title: stage.name.clone(),
                notes,
                captions: vec![
                    format!("period {}", times(&writes.period)),
                    scale.map_or_else(String::new, |(least, most)| ranged(least, most, "write")),
                    contrast,
                ],
                own: None,
                data: vec![
                    ("stage", stage.name.clone()),
                    ("period", itertools::join(&writes.period, ",")),
                ],
                source: Box::new(source),
            });
        }
    }
    figure.legend = legend(has_levels, has_holes, look);
    figure.rows = rows(lines, false);
    figure.rows.retain(|row| !row.plots.is_empty());
    if stages.is_empty() {
        figure.captions.push("no transposed layer".to_owned());
    }
    figure
}

fn legend(has_levels: bool, has_holes: bool, look: Look) -> Vec<(Sign, String)> {
    let mut legend = Vec::new();
    if has_levels {
        let levels = palette(look)[usize::from(code::LEVEL)..].to_vec();
        let text = "few to many writes, on a scale of its own for each grid".to_owned();
        legend.push((Sign::Ramp(levels), text));
    }
    if has_holes {
        let sign = Sign::Square(look.hole(), Some(look.hatch()));
        legend.push((sign, "never written".to_owned()));
    }
    legend
}

/// Writes of whole periods.
struct Counts {
    values: Rc<ArrayD<f64>>,
    first: Vec<i64>,
    extent: Vec<i64>,
    scale: Option<(f64, f64)>,
}

impl Counts {
    fn new(counts: Rc<ArrayD<f64>>, plane: usize, scale: Option<(f64, f64)>) -> Self {
        let whole = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let dims = counts.ndim();
        let mut first = vec![0; dims];
        let shown = |period: &usize| whole((period * LEAST.div_ceil(*period)).min(MOST));
        let mut extent: Vec<i64> = counts.shape().iter().map(shown).collect();
        if dims == 3 {
            (first[0], extent[0]) = (whole(plane), 1);
        }
        Self {
            values: counts,
            first,
            extent,
            scale,
        }
    }

    fn count(&self, row: usize, column: usize) -> f64 {
        let shape = self.values.shape();
        let mut place: Vec<usize> = (self.first.iter())
            .map(|n| usize::try_from(*n).unwrap_or(0))
            .collect();
        let (down, right) = self.axes();
        if let Some(down) = down {
            place[down] = row % shape[down];
        }
        place[right] = column % shape[right];
        self.values[&place[..]]
    }
}

impl Source for Counts {
    fn window(&self) -> (&[i64], &[i64]) {
        (&self.first, &self.extent)
    }

    fn axes(&self) -> (Option<usize>, usize) {
        let dims = self.first.len();
        ((dims > 1).then(|| dims - 2), dims - 1)
    }

    fn code(&self, row: usize, column: usize) -> u8 {
        let count = self.count(row, column);
        match self.scale {
            _ if count == 0.0 => code::HOLE,
            Some((least, most)) if least < most => level((count - least) / (most - least)),
            _ => level(1.0),
        }
    }

    fn words(&self, row: usize, column: usize) -> String {
        format!("writes {}", number(self.count(row, column)))
    }
}
