//! What holds of a model, of whichever framework.

use serde_json::Value;

use crate::{check, json, run};

/// Numbers of an answer that say the same whatever maps are called.
const SAME: [&str; 6] = [
    "gridding",
    "positions",
    "skipped",
    "receptive_field",
    "input_positions",
    "input_skipped",
];

/// A model is checked, shown and imported, and its network file says the same as the model.
pub fn holds(bytes: &[u8]) {
    let Some(report) = check(bytes) else { return };
    for format in ["human", "sarif"] {
        run(&["check", "--no-config", "--format", format, "-"], bytes);
    }
    run(&["show", "-"], bytes);
    let shown = json(&["show", "--format", "json", "-"], bytes);
    let imported = run(&["import", "-"], bytes);
    if imported.code != 0 {
        return;
    }
    let text = String::from_utf8_lossy(&imported.out).into_owned();
    let again =
        check(&imported.out).unwrap_or_else(|| panic!("what import wrote is refused: {text}"));
    let answer = |report: &Value, key: &str| report["files"][0]["answer"][key].clone();
    // What is sure of a model that was cut off goes before the rest; its network file knows of no cut.
    let is_cut = report["files"][0]["notes"]
        .as_array()
        .is_some_and(|notes| notes.iter().any(|note| note["ends_positions"] == true));
    let keys = if is_cut { &SAME[..1] } else { &SAME[..] };
    for key in keys {
        assert_eq!(answer(&report, key), answer(&again, key), "{key} of {text}");
    }
    let again = json(&["show", "--format", "json", "-"], &imported.out);
    let footprint = |shown: Option<Value>| shown.map(|shown| shown["footprint"].clone());
    let (shown, again) = (footprint(shown), footprint(again));
    let is_same = match (&shown, &again) {
        (Some(one), Some(other)) => same(one, other),
        _ => shown == again,
    };
    assert!(is_same, "{shown:?} is not {again:?}: {text}");
}

/// Whether two values are the same, but for the rounding of sums that are made in another order.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let is_same = |(key, one): (&String, &Value)| {
                other.get(key).is_some_and(|other| same(one, other))
            };
            one.len() == other.len() && one.iter().all(is_same)
        }
        (Value::Number(one), Value::Number(other)) if one.is_f64() && other.is_f64() => {
            let (one, other) = (one.as_f64().unwrap_or(0.0), other.as_f64().unwrap_or(0.0));
            (one - other).abs() <= 1e-9 * one.abs()
        }
        _ => one == other,
    }
}
