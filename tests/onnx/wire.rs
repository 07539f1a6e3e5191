//! Fields of the wire format that few exporters write, and numbers in them that cannot be.

use degrid::onnx::Import;

use crate::build::{Attr, Message, graph, info, model, node, numbers, weight};
use crate::operators::import;

fn size(import: &Import) -> Vec<i64> {
    let network = &import.network;
    network.facts(network.outputs[0]).size.unwrap()[..].to_vec()
}

/// A convolution of 4 channels, and a tensor beside its weight.
fn with(tensor: &Message) -> Result<Import, String> {
    let conv = node("Conv", "x w", "y", &[]);
    let graph = graph(
        &[1, 4, 12],
        &[conv],
        &[weight("w", &[4, 4, 3], 1), tensor.clone()],
    );
    import(&model(20, &graph)).map_err(|error| error.to_string())
}

#[test]
fn tensors_that_cannot_be() {
    assert!(with(&weight("t", &[32], 1)).is_ok());
    for (tensor, message) in [
        (
            weight("t", &[3, -2], 1),
            "tensor \"t\" has an axis of -2 elements",
        ),
        (weight("t", &[1; 33], 1), "a tensor of too many axes"),
        (
            Message::default().bytes(1, &[1; 40]),
            "a tensor of too many axes",
        ),
        (
            Message::default().text(8, &"n".repeat(1 << 20)),
            "past the limit of",
        ),
    ] {
        let said = with(&tensor).err().unwrap();
        assert!(said.contains(message), "{message}: {said}");
    }
    // A number without an end.
    let mut endless = Message::default();
    endless.0.extend([0xff; 12]);
    let said = with(&endless).err().unwrap();
    assert!(said.contains("a number of more than ten bytes"), "{said}");
}

/// Data past what is kept of a tensor is passed over, and its shape stays.
#[test]
fn large_tensors_have_shapes_alone() {
    let many = 1 << 21;
    for tensor in [
        weight("t", &[many], 1).bytes(4, &vec![0; 4 * many as usize]),
        weight("t", &[many], 7).bytes(7, &vec![1; many as usize]),
        weight("t", &[many], 11).bytes(10, &vec![0; 8 * many as usize]),
    ] {
        assert_eq!(size(&with(&tensor).unwrap()), [10]);
    }
}

#[test]
fn sparse_weights_are_weights() {
    let conv = node("Conv", "x w", "y", &[("kernel_shape", Attr::Ints(&[5]))]);
    let sparse = Message::default().message(1, &weight("w", &[7], 1));
    let graph = graph(&[1, 4, 12], &[conv], &[]).message(15, &sparse);
    assert_eq!(size(&import(&model(20, &graph)).unwrap()), [8]);
}

/// A function of the file, called by its domain and overload, with an attribute that it gives a default.
#[test]
fn functions_of_a_file() {
    let call = |attributes: &[(&str, Attr)]| {
        node("Twice", "x w", "y", attributes)
            .text(7, "mine")
            .text(8, "wide")
    };
    let body = |input: &str, output: &str| {
        node(
            "Conv",
            &format!("{input} v"),
            output,
            &[("dilations", Attr::Of("rate"))],
        )
    };
    let default = Message::default()
        .text(1, "rate")
        .varint(8, 2)
        .varint(20, 7);
    let function = Message::default()
        .text(1, "Twice")
        .text(4, "a")
        .text(4, "v")
        .text(5, "c")
        .message(7, &body("a", "b"))
        .message(7, &body("b", "c"))
        .text(10, "mine")
        .message(11, &default)
        .text(13, "wide");
    for (attributes, left) in [(&[][..], 12 - 8), (&[("rate", Attr::Ints(&[1]))], 12 - 4)] {
        let graph = graph(
            &[1, 4, 12],
            &[call(attributes)],
            &[weight("w", &[4, 4, 3], 1)],
        );
        let import = import(&model(20, &graph).message(25, &function)).unwrap();
        assert_eq!(size(&import), [left]);
    }
}

/// Operators of the standard's own domain, written out.
#[test]
fn the_domain_of_the_standard() {
    let conv = node("Conv", "x w", "y", &[]).text(7, "ai.onnx");
    let graph = graph(&[1, 4, 12], &[conv], &[weight("w", &[4, 4, 3], 1)]);
    assert_eq!(size(&import(&model(20, &graph)).unwrap()), [10]);
}

/// A signal without channels, which a window needs: which axes are added tells where its positions are.
#[test]
fn axes_that_are_added() {
    let conv = node("Conv", "a w", "y", &[]);
    for (opset, unsqueeze) in [
        (
            11,
            node("Unsqueeze", "x", "a", &[("axes", Attr::Ints(&[1]))]),
        ),
        (20, node("Unsqueeze", "x axes", "a", &[])),
    ] {
        let nodes = unsqueeze_first(&unsqueeze, &conv);
        let import = import(&model(opset, &nodes));
        match import {
            Ok(import) => assert_eq!(size(&import), [10], "{opset}"),
            Err(error) => panic!("{opset}: {error}"),
        }
    }
}

fn unsqueeze_first(unsqueeze: &Message, conv: &Message) -> Message {
    Message::default()
        .message(1, unsqueeze)
        .message(1, conv)
        .message(5, &weight("w", &[4, 1, 3], 1))
        .message(5, &numbers("axes", &[1], &[1]))
        .message(11, &info("x", &[1, 12]))
        .message(12, &info("y", &[]))
}

#[test]
fn inputs_at_fault() {
    let with = |input: &Message| {
        let conv = node("Conv", "x w", "y", &[]);
        let graph = Message::default()
            .message(1, &conv)
            .message(5, &weight("w", &[4, 4, 3], 1));
        let graph = graph.message(11, input).message(12, &info("y", &[]));
        import(&model(20, &graph)).unwrap_err().to_string()
    };
    assert!(with(&Message::default().text(1, "x")).contains("input \"x\" has no shape"));
    let flat = with(&info("x", &[1, 4]));
    assert!(
        flat.contains("Conv with a kernel of 1 axes on a tensor of 0"),
        "{flat}"
    );
}
