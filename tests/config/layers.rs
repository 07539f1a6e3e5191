//! Layers described in code, one kind after the other.

use degrid::config::parse;
use degrid::network::{Interpolation, LayerSpec, Network, PadMode, Padding};

use crate::builder::parts;

/// Each constructor of a layer beside the entry of a file that says the same.
#[test]
fn every_kind_of_layer() {
    let table: Vec<(&str, LayerSpec)> = vec![
        (
            "op = \"adaptive-avg-pool\", size = [6, 5]",
            LayerSpec::adaptive_avg_pool([6, 5]),
        ),
        (
            "op = \"adaptive-max-pool\", size = 4",
            LayerSpec::adaptive_max_pool(4),
        ),
        (
            "op = \"global-pool\", axes = [\"x\"]",
            LayerSpec::global_pool_over([1]),
        ),
        (
            "op = \"crop\", offset = [2, 0], size = [9, 7]",
            LayerSpec::crop([2, 0], vec![9, 7]),
        ),
        (
            "op = \"slice\", offset = 1, stride = [2, 3]",
            LayerSpec::slice(1, [2, 3]),
        ),
        (
            "op = \"transposed\", kernel = 3, stride = 2, padding = 1, output_padding = [1, 0]",
            LayerSpec::transposed(3)
                .stride(2)
                .padding(Padding::Sides(1, 1))
                .output_padding([1, 0]),
        ),
        (
            "op = \"pad\", padding = [[1, 2], [1, 2]], mode = \"circular\"",
            LayerSpec::pad(1, 2, PadMode::Circular),
        ),
        (
            "op = \"upsample\", factor = [2, 3], mode = \"cubic\"",
            LayerSpec::upsample([2, 3], Interpolation::Cubic),
        ),
        (
            "branches = [[{ kernel = 3 }], [{ kernel = 5 }]], merge = \"concat\"",
            LayerSpec::concat([vec![LayerSpec::conv(3)], vec![LayerSpec::conv(5)]]),
        ),
    ];
    for (entry, spec) in table {
        let file = format!(
            "input = [20, 15]\n[[stage]]\nname = \"a\"\nlayers = [{{ kernel = 3 }}, {{ {entry} }}]\n"
        );
        let file = parse(&file)
            .map_err(|problems| format!("{problems:?}"))
            .expect(entry);
        let code = Network::builder(2).input([20, 15]).stage("a");
        let code = code
            .layer(LayerSpec::conv(3))
            .layer(spec)
            .build()
            .expect(entry);
        assert_eq!(parts(&code), parts(&file.network), "{entry}");
    }
}

/// What a map must hold, and does not.
#[test]
fn numbers_outside_of_a_map() {
    let fault = |spec: LayerSpec, input: Option<i64>| {
        let mut network = Network::builder(2).stage("a");
        if let Some(n) = input {
            network = network.input([n, n]);
        }
        network.layer(spec).build().unwrap_err()[0].to_string()
    };
    for (spec, input, message) in [
        (
            LayerSpec::adaptive_avg_pool(0),
            Some(8),
            "size 0 is outside of 1 to 2147483647",
        ),
        (LayerSpec::adaptive_avg_pool(3), None, "input"),
        (LayerSpec::crop(-1, 3), Some(8), "offset"),
        (LayerSpec::crop(0, 0), Some(8), "size"),
        (LayerSpec::crop(6, 3), Some(8), ""),
        (LayerSpec::slice(-1, 2), Some(8), "offset"),
        (LayerSpec::global_pool_over([2]), Some(8), "2"),
    ] {
        let text = format!("{spec:?}");
        let fault = fault(spec, input);
        assert!(
            fault.starts_with("stage \"a\", layer 0: ") && fault.contains(message),
            "{text}: {fault}"
        );
    }
}
