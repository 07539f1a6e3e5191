//! What a problem or finding is known by from one run to the next.

use std::collections::HashMap;

use itertools::Itertools;
use sha2::{Digest, Sha256};

use crate::network::times;

use super::file::FileReport;
use super::item::{Item, items};
use super::measures::Dilations;

/// Bytes of the hash that are kept: 128 bits leave no room for chance.
const KEPT: usize = 16;

/// A fingerprint for each problem and then each finding of a file, in hexadecimal.
///
/// It is the SHA-256 hash, cut to 128 bits, of the path, the rule, the name of the stage and its schedule, the index of the layer in the
/// stage's list, the text that is underlined, the other places of the same fault, and the number among those that agree in all of these.
/// So it stays the same when lines
/// move, when a message is put in other words, and from one version to the next; another schedule is another finding. No two are equal
/// in a report that has each path once.
#[must_use]
pub fn fingerprints(file: &FileReport) -> Vec<String> {
    let mut seen: HashMap<Vec<u8>, u64> = HashMap::new();
    let schedules: HashMap<&str, String> = file
        .stages
        .iter()
        .map(|stage| {
            let stage = &stage.stage;
            let dilations = itertools::join(stage.dilations.iter().map(hashed), ",");
            let schedule = format!("{dilations} x {}", stage.repeat);
            (stage.name.as_str(), schedule)
        })
        .collect();
    items(file)
        .map(|item| {
            let key = key(file, &schedules, &item);
            let mut hash = Sha256::new();
            hash.update(&key);
            let ordinal = seen.entry(key).or_default();
            hash.update(ordinal.to_le_bytes());
            *ordinal += 1;
            format!("{:02x}", hash.finalize().iter().take(KEPT).format(""))
        })
        .collect()
}

/// What is hashed but for the number; each part after its length, so that none runs into the next.
fn key(file: &FileReport, schedules: &HashMap<&str, String>, item: &Item<'_>) -> Vec<u8> {
    let layer = item.layer.map(|layer| layer.to_string());
    let covered = match (item.span, &file.source) {
        (Some(span), Some(source)) => source.get(span.bytes.clone()).unwrap_or_default(),
        _ => "",
    };
    let schedule = item.stage.and_then(|stage| schedules.get(stage));
    // A checkout may turn line ends.
    let covered = covered.replace("\r\n", "\n");
    let parts: [&str; 6] = [
        &file.path,
        item.rule,
        item.stage.unwrap_or_default(),
        schedule.map(String::as_str).unwrap_or_default(),
        layer.as_deref().unwrap_or_default(),
        &covered,
    ];
    let others = item.others.iter().map(|place| match place.layer {
        Some(layer) => format!("{} {layer}", place.stage),
        None => place.stage.clone(),
    });
    let mut key = Vec::new();
    for part in parts.map(str::to_owned).into_iter().chain(others) {
        // Lengths have the same bytes on every system.
        key.extend(u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
        key.extend(part.as_bytes());
    }
    key
}

/// Dilations as they are hashed: never in other words, or known findings would be new ones.
fn hashed(dilations: &Dilations) -> String {
    match dilations {
        Dilations::All(one) => one.to_string(),
        Dilations::Each(each) => times(each),
        Dilations::Cycle { cycle } => {
            format!("cycle {}", itertools::join(cycle.iter().map(hashed), ","))
        }
    }
}
