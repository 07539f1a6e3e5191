#![no_main]
//! Bytes as an ONNX model: refused, or checked, and imported as a file that says the same.

use degrid_fuzz::model::holds;
use degrid_fuzz::mutate::{Random, Wire, mutate, replace};
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| {
    let mut random = Random::new(seed);
    let tree = (random.below(4) > 0)
        .then(|| Wire::read(&data[..size]))
        .flatten();
    let new = tree.map(|mut tree| {
        mutate(&mut tree, &mut random);
        tree.write()
    });
    new.and_then(|new| replace(data, most, &new))
        .unwrap_or_else(|| fuzzer_mutate(data, size, most))
});

fuzz_target!(|bytes: &[u8]| holds(bytes));
