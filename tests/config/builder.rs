//! Networks described in code are those that files describe.

use degrid::config::parse;
use degrid::network::{
    BuildFault, Interpolation, LayerSpec, MAX_LAYERS, Network, NetworkBuilder, PadMode, Padding,
};
use proptest::prelude::*;

/// Layers and maps, as far as a file and code can agree.
pub fn parts(network: &Network) -> Vec<String> {
    let layers = network.layers.iter().zip(&network.maps[1..]);
    let layer = |(layer, map): (&degrid::network::Layer, &degrid::network::MapFacts)| {
        format!(
            "{:?} {:?} {} {:?} {} {} {:?} {:?}",
            layer.op,
            layer.inputs,
            layer.stage,
            layer.index,
            layer.repetition,
            layer.original,
            map.size,
            map.position
        )
    };
    let stages = network.stages.iter();
    let stage = |s: &degrid::network::Stage| format!("{s:?}");
    layers.map(layer).chain(stages.map(stage)).collect()
}

#[test]
fn code_and_file_make_the_same_network() {
    let file = r#"
input = [64, 48]
outputs = ["head", "up"]
[[stage]]
name = "stem"
layers = [{ kernel = 7, stride = 2, padding = 3 }, { op = "max-pool", kernel = 2 }]
[[stage]]
name = "body"
kernel = 3
dilations = [1, 2, 5]
repeat = 3
residual = true
[[stage]]
name = "heads"
repeat = 2
layers = [{ branches = [[{ kernel = 1 }], [{ kernel = [1, 3], dilation = 6 }, { dilation = 2 }], []], merge = "add" }, { kernel = 3, padding = "causal" }]
[[stage]]
name = "turns"
repeat = 5
residual = true
layers = [{ dilation = { cycle = [1, 2] } }, { branches = [[{ dilation = [{ cycle = [1, 2, 5] }, 3] }], []] }]
[[stage]]
name = "up"
layers = [{ op = "transposed", kernel = 4, stride = 2, padding = 1 }, { op = "upsample", factor = 2, mode = "linear" }, { op = "pixel-shuffle", factor = 1 }]
[[stage]]
name = "head"
from = ["up", "input"]
layers = [{ op = "avg-pool", kernel = [2, 3] }, { op = "global-pool" }]
"#;
    let code = Network::builder(2)
        .input([64, 48])
        .outputs(["head", "up"])
        .stage("stem")
        .layer(LayerSpec::conv(7).stride(2).padding(Padding::Sides(3, 3)))
        .layer(LayerSpec::max_pool(2))
        .stage("body")
        .dilations(3, [1, 2, 5])
        .repeat(3)
        .residual()
        .stage("heads")
        .layer(LayerSpec::add([
            vec![LayerSpec::conv(1)],
            vec![
                LayerSpec::conv([1, 3]).dilation(6),
                LayerSpec::conv(3).dilation(2),
            ],
            vec![],
        ]))
        .layer(LayerSpec::conv(3).padding(Padding::Causal))
        .repeat(2)
        .stage("turns")
        .repeat(5)
        .residual()
        .layer(LayerSpec::conv(3).dilation_cycle([1, 2]))
        .layer(LayerSpec::concat([
            vec![LayerSpec::conv(3).dilation_cycle([[1, 3], [2, 3], [5, 3]])],
            vec![],
        ]))
        .stage("up")
        .layer(
            LayerSpec::transposed(4)
                .stride(2)
                .padding(Padding::Sides(1, 1)),
        )
        .layer(LayerSpec::upsample(2, Interpolation::Linear))
        .layer(LayerSpec::pixel_shuffle(1))
        .stage("head")
        .from(["up", "input"])
        .layer(LayerSpec::avg_pool([2, 3]))
        .layer(LayerSpec::global_pool())
        .build()
        .unwrap();
    let read = parse(file).unwrap().network;
    assert_eq!(parts(&code), parts(&read));
    assert_eq!(code.outputs, read.outputs);
}

