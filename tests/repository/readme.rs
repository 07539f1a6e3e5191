//! What the first page says of the package.

use std::fs;

#[test]
fn the_oldest_rust_is_that_of_the_manifest() {
    let manifest: toml::Table = fs::read_to_string("Cargo.toml").unwrap().parse().unwrap();
    let oldest = manifest["package"]["rust-version"].as_str().unwrap();
    let page = fs::read_to_string("README.md").unwrap();
    assert!(page.contains(&format!("With Rust {oldest} or newer")));
}
