#![no_main]
//! JSON as the graph of a PyTorch model: refused, or checked, and imported as a file that says the same.

use degrid_fuzz::model::holds;
use degrid_fuzz::mutate::{Random, mutate, replace};
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use serde_json::Value;

fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| {
    let mut random = Random::new(seed);
    let tree = serde_json::from_slice::<Value>(&data[..size]).ok();
    let new = tree.filter(|_| random.below(8) > 0).map(|mut tree| {
        mutate(&mut tree, &mut random);
        tree.to_string()
    });
    new.and_then(|new| replace(data, most, new.as_bytes()))
        .unwrap_or_else(|| fuzzer_mutate(data, size, most))
});

fuzz_target!(|bytes: &[u8]| holds(bytes));
