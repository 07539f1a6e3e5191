//! Curves along an axis, in place of the grid: of what is asked for, and of each stage.

use std::io::{self, Write};

use anstyle::Style;

use crate::draw::{Design, axes, number, paths};
use crate::footprint::real;
use crate::report::show::{Curves, Profile, SpectrumReport};

use super::super::block::{Block, GAP};
use super::super::chart::{Bar, Chart};
use super::super::measures::percent;
use super::super::text::{INDENT, filled, wrapped};
use super::drawing::ShowOptions;

/// Columns of a chart that stands alone, and the fewest of one beside others.
const WIDEST: usize = 120;
const NARROWEST: usize = 44;

/// Columns that a position takes at most.
const WIDE: usize = 3;

/// Lines of a chart.
const LINES: usize = 8;

/// Lobes that are named beside the peak.
const NAMED: usize = 3;

/// Curves of one footprint, and what it is called.
struct Part<'a> {
    name: String,
    curves: &'a Curves,
    /// The output's own position, per axis.
    centre: Option<&'a [i64]>,
}

/// Writes the curves that the designs have; of a single one those of its stages too.
pub(super) fn curves(
    out: &mut dyn Write,
    designs: &[Design],
    options: &ShowOptions,
) -> io::Result<()> {
    let parts = parts(designs);
    let width = options.canvas.width - INDENT.len();
    let profiles: Vec<(String, &Profile, Option<i64>)> = parts
        .iter()
        .flat_map(|part| {
            let all = part.curves.profile.as_deref().unwrap_or_default();
            let own = |axis: usize| part.centre.map(|centre| centre[axis]);
            let merged = merged(&part.name, all, alike).into_iter();
            merged.map(move |(title, axis, profile)| (title, profile, own(axis)))
        })
        .collect();
    let spectra: Vec<(String, &SpectrumReport)> = parts
        .iter()
        .flat_map(|part| {
            let all = part.curves.spectrum.as_deref().unwrap_or_default();
            let merged = merged(&part.name, all, PartialEq::eq).into_iter();
            merged.map(|(title, _, spectrum)| (title, spectrum))
        })
        .collect();
    let mut notes = Vec::new();
    if !profiles.is_empty() {
        let each = each(width, profiles.len());
        let shared = (designs.len() > 1).then(|| Shared::of(&profiles));
        let blocks: Vec<Block> = profiles
            .iter()
            .map(|(title, profile, own)| {
                let (chart, words) = of_profile(title, profile, *own, shared.as_ref(), each);
                captioned(&chart, &words, options, each)
            })
            .collect();
        Block::flow(out, &blocks, INDENT, options.canvas.width)?;
        writeln!(out)?;
        let has_gap = |(_, profile, _): &(_, &Profile, _)| profile.weights.contains(&0.0);
        notes.push(if profiles.iter().any(has_gap) {
            "▾ the output's own position   · not read"
        } else {
            "▾ the output's own position"
        });
        notes.push(
            "effective receptive field: the standard deviation of positions by their paths, the other axes summed (Luo et al. 2016)",
        );
    }
    if !spectra.is_empty() {
        let each = each(width, spectra.len());
        let blocks: Vec<Block> = spectra
            .iter()
            .map(|(title, spectrum)| {
                let (chart, words) = of_spectrum(title, spectrum, each);
                captioned(&chart, &words, options, each)
            })
            .collect();
        Block::flow(out, &blocks, INDENT, options.canvas.width)?;
        writeln!(out)?;
        notes.push("▼ the peak grating lobe   ▾ further lobes");
        notes.push(
            "spectrum: the share of a pattern that passes, by its frequency; a column shows the most of its frequencies",
        );
    }
    if profiles.is_empty() && spectra.is_empty() {
        notes.push(
            "no curve: path weights are not known, or there is no single answer to a frequency",
        );
    }
    for note in notes {
        wrapped(out, note, options.canvas.width, Style::new().dimmed())?;
    }
    Ok(())
}

/// What has curves: the footprint, and the stages that are not the same again.
fn parts(designs: &[Design]) -> Vec<Part<'_>> {
    let mut parts: Vec<Part<'_>> = designs
        .iter()
        .map(|design| Part {
            name: match &design.report.part {
                Some(part) => format!("{}, {part}", design.report.title),
                None => design.report.title.clone(),
            },
            curves: &design.report.footprint.curves,
            centre: Some(&design.seen.centre),
        })
        .collect();
    if let [design] = designs
        && design.report.part.is_none()
    {
        let stages = design.report.stages.iter().filter(|stage| {
            let field = stage.stage.receptive_field.as_ref();
            let is_wide = field.is_some_and(|field| field.iter().any(|n| *n > 1));
            is_wide && !same(&stage.curves, &design.report.footprint.curves)
        });
        parts.extend(stages.map(|stage| Part {
            name: format!("stage {}", stage.stage.name),
            curves: &stage.curves,
            centre: None,
        }));
    }
    parts
}

