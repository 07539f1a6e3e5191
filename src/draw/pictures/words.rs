//! The words of grids: what is shown, its numbers, and what its colours mean.

use crate::network::{counted, per_axis, times, times_once};
use crate::report::Measures;
use crate::report::show::ShowReport;

use super::super::design::{Design, FigureOptions};
use super::super::panel::Panel;
use super::super::text::{number, times_to};
use super::figure::Sign;
use super::letters::spaced;
use super::tiles::{code, level, palette};

/// A range of weights with what they count, as one number where its ends are equal.
pub(super) fn ranged(least: f64, most: f64, word: &str) -> String {
    let end = counted(number(most), word);
    let words = if least < most {
        format!("{} to {end}", number(least))
    } else {
        end
    };
    spaced(&words)
}

/// Which position of which map is drawn, and on which.
pub(super) fn notes(design: &Design) -> Vec<String> {
    let report: &ShowReport = &design.report;
    let part = report.part.clone();
    let mut notes = vec![part.unwrap_or_else(|| "one output position, on the input".to_owned())];
    let unit = itertools::join(report.unit.iter(), ", ");
    let mut position = match &report.network.output {
        Some(size) => format!("position {unit} of {}", times(size)),
        None => format!("position {unit}"),
    };
    if let Some(jump) = &report.network.jump {
        position = format!(
            "{position}, jump {}",
            per_axis(jump).replace(['[', ']'], "")
        );
    }
    notes.push(position);
    notes.push(match &design.seen.size {
        Some(size) => format!("reads a map of {}", times(size)),
        None => "without borders; places relative to the output's".to_owned(),
    });
    notes
}

/// The numbers of a footprint.
pub(super) fn numbers(extent: &[i64], measures: &Measures) -> Vec<String> {
    let Some(covered) = measures.covered else {
        return Vec::new();
    };
    let volume: i64 = extent.iter().product();
    let of = times_to(extent, counted(volume, "position"));
    let mut lines = vec![spaced(&format!("reads {covered} of {of}"))];
    if let (Some(holes), Some(gridding)) = (measures.holes, measures.gridding) {
        let words = match (holes, gridding) {
            (0, _) => "no hole".to_owned(),
            (holes, gridding) if holes == gridding => {
                format!("{}, from dilation", counted(holes, "hole"))
            }
            (holes, gridding) => {
                format!("{}, {gridding} from dilation", counted(holes, "hole"))
            }
        };
        lines.push(spaced(&words));
    }
    let mut words = Vec::new();
    if let Some(core) = &measures.core {
        let core: Vec<String> = (core.iter())
            .map(|core| core.map_or_else(|| "none".to_owned(), |core| core.to_string()))
            .collect();
        words.push(format!("core {}", times_once(&core)));
    }
    let reals = |name: &str, values: &Option<Vec<Option<f64>>>, places: usize| {
        let texts: Option<Vec<String>> = (values.as_ref()?.iter())
            .map(|value| value.map(|value| format!("{value:.places$}")))
            .collect();
        Some(format!("{name} {}", times_once(&texts?)))
    };
    words.extend(reals("lobe", &measures.lobe, 3));
    words.extend(reals("ripple", &measures.ripple, 2));
    if !words.is_empty() {
        lines.push(spaced(&words.join(", ")));
    }
    lines
}

/// What colours mean, of those that appear.
pub(super) fn legend(
    panels: &[&Panel],
    shared: Option<(f64, f64)>,
    options: &FigureOptions,
) -> Vec<(Sign, String)> {
    let look = options.look;
    let palette = palette(look);
    let color = |code: u8| palette[usize::from(code)];
    let mut entries = Vec::new();
    match shared {
        Some((least, most)) if least < most => {
            let levels = palette[usize::from(code::LEVEL)..].to_vec();
            let text = if options.gallery {
                "few to many paths (log), on a scale of its own for each grid".to_owned()
            } else {
                format!("{} (log)", ranged(least, most, "path"))
            };
            entries.push((Sign::Ramp(levels), text));
        }
        Some((least, most)) => {
            let text = ranged(least, most, "path");
            entries.push((Sign::Square(color(level(1.0)), None), text));
        }
        None => {}
    }
    if panels
        .iter()
        .any(|panel| panel.paths.is_none() && panel.counts().0 > 0)
    {
        let text = "read (paths not known)".to_owned();
        entries.push((Sign::Square(color(level(0.75)), None), text));
    }
    if panels.iter().any(|panel| panel.counts().1 > 0) {
        let sign = Sign::Square(look.hole(), Some(look.hatch()));
        entries.push((sign, "hole from dilation".to_owned()));
    }
    let is_outside = |panel: &&Panel| !panel.is_intermediate && panel.counts().2 > 0;
    if panels.iter().any(is_outside) {
        let text = "unread by dense kernels too".to_owned();
        entries.push((Sign::Square(look.outside(), None), text));
    }
    if panels.iter().any(|panel| panel.is_intermediate) {
        let text = "not read".to_owned();
        entries.push((Sign::Square(look.outside(), None), text));
    }
    if !panels.is_empty() {
        entries.push((Sign::Own, "the output's own position".to_owned()));
    }
    entries
}
