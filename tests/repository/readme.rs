//! What the first page says of the package.

use std::fs;

#[test]
fn the_oldest_rust_is_that_of_the_manifest() {
    let manifest = fs::read_to_string("Cargo.toml").unwrap();
    let mut lines = manifest.lines();
    let oldest = lines.find_map(|line| line.strip_prefix("rust-version = "));
    let oldest = oldest.unwrap().trim_matches('"');
    let page = fs::read_to_string("README.md").unwrap();
    assert!(page.contains(&format!("With Rust {oldest} or newer")));
}
