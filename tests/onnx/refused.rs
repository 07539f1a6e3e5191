//! Operators of PyTorch that end the positions of a model: what is said of each, after a convolution that is kept.

use degrid::footprint::View;
use degrid::graph::{Options, read};
use degrid::network::{MapId, PerAxis};
use serde_json::{Value, json};

/// A convolution of 4 channels on these positions, and a node that reads it as value 3 and writes value 4.
fn after(sizes: &[i64], op: &str, inputs: &Value, attributes: &Value, shape: &[i64]) -> Value {
    let whole = [&[1, 4], sizes].concat();
    let kernel = [&[4, 4][..], &vec![3; sizes.len()]].concat();
    let each = |value: i64| vec![value; sizes.len()];
    json!({
        "format": "degrid-graph", "version": 1, "name": "Net",
        "inputs": [{"name": "x", "value": 0, "shape": whole}],
        "parameters": [{"name": "conv.weight", "value": 1, "shape": kernel}, {"name": "table", "value": 2, "shape": [9, 4]}],
        "constants": [{"value": 5, "shape": [3], "data": [0, 1, 4]}, {"value": 6, "shape": [2], "data": [1, 3]}],
        "nodes": [
            {"op": "aten::convolution", "module": "conv", "inputs": {"input": 0, "weight": 1, "bias": null},
             "attributes": {"stride": each(1), "padding": each(1), "dilation": each(1), "transposed": false, "output_padding": each(0), "groups": 1},
             "outputs": [{"value": 3, "shape": whole}]},
            {"op": format!("aten::{op}"), "inputs": inputs, "attributes": attributes, "outputs": [{"value": 4, "shape": shape}]},
        ],
        "calls": [], "outputs": [{"name": "output", "value": 4}],
    })
}

/// The notes of an import, or why there is none.
fn said(graph: &Value, options: &Options) -> String {
    match read(graph.to_string().as_bytes(), options) {
        Ok(import) => {
            assert_eq!(import.network.layers.len(), 1);
            let ends = import.notes.iter().filter(|note| note.ends);
            itertools::join(ends.map(|note| note.text.clone()), "; ")
        }
        Err(error) => error.to_string(),
    }
}

