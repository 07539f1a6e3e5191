//! Writes over networks with branches, against the path weights of every output unit.

use degrid::config::parse;
use degrid::footprint::{MapWrites, View, WritesError};
use degrid::network::{MapId, Network, PerAxis};
use proptest::prelude::*;

fn network(toml: &str) -> Option<Network> {
    Some(parse(toml).ok()?.network)
}

/// Paths from all positions of the input to each unit of the output, unit by unit.
fn counted(network: &Network) -> Vec<f64> {
    let output = network.outputs[0];
    let size = network.facts(output).size.unwrap();
    let input = network.input.unwrap();
    let mut sums = Vec::new();
    for index in 0..size.iter().product::<i64>() {
        let unit = PerAxis::from_fn(2, |axis| match axis {
            0 => index / size[1],
            _ => index % size[1],
        });
        let view = View {
            position: unit,
            ..View::middle(network, output, MapId::INPUT)
        };
        let weights = view.paths().unwrap().array(&[0, 0], &input).unwrap();
        sums.push(weights.sum());
    }
    sums
}

/// Compares whole map, interior and the border between them; says whether the counts are a product.
fn check(network: &Network) -> bool {
    let output = network.outputs[0];
    let size = network.facts(output).size.unwrap();
    let map = MapWrites::with_borders(network, MapId::INPUT, output)
        .unwrap()
        .unwrap();
    let (grid, unit) = map.grid().unwrap();
    assert_eq!(grid.shape(), [size[0] as usize, size[1] as usize]);
    for (found, sum) in grid.iter().zip(counted(network)) {
        let found = *found as f64 / unit as f64;
        assert!(
            (found - sum).abs() <= 1e-9 * sum.max(1.0),
            "{found} is not {sum}"
        );
    }

    let inside = MapWrites::interior(network, MapId::INPUT, output).unwrap();
    let (period, inside_unit) = inside.grid().unwrap();
    let middle = [size[0] / 2, size[1] / 2];
    for (axis, part) in map
        .even_part(&inside, &size)
        .unwrap()
        .into_iter()
        .enumerate()
    {
        for at in part.into_iter().flatten() {
            let mut place = middle;
            place[axis] = at;
            let whole = grid[[place[0] as usize, place[1] as usize]];
            let own = period[[
                place[0] as usize % period.shape()[0],
                place[1] as usize % period.shape()[1],
            ]];
            // Of a product only the axis' own factor is compared, and the other axis may be border in the middle.
            if !map.is_product() {
                assert_eq!(
                    whole * inside_unit,
                    own * unit,
                    "axis {axis}, position {at}"
                );
            }
        }
    }
    map.is_product()
}

#[test]
fn decoders_of_the_literature() {
    // A bottleneck of ENet: a transposed branch beside a nearest one, then a residual block; a factorised block of ERFNet.
    let enet = "input = [6, 5]\n[[stage]]\nlayers = [{ branches = [[{ op = \"transposed\", kernel = 3, stride = 2, padding = 1, output_padding = 1 }], [{ op = \"upsample\", factor = 2, mode = \"nearest\" }]], merge = \"add\" }]\nrules = { misaligned-branches = \"allow\" }\n[[stage]]\nlayers = [{ kernel = 3 }]\nresidual = true\n";
    assert!(!check(&network(enet).unwrap()));
    let erfnet = "input = [6, 5]\n[[stage]]\nlayers = [{ op = \"transposed\", kernel = 3, stride = 2, padding = 1, output_padding = 1 }]\n[[stage]]\nlayers = [{ kernel = [3, 1] }, { kernel = [1, 3] }]\nrepeat = 2\nresidual = true\n";
    assert!(!check(&network(erfnet).unwrap()));
    let unet = "input = [6, 5]\n[[stage]]\nlayers = [{ op = \"transposed\", kernel = 2, stride = 2 }, { kernel = 3 }, { kernel = 3 }]\n";
    assert!(check(&network(unet).unwrap()));
}

#[test]
fn what_cannot_be_counted() {
    let pool = network("[[stage]]\nlayers = [{ op = \"global-pool\" }]\n").unwrap();
    let error = MapWrites::interior(&pool, MapId::INPUT, pool.outputs[0]).unwrap_err();
    assert_eq!(error, WritesError::NoPosition);
    // A branch behind a global pool is left out.
    let beside = network("[[stage]]\nlayers = [{ branches = [[{ kernel = 3 }], [{ op = \"global-pool\" }]], merge = \"concat\" }]\n").unwrap();
    let counts = MapWrites::interior(&beside, MapId::INPUT, beside.outputs[0]).unwrap();
    assert_eq!(
        counts.grid().unwrap().0.iter().copied().collect::<Vec<_>>(),
        [9]
    );
    let deep = network("[[stage]]\ndilations = [1]\nrepeat = 90\n").unwrap();
    let error = MapWrites::interior(&deep, MapId::INPUT, deep.outputs[0]).unwrap_err();
    assert_eq!(error, WritesError::Overflow);
}

fn layer() -> impl Strategy<Value = String> {
    let pair = |range: std::ops::RangeInclusive<i64>| (range.clone(), range);
    prop_oneof![
        (pair(1..=4), 1..=2_i64, 1..=2_i64).prop_map(|((a, b), s, d)| format!(
            "{{ op = \"transposed\", kernel = [{a}, {b}], stride = {s}, dilation = {d} }}"
        )),
        pair(1..=4).prop_map(|(a, b)| format!("{{ kernel = [{a}, {b}] }}")),
        pair(1..=3).prop_map(|(a, b)| format!(
            "{{ branches = [[{{ kernel = [{a}, {b}] }}], []], merge = \"add\" }}"
        )),
        Just("{ op = \"upsample\", factor = 2, mode = \"linear\" }".to_owned()),
        Just("{ branches = [[{ op = \"transposed\", kernel = 4, stride = 2, padding = 1 }], [{ op = \"upsample\", factor = 2, mode = \"nearest\" }]], merge = \"add\" }".to_owned()),
        Just("{ op = \"max-pool\", kernel = 2, stride = 2 }".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn stacks_equal_path_weights(layers in prop::collection::vec(layer(), 1..4), n in 2..5_i64, m in 2..5_i64) {
        let file = format!("input = [{n}, {m}]\n[[stage]]\nlayers = [{}]\n", layers.join(", "));
        // Stacks that shrink to nothing are no networks.
        if let Some(network) = network(&file) {
            let size = network.facts(network.outputs[0]).size.unwrap();
            prop_assume!(size.iter().product::<i64>() <= 600);
            check(&network);
        }
    }
}
