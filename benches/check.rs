//! How long a verdict takes: the exact test on a long schedule, and whole networks through all rules.
//!
//! `cargo bench --bench check`. The set walk is the named alternative to the exact test: the same answer from the positions themselves.

#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark may panic")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use degrid::config::{Config, parse};
use degrid::footprint::{AxisSet, AxisValue, Comb, exact, lobe};
use degrid::planner::{Effort, fixes, hints};
use degrid::report::FileReport;

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
    recorded(c);
}

/// The whole report, with the changes that it offers, of every network that PyTorch recorded, and of the one that takes longest.
fn recorded(c: &mut Criterion) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data");
    let networks = ["torch", "more", "further"].iter().flat_map(|name| {
        let text = std::fs::read_to_string(format!("{folder}/{name}.jsonl")).unwrap();
        let toml = |line: &str| {
            let case: serde_json::Value = serde_json::from_str(line).unwrap();
            case["toml"].as_str().unwrap().to_owned()
        };
        text.lines().map(toml).collect::<Vec<String>>()
    });
    let networks: Vec<String> = networks.collect();
    let report = |source: &String| {
        let config = read(source);
        FileReport::checked(String::new(), Some(source.clone()), &config)
    };
    let slowest = networks.iter().max_by_key(|source| {
        let start = std::time::Instant::now();
        black_box(report(source));
        start.elapsed()
    });
    let mut group = c.benchmark_group("report with changes");
    group.sample_size(10);
    group.bench_function(format!("all {} recorded networks", networks.len()), |b| {
        b.iter(|| black_box(&networks).iter().map(report).count());
    });
    group.bench_function("the slowest of them", |b| {
        b.iter(|| report(black_box(slowest.unwrap())));
    });
    group.finish();
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