/// Positions of the map, operator, what it reads, its attributes, the shape that it writes, and what is said.
const ENDED: &str = r#"
[12] | flip | {"self": 3} | {"dims": [2]} | [1, 4, 12] | a flip of positions
[12] | lstm | {"input": 3} | {} | [1, 4, 12] | an LSTM: each step reads all earlier ones
[12] | gru | {"input": 3} | {} | [1, 4, 12] | a GRU: each step reads all earlier ones
[12] | cumsum | {"self": 3} | {"dim": -1} | [1, 4, 12] | cumsum along positions
[12] | pixel_shuffle | {"self": 3} | {"upscale_factor": 2} | [1, 1, 24] | DepthToSpace of other than four axes
[12, 10] | pixel_shuffle | {"self": 3} | {"upscale_factor": 3} | [1, 1, 36, 30] | DepthToSpace of channels that do not divide
[12] | pixel_unshuffle | {"self": 3} | {"downscale_factor": 2} | [1, 8, 6] | pixel_unshuffle of other than four axes
[12, 10] | pixel_unshuffle | {"self": 3} | {"downscale_factor": 7} | [1, 196, 1, 1] | pixel_unshuffle of positions in another order
[12] | upsample_linear1d | {"self": 3} | {} | [4, 24] | upsample_linear1d to a shape that does not fit
[12] | upsample_linear1d | {"self": 3} | {"scales": 1.3} | [1, 4, 15] | upsample_linear1d by a factor that gives no whole size
[12] | upsample_linear1d | {"self": 3} | {} | [1, 3, 24] | a resize of channels
[12] | upsample_linear1d | {"self": 3} | {} | [1, 4, 0] | a resize to a shape that does not fit
[12] | _upsample_nearest_exact1d | {"self": 3} | {} | [1, 4, 15] | _upsample_nearest_exact1d by a factor that is not whole
[12] | upsample_other1d | {"self": 3} | {} | [1, 4, 24] | upsample_other1d, which is not known
[12, 10] | _upsample_bilinear2d_aa | {"self": 3} | {} | [1, 4, 6, 10] | _upsample_bilinear2d_aa to a smaller map
[12] | repeat | {"self": 3} | {"repeats": [1, 1, 2]} | [1, 4, 24] | repeats along positions
[12] | repeat | {"self": 3} | {"repeats": [2]} | [2, 4, 12] | repeats by numbers that do not fit the axes
[12] | roll | {"self": 3} | {"shifts": [2], "dims": []} | [1, 4, 12] | roll of a tensor as one row
[12] | roll | {"self": 3} | {"shifts": [2], "dims": [3]} | [1, 4, 12] | roll along an axis that is not there
[12] | roll | {"self": 3} | {"shifts": [1], "dims": [2]} | [1, 4, 12] | Concat along positions
[12] | index.Tensor | {"self": 3, "indices": [null, null, 5]} | {} | [1, 4, 3] | of positions in another order
[12] | index.Tensor | {"self": 3, "indices": [null, 6, 6]} | {} | [1, 2] | index along several axes at once
[12] | view.dtype | {"self": 3} | {"dtype": "int"} | [1, 4, 12] | a view of another type
[12] | constant_pad_nd | {"self": 3} | {"pad": [1]} | [1, 4, 13] | constant_pad_nd by numbers that do not fit its axes
[12] | constant_pad_nd | {"self": 3} | {"pad": [1, 1, 1, 1, 1, 1, 1, 1]} | [1, 4, 13] | by numbers that do not fit its axes
[12] | adaptive_avg_pool1d | {"self": 3} | {"output_size": [0]} | [1, 4, 0] | an adaptive pool to a size that does not fit
[12, 10] | adaptive_avg_pool2d | {"self": 3} | {"output_size": [2, 3, 4]} | [1, 4, 2, 3] | 3 numbers in `output_size` for 2
[12] | col2im | {"self": 3} | {"output_size": [4, 4], "kernel_size": [3, 3]} | [1, 4, 4, 4] | col2im of numbers that do not fit
[12] | _scaled_dot_product_attention | {"query": 3, "key": 2, "value": 3} | {} | [1, 4, 12] | attention on tensors of different axes
[12] | _unique2 | {"self": 3} | {} | [12] | which picks entries by their values
"#;

#[test]
fn operators_that_end_positions() {
    for line in ENDED.lines().skip(1) {
        let parts: Vec<&str> = line.split(" | ").collect();
        let [sizes, op, inputs, attributes, shape, message] = parts[..] else {
            panic!("{line}");
        };
        let json = |text: &str| -> Value { serde_json::from_str(text).expect(line) };
        let whole = |text: &str| -> Vec<i64> { serde_json::from_str(text).expect(line) };
        let graph = after(
            &whole(sizes),
            op,
            &json(inputs),
            &json(attributes),
            &whole(shape),
        );
        let said = said(&graph, &Options::default());
        assert!(said.contains(message), "{line}: {said:?}");
    }
}

/// A model that is trained for quantisation rounds its maps entry by entry.
#[test]
fn rounding_reads_its_own_position() {
    let scale = json!({"self": 3, "scale": 5, "zero_point": 6});
    for (op, inputs) in [
        (
            "fake_quantize_per_tensor_affine_cachemask",
            json!({"self": 3}),
        ),
        (
            "_fake_quantize_per_tensor_affine_cachemask_tensor_qparams",
            scale.clone(),
        ),
        ("fake_quantize_per_channel_affine_cachemask", scale.clone()),
        ("_fused_moving_avg_obs_fq_helper", scale),
    ] {
        let graph = after(&[12], op, &inputs, &json!({}), &[1, 4, 12]);
        assert_eq!(said(&graph, &Options::default()), "", "{op}");
        let import = read(graph.to_string().as_bytes(), &Options::default()).unwrap();
        assert!(import.network.cut.is_empty(), "{op}");
    }
}

