//! Networks that change their resolution, against walks over all output phases: the receptive field is the widest of them, and runs that
//! have no hole make a network that misses nothing which its dense twin reads.

use std::collections::BTreeSet;

use degrid::footprint::{RunEnd, Runs, View, receptive_field};
use degrid::network::{MapId, Network, PerAxis};
use proptest::prelude::*;

use super::common::{cases, config};
use super::effort::few_or_all;
use super::ops::reads;

/// The positions of the input that output `o` of a map is computed from, along one axis.
fn seen(network: &Network, map: MapId, axis: usize, o: i64, dense: bool) -> BTreeSet<i64> {
    let mut waiting = vec![BTreeSet::new(); map.0 + 1];
    waiting[map.0].insert(o);
    for at in (1..=map.0).rev() {
        let here = std::mem::take(&mut waiting[at]);
        let layer = &network.layers[at - 1];
        for &input in &layer.inputs {
            let read = |&o: &i64| reads(&layer.op.axes[axis], o, None, dense);
            waiting[input.0].extend(here.iter().flat_map(read).map(|r| r.0));
        }
    }
    waiting.swap_remove(0)
}

#[test]
fn receptive_field_of_an_uneven_resize() {
    // 33 positions are made 65: the ratio is not 1/2, and one output reads further than all others.
    let text = "input = [65]\n[[stage]]\nname = \"s\"\nlayers = [{ kernel = 3, stride = 2, padding = 1 }, \
                { op = \"upsample\", like = \"input\", mode = \"linear\" }, { dilation = 2 }]\n";
    let config = config(text);
    let (network, end) = (&config.network, config.network.outputs[0]);
    let extent = |o: i64| {
        let view = View {
            position: PerAxis::splat(1, o),
            ..View::middle(network, end, MapId::INPUT)
        };
        view.paths().unwrap().bounds().unwrap().1[0]
    };
    assert_eq!((0..65).map(extent).max(), Some(11));
    assert_eq!(
        receptive_field(network, MapId::INPUT, end).unwrap()[..],
        [11]
    );
}

/// Output phases after which every network made here repeats.
fn phases(network: &Network, map: MapId) -> i64 {
    network
        .facts(map)
        .position
        .unwrap()
        .iter()
        .map(|p| p.period)
        .max()
        .unwrap()
}

fn plain() -> BoxedStrategy<String> {
    (1..4_i64, 1..5_i64)
        .prop_map(|(k, d)| {
            format!(
                "{{ kernel = {k}, dilation = {d}, padding = {} }}",
                (k - 1) * d / 2
            )
        })
        .boxed()
}

/// Layers in a row; the transposed ones with the given dilations.
fn layers(dilations: std::ops::Range<i64>) -> BoxedStrategy<Vec<String>> {
    let strided = (1..5_i64, 1..4_i64, 2..4_i64, 0..3_i64).prop_map(|(k, d, s, p)| {
        format!("{{ kernel = {k}, dilation = {d}, stride = {s}, padding = {p} }}")
    });
    let transposed = (1..6_i64, dilations, 2..4_i64, 0..3_i64).prop_map(|(k, d, s, p)| {
        // A phase that nothing writes is another fault.
        let (k, d) = (k.max(s), if num_integer::gcd(d, s) == 1 { d } else { 1 });
        format!(
            "{{ op = \"transposed\", kernel = {k}, dilation = {d}, stride = {s}, padding = {p} }}"
        )
    });
    let upsample = (2..4_i64, prop_oneof![Just("nearest"), Just("linear")])
        .prop_map(|(f, mode)| format!("{{ op = \"upsample\", factor = {f}, mode = \"{mode}\" }}"));
    let branches = (plain(), plain())
        .prop_map(|(a, b)| format!("{{ branches = [[{a}, {b}], []], merge = \"add\" }}"));
    let layer =
        prop_oneof![5 => plain(), 2 => strided, 1 => transposed, 1 => upsample, 1 => branches];
    prop::collection::vec(layer, 1..7).boxed()
}

/// Layers in a row on 240 positions, of all operations; `None` where they do not fit.
fn all_layers() -> BoxedStrategy<Option<(String, Network)>> {
    let pad = (
        0..5_i64,
        0..5_i64,
        prop_oneof![Just("zeros"), Just("reflect")],
    )
        .prop_map(|(low, high, mode)| {
            format!("{{ op = \"pad\", padding = [[{low}, {high}]], mode = \"{mode}\" }}")
        });
    let slice = (0..4_i64, 1..3_i64)
        .prop_map(|(o, s)| format!("{{ op = \"slice\", offset = {o}, stride = {s} }}"));
    // With aligned corners a known size makes the ratio uneven.
    let cubic =
        (2..4_i64).prop_map(|f| format!("{{ op = \"upsample\", factor = {f}, mode = \"cubic\" }}"));
    let bins = prop_oneof![2..40_i64, 60..140_i64]
        .prop_map(|m| format!("{{ op = \"adaptive-avg-pool\", size = {m} }}"));
    let further = prop_oneof![pad, slice, cubic, bins];
    (
        layers(1..2),
        layers(1..2),
        prop::collection::vec(further, 1..3),
    )
        .prop_map(|(before, after, further)| {
            let after = &after[..after.len().min(2)];
            let text = format!(
                "input = [240]\n{}",
                &file(&[&before[..], &further[..], after].concat())[9..]
            );
            let network = degrid::config::parse(&text).ok()?.network;
            (phases(&network, network.outputs[0]) <= 24).then_some((text, network))
        })
        .boxed()
}