#[test]
fn all_faults_are_found_at_once() {
    let faults = |network: Result<Network, Vec<degrid::network::BuildError>>| {
        let errors = network.unwrap_err();
        itertools::join(errors.iter().map(ToString::to_string), "; ")
    };
    let network = Network::builder(2)
        .stage("a")
        .layer(LayerSpec::conv(0))
        .layer(LayerSpec::conv([3, 3, 3]).stride(2))
        .layer(LayerSpec::conv(3).stride(2))
        .repeat(2)
        .stage("a")
        .from(["b"])
        .stage("input")
        .dilations(3, [1])
        .outputs(["z"]);
    assert_eq!(
        faults(network.build()),
        "stage \"a\", layer 0: kernel must be at least 1, is 0; \
         stage \"a\", layer 1: 3 numbers for 2 axes: give one, or one an axis; \
         stage \"a\", layer 2: padding `Same` is not defined with a stride: give the numbers; \
         stage \"a\": the name is taken; stage \"a\": there is no layer; stage \"a\": no earlier stage is named \"b\"; \
         stage \"input\": the name is taken; no earlier stage is named \"z\""
    );
    let shrinks = Network::builder(1).input(4);
    let shrinks = shrinks.layer(LayerSpec::conv(9).padding(Padding::Valid));
    assert!(
        faults(shrinks.build()).starts_with("stage \"stage 1\", layer 0: the map shrinks below 1")
    );
    let sizes = Network::builder(1)
        .input(8)
        .stage("a")
        .layer(LayerSpec::max_pool(2));
    let sizes = sizes.stage("b").from(["a", "input"]).dilations(3, [1]);
    assert!(faults(sizes.build()).contains("merged maps differ in resolution"));
    let long = Network::builder(1).dilations(3, [1]).repeat(usize::MAX);
    let errors = long.build().unwrap_err();
    assert!(
        matches!(errors[..], [ref one] if matches!(one.fault, BuildFault::Shape(_))),
        "{errors:?}"
    );
    let fits = Network::builder(1).dilations(3, [1]).repeat(MAX_LAYERS);
    assert!(fits.build().is_ok());
    assert!(Network::builder(4).dilations(3, [1]).build().is_err());
    assert!(Network::builder(1).build().is_err());
    assert!(
        Network::builder(1)
            .input(0)
            .dilations(3, [1])
            .build()
            .is_err()
    );
}

/// A layer that may change how many positions there are.
fn resizing() -> impl Strategy<Value = LayerSpec> {
    prop_oneof![
        (1..6_i64, 1..3_i64, 0..3_i64).prop_map(|(kernel, stride, padding)| {
            let padding = Padding::Sides(padding, padding);
            LayerSpec::conv(kernel).stride(stride).padding(padding)
        }),
        (2..5_i64, 1..3_i64)
            .prop_map(|(kernel, stride)| { LayerSpec::transposed(kernel).stride(stride) }),
        (0..3_i64).prop_map(|sides| LayerSpec::pad(sides, sides, PadMode::Reflect)),
    ]
}

proptest! {
    /// Maps behind global pools, merged with maps that follow the input: a network that does not give its input is refused where no input fits.
    #[test]
    fn pooled_maps_fit_some_input_or_none(
        factors in [1..7_i64, 1..7_i64],
        after in proptest::collection::vec(resizing(), 0..2),
        beside in [
            proptest::collection::vec(resizing(), 0..4),
            proptest::collection::vec(resizing(), 0..4),
        ],
    ) {
        let network = |input: Option<i64>| {
            let mut described = Network::builder(1);
            if let Some(n) = input {
                described = described.input(n);
            }
            for (name, factor) in ["a", "b"].into_iter().zip(factors) {
                let grown = LayerSpec::upsample(factor, Interpolation::Nearest);
                described = described.stage(name).from(["input"]);
                described = described.layer(LayerSpec::global_pool());
                if factor > 1 {
                    described = described.layer(grown);
                }
                described = after.iter().cloned().fold(described, NetworkBuilder::layer);
            }
            for (name, layers) in ["c", "d"].into_iter().zip(&beside) {
                described = described.stage(name).from(["input"]).layer(LayerSpec::conv(1));
                described = layers.iter().cloned().fold(described, NetworkBuilder::layer);
            }
            let merged = described.stage("e").from(["a", "c"]).layer(LayerSpec::conv(1));
            merged.stage("f").from(["b", "d"]).layer(LayerSpec::conv(1)).build()
        };
        // Three layers of stride 2, and windows of six positions at most.
        let fits = (1..150).any(|n| network(Some(n)).is_ok());
        let without = network(None);
        // Beside a single position, which is repeated, nothing is asked of a map: not even that it has any.
        let is_repeated = without.as_ref().is_ok_and(|network| {
            let mut pooled = network.stages[..2].iter();
            pooled.any(|stage| network.facts(stage.output).fixed[0] == Some(1))
        });
        prop_assert!(without.is_ok() || !fits, "{:?}", without.err());
        prop_assert!(without.is_err() || fits || is_repeated);
    }
}

#[test]
fn transposed_layers_pad_for_what_their_kernels_span() {
    // (8 − 1)·stride − low − high + dilation·(kernel − 1) + 1, of which the padding takes away all that the kernel spans.
    for (kernel, dilation, stride) in [(3, 1, 2), (4, 1, 2), (3, 2, 3), (2, 4, 1)] {
        for padding in [Padding::Same, Padding::Causal] {
            let layer = LayerSpec::transposed(kernel)
                .stride(stride)
                .dilation(dilation)
                .padding(padding);
            let network = degrid::Network::builder(1)
                .input([8])
                .stage("up")
                .layer(layer);
            let network = network.build().unwrap();
            let size = network.facts(network.outputs[0]).size.unwrap();
            assert_eq!(size[0], 7 * stride + 1, "{kernel}, {dilation}, {padding:?}");
        }
    }
}