#[test]
fn what_is_taken_for_a_constant() {
    let mut graph = after(&[12], "relu", &json!({"self": 3}), &json!({}), &[1, 4, 12]);
    graph["inputs"]
        .as_array_mut()
        .unwrap()
        .push(json!({"name": "mask", "value": 9, "shape": [1, 1, 12]}));
    graph["real"] = json!("numbers of x");
    let import = read(graph.to_string().as_bytes(), &Options::default());
    let import = import.unwrap();
    let notes: Vec<&str> = import.notes.iter().map(|note| &note.text[..]).collect();
    let has = |part: &str| notes.iter().any(|note| note.contains(part));
    assert!(has("input \"mask\" is taken for a constant"), "{notes:?}");
    assert!(has("it holds for these alone (numbers of x)"), "{notes:?}");
}

/// Where an input has its channels is read off what the model does with it first.
#[test]
fn channels_that_come_last() {
    let graph = |shape: &[i64], op: &str, attributes: Value| {
        let mut graph = after(&[12], "relu", &json!({"self": 3}), &json!({}), &[1, 4, 12]);
        graph["inputs"][0] = json!({"name": "x", "value": 8, "shape": shape});
        let turned = json!({"op": format!("aten::{op}"), "inputs": {"self": 8}, "attributes": attributes, "outputs": [{"value": 0, "shape": [1, 4, 12]}]});
        graph["nodes"].as_array_mut().unwrap().insert(0, turned);
        graph
    };
    for (shape, op, attributes) in [
        (
            vec![1, 12, 4],
            "transpose.int",
            json!({"dim0": 1, "dim1": -1}),
        ),
        (vec![1, 12, 4], "permute", json!({"dims": [0, 2, 1]})),
        (vec![4, 12], "unsqueeze", json!({"dim": 0})),
    ] {
        let import = read(
            graph(&shape, op, attributes).to_string().as_bytes(),
            &Options::default(),
        );
        let network = import
            .unwrap_or_else(|error| panic!("{op}: {error}"))
            .network;
        assert_eq!(network.input, Some(PerAxis::splat(1, 12)), "{op}");
        assert_eq!(network.layers.len(), 1, "{op}");
    }
}

/// A linear layer over channels, with a bias, reads no other positions than the map before it.
#[test]
fn linear_layers_over_channels() {
    let turned = |from: i64, to: i64, shape: [i64; 3]| json!({"op": "aten::transpose.int", "inputs": {"self": from}, "attributes": {"dim0": 1, "dim1": 2}, "outputs": [{"value": to, "shape": shape}]});
    let inputs = json!({"input": 7, "weight": 2, "bias": 8});
    let mut graph = after(&[12], "linear", &inputs, &json!({}), &[1, 12, 9]);
    let parameters = graph["parameters"].as_array_mut().unwrap();
    parameters.push(json!({"name": "bias", "value": 8, "shape": [9]}));
    let nodes = graph["nodes"].as_array_mut().unwrap();
    nodes.insert(1, turned(3, 7, [1, 12, 4]));
    nodes.push(turned(4, 9, [1, 9, 12]));
    graph["outputs"][0]["value"] = json!(9);
    let import = read(graph.to_string().as_bytes(), &Options::default()).unwrap();
    assert!(
        import.notes.iter().all(|note| !note.ends),
        "{:?}",
        import.notes
    );
    let network = &import.network;
    assert_eq!(
        network.facts(network.outputs[0]).size,
        Some(PerAxis::splat(1, 12))
    );
    let view = View::middle(network, network.outputs[0], MapId::INPUT);
    assert_eq!(view.seen(false).unwrap().count(), Ok(3));
}
