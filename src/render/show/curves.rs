//! Curves along an axis, in place of the grid: of what is asked for, and of each stage.

use std::io::{self, Write};

use anstyle::Style;

use crate::draw::{
    Bar, Design, EFFECTIVE, Named, Scales, number, profile_words, profiles, signed, spectra,
    spectrum_bars, spectrum_words,
};
use crate::footprint::real;
use crate::report::show::{Profile, SpectrumReport};

use super::super::block::{Block, GAP};
use super::super::chart::{Chart, Form};
use super::super::measures::percent;
use super::super::style::DIM;
use super::super::text::{INDENT, filled, wrapped};
use super::drawing::ShowOptions;

/// Columns of a chart that stands alone, and the fewest of one beside others.
const WIDEST: usize = 120;
const NARROWEST: usize = 44;

/// Columns that a position takes at most.
const WIDE: usize = 3;

/// Writes the curves that the designs have; of a single one those of its stages too.
pub(super) fn curves(
    out: &mut dyn Write,
    designs: &[Design],
    options: &ShowOptions,
) -> io::Result<()> {
    let width = options.canvas.width - INDENT.len();
    let (profiles, spectra) = (profiles(designs), spectra(designs));
    let mut notes = Vec::new();
    if !profiles.is_empty() {
        let each = each(width, profiles.len());
        let shared = Scales::of(profiles.iter().map(|profile| profile.curve));
        let blocks: Vec<Block> = profiles
            .iter()
            .map(|profile| {
                let scales = if designs.len() > 1 {
                    shared
                } else {
                    Scales::of([profile.curve])
                };
                let (chart, words) = of_profile(profile, scales, each, options);
                captioned(&chart, &words, options, each)
            })
            .collect();
        Block::flow(out, &blocks, options.canvas.width)?;
        writeln!(out)?;
        let has_gap = |profile: &Named<'_, Profile>| profile.curve.weights.contains(&0.0);
        notes.push(if profiles.iter().any(has_gap) {
            "▾ the output's own position   · not read"
        } else {
            "▾ the output's own position"
        });
        notes.push(EFFECTIVE);
    }
    if !spectra.is_empty() {
        let each = each(width, spectra.len());
        let blocks: Vec<Block> = spectra
            .iter()
            .map(|spectrum| {
                let (chart, words) = of_spectrum(spectrum, each, options);
                captioned(&chart, &words, options, each)
            })
            .collect();
        Block::flow(out, &blocks, options.canvas.width)?;
        writeln!(out)?;
        notes.push("▼ the peak grating lobe   ▾ further lobes");
        notes.push(
            "spectrum: the share of a pattern that passes, by its frequency; of frequencies that share a place the greatest",
        );
    }
    if profiles.is_empty() && spectra.is_empty() {
        notes.push(
            "no curve: path weights are not known, or there is no single answer to a frequency",
        );
    }
    for note in notes {
        wrapped(out, note, options.canvas.width, DIM)?;
    }
    Ok(())
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

/// A chart of a profile, and what is said beneath.
fn of_profile(
    profile: &Named<'_, Profile>,
    scales: Scales,
    width: usize,
    options: &ShowOptions,
) -> (Chart, Vec<String>) {
    let Named { curve, own, .. } = profile;
    let Scales { first, end, .. } = scales;
    let most = if scales.is_share {
        percent(scales.most)
    } else {
        number(scales.most)
    };
    let room = width.saturating_sub(most.chars().count() + 1).max(1);
    let places = usize::try_from(end - first).unwrap_or(usize::MAX);
    let are_many = places > room;
    let in_points = are_many && options.canvas.glyphs.points;
    let (by, bars) = scales.bars(curve, if in_points { 2 * room } else { room });
    let step = i64::try_from(by).unwrap_or(1);
    let column = |place: i64| usize::try_from((place - first) / step).unwrap_or(0);
    let own = own.filter(|own| (first..end).contains(own));
    let mut ticks = vec![first, end - 1];
    ticks.extend(own);
    let tick = |place: i64| (column(place), signed(place));
    let chart = Chart {
        title: if scales.is_share {
            profile.title("share of paths")
        } else {
            profile.title("paths")
        },
        across: "position",
        shows_least: true,
        form: if in_points {
            Form::Points
        } else {
            Form::Blocks((room / bars.len().max(1)).clamp(1, WIDE))
        },
        bars,
        most: (scales.most, most),
        ticks: ticks.into_iter().map(tick).collect(),
        marks: own.map(|own| (column(own), '▾')).into_iter().collect(),
    };
    let mut words = profile_words(curve, scales.is_share);
    if by > 1 {
        words.push(if in_points {
            format!("each point across is {by} positions: half of the points from the least to the most of them")
        } else {
            format!("each column is {by} positions: ░ from the least to the most of them")
        });
    }
    (chart, words)
}

/// A chart of a spectrum, and what is said beneath.
fn of_spectrum(
    spectrum: &Named<'_, SpectrumReport>,
    width: usize,
    options: &ShowOptions,
) -> (Chart, Vec<String>) {
    let label = "1".to_owned();
    let curve = spectrum.curve;
    let room = width.saturating_sub(label.len() + 1);
    let (form, room) = if options.canvas.glyphs.points {
        (Form::Line, 2 * room)
    } else {
        (Form::Blocks(1), room)
    };
    let bars = spectrum_bars(curve, room);
    let columns = bars.len();
    let column = |frequency: f64| column_of(frequency, columns);
    let quarters = [0.0, 0.5, 0.25, 0.125, 0.375];
    let lobes = curve.lobes.iter().map(|lobe| (column(lobe.frequency), '▾'));
    let peak = (column(curve.peak.frequency), '▼');
    let chart = Chart {
        title: spectrum.title("spectrum"),
        across: "periods per position",
        shows_least: false,
        form,
        most: (1.0, label),
        ticks: quarters.map(|f| (column(f), f.to_string())).to_vec(),
        marks: [peak].into_iter().chain(lobes).collect(),
        bars: bars
            .into_iter()
            .map(|most| Bar {
                least: most,
                most,
                is_missing: false,
            })
            .collect(),
    };
    (chart, spectrum_words(curve))
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
