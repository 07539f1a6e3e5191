//! Writes the networks of the benchmarks as files, for other programs to read: `cargo bench --bench networks -- FOLDER`.

#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark may panic")]

#[path = "mod.rs"]
mod networks;

use std::path::PathBuf;

fn main() {
    let is_option = |word: &String| word.starts_with('-');
    let Some(folder) = std::env::args().skip(1).find(|word| !is_option(word)) else {
        return;
    };
    let folder = PathBuf::from(folder);
    std::fs::create_dir_all(&folder).unwrap();
    for (name, text) in networks::all() {
        std::fs::write(folder.join(name).with_extension("toml"), text).unwrap();
    }
}
