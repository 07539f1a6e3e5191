//! Writes the networks of the benchmarks as files, for other programs to read: `cargo bench --bench networks -- FOLDER`.

#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark may panic")]

#[path = "mod.rs"]
#[allow(dead_code, reason = "other benchmarks use the rest")]
mod networks;

use std::path::PathBuf;

use networks::{chain, densenet, mbconv, merged, outputs, vnet};

fn main() {
    let is_option = |word: &String| word.starts_with('-');
    let Some(folder) = std::env::args().skip(1).find(|word| !is_option(word)) else {
        return;
    };
    let folder = PathBuf::from(folder);
    let files = [
        ("vnet-4", vnet(4)),
        ("vnet-5", vnet(5)),
        ("mbconv-100", mbconv(100)),
        ("mbconv-200", mbconv(200)),
        ("densenet-32", densenet(4, 32)),
        ("densenet-64", densenet(4, 64)),
        ("chain-50000", chain(50_000)),
        ("chain-100000", chain(100_000)),
        ("outputs-150", outputs(150)),
        ("outputs-300", outputs(300)),
        ("merged-75", merged(75)),
        ("merged-150", merged(150)),
    ];
    std::fs::create_dir_all(&folder).unwrap();
    for (name, text) in files {
        std::fs::write(folder.join(name).with_extension("toml"), text).unwrap();
    }
}