/// Whether curves look the same, wherever they begin.
fn same(a: &Curves, b: &Curves) -> bool {
    let weights = |curves: &Curves| -> Option<Vec<Option<Vec<f64>>>> {
        let profiles = curves.profile.as_ref()?.iter();
        Some(
            profiles
                .map(|p| Some(p.as_ref()?.weights.clone()))
                .collect(),
        )
    };
    weights(a) == weights(b) && a.spectrum == b.spectrum
}

/// Curves of axes, those that look alike once, each with its axes and whose it is, and its first axis.
fn merged<'a, T>(
    name: &str,
    all: &'a [Option<T>],
    alike: impl Fn(&T, &T) -> bool,
) -> Vec<(String, usize, &'a T)> {
    let names = axes(all.len());
    let mut found: Vec<(Vec<&str>, usize, &T)> = Vec::new();
    for (axis, curve) in all.iter().enumerate() {
        let Some(curve) = curve else { continue };
        match found.iter_mut().find(|(_, _, other)| alike(other, curve)) {
            Some((along, ..)) => along.push(names[axis]),
            None => found.push((vec![names[axis]], axis, curve)),
        }
    }
    let title = |along: Vec<&str>| match names.len() {
        1 => format!(": {name}"),
        _ => format!(" along {}: {name}", along.join(" and ")),
    };
    let titled = |(along, axis, curve)| (title(along), axis, curve);
    found.into_iter().map(titled).collect()
}

/// Whether profiles are the same but for rounding: sums over the other axes differ in their order.
fn alike(a: &Profile, b: &Profile) -> bool {
    let near = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-9 * a.abs().max(b.abs());
    let times = (a.times.unwrap_or(0.0), b.times.unwrap_or(0.0));
    a.first == b.first
        && a.weights.len() == b.weights.len()
        && near((&times.0, &times.1))
        && a.weights.iter().zip(&b.weights).all(near)
}

/// Columns of each of several charts.
fn each(width: usize, charts: usize) -> usize {
    let beside = ((width + GAP) / (NARROWEST + GAP)).clamp(1, charts);
    ((width + GAP) / beside - GAP).min(WIDEST)
}

fn captioned(chart: &Chart, words: &[String], options: &ShowOptions, width: usize) -> Block {
    let mut block = chart.draw(&options.canvas, width);
    for line in words.iter().flat_map(|words| filled(words, width)) {
        block.text(&line, Style::new(), width);
    }
    block.widen(width);
    block
}

/// Scales that profiles of several designs share.
struct Shared {
    first: i64,
    end: i64,
    most: f64,
}

impl Shared {
    fn of(profiles: &[(String, &Profile, Option<i64>)]) -> Self {
        let all = || profiles.iter().map(|(_, profile, _)| *profile);
        Self {
            first: all().map(|p| p.first).min().unwrap_or(0),
            end: all().map(end).max().unwrap_or(0),
            most: all().map(|p| p.most() / total(p)).fold(0.0, f64::max),
        }
    }
}

fn end(profile: &Profile) -> i64 {
    profile.first + i64::try_from(profile.weights.len()).unwrap_or(0)
}

fn total(profile: &Profile) -> f64 {
    profile.weights.iter().sum()
}

