//! The curves of designs, with their titles and words: what terminals and pictures draw alike.

use crate::report::show::{Curves, Profile, SpectrumReport};

use super::design::Design;
use super::panel::axes;
use super::text::{number, paths};

/// Lobes that are named beside the peak.
const NAMED: usize = 3;

/// What the effective receptive field is, beneath profiles.
pub const EFFECTIVE: &str = "effective receptive field: the standard deviation of positions by their paths, the other axes summed (Luo et al. 2016)";

/// A curve, and what it is called.
#[derive(Clone, Debug)]
pub struct Named<'a, T> {
    /// Whose it is.
    pub name: String,
    /// Along which axes, in words; nothing where there is one axis only.
    pub along: String,
    /// The curve.
    pub curve: &'a T,
    /// The output's own position along the axis, where it has one.
    pub own: Option<i64>,
}

impl<T> Named<'_, T> {
    /// Its title: of what, along which axes, and whose.
    #[must_use]
    pub fn title(&self, of: &str) -> String {
        format!("{of}{}: {}", self.along, self.name)
    }
}

/// The profiles of designs; of a single one those of its stages too. Axes that look alike are one.
#[must_use]
pub fn profiles<'a>(designs: &'a [Design<'_>]) -> Vec<Named<'a, Profile>> {
    let parts = parts(designs).into_iter();
    let named = parts.flat_map(
        |Part {
             name,
             curves,
             centre,
         }| {
            let all = curves.profile.as_deref().unwrap_or_default();
            merged(&name, all, alike, |axis| Some(centre?[axis]))
        },
    );
    named.collect()
}

/// The spectra of designs; of a single one those of its stages too. Equal axes are one.
#[must_use]
pub fn spectra<'a>(designs: &'a [Design<'_>]) -> Vec<Named<'a, SpectrumReport>> {
    let parts = parts(designs).into_iter();
    let named = parts.flat_map(|Part { name, curves, .. }| {
        let all = curves.spectrum.as_deref().unwrap_or_default();
        merged(&name, all, PartialEq::eq, |_| None)
    });
    named.collect()
}

/// Whether curves were asked for.
#[must_use]
pub fn has_curves(designs: &[Design]) -> bool {
    let curves = |design: &Design| design.report.footprint.curves != Curves::default();
    designs.iter().any(curves)
}

/// Curves of one footprint, and what it is called.
struct Part<'a> {
    name: String,
    curves: &'a Curves,
    /// The output's own position, per axis.
    centre: Option<&'a [i64]>,
}

/// Places that share a column: the least and the greatest value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// The least value.
    pub least: f64,
    /// The greatest value.
    pub most: f64,
    /// Whether one of the places has no value.
    pub is_missing: bool,
}

impl Bar {
    /// The column of several places; `None` of none.
    fn of(places: impl IntoIterator<Item = Option<f64>>) -> Option<Self> {
        let bars = places.into_iter().map(|place| Self {
            least: place.unwrap_or(0.0),
            most: place.unwrap_or(0.0),
            is_missing: place.is_none(),
        });
        bars.reduce(|a, b| Self {
            least: a.least.min(b.least),
            most: a.most.max(b.most),
            is_missing: a.is_missing || b.is_missing,
        })
    }
}

/// Scales of profiles: those of one alone, or those that several share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scales {
    /// First position.
    pub first: i64,
    /// The position after the last.
    pub end: i64,
    /// The greatest value.
    pub most: f64,
    /// Whether values are shares of all paths, not their number.
    pub is_share: bool,
}

impl Scales {
    /// The scales of profiles: shares of paths where there are several of them.
    #[must_use]
    pub fn of<'a>(profiles: impl IntoIterator<Item = &'a Profile>) -> Self {
        let all: Vec<&Profile> = profiles.into_iter().collect();
        let is_share = all.len() > 1;
        let unit = |profile: &Profile| if is_share { profile.total() } else { 1.0 };
        Self {
            first: all.iter().map(|p| p.first).min().unwrap_or(0),
            end: all.iter().map(|p| p.end()).max().unwrap_or(0),
            most: all.iter().map(|p| p.most() / unit(p)).fold(0.0, f64::max),
            is_share,
        }
    }

    /// A profile in at most `columns` columns of as many positions each as are returned.
    #[must_use]
    pub fn bars(&self, profile: &Profile, columns: usize) -> (usize, Vec<Bar>) {
        let unit = if self.is_share { profile.total() } else { 1.0 };
        let value = |place: i64| {
            let index = usize::try_from(place - profile.first).ok();
            match index.and_then(|index| profile.weights.get(index)) {
                Some(weight) if *weight == 0.0 => None,
                weight => Some(weight.map_or(0.0, |weight| weight / unit)),
            }
        };
        let count = usize::try_from(self.end - self.first).unwrap_or(1).max(1);
        let by = count.div_ceil(columns.max(1));
        let step = i64::try_from(by).unwrap_or(1);
        let starts = (self.first..self.end).step_by(by);
        let bar = |start: i64| Bar::of((start..(start + step).min(self.end)).map(value));
        (by, starts.filter_map(bar).collect())
    }
}

