//! Files at fault: an answer with a place, never a panic, never more memory than the file asks for.

use std::io::Cursor;

use degrid::onnx::{Error, Options, read};

use crate::build::{Attr, Message, graph, model, node, numbers, weight};
use crate::truth::data;

/// A generator of numbers that are the same in every run.
pub struct Numbers(pub u64);

impl Numbers {
    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }
}

fn said(bytes: &[u8]) -> Result<usize, Error> {
    read(Cursor::new(bytes), &Options::default()).map(|import| import.network.layers.len())
}

const SMALL: &[&str] = &[
    "dcgan_gen.legacy.onnx",
    "tcn_locuslab.legacy.onnx",
    "tv_resnet18.legacy.onnx",
    "unet_valid_crop.dynamo.onnx",
];

#[test]
fn truncations() {
    for file in SMALL {
        let bytes = std::fs::read(data(file)).unwrap();
        let whole = said(&bytes).unwrap();
        for end in (0..bytes.len()).step_by(bytes.len() / 150) {
            match said(&bytes[..end]) {
                Err(Error::Malformed(at, _)) => {
                    assert!(at <= end as u64, "{file} cut at {end}: {at}");
                }
                Err(error) => assert!(!error.to_string().is_empty()),
                // The fields after the graph say nothing about positions.
                Ok(layers) => assert_eq!(layers, whole, "{file} cut at {end}"),
            }
        }
    }
}

#[test]
fn mutations() {
    let mut numbers = Numbers(7);
    let count = crate::effort::few_or_all(100, 2_500);
    for file in SMALL {
        let bytes = std::fs::read(data(file)).unwrap();
        for _ in 0..count {
            let mut bytes = bytes.clone();
            for _ in 0..=numbers.below(4) {
                let at = numbers.below(bytes.len());
                bytes[at] = match numbers.below(3) {
                    0 => 0xff,
                    1 => bytes[at] ^ (1 << numbers.below(8)),
                    _ => u8::try_from(numbers.below(256)).unwrap(),
                };
            }
            if let Err(error) = said(&bytes) {
                let text = error.to_string();
                assert!(!text.contains(|c: char| c.is_control()), "{text:?}");
            }
        }
    }
}

fn fault(graph: &Message) -> String {
    said(&model(20, graph).0).unwrap_err().to_string()
}

#[test]
fn graphs_that_cannot_be() {
    let w = || weight("w", &[4, 4, 3], 1);
    let nodes = [
        node("Add", "x b", "a", &[]),
        node("Relu", "a", "b", &[]),
        node("Relu", "b", "y", &[]),
    ];
    assert_eq!(
        fault(&graph(&[1, 4, 12], &nodes, &[])),
        "node \"a\" (Add): it reads \"b\", which no node before it writes: the graph has a cycle, or is out of order"
    );
    let conv = |attributes: &[(&str, Attr)]| {
        fault(&graph(
            &[1, 4, 12],
            &[node("Conv", "x w", "y", attributes)],
            &[w()],
        ))
    };
    for (attributes, what) in [
        (
            [("strides", Attr::Ints(&[0]))],
            "a stride that must be at least 1, is 0",
        ),
        ([("kernel_shape", Attr::Ints(&[1 << 40]))], "past the limit"),
        (
            [("dilations", Attr::Ints(&[-1]))],
            "a dilation that must be at least 1",
        ),
        (
            [("pads", Attr::Ints(&[i64::MIN, i64::MAX]))],
            "padding past the limit",
        ),
        (
            [("pads", Attr::Ints(&[1]))],
            "Conv with 1 numbers in `pads` for 2",
        ),
    ] {
        let said = conv(&attributes);
        assert!(said.contains(what), "{said}");
    }
    for (attribute, what) in [
        (("pads", Attr::Ints(&[i64::MIN, i64::MAX])), "padding past"),
        (("output_padding", Attr::Ints(&[i64::MAX])), "padding past"),
        (("output_shape", Attr::Ints(&[i64::MIN])), "padding past"),
        (("output_shape", Attr::Ints(&[i64::MAX])), "padding past"),
    ] {
        let nodes = [node("ConvTranspose", "x w", "y", &[attribute])];
        let said = fault(&graph(&[1, 4, 12], &nodes, &[w()]));
        assert!(said.contains(what), "{said}");
    }
    for size in [0, 1 << 31, i64::MAX] {
        let said = fault(&graph(
            &[1, 4, size],
            &[node("Conv", "x w", "y", &[])],
            &[w()],
        ));
        assert!(said.contains("outside of 1 to 2147483647"), "{said}");
    }
    // No channel at all.
    let nodes = [
        node("Conv", "x none", "a", &[("pads", Attr::Ints(&[1, 1]))]),
        node("Add", "a a", "y", &[]),
    ];
    let none = weight("none", &[0, 4, 3], 1);
    assert_eq!(
        said(&model(20, &graph(&[1, 4, 12], &nodes, &[none])).0),
        Ok(1)
    );
    // A billion positions are no more work than ten.
    let wide = graph(
        &[1, 4, 1_000_000_000],
        &[node("Conv", "x w", "y", &[])],
        &[w()],
    );
    assert_eq!(said(&model(20, &wide).0), Ok(1));
    let nothing = fault(&graph(&[1, 4, 12], &[node("Relu", "x", "y", &[])], &[]));
    assert!(
        nothing.starts_with("no layer of the model holds positions of its input; give a model")
    );
}