/// A chart of a profile, and what is said beneath.
fn of_profile(
    title: &str,
    profile: &Profile,
    own: Option<i64>,
    shared: Option<&Shared>,
    width: usize,
) -> (Chart, Vec<String>) {
    let (first, end) = shared.map_or((profile.first, end(profile)), |s| (s.first, s.end));
    let most = match shared {
        Some(shared) => (shared.most, percent(shared.most)),
        None => (profile.most(), number(profile.most())),
    };
    let unit = if shared.is_some() {
        total(profile)
    } else {
        1.0
    };
    let room = width.saturating_sub(most.1.chars().count() + 1).max(1);
    let value = |place: i64| {
        let index = usize::try_from(place - profile.first).ok();
        let weight = index.and_then(|index| profile.weights.get(index));
        match weight {
            Some(weight) if *weight == 0.0 => None,
            weight => Some(weight.map_or(0.0, |weight| weight / unit)),
        }
    };
    let count = usize::try_from(end - first).unwrap_or(1).max(1);
    let by = count.div_ceil(room);
    let step = i64::try_from(by).unwrap_or(1);
    let starts = (first..end).step_by(by);
    let bars: Vec<Bar> = starts
        .filter_map(|start| Bar::of((start..(start + step).min(end)).map(value)))
        .collect();
    let column = |place: i64| usize::try_from((place - first) / step).unwrap_or(0);
    let own = own.filter(|own| (first..end).contains(own));
    let mut ticks = vec![first, end - 1];
    ticks.extend(own);
    let signed = |place: i64| place.to_string().replace('-', "−");
    let chart = Chart {
        title: match shared {
            Some(_) => format!("share of paths{title}"),
            None => format!("paths{title}"),
        },
        across: "position",
        shows_least: true,
        wide: (room / bars.len().max(1)).clamp(1, WIDE),
        bars,
        lines: LINES,
        most,
        ticks: ticks
            .into_iter()
            .map(|place| (column(place), signed(place)))
            .collect(),
        marks: own.map(|own| (column(own), '▾')).into_iter().collect(),
    };
    let mut words = vec![match profile.standard_deviation {
        Some(deviation) => format!(
            "effective receptive field {} of {} positions",
            number(deviation),
            profile.weights.len()
        ),
        None => "effective receptive field: none, as weights may be negative".to_owned(),
    }];
    if shared.is_none() {
        let kind = if profile.exact { "" } else { ", rounded" };
        let times = profile.times.filter(|times| *times != 1.0);
        let times = times.map(|times| format!(", ×{} with the other axes", number(times)));
        words.push(format!(
            "up to {}{kind}{}",
            paths(profile.most()),
            times.unwrap_or_default()
        ));
    }
    if by > 1 {
        words.push(format!(
            "each column is {by} positions: ░ from the least to the most of them"
        ));
    }
    (chart, words)
}

/// A chart of a spectrum, and what is said beneath.
fn of_spectrum(title: &str, spectrum: &SpectrumReport, width: usize) -> (Chart, Vec<String>) {
    let label = "1".to_owned();
    let columns = width.saturating_sub(label.len() + 1).max(1);
    let last = spectrum.values.len().saturating_sub(1).max(1);
    let columns = columns.min(last + 1);
    let bars = (0..columns).filter_map(|column| {
        let (from, to) = (column * last / columns, (column + 1) * last / columns);
        let values = spectrum.values.get(from..=to)?;
        Some(Bar::one(values.iter().copied().fold(0.0, f64::max)))
    });
    let bars: Vec<Bar> = bars.collect();
    let column = |frequency: f64| column_of(frequency, columns);
    let quarters = [
        (0.0, "0"),
        (0.5, "0.5"),
        (0.25, "0.25"),
        (0.125, "0.125"),
        (0.375, "0.375"),
    ];
    let mut marks = vec![(column(spectrum.peak.frequency), '▼')];
    marks.extend(
        spectrum
            .lobes
            .iter()
            .map(|lobe| (column(lobe.frequency), '▾')),
    );
    let chart = Chart {
        title: format!("spectrum{title}"),
        across: "periods per position",
        shows_least: false,
        bars,
        wide: 1,
        lines: LINES,
        most: (1.0, label),
        ticks: quarters
            .map(|(f, words)| (column(f), words.to_owned()))
            .to_vec(),
        marks,
    };
    let peak = spectrum.peak;
    let least = if spectrum.peak_proved {
        ""
    } else {
        "at least "
    };
    let mut words = vec![format!(
        "peak grating lobe {least}{} at {:.4}: a period of {} positions",
        height(peak.value),
        peak.frequency,
        number(peak.period)
    )];
    let mut others: Vec<_> = spectrum.lobes.iter().collect();
    others.retain(|lobe| (lobe.frequency - peak.frequency).abs() > 1e-6 && lobe.value >= 5e-4);
    others.sort_by(|a, b| b.value.total_cmp(&a.value));
    if !others.is_empty() {
        let named = others.iter().take(NAMED);
        let named = named.map(|lobe| format!("{} at {:.4}", height(lobe.value), lobe.frequency));
        words.push(format!("further lobes {}", itertools::join(named, ", ")));
    }
    words.push(format!("main lobe to {:.4}", spectrum.first_zero));
    (chart, words)
}

/// The height of a lobe.
fn height(value: f64) -> String {
    if value < 5e-4 {
        format!("{value:.1e}")
    } else {
        format!("{value:.3}")
    }
}

/// The column of a frequency from 0 to ½.
fn column_of(frequency: f64, columns: usize) -> usize {
    let all = i64::try_from(columns).unwrap_or(i64::MAX);
    (0..columns)
        .take_while(|column| {
            let end = real(i64::try_from(column + 1).unwrap_or(all)) / real(all) / 2.0;
            end <= frequency
        })
        .count()
        .min(columns.saturating_sub(1))
}
