//! Designs as figures: footprints beside each other, the build-up, each stage alone, and differences.

use crate::footprint::{Footprint, FootprintError};
use crate::network::volume;

use super::super::design::{Design, FigureOptions, step_window};
use super::super::panel::{Panel, Slice, Window, axes, frame, shared_scale};
use super::super::theme::Look;
use super::difference::Difference;
use super::figure::{Figure, Sign};
use super::grid::{Grid, Line, rows};
use super::words::{legend, notes, numbers};

/// A part of a footprint that will be drawn, and its words.
struct Wanted<'a> {
    title: String,
    notes: Vec<String>,
    captions: Vec<String>,
    seen: &'a Footprint<'a>,
    window: Window,
    cut: Option<usize>,
    is_intermediate: bool,
}

/// Most positions of a picture, all its grids together.
const MOST_POSITIONS: i64 = 1 << 24;

/// Why a figure cannot be drawn.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FigureError {
    /// More positions than a picture holds.
    #[error(
        "a picture of {positions} positions is past the limit of {MOST_POSITIONS}; draw one stage, or a map nearer to the output"
    )]
    TooLarge {
        /// Positions that it would have.
        positions: i64,
    },
    /// A footprint past a limit.
    #[error(transparent)]
    Footprint(#[from] FootprintError),
}

/// Draws designs.
///
/// # Errors
/// [`FigureError::TooLarge`] past the limit of positions, before anything is drawn.
pub fn figure(designs: &[Design], options: &FigureOptions) -> Result<Figure, FigureError> {
    let mut lines: Vec<(Option<String>, Vec<Wanted<'_>>)> = Vec::new();
    let many = options.layers || options.gallery || options.slices > 1;
    for design in designs {
        let wanted = if options.layers {
            build_up(design, options.slice)
        } else if options.gallery {
            stages(design, options.slice)
        } else {
            footprint(design, options)
        };
        match lines.last_mut().filter(|_| !many) {
            Some((_, line)) => line.extend(wanted),
            None => lines.push((many.then(|| design.report.title.clone()), wanted)),
        }
    }
    let cells = |wanted: &Wanted<'_>| volume(wanted.window.1.iter().copied()).unwrap_or(i64::MAX);
    let wanted = lines.iter().flat_map(|(_, line)| line);
    let positions = wanted.map(cells).fold(0_i64, i64::saturating_add);
    if positions > MOST_POSITIONS {
        return Err(FigureError::TooLarge { positions });
    }
    let mut drawn = Vec::new();
    for (label, wanted) in lines {
        let panels = wanted.into_iter().map(|wanted| {
            let Wanted { window, cut, .. } = &wanted;
            let mut panel = Panel::new(String::new(), wanted.seen, window.clone(), *cut)?;
            panel.is_intermediate = wanted.is_intermediate;
            Ok((wanted, panel))
        });
        drawn.push((label, panels.collect::<Result<Vec<_>, FootprintError>>()?));
    }
    let panels = drawn.iter().flat_map(|(_, line)| line);
    let panels: Vec<&Panel> = panels.map(|(_, panel)| panel).collect();
    let shared = shared_scale(panels.iter().copied());
    let mut legend = legend(&panels, shared, options);
    let mut lines: Vec<Line> = Vec::new();
    for (label, line) in drawn {
        let grid = |(wanted, mut panel): (Wanted<'_>, Panel)| {
            if !options.gallery && panel.paths.is_some() {
                panel.paths = shared;
            }
            grid(wanted, panel)
        };
        lines.push((label, line.into_iter().map(grid).collect()));
    }
    if options.difference
        && let [first, others @ ..] = designs
        && let Some((_, line)) = lines.last_mut()
    {
        for other in others {
            if let Some(difference) = Difference::new(first, other, options.slice)? {
                // Of several differences, each names its own two.
                let (one, second) = match others {
                    [_] => (first.report.title.as_str(), other.report.title.as_str()),
                    _ => ("the first", "the second"),
                };
                for entry in difference.legend(one, second, options.look) {
                    if !legend.contains(&entry) {
                        legend.push(entry);
                    }
                }
                let title = match others {
                    [_] => "Difference".to_owned(),
                    _ => format!(
                        "Difference of {} and {}",
                        first.report.title, other.report.title
                    ),
                };
                line.push(difference.grid(title));
            }
        }
    }
    let captions = shared_notes(&mut lines, designs.len());
    let mut rows = rows(lines, !options.gallery && !options.layers);
    rows.retain(|row| !row.plots.is_empty());
    Ok(Figure {
        title: None,
        rows,
        legend,
        captions,
        look: options.look,
    })
}

impl Figure {
    /// Draws panels beside each other, on one scale.
    #[must_use]
    pub fn of(panels: Vec<Panel>, look: Look) -> Self {
        let all: Vec<&Panel> = panels.iter().collect();
        let shared = shared_scale(&panels);
        let options = FigureOptions {
            look,
            ..FigureOptions::default()
        };
        let mut legend = legend(&all, shared, &options);
        // Where the output lies over them is not known.
        legend.retain(|(sign, _)| *sign != Sign::Own);
        let grid = |mut panel: Panel| {
            panel.paths = shared.filter(|_| panel.paths.is_some());
            Grid {
                title: std::mem::take(&mut panel.title),
                notes: Vec::new(),
                captions: Vec::new(),
                own: None,
                data: data(&panel),
                source: Box::new(panel),
            }
        };
        let grids = panels.into_iter().map(grid).collect();
        Self {
            rows: rows(vec![(None, grids)], true),
            legend,
            look,
            ..Self::default()
        }
    }
}

/// Takes the notes that the grids of several designs share, to be said once; their differences have notes of their own.
fn shared_notes(lines: &mut [Line], designs: usize) -> Vec<String> {
    let [(_, grids)] = lines else {
        return Vec::new();
    };
    let Some(grids) = grids.get_mut(..designs).filter(|_| designs > 1) else {
        return Vec::new();
    };
    let mut shared = grids[0].notes.clone();
    shared.retain(|note| grids.iter().all(|grid| grid.notes.contains(note)));
    for grid in grids {
        grid.notes.retain(|note| !shared.contains(note));
    }
    if shared.is_empty() {
        shared
    } else {
        vec![shared.join("; ")]
    }
}

/// The footprint, or cuts through it.
fn footprint<'a>(design: &'a Design, options: &FigureOptions) -> Vec<Wanted<'a>> {
    let report = &design.report;
    let axis = options.slice.map_or(0, |slice| slice.axis);
    let cuts: Vec<Option<Slice>> = match design.seen.twin.bounds() {
        Some((first, extent)) if options.slices > 1 && extent.len() == 3 => {
            let most = usize::try_from(extent[axis]).unwrap_or(1);
            let count = i64::try_from(options.slices.min(most)).unwrap_or(1);
            let cut = |n: i64| Slice {
                axis,
                position: first[axis] + (2 * n + 1) * extent[axis] / (2 * count),
            };
            (0..count).map(|n| Some(cut(n))).collect()
        }
        _ => vec![options.slice],
    };
    let single = cuts.len() == 1;
    let wanted = |cut: Option<Slice>| {
        let at = cut.map(|cut| {
            let name = axes(3)[cut.axis];
            format!("cut at {name} = {}", super::tiles::printed(cut.position))
        });
        Some(Wanted {
            title: match (&at, single) {
                (Some(at), false) => at.clone(),
                _ => report.title.clone(),
            },
            notes: if single {
                notes(design).into_iter().chain(at).collect()
            } else {
                Vec::new()
            },
            captions: if single {
                numbers(&report.footprint.extent, &report.footprint.measures)
            } else {
                Vec::new()
            },
            seen: &design.seen,
            window: frame(&design.seen, cut)?,
            cut: cut.map(|cut| cut.axis),
            is_intermediate: false,
        })
    };
    cuts.into_iter().filter_map(wanted).collect()
}

