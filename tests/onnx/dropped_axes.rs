//! Models that drop an axis of positions and go on with convolutions over those that are left.

use std::collections::BTreeSet;

use degrid::Policy;
use degrid::footprint::View;
use degrid::network::{MapId, Network};
use degrid::onnx::Import;

use crate::build::{Attr, Message, graph, model, node, numbers, weight};
use crate::operators::import;

/// Convolutions of 3×3 or 3×3×3 around what drops the axes, then two of three taps along what is left, with dilations 2 and 12.
fn read(shape: &[i64], dropped: &[Message], left: usize) -> Import {
    let ones = vec![1; 2 * (shape.len() - 2)];
    let (near, near_pads) = (vec![2; left], vec![2; 2 * left]);
    let (far, far_pads) = (vec![12; left], vec![12; 2 * left]);
    let around = [("pads", Attr::Ints(&ones))];
    let mut nodes = vec![
        node("Conv", "x w", "a", &around),
        node("Conv", "a w", "b", &around),
    ];
    nodes.extend(dropped.iter().cloned());
    let dilated = |dilations, pads| {
        [
            ("dilations", Attr::Ints(dilations)),
            ("pads", Attr::Ints(pads)),
        ]
    };
    nodes.extend([
        node("Conv", "c v", "d", &dilated(&near, &near_pads)),
        node("Conv", "d v", "y", &dilated(&far, &far_pads)),
    ]);
    let kernel = |count: usize| [&[4, 4][..], &vec![3; count]].concat();
    let tensors = [
        weight("w", &kernel(shape.len() - 2), 1),
        weight("v", &kernel(left), 1),
        numbers("flat", &[3], &[0, -1, 64]),
        numbers("deep", &[4], &[0, -1, 40, 40]),
    ];
    import(&model(17, &graph(shape, &nodes, &tensors))).unwrap()
}

/// How many positions the middle output reads, along each axis.
fn read_along(network: &Network) -> Vec<usize> {
    let view = View::middle(network, network.outputs[0], MapId::INPUT);
    let grid = view.seen(false).unwrap().drawn().unwrap();
    let mut found = vec![BTreeSet::new(); network.dims];
    let size = network.input.unwrap();
    let mut place = vec![0; network.dims];
    loop {
        if grid.contains(&place) {
            for (axis, &at) in place.iter().enumerate() {
                found[axis].insert(at);
            }
        }
        let Some(axis) = (0..network.dims).rev().find(|&a| place[a] + 1 < size[a]) else {
            break;
        };
        place[axis] += 1;
        place[axis + 1..].fill(0);
    }
    found.iter().map(BTreeSet::len).collect()
}

fn findings(network: &Network) -> Vec<String> {
    let found = degrid::check(network, &Policy::default()).findings;
    let messages = found.iter().filter(|finding| finding.rule.id == "gridding");
    messages
        .map(|finding| finding.draft.message.clone())
        .collect()
}

/// PyTorch's autograd finds 27 of 33 positions of time read, and all of frequency.
#[test]
fn a_mean_over_an_axis() {
    for (op, keeps) in [("ReduceMean", 0), ("ReduceMax", 0), ("ReduceMean", 1)] {
        let axes = [("axes", Attr::Ints(&[2])), ("keepdims", Attr::Int(keeps))];
        let mut dropped = vec![node(op, "b", "c", &axes)];
        if keeps == 1 {
            dropped = vec![
                node(op, "b", "m", &axes),
                node("Reshape", "m flat", "c", &[]),
            ];
        }
        let Import { network, notes, .. } = read(&[1, 4, 40, 64], &dropped, 1);
        assert!(notes.is_empty(), "{notes:?}");
        assert_eq!((network.dims, read_along(&network)), (2, vec![40, 27]));
        assert_eq!(
            findings(&network),
            [
                "dilation 12 skips positions of the input along x: the finer layers of its run cover only 9 positions in a row"
            ]
        );
    }
}

#[test]
fn an_axis_that_becomes_channels() {
    let dropped = [node("Reshape", "b flat", "c", &[])];
    let flat = read(&[1, 4, 40, 64], &dropped, 1);
    assert_eq!(read_along(&flat.network), [40, 27]);
    let dropped = [node("Reshape", "b deep", "c", &[])];
    let volume = read(&[1, 4, 8, 40, 40], &dropped, 2);
    assert_eq!(read_along(&volume.network), [8, 27, 27]);
    assert_eq!(findings(&volume.network).len(), 1);
}

/// What was pooled along all axes has no position: the map before it stands for it, as before.
#[test]
fn an_axis_that_is_dropped_at_the_end() {
    let axes = |axes: &'static [i64]| [("axes", Attr::Ints(axes)), ("keepdims", Attr::Int(0))];
    let conv = node("Conv", "x w", "a", &[]);
    let tensors = [weight("w", &[4, 4, 3, 3], 1)];
    let ended = |axes: &[(&str, Attr)]| {
        let nodes = [conv.clone(), node("ReduceMean", "a", "y", axes)];
        import(&model(17, &graph(&[1, 4, 12, 10], &nodes, &tensors))).unwrap()
    };
    let network = ended(&axes(&[3])).network;
    let facts = network.facts(network.outputs[0]);
    assert_eq!(
        (facts.size.unwrap()[..].to_vec(), facts.is_pooled()),
        (vec![10, 1], true)
    );
    let network = ended(&axes(&[2, 3])).network;
    assert!(!network.facts(network.outputs[0]).is_pooled());
}
