//! The curves of designs as figures.

use crate::footprint::real;
use crate::report::show::{Profile, SpectrumReport};

use super::super::curves::{
    Bar, EFFECTIVE, Named, Scales, lobe_height, profile_words, profiles, spectra, spectrum_bars,
    spectrum_words,
};
use super::super::panel::Design;
use super::super::text::number;
use super::super::theme::Look;
use super::figure::{Figure, Plot, Row, Sign};
use super::graph::{Axis, Graph, Item, Tone};
use super::scene::{Point, px};

/// Frame of one of several graphs, and of one that stands alone.
const FRAMES: [Point; 2] = [(260.0, 130.0), (560.0, 220.0)];

/// Draws the curves that designs have: of a single one each stage in a graph of its own, of several all in one.
#[must_use]
pub fn curves(designs: &[Design], look: Look) -> Figure {
    let mut figure = Figure {
        look,
        ..Figure::default()
    };
    let (profiles, spectra) = (profiles(designs), spectra(designs));
    let frame = |count: usize| FRAMES[usize::from(count == 1)];
    let size_of_profiles = frame(profiles.len());
    if designs.len() > 1 {
        figure.title = Some("Designs compared".to_owned());
        if !profiles.is_empty() {
            figure.rows.push(row(vec![profiles_together(&profiles)]));
        }
        if !spectra.is_empty() {
            figure.rows.push(row(vec![spectra_together(&spectra)]));
        }
        let named = profiles.iter().map(|curve| &curve.title);
        let titles: Vec<&String> = if profiles.is_empty() {
            spectra.iter().map(|curve| &curve.title).collect()
        } else {
            named.collect()
        };
        let series = titles.into_iter().enumerate().map(|(index, title)| {
            let sign = Sign::Line(Tone::Series(index).color(look), None);
            (sign, title.trim_start_matches([':', ' ']).to_owned())
        });
        figure.legend.extend(series);
    } else {
        let plots = profiles.iter().map(|own| of_profile(own, size_of_profiles));
        let plots: Vec<Plot> = plots.collect();
        figure.rows.push(row(plots));
        let size = frame(spectra.len());
        let plots: Vec<Plot> = spectra.iter().map(|own| of_spectrum(own, size)).collect();
        figure.rows.push(row(plots));
    }
    figure.rows.retain(|row| !row.plots.is_empty());
    if !profiles.is_empty() {
        if profiles.iter().any(|own| own.own.is_some()) {
            figure
                .legend
                .push((Sign::Own, "the output's own position".to_owned()));
        }
        let is_long = |own: &Named<'_, Profile>| own.curve.weights.len() > across(size_of_profiles);
        if designs.len() == 1 && profiles.iter().any(is_long) {
            let sign = Sign::Square(Tone::Pale(1).color(look), None);
            let words = "from the least to the greatest of positions that share a column";
            figure.legend.push((sign, words.to_owned()));
        }
        let has_gap = |own: &Named<'_, Profile>| own.curve.weights.contains(&0.0);
        if designs.len() == 1 && profiles.iter().any(has_gap) {
            let sign = Sign::Square(look.hole(), None);
            figure.legend.push((sign, "not read".to_owned()));
        }
        figure.captions.push(EFFECTIVE.to_owned());
    }
    if !spectra.is_empty() {
        let words = "spectrum: the share of a pattern that passes, by its frequency; dashed: the end of the main lobe";
        figure.captions.push(words.to_owned());
    }
    if figure.rows.is_empty() {
        let words =
            "No curve: path weights are not known, or there is no single answer to a frequency.";
        figure.captions.push(words.to_owned());
    }
    figure
}

fn row(plots: Vec<Plot>) -> Row {
    Row { label: None, plots }
}

fn plot(title: String, captions: Vec<String>, graph: Graph) -> Plot {
    Plot {
        title,
        notes: Vec::new(),
        captions,
        body: Box::new(graph),
    }
}

/// Axes of profiles.
fn profile_graph(scales: Scales, frame: Point, items: Vec<Item>) -> Graph {
    let name = if scales.is_share {
        "share of all paths"
    } else {
        "paths"
    };
    Graph {
        frame,
        across: Axis {
            name: "position".to_owned(),
            ends: (real(scales.first) - 0.5, real(scales.end) - 0.5),
            whole: true,
        },
        up: Axis {
            name: name.to_owned(),
            ends: (0.0, scales.most),
            whole: false,
        },
        items,
        data: vec![("kind", "profile".to_owned())],
    }
}

/// The columns of a profile: left and right end, and what is between.
fn columns(profile: &Profile, scales: Scales, frame: Point) -> Vec<(f64, f64, Bar)> {
    let (by, bars) = scales.bars(profile, across(frame));
    let step = i64::try_from(by).unwrap_or(1);
    let starts = (scales.first..).step_by(by);
    let ends = starts.map(|start| (start, (start + step).min(scales.end)));
    let columns = ends.zip(bars);
    columns
        .map(|((start, end), bar)| (real(start) - 0.5, real(end) - 0.5, bar))
        .collect()
}

