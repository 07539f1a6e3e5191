//! The array of path weights against filling as many numbers, and its picture; then the report and the grids of networks of growing depth.

#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::float_cmp,
    clippy::format_collect,
    reason = "a test may panic, and its numbers are small"
)]

mod networks;

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use degrid::cli::call;
use degrid::config::{Config, parse};
use degrid::draw::{Figure, Look, Panel, png};
use degrid::footprint::{Footprint, View};
use degrid::network::MapId;
use degrid::report::GlobalPools;
use degrid::report::show::{Selection, ShowReport, scope};

/// Positions along each axis.
const SIDE: i64 = 2_049;

/// A chain that reads 2,049×2,049 positions: 1 + 2·(8 + 16 + … + 512) + 16.
const CHAIN: &str = "[[stage]]\ndilations = [1, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512]\n";

/// Residual blocks and parallel branches of the same receptive field.
const GRAPH: &str = "[[stage]]\nresidual = true\ndilations = [1, 1, 2, 4]\n\n[[stage]]\nresidual = true\nlayers = [{ dilation = 8 }]\nrepeat = 62\n\n\
[[stage]]\nlayers = [{ branches = [[{ kernel = 1 }], [{ dilation = 128 }], [{ dilation = 256 }], [{ dilation = 520 }]], merge = \"concat\" }]\n";

fn network(text: &str) -> Config {
    parse(text).expect("the network is valid")
}

fn array(config: &Config) -> ndarray::ArrayD<f64> {
    let network = &config.network;
    let view = View::unclipped(network, network.outputs[0], MapId::INPUT);
    let field = view.paths().expect("within limits");
    let (first, extent) = field.bounds().expect("it reads something");
    assert_eq!(extent, [SIDE, SIDE]);
    field.array(&first, &extent).expect("within limits")
}

fn show(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("2049x2049");
    group.sample_size(10);
    group.bench_function("fill", |b| {
        let cells = usize::try_from(SIDE * SIDE).expect("it fits");
        b.iter(|| black_box(vec![black_box(1.5_f64); cells]));
    });
    for (name, text) in [("chain", CHAIN), ("graph", GRAPH)] {
        let config = network(text);
        group.bench_function(name, |b| b.iter(|| black_box(array(&config))));
    }
    let config = network(CHAIN);
    let view = View::unclipped(&config.network, config.network.outputs[0], MapId::INPUT);
    let seen = Footprint::new(&view).expect("within limits");
    let (first, extent) = seen.bounds.clone().expect("it reads something");
    group.bench_function("png", |b| {
        b.iter(|| {
            let window = (first.clone(), extent.clone());
            let panel = Panel::new(String::new(), &seen, window, None).expect("within limits");
            let mut file = Vec::new();
            let figure = Figure::of(vec![panel], Look::default());
            png(&mut file, &figure.scene()).expect("memory takes anything");
            black_box(file.len())
        });
    });
    group.finish();
}

/// The report that `show --format json` writes, of networks twice as deep each time.
fn report(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("report");
    group.sample_size(10);
    for (name, text) in networks::all() {
        let config = network(&text);
        group.bench_function(name, |b| {
            b.iter(|| {
                let scope =
                    scope(&config.network, &Selection::default()).expect("it has an output");
                let report = ShowReport::new(String::new(), &config, &scope, GlobalPools::LeftOut);
                black_box(report.expect("within limits").0.footprint.extent)
            });
        });
    }
    group.finish();
}

/// What `show` writes in a terminal, and with `--layers`, of networks twice as deep each time.
fn grids(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("grids");
    group.sample_size(10);
    // The grid of a chain of thousands of layers is past the limit.
    let shown = networks::all()
        .into_iter()
        .filter(|(name, _)| !name.starts_with("chain"));
    for (name, text) in shown {
        for option in ["--crop", "--layers"] {
            group.bench_function(format!("{name}, {option}"), |b| {
                b.iter(|| {
                    let args = ["degrid", "show", "-", option];
                    let answer = call(args, text.clone().into_bytes(), || false);
                    assert_eq!(answer.code, 0, "{}", answer.err);
                    black_box(answer.out.len())
                });
            });
        }
        group.bench_function(name, |b| {
            b.iter(|| {
                let answer = call(["degrid", "show", "-"], text.clone().into_bytes(), || false);
                assert_eq!(answer.code, 0, "{}", answer.err);
                black_box(answer.out.len())
            });
        });
    }
    group.finish();
}

criterion_group!(benches, show, report, grids);
criterion_main!(benches);
