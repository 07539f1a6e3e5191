//! Enumeration into a sink that reads every schedule, and the count that enumeration could not reach.

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

use std::hint::black_box;
use std::ops::ControlFlow;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use degrid::config::parse;
use degrid::planner::{Budget, FillRequest, Goal, Rank, Request, fill};

const SLICE: u64 = 10_000_000;

fn enumerate(c: &mut Criterion) {
    let goal = Goal::new(Request {
        max_dilation: Some(64),
        ..Request::new(3, 8)
    })
    .expect("a valid goal");
    let mut group = c.benchmark_group("enumerate");
    group
        .throughput(Throughput::Elements(SLICE))
        .sample_size(10);
    group.bench_function("k3 n8 r64", |b| {
        b.iter(|| {
            let (mut seen, mut sum) = (0_u64, 0_i64);
            let _ = goal.each(|tooth| {
                sum = sum.wrapping_add(black_box(tooth).iter().sum::<i64>());
                seen += 1;
                if seen == SLICE {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            });
            assert_eq!(seen, SLICE, "the slice is full");
            sum
        });
    });
    group.finish();
}

fn counting(c: &mut Criterion) {
    let deep = Request {
        exact: true,
        allow_equal: true,
        max_dilation: Some(256),
        ..Request::new(3, 32)
    };
    let fields = Request {
        receptive_field: (Some(200), Some(900)),
        max_dilation: Some(128),
        ..Request::new(3, 12)
    };
    let mut group = c.benchmark_group("count");
    group.sample_size(10);
    for (name, request) in [("n32 r256", deep), ("n12 r128 200..900", fields)] {
        let goal = Goal::new(request).expect("a valid goal");
        group.bench_function(name, |b| {
            b.iter(|| black_box(&goal).count(u64::MAX).expect("no budget"));
        });
    }
    group.finish();
}

/// What the default budget ends, or a theorem: no request of few words may run long.
fn bounded(c: &mut Criterion) {
    let front = Request {
        pareto: true,
        max_dilation: Some(32),
        ..Request::new(3, 12)
    };
    let count = Request {
        exact: true,
        allow_equal: true,
        max_dilation: Some(256),
        max_lobe: Some(0.2),
        top: 0,
        ..Request::new(3, 32)
    };
    let deep = Request {
        rank: Rank::Lobe,
        max_dilation: Some(64),
        ..Request::new(3, 32)
    };
    let mut group = c.benchmark_group("bounded");
    group.sample_size(10);
    for (name, request) in [
        ("pareto n12 r32", front),
        ("count n32 r256 lobe 0.2", count),
        ("lobe n32 r64", deep),
    ] {
        let goal = Goal::new(request).expect("a valid goal");
        group.bench_function(name, |b| {
            b.iter(|| {
                let go_on = |_| ControlFlow::Continue(());
                black_box(&goal).plan(&Budget::default(), go_on).unwrap()
            });
        });
    }
    group.finish();
}

/// Rows of `degrid plan --all`, written where they are dropped.
#[cfg(feature = "cli")]
fn listing(c: &mut Criterion) {
    let mut group = c.benchmark_group("list");
    group
        .throughput(Throughput::Elements(1_000_000))
        .sample_size(10);
    for format in ["human", "json"] {
        let line = "degrid plan --layers 8 --max-dilation 64 --all --budget 1000000 --format";
        let args: Vec<&str> = line.split(' ').chain([format]).collect();
        group.bench_function(format, |b| {
            b.iter(|| degrid::cli::call(args.iter().copied(), Vec::new(), || false));
        });
    }
    group.finish();
}

#[cfg(not(feature = "cli"))]
fn listing(_: &mut Criterion) {}

/// Three undecided dilations behind, and in each repetition of, a long residual stage.
fn filling(c: &mut Criterion) {
    let layers = |dilations: &str, repeat: usize| {
        format!("[[stage]]\nresidual = true\nrepeat = {repeat}\ndilations = [{dilations}]\n")
    };
    let open = r#""?", "?", "?""#;
    let mut group = c.benchmark_group("fill");
    group.sample_size(10);
    for (name, text) in [
        (
            "1,800 residual layers before",
            layers("1, 2", 900) + &layers(open, 1),
        ),
        ("1,800 residual layers of them", layers(open, 600)),
    ] {
        let config = parse(&text).unwrap();
        let request = FillRequest {
            nodes: FillRequest::NODES,
            ..FillRequest::default()
        };
        group.bench_function(name, |b| {
            b.iter(|| {
                let go_on = |_| ControlFlow::Continue(());
                let knobs = config.knobs();
                fill(&config.network, &knobs, &config.policy, &request, go_on).unwrap()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, enumerate, listing, counting, bounded, filling);
criterion_main!(benches);