/// The highest value of a spectrum in each of at most `columns` columns of frequencies from 0 to ½.
#[must_use]
pub fn spectrum_bars(spectrum: &SpectrumReport, columns: usize) -> Vec<f64> {
    let last = spectrum.values.len().saturating_sub(1).max(1);
    let columns = columns.clamp(1, last + 1);
    let highest = |column: usize| {
        let (from, to) = (column * last / columns, (column + 1) * last / columns);
        let values = spectrum.values.get(from..=to).unwrap_or_default();
        values.iter().copied().fold(0.0, f64::max)
    };
    (0..columns).map(highest).collect()
}

/// What is said beneath a profile.
#[must_use]
pub fn profile_words(profile: &Profile, is_share: bool) -> Vec<String> {
    let mut words = vec![match profile.standard_deviation {
        Some(deviation) => format!(
            "effective receptive field {} of {} positions",
            number(deviation),
            profile.weights.len()
        ),
        None => "effective receptive field: none, as weights may be negative".to_owned(),
    }];
    if !is_share {
        let kind = if profile.exact { "" } else { ", rounded" };
        let times = profile.times.filter(|times| (times - 1.0).abs() > 1e-12);
        let times = times.map(|times| format!(", ×{} with the other axes", number(times)));
        let most = paths(profile.most());
        words.push(format!("up to {most}{kind}{}", times.unwrap_or_default()));
    }
    words
}

/// What is said beneath a spectrum.
#[must_use]
pub fn spectrum_words(spectrum: &SpectrumReport) -> Vec<String> {
    let peak = spectrum.peak;
    let least = if spectrum.peak_proved {
        ""
    } else {
        "at least "
    };
    let mut words = vec![format!(
        "peak grating lobe {least}{} at {:.4}, period {}",
        lobe_height(peak.value),
        peak.frequency,
        number(peak.period)
    )];
    let mut others: Vec<_> = spectrum.lobes.iter().collect();
    others.retain(|lobe| (lobe.frequency - peak.frequency).abs() > 1e-6 && lobe.value >= 5e-4);
    others.sort_by(|a, b| b.value.total_cmp(&a.value));
    if !others.is_empty() {
        let named = others.iter().take(NAMED);
        let named =
            named.map(|lobe| format!("{} at {:.4}", lobe_height(lobe.value), lobe.frequency));
        words.push(format!("further lobes {}", itertools::join(named, ", ")));
    }
    words.push(format!("main lobe to {:.4}", spectrum.first_zero));
    words
}

/// The height of a lobe.
#[must_use]
pub fn lobe_height(value: f64) -> String {
    if value < 5e-4 {
        format!("{value:.1e}")
    } else {
        format!("{value:.3}")
    }
}

/// What has curves: the footprint, and the stages with a schedule; those that look the same once.
fn parts<'a>(designs: &'a [Design<'_>]) -> Vec<Part<'a>> {
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
        let whole = &design.report.footprint.curves;
        let mut named: Vec<(Vec<&str>, &Curves)> = Vec::new();
        for stage in &design.report.stages {
            let (name, curves) = (stage.stage.name.as_str(), &stage.curves);
            if stage.stage.dilations.is_empty() || same(curves, whole) {
                continue;
            }
            match named.iter_mut().find(|(_, other)| same(curves, other)) {
                Some((names, _)) => names.push(name),
                None => named.push((vec![name], curves)),
            }
        }
        parts.extend(named.into_iter().map(|(names, curves)| Part {
            name: match names[..] {
                [name] => format!("stage {name}"),
                _ => format!("stages {}", names.join(", ")),
            },
            curves,
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

/// Curves of axes, those that look alike once.
fn merged<'a, T>(
    name: &str,
    all: &'a [Option<T>],
    alike: impl Fn(&T, &T) -> bool,
    own: impl Fn(usize) -> Option<i64>,
) -> Vec<Named<'a, T>> {
    let names = axes(all.len());
    let mut found: Vec<(Vec<&str>, usize, &T)> = Vec::new();
    for (axis, curve) in all.iter().enumerate() {
        let Some(curve) = curve else { continue };
        match found.iter_mut().find(|(_, _, other)| alike(other, curve)) {
            Some((along, ..)) => along.push(names[axis]),
            None => found.push((vec![names[axis]], axis, curve)),
        }
    }
    let words = |along: Vec<&str>| match names.len() {
        1 => String::new(),
        _ => format!(" along {}", along.join(" and ")),
    };
    let named = |(along, axis, curve)| Named {
        name: name.to_owned(),
        along: words(along),
        curve,
        own: own(axis),
    };
    found.into_iter().map(named).collect()
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