/// Pixels across a frame.
fn across(frame: Point) -> usize {
    (1..4096).take_while(|n| px(*n) <= frame.0).count()
}

fn of_profile(own: &Named<'_, Profile>, frame: Point) -> Plot {
    let scales = Scales::of([own.curve]);
    let columns = columns(own.curve, scales, frame);
    let steps = |value: fn(&Bar) -> f64| {
        let steps = columns.iter().map(|(start, _, bar)| (*start, value(bar)));
        steps.collect::<Vec<(f64, f64)>>()
    };
    let (most, least) = (steps(|bar| bar.most), steps(|bar| bar.least));
    let mut items = Vec::new();
    if most != least {
        items.push(Item::Area(most, Tone::Pale(1)));
    }
    items.push(Item::Area(least, Tone::Series(1)));
    let gaps = columns.iter().filter(|(.., bar)| bar.is_missing);
    items.extend(gaps.map(|(start, end, _)| Item::Gap(*start, *end)));
    items.extend(own.own.map(|place| Item::Own(real(place))));
    let mut graph = profile_graph(scales, frame, items);
    graph.data.push(("exact", own.curve.exact.to_string()));
    plot(
        format!("paths{}", own.title),
        profile_words(own.curve, false),
        graph,
    )
}

fn profiles_together(all: &[Named<'_, Profile>]) -> Plot {
    let frame = FRAMES[1];
    let scales = Scales::of(all.iter().map(|own| own.curve));
    let curve = |(index, own): (usize, &Named<'_, Profile>)| {
        let columns = columns(own.curve, scales, frame).into_iter();
        let points = columns.flat_map(|(start, end, bar)| [(start, bar.most), (end, bar.most)]);
        Item::Curve(points.collect(), Tone::Series(index))
    };
    let mut items: Vec<Item> = all.iter().enumerate().map(curve).collect();
    let mut own: Vec<i64> = all.iter().filter_map(|own| own.own).collect();
    own.dedup();
    items.extend(own.into_iter().map(|place| Item::Own(real(place))));
    let captions = all.iter().map(|own| {
        let deviation = own
            .curve
            .standard_deviation
            .map_or("none".to_owned(), number);
        let name = own.title.trim_start_matches([':', ' ']);
        format!("{name}: effective receptive field {deviation}")
    });
    plot(
        "share of all paths".to_owned(),
        captions.collect(),
        profile_graph(scales, frame, items),
    )
}

/// Axes of spectra.
fn spectrum_graph(frame: Point, items: Vec<Item>) -> Graph {
    Graph {
        frame,
        across: Axis {
            name: "periods per position".to_owned(),
            ends: (0.0, 0.5),
            whole: false,
        },
        up: Axis {
            name: "share that passes".to_owned(),
            ends: (0.0, 1.0),
            whole: false,
        },
        items,
        data: vec![("kind", "spectrum".to_owned())],
    }
}

/// A spectrum as points, close enough for a frame: of each column the highest.
fn points(spectrum: &SpectrumReport, frame: Point) -> Vec<(f64, f64)> {
    let most = across(frame);
    let last = spectrum.values.len().saturating_sub(1);
    let place = |index: usize, count: usize| {
        let part = |n: usize| i64::try_from(n).map_or(0.0, real);
        part(index) / part(count).max(1.0) / 2.0
    };
    if last <= most {
        let values = spectrum.values.iter().enumerate();
        return values
            .map(|(index, value)| (place(index, last), *value))
            .collect();
    }
    let bars = spectrum_bars(spectrum, most);
    let (count, bars) = (bars.len() - 1, bars.into_iter().enumerate());
    bars.map(|(index, value)| (place(index, count), value))
        .collect()
}

fn of_spectrum(own: &Named<'_, SpectrumReport>, frame: Point) -> Plot {
    let (curve, peak) = (own.curve, own.curve.peak);
    let mut items = vec![
        Item::Rule(curve.first_zero),
        Item::Curve(points(curve, frame), Tone::Series(1)),
    ];
    let label = format!(
        "{}, period {}",
        lobe_height(peak.value),
        number(peak.period)
    );
    items.push(Item::Peak((peak.frequency, peak.value), label));
    let mut graph = spectrum_graph(frame, items);
    graph.data.push(("peak", peak.value.to_string()));
    graph.data.push(("frequency", peak.frequency.to_string()));
    plot(
        format!("spectrum{}", own.title),
        spectrum_words(curve),
        graph,
    )
}

fn spectra_together(all: &[Named<'_, SpectrumReport>]) -> Plot {
    let frame = FRAMES[1];
    let curves = all.iter().enumerate();
    let items =
        curves.map(|(index, own)| Item::Curve(points(own.curve, frame), Tone::Series(index)));
    let captions = all.iter().map(|own| {
        let peak = own.curve.peak;
        let name = own.title.trim_start_matches([':', ' ']);
        let height = lobe_height(peak.value);
        format!(
            "{name}: peak grating lobe {height}, a period of {} positions",
            number(peak.period)
        )
    });
    plot(
        "spectrum".to_owned(),
        captions.collect(),
        spectrum_graph(frame, items.collect()),
    )
}
