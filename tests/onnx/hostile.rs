//! Files at fault: an answer with a place, never a panic, never more memory than the file asks for.

use std::io::Cursor;

use degrid::onnx::{Error, Options, read};

use crate::truth::data;

/// A generator of numbers that are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
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
                    assert!(at <= end as u64, "{file} cut at {end}: {at}")
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
