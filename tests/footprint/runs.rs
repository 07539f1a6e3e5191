//! What a run sees, against a walk of its own over the graph of the network: one output unit, every path back to the input, position by
//! position. Also the maps that are said to hold all others of a merge.

use std::collections::{BTreeSet, HashSet};

use degrid::footprint::{RunEnd, RunFootprint, Runs};
use degrid::network::{MapId, Network, OpKind};
use proptest::prelude::*;

use super::common::{cases, config, net};
use super::effort::few_or_all;
use super::ops::reads;

type Plain = BTreeSet<Vec<i64>>;

/// Every position of the input that position 0 of `map` is computed from.
fn walked(network: &Network, map: MapId, dense: bool) -> Plain {
    let mut seen = HashSet::new();
    let mut open = vec![(map, vec![0; network.dims])];
    let mut reached = Plain::new();
    while let Some((map, at)) = open.pop() {
        let Some(layer) = network.writer(map) else {
            reached.insert(at);
            continue;
        };
        let mut places = vec![Vec::new()];
        for (axis, op) in layer.op.axes.iter().enumerate() {
            let taps = reads(op, at[axis], None, dense);
            let longer = |place: Vec<i64>| {
                let taps = &taps;
                taps.iter()
                    .map(move |t| [&place[..], &[t.0]].concat())
                    .collect::<Vec<_>>()
            };
            places = places.into_iter().flat_map(longer).collect();
        }
        for &input in &layer.inputs {
            for place in &places {
                if seen.insert((input, place.clone())) {
                    open.push((input, place.clone()));
                }
            }
        }
    }
    reached
}

proptest! {
    #![proptest_config(cases(few_or_all(24, 64)))]

    #[test]
    fn free_of_gridding_is_told_alike(net in net()) {
        let config = config(&net.toml(None));
        let network = &config.network;
        let runs = Runs::new(network);
        let inside = network.stages.iter().map(|stage| (RunEnd::Map(stage.output), Some(stage.input)));
        for (end, scope) in runs.ends().into_iter().map(|end| (end, None)).chain(inside) {
            let found = !runs.run_footprint(end, scope).has_gridding();
            prop_assert_eq!(runs.is_free_of_gridding(end, scope), Some(found), "{:?} {}", end, net.toml(None));
        }
    }

    #[test]
    fn run_footprint_of_a_graph(net in net()) {
        let config = config(&net.toml(None));
        let network = &config.network;
        let runs = Runs::new(network);
        for stage in 0..net.stages.len() {
            let end = network.stages[stage].output;
            let (actual, dense) = (walked(network, end, false), walked(network, end, true));
            let footprint = runs.run_footprint(RunEnd::Map(end), None);
            prop_assert_eq!(footprint.has_gridding(), actual != dense, "{}", net.toml(None));
            let is_free = runs.is_free_of_gridding(RunEnd::Map(end), None);
            prop_assert_eq!(is_free, Some(actual == dense), "{}", net.toml(None));
            match footprint {
                RunFootprint::Branches { missed, .. } => {
                    let rest: Plain = dense.difference(&actual).cloned().collect();
                    prop_assert_eq!(missed.iter().map(|m| m.count).sum::<i64>(), rest.len() as i64);
                    for one in missed {
                        prop_assert_eq!(Some(&one.example), rest.first());
                        prop_assert_eq!((one.begin, one.dense), (MapId::INPUT, dense.len() as i64));
                    }
                }
                RunFootprint::Chain(axes) => {
                    for (axis, chain) in axes.iter().enumerate() {
                        let along: BTreeSet<i64> = actual.iter().map(|at| at[axis]).collect();
                        let extent = along.last().unwrap() - along.first().unwrap() + 1;
                        prop_assert_eq!(chain.exact.extent, extent, "{}", net.toml(None));
                        prop_assert_eq!(chain.exact.fault.is_some(), (along.len() as i64) < extent);
                    }
                }
                RunFootprint::TooLarge(error) => prop_assert!(false, "{}", error),
            }
        }
    }

    #[test]
    fn covering_maps_hold_the_others(net in net()) {
        let config = config(&net.toml(None));
        let network = &config.network;
        let runs = Runs::new(network);
        for (index, layer) in network.layers.iter().enumerate() {
            let merge = MapId(index + 1);
            let Some(covering) = runs.covering_input(merge) else { continue };
            prop_assert!(matches!(layer.op.kind, OpKind::Add | OpKind::Concat));
            prop_assert!(layer.inputs.contains(&covering));
            for dense in [false, true] {
                prop_assert_eq!(walked(network, merge, dense), walked(network, covering, dense), "{}", net.toml(None));
            }
        }
    }

    #[test]
    fn plain_residual_blocks_are_covered(dilations in prop::collection::vec(1..9_i64, 1..4), repeat in 1..4_usize) {
        let text = format!("dims = 1\n[[stage]]\ndilations = {dilations:?}\nrepeat = {repeat}\nresidual = true\n");
        let config = config(&text);
        let runs = Runs::new(&config.network);
        let sums = (0..config.network.layers.len()).filter(|&l| config.network.layers[l].op.kind == OpKind::Add);
        for sum in sums {
            prop_assert!(runs.covering_input(MapId(sum + 1)).is_some());
        }
    }
}
