//! Every recorded position of every recorded model, through both of PyTorch's exporters (see `tests/data/onnx/README.md`).

use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;

use degrid::footprint::View;
use degrid::network::{MapId, Network, PerAxis};
use degrid::onnx::{Import, Options, read};
use sha2::Digest;

#[derive(serde::Deserialize)]
pub struct Case {
    pub model: String,
    files: Vec<String>,
    pub at: String,
    output_index: Option<usize>,
    input: Vec<i64>,
    size: Vec<i64>,
    unit: Vec<i64>,
    #[serde(rename = "box")]
    bounds: Vec<(i64, i64)>,
    covered: i64,
    sha256: String,
    global_pools: Option<String>,
}

pub fn data(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/onnx")
        .join(file)
}

fn import(file: &str, at: &str) -> Result<Import, String> {
    let at = if at == "output" {
        Vec::new()
    } else {
        vec![at.to_owned()]
    };
    let options = Options {
        at,
        ..Options::default()
    };
    read(File::open(data(file)).unwrap(), &options).map_err(|error| error.to_string())
}

/// A network whose merges read no map behind a global pool.
fn without_pools(network: &Network) -> Network {
    let mut network = network.clone();
    for layer in &mut network.layers {
        let maps = &network.maps;
        let is_pooled = |map: &MapId| maps[map.0].is_pooled();
        if !layer.inputs.iter().all(is_pooled) {
            layer.inputs.retain(|map| !is_pooled(map));
        }
    }
    network
}

pub fn check(import: &Import, case: &Case) -> Result<(), String> {
    let network = &match &case.global_pools {
        Some(_) => without_pools(&import.network),
        None => import.network.clone(),
    };
    let output = network.outputs[case.output_index.unwrap_or(0)];
    let facts = network.facts(output);
    let same = |what: &str, found: &dyn std::fmt::Debug, wanted: &dyn std::fmt::Debug| {
        let (found, wanted) = (format!("{found:?}"), format!("{wanted:?}"));
        if found == wanted {
            Ok(())
        } else {
            Err(format!("{what}: {found}, not {wanted}"))
        }
    };
    same("input", &&network.input.unwrap()[..], &&case.input[..])?;
    same("size", &&facts.size.unwrap()[..], &&case.size[..])?;
    let view = View {
        position: PerAxis::from_fn(network.dims, |axis| case.unit[axis]),
        ..View::middle(network, output, MapId::INPUT)
    };
    let region = view.seen(false).map_err(|error| error.to_string())?;
    let bounds = region.bounds().map(|(first, extent)| {
        let ends = first.iter().zip(&extent);
        ends.map(|(first, extent)| (*first, first + extent - 1))
            .collect::<Vec<_>>()
    });
    same("box", &bounds.unwrap_or_default(), &case.bounds)?;
    same("covered", &region.count().unwrap(), &case.covered)?;
    let grid = region.drawn().map_err(|error| error.to_string())?;
    let mut place = vec![0; network.dims];
    let mut bytes = Vec::new();
    for _ in 0..case.input.iter().product::<i64>() {
        bytes.push(u8::from(grid.contains(&place)));
        for axis in (0..network.dims).rev() {
            place[axis] += 1;
            if place[axis] < case.input[axis] {
                break;
            }
            place[axis] = 0;
        }
    }
    let hash: String = sha2::Sha256::digest(&bytes)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    same("bitmap", &hash, &case.sha256)
}

pub fn cases() -> Vec<Case> {
    let text = std::fs::read_to_string(data("truth.jsonl")).unwrap();
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn every_recorded_position() {
    let cases = cases();
    assert!(cases.len() >= 222);
    let mut imports = BTreeMap::new();
    let mut faults = Vec::new();
    let mut checked = 0;
    for case in &cases {
        for file in case.files.iter().filter(|file| data(file).exists()) {
            let key = (file.clone(), case.at.clone());
            let import = imports.entry(key).or_insert_with(|| import(file, &case.at));
            let result = import
                .as_ref()
                .map_err(Clone::clone)
                .and_then(|import| check(import, case));
            checked += 1;
            if let Err(fault) = result {
                faults.push(format!("{file} at {} {:?}: {fault}", case.at, case.unit));
            }
        }
    }
    assert!(
        faults.is_empty(),
        "{} of {checked} differ:\n{}",
        faults.len(),
        faults.join("\n")
    );
    assert!(checked >= 429, "only {checked}");
}
