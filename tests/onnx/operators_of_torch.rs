//! Operators of PyTorch one by one: what outputs read of small models around each, as autograd recorded it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use degrid::footprint::View;
use degrid::graph::{Options, read};
use degrid::network::{MapId, PerAxis};

#[derive(serde::Deserialize)]
struct Case {
    name: String,
    graph: serde_json::Value,
    reads: Vec<Reads>,
}

/// A position of the output, and the input positions that it reads, counted row by row.
#[derive(serde::Deserialize)]
struct Reads {
    at: Vec<i64>,
    reads: BTreeSet<usize>,
}

fn cases() -> Vec<Case> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/graphs/operators.jsonl");
    let text = std::fs::read_to_string(file).unwrap();
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The positions of an input of these sizes, row by row.
fn places(sizes: &[i64]) -> Vec<Vec<i64>> {
    sizes.iter().fold(vec![Vec::new()], |outer, &n| {
        let with = |place: &Vec<i64>| (0..n).map(|at| [&place[..], &[at]].concat()).collect();
        outer.iter().flat_map::<Vec<_>, _>(with).collect()
    })
}

fn check(case: &Case) -> Result<(), String> {
    let text = case.graph.to_string();
    let import = read(text.as_bytes(), &Options::default()).map_err(|error| error.to_string())?;
    if let Some(end) = import.notes.iter().find(|note| note.ends) {
        return Err(end.text.clone());
    }
    let network = &import.network;
    let input = network.input.unwrap();
    for Reads { at, reads } in &case.reads {
        if at.len() != network.dims {
            return Err(format!("{} axes, not {}", network.dims, at.len()));
        }
        let view = View {
            position: PerAxis::from_fn(network.dims, |axis| at[axis]),
            ..View::middle(network, network.outputs[0], MapId::INPUT)
        };
        let grid = view.seen(false).and_then(|seen| seen.drawn());
        let grid = grid.map_err(|error| error.to_string())?;
        let all = places(&input[..]).into_iter().enumerate();
        let found: BTreeSet<usize> = all
            .filter_map(|(index, place)| grid.contains(&place).then_some(index))
            .collect();
        if found != *reads {
            return Err(format!("{at:?} reads {found:?}, not {reads:?}"));
        }
    }
    Ok(())
}

#[test]
fn every_operator_reads_what_autograd_says() {
    let cases = cases();
    assert!(cases.len() >= 50);
    let faults: Vec<String> = cases
        .iter()
        .filter_map(|case| Some(format!("{}: {}", case.name, check(case).err()?)))
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
