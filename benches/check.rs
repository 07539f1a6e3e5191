//! How long a verdict takes: the exact test on a long schedule, and whole networks through all rules.
//!
//! `cargo bench --bench check`. The set walk is the named alternative to the exact test: the same answer from the positions themselves.

#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark may panic")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use degrid::config::{Config, parse};
use degrid::footprint::{AxisSet, AxisValue, Comb, exact, lobe};
use degrid::planner::{Effort, fixes, hints};

/// The 26 dilated layers of TuSimple's HDC network (res4 and res5).
const TUSIMPLE: [i64; 26] = [
    2, 2, 5, 9, 1, 2, 5, 9, 1, 2, 5, 9, 1, 2, 5, 9, 1, 2, 5, 9, 1, 2, 5, 5, 9, 17,
];

/// A head of parallel branches behind the HDC chain.
const ASPP: &str = r#"
[[stage]]
name = "res4"
dilations = [2, 2, 5, 9, 1, 2, 5, 9, 1, 2, 5, 9, 1, 2, 5, 9, 1, 2, 5, 9, 1, 2, 5]

[[stage]]
name = "res5"
dilations = [5, 9, 17]

[[stage]]
name = "aspp"
layers = [
  { branches = [[{ kernel = 1 }], [{ dilation = 6 }], [{ dilation = 12 }], [{ dilation = 18 }], [{ op = "global-pool" }, { kernel = 1 }]], merge = "concat" },
  { kernel = 1 },
]
"#;

fn read(source: &str) -> Config {
    parse(source).unwrap()
}

fn benches(c: &mut Criterion) {
    let chain: Vec<Comb> = TUSIMPLE[..25]
        .iter()
        .map(|&step| Comb { taps: 3, step })
        .collect();
    c.bench_function("exact test, 25 layers", |b| {
        b.iter(|| exact(black_box(&chain)));
    });
    c.bench_function("set walk, 25 layers", |b| {
        b.iter(|| {
            let one = AxisSet::interval(0, 1);
            black_box(&chain)
                .iter()
                .fold(one, |set, comb| set.spread(comb.taps, comb.step).unwrap())
        });
    });
    c.bench_function("lobe, 25 layers", |b| b.iter(|| lobe(black_box(&chain))));
    let far: Vec<Comb> = (0..25)
        .map(|i| Comb {
            taps: 3,
            step: 1 << i,
        })
        .collect();
    c.bench_function("exact test, field of 67 million", |b| {
        b.iter(|| exact(black_box(&far)));
    });

    c.bench_function("check, ASPP behind HDC", |b| {
        let config = read(ASPP);
        b.iter(|| black_box(&config).check().findings.len());
    });
    let broken = files("/configs/broken");
    let configs: Vec<Config> = broken.iter().map(|file| read(file)).collect();
    c.bench_function("check with changes, all of configs/broken", |b| {
        b.iter(|| {
            let offered = |config: &Config| {
                let (checked, knobs) = (config.check(), config.knobs());
                let mut effort = Effort::CHECK;
                let found = fixes(&checked, &knobs, &config.policy, &mut effort).fixes;
                found.len() + hints(&checked, &knobs, &config.policy, &mut effort).len()
            };
            black_box(&configs).iter().map(offered).sum::<usize>()
        });
    });
    let files = files("/configs");
    c.bench_function("read and check, all of configs", |b| {
        b.iter(|| {
            files
                .iter()
                .map(|file| read(black_box(file)).check().findings.len())
                .sum::<usize>()
        });
    });
}

/// The network files of a folder of the repository.
fn files(folder: &str) -> Vec<String> {
    let mut files: Vec<_> = std::fs::read_dir(format!("{}{folder}", env!("CARGO_MANIFEST_DIR")))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect();
    files.sort();
    files
}

criterion_group!(group, benches);
criterion_main!(group);