fn file(layers: &[String]) -> String {
    format!("dims = 1\n[[stage]]\nlayers = [{}]\n", layers.join(", "))
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn receptive_field_is_the_widest_phase(layers in layers(1..2)) {
        let config = config(&file(&layers));
        let network = &config.network;
        let end = network.outputs[0];
        let extent = |o: i64| {
            let set = seen(network, end, 0, o, false);
            set.last().map_or(0, |last| last - set.first().unwrap() + 1)
        };
        let widest = (0..phases(network, end)).map(extent).max();
        prop_assert_eq!(receptive_field(network, MapId::INPUT, end).map(|f| f[0]), widest, "{}", file(&layers));
        // No phase beyond the period is any wider, nor any before it.
        prop_assert!((-7..40).map(extent).max() <= widest, "{}", file(&layers));
    }

    #[test]
    fn receptive_field_is_never_too_small(layers in layers(1..4)) {
        // Where taps of a dilated transposed layer are read with gaps, it counts what lies in the gaps as read too.
        let config = config(&file(&layers));
        let network = &config.network;
        let end = network.outputs[0];
        let extent = |o: i64| {
            let set = seen(network, end, 0, o, false);
            set.last().map_or(0, |last| last - set.first().unwrap() + 1)
        };
        prop_assert!((-7..40).map(extent).max() <= receptive_field(network, MapId::INPUT, end).map(|f| f[0]), "{}", file(&layers));
    }

    #[test]
    fn hole_free_runs_make_a_hole_free_network(layers in layers(1..2)) {
        let config = config(&file(&layers));
        let network = &config.network;
        prop_assume!(config.check().facts.broken.is_empty());
        let end = network.outputs[0];
        for o in 0..phases(network, end) {
            prop_assert_eq!(seen(network, end, 0, o, false), seen(network, end, 0, o, true), "{}", file(&layers));
        }
    }

    #[test]
    fn last_transposed_layer_is_judged_on_each_phase(plain in prop::collection::vec(plain(), 0..4), k in 2..7_i64, d in 1..5_i64, s in 2..5_i64) {
        let last = format!("{{ op = \"transposed\", kernel = {k}, dilation = {d}, stride = {s}, padding = 0 }}");
        let all = [&plain[..], &[last]].concat();
        let config = config(&file(&all));
        let network = &config.network;
        let end = network.outputs[0];
        let holed = |o: i64| {
            let set = seen(network, end, 0, o, false);
            set.last().is_some_and(|last| set.len() as i64 <= last - set.first().unwrap())
        };
        let found = Runs::new(network).run_footprint(RunEnd::Layer(network.layers.len() - 1), None).has_gridding();
        prop_assert_eq!(found, (0..s).any(holed), "{}", file(&all));
    }

    #[test]
    fn last_bins_are_judged_on_each(plain in prop::collection::vec(plain(), 0..4), m in 2..60_i64) {
        let last = format!("{{ op = \"adaptive-max-pool\", size = {m} }}");
        let text = format!("input = [60]\n{}", &file(&[&plain[..], &[last]].concat())[9..]);
        let config = config(&text);
        let network = &config.network;
        let end = network.outputs[0];
        let holed = |o: i64| {
            let set = seen(network, end, 0, o, false);
            set.last().is_some_and(|last| set.len() as i64 <= last - set.first().unwrap())
        };
        let (runs, last) = (Runs::new(network), network.layers.len() - 1);
        // As many bins as positions are none.
        prop_assume!(runs.ends_run(last));
        let found = runs.run_footprint(RunEnd::Layer(last), None).has_gridding();
        prop_assert_eq!(found, (0..phases(network, end)).any(holed), "{}", text);
    }
}

proptest! {
    #![proptest_config(cases(few_or_all(32, 256)))]

    #[test]
    fn all_operations(made in all_layers()) {
        prop_assume!(made.is_some());
        let Some((text, network)) = made else { return Ok(()) };
        let end = network.outputs[0];
        let extent = |o: i64| {
            let set = seen(&network, end, 0, o, false);
            set.last().map_or(0, |last| last - set.first().unwrap() + 1)
        };
        let period = phases(&network, end);
        let widest = (0..period).map(extent).max();
        let found = receptive_field(&network, MapId::INPUT, end).map(|f| f[0]);
        // A cubic upsampling reads one position where it lies on it; then its neighbour counts, though it may not be read.
        let is_close = text.contains("cubic") && found >= widest;
        prop_assert!(found == widest || is_close, "{found:?} {widest:?} {}", text);
        prop_assert!((-7..period + 7).map(extent).max() <= found, "{}", text);
        if config(&text).check().facts.broken.is_empty() {
            for o in 0..period {
                prop_assert_eq!(seen(&network, end, 0, o, false), seen(&network, end, 0, o, true), "{} {}", o, text);
            }
        }
    }
}
