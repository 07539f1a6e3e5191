//! The curves of designs as figures.

use crate::footprint::real;
use crate::report::show::{Profile, SpectrumReport};

use super::super::curves::{
    Bar, EFFECTIVE, Named, Scales, lobe_height, profile_words, profiles, spectra, spectrum_bars,
    spectrum_words,
};
use super::super::design::Design;
use super::super::text::number;
use super::super::theme::Look;
use super::axis::round_step;
use super::figure::{Figure, Plot, Row, Sign};
use super::graph::{Axis, Graph, Item, RUNGS, Tone};
use super::letters::spaced;
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
    let is_single = designs.len() == 1;
    let frame = |count: usize| FRAMES[usize::from(count == 1)];
    let size_of_profiles = frame(profiles.len());
    if is_single {
        figure.rows = vec![
            row("Profile", &profiles, |own, title| {
                of_profile(own, title, size_of_profiles)
            }),
            row("Spectrum", &spectra, |own, title| {
                of_spectrum(own, title, frame(spectra.len()))
            }),
        ];
    } else {
        let series = |names: Vec<String>| {
            let numbered = names.into_iter().enumerate();
            let sign = |index| Sign::Line(Tone::Series(index).color(look), None);
            numbered.map(move |(index, name)| (sign(index), name))
        };
        let (label, names) = named("Profile", &profiles);
        figure
            .rows
            .push(together(label, profiles_together(&profiles, &names)));
        let (other, others) = named("Spectrum", &spectra);
        figure
            .rows
            .push(together(other, spectra_together(&spectra, &others)));
        // The colours of both are those of the same designs.
        let names = if profiles.is_empty() { others } else { names };
        figure.legend.extend(series(names));
    }
    figure.rows.retain(|row| !row.plots.is_empty());
    if !profiles.is_empty() {
        if profiles.iter().any(|own| own.own.is_some()) {
            figure
                .legend
                .push((Sign::Own, "the output's own position".to_owned()));
        }
        let is_long = |own: &Named<'_, Profile>| own.curve.weights.len() > across(size_of_profiles);
        if is_single && profiles.iter().any(is_long) {
            let sign = Sign::Square(Tone::Pale(1).color(look), None);
            let words = "from the least to the greatest of positions that share a column";
            figure.legend.push((sign, words.to_owned()));
        }
        let has_gap = |own: &Named<'_, Profile>| own.curve.weights.contains(&0.0);
        if is_single && profiles.iter().any(has_gap) {
            let sign = Sign::Square(look.hole(), None);
            figure.legend.push((sign, "not read".to_owned()));
        }
        figure.captions.push(EFFECTIVE.to_owned());
    }
    if !spectra.is_empty() {
        let mut words = "spectrum: the share of a pattern that passes, by its frequency".to_owned();
        if is_single {
            words.push_str("; dashed: the end of the main lobe");
        }
        figure.captions.push(words);
    }
    if figure.rows.is_empty() {
        let words =
            "No curve: path weights are not known, or there is no single answer to a frequency.";
        figure.captions.push(words.to_owned());
    }
    figure
}

/// What curves are called beneath a heading: the axes are in it where they are those of all.
fn named<T>(of: &str, all: &[Named<'_, T>]) -> (String, Vec<String>) {
    let along = all.first().map_or("", |own| own.along.as_str());
    if all.iter().all(|own| own.along == along) {
        let names = all.iter().map(|own| own.name.clone());
        return (format!("{of}{along}"), names.collect());
    }
    let names = all.iter().map(|own| format!("{},{}", own.name, own.along));
    (of.to_owned(), names.collect())
}

/// Curves each in a graph of its own.
fn row<'a, T>(
    of: &str,
    all: &[Named<'a, T>],
    graph: impl Fn(&Named<'a, T>, String) -> Plot,
) -> Row {
    let (label, names) = named(of, all);
    let plots = all.iter().zip(names);
    Row {
        label: Some(label),
        plots: plots.map(|(own, name)| graph(own, name)).collect(),
    }
}

/// Curves in one graph, if there are any.
fn together(label: String, plot: Option<Plot>) -> Row {
    Row {
        label: Some(label),
        plots: plot.into_iter().collect(),
    }
}

fn plot(title: String, captions: Vec<String>, graph: Graph) -> Plot {
    Plot {
        title,
        notes: Vec::new(),
        captions: captions.into_iter().map(|words| printed(&words)).collect(),
        body: Box::new(graph),
    }
}

/// Words with thin spaces in numbers, and a height and its place on one line.
fn printed(words: &str) -> String {
    spaced(words).replace(" at ", "\u{a0}at\u{a0}")
}

/// Axes of profiles.
fn profile_graph(scales: Scales, frame: Point, items: Vec<Item>) -> Graph {
    let name = if scales.is_share {
        "share of all paths"
    } else {
        "paths"
    };
    let step = round_step(scales.most, RUNGS);
    Graph {
        frame,
        across: Axis {
            name: "position".to_owned(),
            ends: (real(scales.first) - 0.5, real(scales.end) - 0.5),
            whole: true,
        },
        up: Axis {
            name: name.to_owned(),
            // Up to a number that is named.
            ends: (0.0, (scales.most / step - 1e-9).ceil() * step),
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

fn of_profile(own: &Named<'_, Profile>, title: String, frame: Point) -> Plot {
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
    plot(title, profile_words(own.curve, false), graph)
}

fn profiles_together(all: &[Named<'_, Profile>], names: &[String]) -> Option<Plot> {
    if all.is_empty() {
        return None;
    }
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
    let captions = all.iter().zip(names).map(|(own, name)| {
        let deviation = own.curve.standard_deviation;
        let deviation = deviation.map_or("none".to_owned(), number);
        format!("{name}: effective receptive field {deviation}")
    });
    let graph = profile_graph(scales, frame, items);
    Some(plot(String::new(), captions.collect(), graph))
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

fn of_spectrum(own: &Named<'_, SpectrumReport>, title: String, frame: Point) -> Plot {
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
    plot(title, spectrum_words(curve), graph)
}

fn spectra_together(all: &[Named<'_, SpectrumReport>], names: &[String]) -> Option<Plot> {
    if all.is_empty() {
        return None;
    }
    let frame = FRAMES[1];
    let curves = all.iter().enumerate();
    let curves =
        curves.map(|(index, own)| Item::Curve(points(own.curve, frame), Tone::Series(index)));
    let peaks = all.iter().map(|own| {
        let peak = own.curve.peak;
        Item::Peak((peak.frequency, peak.value), lobe_height(peak.value))
    });
    let captions = all.iter().zip(names).map(|(own, name)| {
        let peak = own.curve.peak;
        let (height, period) = (lobe_height(peak.value), number(peak.period));
        format!("{name}: peak grating lobe {height}, period {period}")
    });
    let graph = spectrum_graph(frame, curves.chain(peaks).collect());
    Some(plot(String::new(), captions.collect(), graph))
}
