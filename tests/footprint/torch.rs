//! Every network of the recorded cases, against what PyTorch's autograd finds for one output unit (see `tests/oracle/README.md`).

use degrid::config::parse;
use degrid::footprint::{Grid, View};
use degrid::network::MapId;
use sha2::Digest;

#[derive(serde::Deserialize)]
struct Case {
    seed: u64,
    kind: String,
    toml: String,
    output: Vec<i64>,
    unit: Vec<i64>,
    covered: i64,
    first: Option<Vec<i64>>,
    extent: Option<Vec<i64>>,
    holes: Option<i64>,
    mask_sha256: String,
    paths_sum: f64,
    paths_max: f64,
}

fn cases(file: &str) -> Vec<Case> {
    let text = std::fs::read_to_string(format!("{}/tests/data/{file}", env!("CARGO_MANIFEST_DIR")))
        .unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn mask(grid: &Grid, size: &[i64]) -> String {
    let mut place = vec![0; size.len()];
    let mut bytes = Vec::new();
    let cells: i64 = size.iter().product();
    for _ in 0..cells {
        bytes.push(u8::from(grid.contains(&place)));
        for axis in (0..size.len()).rev() {
            place[axis] += 1;
            if place[axis] < size[axis] {
                break;
            }
            place[axis] = 0;
        }
    }
    sha2::Sha256::digest(&bytes)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * b.abs().max(1.0)
}

fn check(case: &Case) -> Result<(), String> {
    let config = parse(&case.toml).map_err(|p| format!("{p:?}"))?;
    let network = &config.network;
    let output = network.outputs[0];
    let size = network.input.unwrap();
    let view = View::middle(network, output, MapId::INPUT);
    let region = view.seen(false).map_err(|e| e.to_string())?;
    let field = view.paths().map_err(|e| e.to_string())?;
    let weights = field
        .array(&[0, 0, 0][..size.len()], &size)
        .map_err(|e| e.to_string())?;
    let same = |what: &str, equal: bool| {
        if equal {
            Ok(())
        } else {
            Err(format!("{what} differs"))
        }
    };
    same(
        "output",
        network.facts(output).size.unwrap()[..] == case.output[..],
    )?;
    same("unit", view.position[..] == case.unit[..])?;
    same("covered", region.count().unwrap() == case.covered)?;
    let bounds = region.bounds();
    same(
        "first",
        bounds.as_ref().map(|b| &b.0) == case.first.as_ref(),
    )?;
    same(
        "extent",
        bounds.as_ref().map(|b| &b.1) == case.extent.as_ref(),
    )?;
    let holes = bounds.map(|b| b.1.iter().product::<i64>() - case.covered);
    same("holes", holes == case.holes)?;
    same(
        "mask",
        mask(&region.drawn().unwrap(), &size) == case.mask_sha256,
    )?;
    same("sum of paths", close(weights.sum(), case.paths_sum))?;
    same(
        "most paths",
        close(weights.iter().copied().fold(0.0, f64::max), case.paths_max),
    )?;
    // Cubic interpolation has negative weights: paths may cancel, and what floating point leaves of them is no count.
    let with_path = weights.iter().filter(|w| **w != 0.0).count() as i64;
    let cancels = case.toml.contains("cubic");
    same(
        "cells with a path",
        with_path == case.covered || (cancels && with_path < case.covered),
    )
}

fn check_all(file: &str, least: usize) {
    let cases = cases(file);
    assert!(
        cases.len() >= least,
        "{file} has only {} cases",
        cases.len()
    );
    let failures: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            check(case)
                .err()
                .map(|e| format!("case {} ({}): {e}\n{}", case.seed, case.kind, case.toml))
        })
        .collect();
    assert!(
        failures.is_empty(),
        "{} of {} differ; the first:\n{}",
        failures.len(),
        cases.len(),
        failures[0]
    );
}

#[test]
fn recorded_networks() {
    check_all("torch.jsonl", 400);
}

#[test]
fn recorded_networks_with_every_operation() {
    check_all("more.jsonl", 400);
}

#[test]
fn recorded_networks_with_further_operations() {
    check_all("further.jsonl", 250);
}