#[test]
fn small_files_that_ask_for_much() {
    let tensors = [
        numbers("n", &[2], &[1 << 30, 1 << 30]),
        numbers("z", &[], &[0]),
        numbers("o", &[], &[1]),
    ];
    let nodes = [
        node("ConstantOfShape", "n", "huge", &[]),
        node("Range", "z n z", "endless", &[]),
        node("Expand", "huge n", "huger", &[]),
        node("Tile", "x n", "tiled", &[]),
        node("Reshape", "x n", "shaped", &[]),
        node("Pad", "x n", "padded", &[]),
        node("Sum", "huger tiled shaped padded endless x", "y", &[]),
    ];
    let bytes = model(20, &graph(&[1, 4, 12], &nodes, &tensors)).0;
    assert!(said(&bytes).is_err());
    // Functions that call each other twice, thirty times over.
    let mut bomb = model(
        20,
        &graph(
            &[1, 4, 12],
            &[node("f0", "x", "y", &[]).text(7, "own")],
            &[],
        ),
    );
    for level in 0..30 {
        let next = format!("f{}", level + 1);
        let call = |from: &str, to: &str| node(&next, from, to, &[]).text(7, "own");
        let function = Message::default()
            .text(1, &format!("f{level}"))
            .text(4, "a")
            .text(5, "c")
            .text(10, "own");
        bomb = bomb.message(
            25,
            &function
                .message(7, &call("a", "b"))
                .message(7, &call("b", "c")),
        );
    }
    assert_eq!(
        said(&bomb.0).unwrap_err().to_string(),
        "more than 250000 nodes after functions are written out"
    );
    // Graphs in graphs.
    let mut inner = Message::default().message(1, &node("Relu", "x", "r", &[]));
    for _ in 0..100 {
        inner = Message::default().message(
            1,
            &node("If", "x", "r", &[("then_branch", Attr::Graph(inner))]),
        );
    }
    let nested = node("If", "x", "y", &[("then_branch", Attr::Graph(inner))]);
    let error = said(&model(20, &graph(&[1, 4, 12], &[nested], &[])).0).unwrap_err();
    assert!(matches!(error, Error::Malformed(..)), "{error}");
    assert!(
        error.to_string().contains("graphs nested deeper than 32"),
        "{error}"
    );
}

#[test]
fn names_that_a_terminal_would_obey() {
    let conv = node("Conv", "x w", "y", &[]).text(3, "/a\u{1b}[31m\u{202e}b\n/Conv");
    let bytes = model(
        20,
        &graph(&[1, 4, 12], &[conv], &[weight("w", &[4, 4, 3], 1)]),
    )
    .0;
    let import = read(Cursor::new(&bytes), &Options::default()).unwrap();
    assert_eq!(
        import.network.stages[0].name,
        "a\\u{1b}[31m\\u{202e}b\\u{a}"
    );
}

#[test]
fn weights_are_passed_over() {
    /// A file of which most is never asked for.
    struct Sparse {
        head: Vec<u8>,
        tail: Vec<u8>,
        hole: u64,
        at: u64,
        read: u64,
    }
    impl std::io::Read for Sparse {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let (head, end) = (self.head.len() as u64, self.head.len() as u64 + self.hole);
            let byte = |at: u64| match at {
                at if at < head => self.head.get(at as usize).copied(),
                at if at < end => Some(0),
                at => self.tail.get((at - end) as usize).copied(),
            };
            let mut count = 0;
            while count < buffer.len() {
                let Some(byte) = byte(self.at) else { break };
                buffer[count] = byte;
                count += 1;
                self.at += 1;
                self.read += 1;
            }
            assert!(self.read < 1 << 20, "weights are read");
            Ok(count)
        }
    }
    impl std::io::Seek for Sparse {
        fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
            let size = self.head.len() as u64 + self.hole + self.tail.len() as u64;
            self.at = match to {
                std::io::SeekFrom::Start(at) => at,
                std::io::SeekFrom::End(by) => size.saturating_add_signed(by),
                std::io::SeekFrom::Current(by) => self.at.saturating_add_signed(by),
            };
            Ok(self.at)
        }
    }
    let hole = 1_u64 << 34;
    let number = |mut value: u64| {
        let mut bytes = Vec::new();
        while value > 0x7f {
            bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        bytes.push(value as u8);
        bytes
    };
    let framed = |field: u8, length: u64| [vec![field << 3 | 2], number(length)].concat();
    // A graph whose first field is a tensor with 16 GiB of data.
    let tensor = [weight("w", &[4, 4, 3], 1).0, framed(9, hole)].concat();
    let rest = graph(&[1, 4, 12], &[node("Conv", "x w", "y", &[])], &[]).0;
    let tensor = [framed(5, tensor.len() as u64 + hole), tensor].concat();
    let length = tensor.len() as u64 + hole + rest.len() as u64;
    let file = Sparse {
        head: [vec![8, 8], framed(7, length), tensor].concat(),
        tail: rest,
        hole,
        at: 0,
        read: 0,
    };
    let import = read(file, &Options::default()).unwrap();
    assert_eq!(import.network.layers.len(), 1);
}
