//! Pools over some axes: what is said of the ways through them agrees, wherever it is said.

use degrid::footprint::{Runs, View, footprint, receptive_field_beside_pools};
use degrid::network::MapId;

use super::common::config;

/// What one output reads of the input: receptive field, positions in its box and those skipped, and the positions that are drawn.
fn read(toml: &str) -> (Vec<i64>, i64, i64, i64) {
    let config = config(toml);
    let network = &config.network;
    let output = network.outputs[0];
    let field = receptive_field_beside_pools(network, MapId::INPUT, output).unwrap();
    let reading = Runs::new(network).reading(output).unwrap();
    let drawn = footprint(network).unwrap().region.count().unwrap();
    let unclipped = View::unclipped(network, output, MapId::INPUT);
    let unclipped = unclipped.seen(false).unwrap().count().unwrap();
    assert_eq!(unclipped, reading.positions - reading.skipped);
    (field.to_vec(), reading.positions, reading.skipped, drawn)
}

#[test]
fn a_branch_that_was_pooled_along_an_axis_is_left_out_beside_others() {
    let branches = "[[stage]]\nlayers = [{ branches = [[{ dilation = 1 }], [{ kernel = 5 }, { op = \"global-pool\", axes = \"x\" }]] }]\n";
    assert_eq!(
        read(&format!("dims = 2\n{branches}")),
        (vec![3, 3], 9, 0, 9)
    );
}

#[test]
fn along_the_other_axes_a_pool_over_one_is_followed_where_all_was_pooled_along_it() {
    let chain = "dims = 2\n[[stage]]\nlayers = [{ kernel = 5 }, { op = \"global-pool\", axes = \"x\" }, { kernel = [3, 1] }]\n";
    assert_eq!(read(chain), (vec![7, 5], 35, 0, 35));
}
