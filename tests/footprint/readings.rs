//! How much of the input outputs read, against a walk from every output position that stands for others.

use degrid::config::parse;
use degrid::footprint::{Footprint, LobeSearch, Reading, Runs, View};
use degrid::network::{AxisOp, MapId, Network, PerAxis};
use degrid::report::show::FootprintReport;
use degrid::report::{Answer, GlobalPools};

use crate::effort::few_or_all;

/// All places of a box from 0 on.
fn places(extent: &[i64]) -> Vec<Vec<i64>> {
    let mut places = vec![Vec::new()];
    for &n in extent {
        let longer = |place: &Vec<i64>| {
            let place = place.clone();
            (0..n).map(move |p| [&place[..], &[p]].concat())
        };
        places = places.iter().flat_map(longer).collect();
    }
    places
}

/// By walking back from one position after the other; `None` where there are too many.
fn plain(network: &Network, output: MapId) -> Option<Reading> {
    let facts = network.facts(output);
    let position = facts.position?;
    let runs = Runs::new(network);
    let mut axes = 0..network.dims;
    let is_chain = axes.all(|axis| runs.combs(MapId::INPUT, output, axis).is_some());
    let uneven = |axis: usize| {
        let mut ops = network.layers.iter().map(|layer| &layer.op.axes[axis]);
        let is_small = facts
            .size
            .is_some_and(|size| position[axis].period >= size[axis]);
        !is_chain
            && (is_small
                || ops.any(|op| matches!(op, AxisOp::Resize(resize) if resize.is_uneven())))
    };
    let phases: Vec<i64> = (0..network.dims)
        .map(|axis| match facts.size {
            Some(size) if uneven(axis) => size[axis],
            _ => position[axis].period,
        })
        .collect();
    if phases.iter().product::<i64>() > 400 {
        return None;
    }
    let mut readings = Vec::new();
    for place in places(&phases) {
        let view = View {
            position: PerAxis::from_fn(network.dims, |axis| place[axis]),
            ..View::unclipped(network, output, MapId::INPUT)
        };
        let mut region = view.seen(false).unwrap();
        // Where no pattern repeats, a position reads what the input has.
        if let (Some(input), Some((first, extent))) = (network.input, region.bounds()) {
            let far = |axis: usize| {
                if uneven(axis) {
                    (0, input[axis])
                } else {
                    (first[axis], extent[axis])
                }
            };
            let (first, extent): (Vec<i64>, Vec<i64>) = (0..network.dims).map(far).unzip();
            region = region.clipped(&first, &extent).unwrap();
        }
        let volume = region
            .bounds()
            .map_or(0, |(_, extent)| extent.iter().product());
        readings.push((volume, volume - region.count().unwrap()));
    }
    let read: Vec<(i64, i64)> = readings.iter().copied().filter(|r| r.0 > 0).collect();
    let worst = read.iter().copied().reduce(|a, b| {
        let is_sparser = i128::from(b.1) * i128::from(a.0) > i128::from(a.1) * i128::from(b.0);
        if is_sparser { b } else { a }
    });
    let (positions, skipped) = worst.unwrap_or((0, 0));
    Some(Reading {
        positions,
        skipped,
        is_uniform: read.iter().all(|r| *r == read[0]),
        some_read_nothing: read.len() < readings.len() || read.is_empty(),
    })
}

/// The answer counts what is skipped inside the box of what is read, and so does the footprint, though the filled kernel of a transposed
/// layer reaches further than its taps.
#[test]
fn gridding_of_transposed_layers_is_counted_once() {
    for (dims, kernel, stride, dilation) in [(1, 4, 2, 3), (2, 4, 2, 3), (2, 6, 2, 5), (3, 6, 3, 2)]
    {
        let layer = format!(
            "{{ op = \"transposed\", kernel = {kernel}, stride = {stride}, dilation = {dilation} }}"
        );
        let config = parse(&format!("dims = {dims}\n[[stage]]\nlayers = [{layer}]\n")).unwrap();
        let network = &config.network;
        let answer = Answer::new(&config.check(), GlobalPools::LeftOut);
        let view = View::unclipped(network, network.outputs[0], MapId::INPUT);
        let seen = Footprint::new(&view).unwrap();
        let report = FootprintReport::new(&view, &seen, &mut LobeSearch::default()).unwrap();
        let volume = report.extent.iter().product::<i64>();
        assert!(answer.skipped.is_some_and(|skipped| skipped > 0));
        assert_eq!(
            (answer.positions, answer.skipped),
            (Some(volume), report.measures.gridding),
            "{layer}"
        );
    }
}

#[test]
fn readings_agree_with_walks_from_every_position() {
    let (mut sparse, mut blind, mut compared) = (0, 0, 0);
    for file in ["torch.jsonl", "more.jsonl"] {
        let path = format!("{}/tests/data/{file}", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).unwrap();
        let cases: Vec<&str> = text.lines().collect();
        let step = cases.len() / few_or_all(150, 10_000).min(cases.len() as u32) as usize;
        for case in cases.into_iter().step_by(step.max(1)) {
            let case: serde_json::Value = serde_json::from_str(case).unwrap();
            let toml = case["toml"].as_str().unwrap();
            let network = parse(toml).unwrap().network;
            let output = network.outputs[0];
            let Some(expected) = plain(&network, output) else {
                continue;
            };
            let found = Runs::new(&network).reading(output).unwrap();
            // The share is what is compared: of two positions that miss the same share either may be named.
            let share = |r: &Reading| i128::from(r.skipped) * i128::from(expected.positions);
            assert_eq!(
                share(&found),
                i128::from(expected.skipped) * i128::from(found.positions),
                "{found:?} {expected:?}\n{toml}"
            );
            assert_eq!(found.is_uniform, expected.is_uniform, "{toml}");
            assert_eq!(
                found.some_read_nothing, expected.some_read_nothing,
                "{toml}"
            );
            compared += 1;
            sparse += usize::from(found.skipped > 0);
            blind += usize::from(found.some_read_nothing);
        }
    }
    assert!(
        compared > 150 && sparse > 20,
        "{compared} compared, {sparse} sparse, {blind} blind"
    );
}
