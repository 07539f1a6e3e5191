#![no_main]
//! A small network that is always well-formed: `check` and `show` say what a walk over every position finds.

use std::collections::BTreeSet;

use degrid_fuzz::network::{Made, Network};
use degrid_fuzz::plain::{At, Paths};
use degrid_fuzz::{check, json, numbers, written};
use libfuzzer_sys::fuzz_target;
use serde_json::json;

/// First position and extent along an axis.
fn bounds(paths: &Paths, axis: usize) -> Option<(i64, i64)> {
    let along: BTreeSet<i64> = paths.keys().map(|(_, at)| at[axis]).collect();
    let (first, last) = (along.first()?, along.last()?);
    Some((*first, last - first + 1))
}

/// The numbers of an .npy file of float64, in the order of its positions.
fn floats(npy: &[u8]) -> Vec<f64> {
    let header = usize::from(u16::from_le_bytes([npy[8], npy[9]]));
    let (numbers, rest) = npy[10 + header..].as_chunks::<8>();
    assert!(rest.is_empty());
    numbers
        .iter()
        .map(|bytes| f64::from_le_bytes(*bytes))
        .collect()
}

fn holds(Made { text, plain, dims }: &Made) {
    let file = text.as_bytes();
    let report = check(file).unwrap_or_else(|| panic!("refused: {text}"));
    let output = plain.layers.len();
    let unit: At = match &plain.sizes {
        Some(sizes) => sizes[output].map(|n| n / 2),
        None => [0, 0],
    };
    let actual = plain.walk(output, &[unit], false, |_| false);
    let dense = plain.walk(output, &[unit], true, |_| false);
    let shown = json(&["show", "-", "--format", "json"], file).expect("what check takes");
    assert_eq!(
        numbers(&shown["unit"]).as_deref(),
        Some(&unit[..*dims]),
        "{text}"
    );
    let footprint = &shown["footprint"];
    let axes: Option<Vec<(i64, i64)>> = (0..*dims).map(|axis| bounds(&actual, axis)).collect();
    let axes = axes.filter(|_| !actual.is_empty());
    let first: Option<Vec<i64>> = axes
        .as_ref()
        .map(|axes| axes.iter().map(|axis| axis.0).collect());
    assert_eq!(footprint["first"], json!(first), "{text}");
    let axes = axes.unwrap_or(vec![(0, 0); *dims]);
    let extent: Vec<i64> = axes.iter().map(|axis| axis.1).collect();
    assert_eq!(footprint["extent"], json!(extent), "{text}");
    assert_eq!(footprint["covered"], json!(actual.len()), "{text}");
    let holes = extent.iter().product::<i64>() - i64::try_from(actual.len()).expect("few");
    assert_eq!(footprint["holes"], json!(holes), "{text}");
    let is_skipped = |(map, at): &(usize, At)| {
        let mut axes = axes.iter().zip(at);
        let is_in_box = axes.all(|((first, extent), at)| (*first..first + extent).contains(at));
        is_in_box && !actual.contains_key(&(*map, *at))
    };
    let skipped = dense.keys().filter(|place| is_skipped(place)).count();
    if !actual.is_empty() {
        assert_eq!(footprint["gridding"], json!(skipped), "{text}");
    }
    let npy = written(&["show", "-"], "npy", file).expect("small numbers");
    let paths: Vec<f64> = floats(&npy)
        .into_iter()
        .filter(|weight| *weight != 0.0)
        .collect();
    let is_near = |(one, other): (&f64, &f64)| (one - other).abs() <= 1e-9 * other;
    let is_same = paths.len() == actual.len() && paths.iter().zip(actual.values()).all(is_near);
    assert!(is_same, "{paths:?}, not {actual:?}: {text}");

    let file = &report["files"][0];
    let gridding = file["answer"]["gridding"].as_bool();
    // Along an axis that keeps its resolution a run goes on where the other is rescaled, and more layers fill holes.
    let may_be_filled = *dims == 2 && gridding == Some(false) && plain.rescales_one_axis();
    assert!(
        gridding == Some(plain.has_gridding()) || may_be_filled,
        "{gridding:?}: {text}"
    );
    let stages = file["stages"].as_array().expect("stages");
    let fails = stages
        .iter()
        .any(|stage| stage["verdicts"]["gridding"] == "fail");
    assert_eq!(fails, gridding == Some(true), "{text}");
}

fuzz_target!(|network: Network| {
    if let Some(made) = network.made() {
        holds(&made);
    }
});
