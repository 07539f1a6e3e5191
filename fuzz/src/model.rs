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
    for key in SAME {
        assert_eq!(answer(&report, key), answer(&again, key), "{key} of {text}");
    }
    let again = json(&["show", "--format", "json", "-"], &imported.out);
    let footprint = |shown: Option<Value>| shown.map(|shown| shown["footprint"].clone());
    assert_eq!(footprint(shown), footprint(again), "{text}");
}