/// What the output position reads of each map on the way back.
fn build_up<'a>(design: &'a Design<'a>, slice: Option<Slice>) -> Vec<Wanted<'a>> {
    let Some(full) = frame(&design.seen, slice) else {
        return Vec::new();
    };
    let steps = design.steps.iter().filter_map(|step| {
        Some(Wanted {
            title: step.through.clone(),
            notes: vec![format!("on {}", step.on)],
            captions: Vec::new(),
            seen: &step.seen,
            window: step_window(step, &design.seen, &full, slice)?,
            cut: slice.map(|slice| slice.axis),
            is_intermediate: design.is_intermediate(step),
        })
    });
    steps.collect()
}

/// Each stage on its own input.
fn stages<'a>(design: &'a Design<'a>, slice: Option<Slice>) -> Vec<Wanted<'a>> {
    let all = design.gallery.iter().filter_map(|(index, seen)| {
        let cut = slice.map(|slice| Slice {
            axis: slice.axis,
            position: seen.centre[slice.axis],
        });
        let window = frame(seen, cut)?;
        let stage = &design.report.stages[*index];
        let field = stage.stage.receptive_field.as_ref();
        let extent = field.map_or_else(|| window.1.clone(), |field| field.to_vec());
        Some(Wanted {
            title: stage.stage.name.clone(),
            notes: Vec::new(),
            captions: numbers(&extent, &stage.measures),
            seen,
            window,
            cut: cut.map(|cut| cut.axis),
            is_intermediate: false,
        })
    });
    all.collect()
}

/// What a program reads of a panel.
fn data(panel: &Panel) -> Vec<(&'static str, String)> {
    let joined = |values: &[i64]| itertools::join(values, ",");
    let (covered, gridding, outside) = panel.counts();
    let mut data = vec![
        ("first", joined(&panel.first)),
        ("extent", joined(&panel.extent)),
        ("covered", covered.to_string()),
        ("gridding", gridding.to_string()),
        ("outside", outside.to_string()),
    ];
    if let Some((least, most)) = panel.paths {
        data.push(("least", least.to_string()));
        data.push(("most", most.to_string()));
    }
    data
}

/// A panel as a grid.
fn grid(wanted: Wanted<'_>, panel: Panel) -> Grid {
    let own = &wanted.seen.centre;
    let mut data = data(&panel);
    data.push(("own", itertools::join(own, ",")));
    Grid {
        title: wanted.title,
        notes: wanted.notes,
        captions: wanted.captions,
        own: Some(own.clone()),
        source: Box::new(panel),
        data,
    }
}
