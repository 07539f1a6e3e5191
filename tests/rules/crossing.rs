//! Branches that read each other again and again, as those of high-resolution networks: more ways through them than can be counted.

use degrid::config::parse;
use degrid::footprint::Runs;
use degrid::network::{Builder, Layer, MapId, Network};
use degrid::rules::{Policy, check};

/// Two lines of convolutions, each reading the sum of both lines, `levels` times over.
fn crossing(levels: usize, dilation: u32) -> Network {
    let branches = format!(
        "dims = 1\n[[stage]]\nlayers = [{{ branches = [[{{ dilation = {dilation} }}], [{{ dilation = 1 }}]], merge = \"add\" }}]\n"
    );
    let pattern = parse(&branches).unwrap().network;
    let mut builder = Builder::new(1, None);
    let mut push = |layer: usize, inputs: &[MapId]| {
        let original = builder.len();
        let layer = Layer {
            inputs: inputs.to_vec(),
            original,
            index: Some(original),
            ..pattern.layers[layer].clone()
        };
        builder.try_push(layer).unwrap()
    };
    let mut sum = [MapId::INPUT; 2];
    for _ in 0..levels {
        let lines = [push(0, &sum[..1]), push(1, &sum[1..])];
        sum = [push(2, &lines), push(2, &lines)];
    }
    let output = push(2, &sum);
    let (layers, maps) = builder.finish();
    let mut network = pattern;
    network.stages[0].layers = (0..layers.len()).collect();
    network.stages[0].output = output;
    network.outputs = vec![output];
    (network.layers, network.maps) = (layers, maps);
    network
}

#[test]
fn each_way_is_looked_at_once() {
    for (levels, dilation, skipped) in [(1, 2, 0), (2, 3, 2), (40, 1, 0)] {
        let network = crossing(levels, dilation);
        let policy = Policy::default();
        let checked = check(&network, &policy);
        // The last two sums have convolutions on both their ways: no published rule has a schedule to judge.
        assert!(checked.facts.stages[0].lines.is_empty());
        let reading = Runs::new(&network).reading(network.outputs[0]).unwrap();
        let reach = i64::try_from(levels).unwrap() * i64::from(dilation);
        assert_eq!(
            (reading.positions, reading.skipped),
            (2 * reach + 1, skipped)
        );
    }
}
