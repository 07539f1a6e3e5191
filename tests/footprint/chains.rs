//! Chains: the exact test against a walk over a hash set and against backward propagation; order, dense twin and repair.

use std::collections::BTreeSet;

use degrid::footprint::{
    AxisSet, AxisValue, Comb, Filled, Region, View, Walk, clamped, exact, faulty_groups,
    needed_groups,
};
use degrid::network::MapId;
use proptest::prelude::*;

use super::common::{Conv, Item, Net, cases, config, conv};

type Layer = (i64, i64, i64);

/// Kernel, dilation and stride of each layer.
fn layers() -> BoxedStrategy<Vec<Layer>> {
    let stride = prop_oneof![5 => Just(1_i64), 1 => 2..4_i64];
    prop::collection::vec((1..6_i64, 1..12_i64, stride), 0..6).boxed()
}

fn combs(layers: &[Layer]) -> Vec<Comb> {
    let mut jump = 1;
    let comb = |&(taps, dilation, stride): &Layer| {
        let step = dilation * jump;
        jump *= stride;
        Comb { taps, step }
    };
    layers.iter().map(comb).collect()
}

fn walk(combs: &[Comb]) -> BTreeSet<i64> {
    combs.iter().fold(BTreeSet::from([0]), |set, c| {
        let taps = |p: i64| (0..c.taps).map(move |t| p + t * c.step);
        set.into_iter().flat_map(taps).collect()
    })
}

fn file(layers: &[Layer]) -> String {
    let list: Vec<String> = layers
        .iter()
        .map(|(k, d, s)| format!("{{ kernel = {k}, dilation = {d}, stride = {s}, padding = 0 }}"))
        .collect();
    format!("dims = 1\n[[stage]]\nlayers = [{}]\n", list.join(", "))
}

fn convs(dims: usize) -> BoxedStrategy<Vec<Conv>> {
    prop::collection::vec(conv(dims, 4, 6), 1..5).boxed()
}

/// The footprint of output 0 on the input, by the code: of the network as it is, or of its dense twin.
fn propagated(net: &Net, dense: bool) -> BTreeSet<Vec<i64>> {
    let config = config(&net.toml(None));
    let network = &config.network;
    let walk = Walk {
        network,
        clip: false,
        filled: if dense { Filled::All } else { Filled::No },
        stop: &|_| false,
        covering: None,
    };
    let start = Region::one(&vec![0; net.dims]);
    let reached = walk.from(network.outputs[0], start).unwrap();
    reached[&MapId::INPUT].drawn().unwrap().iter().collect()
}

fn as_set(net: &Net, dense: bool) -> BTreeSet<Vec<i64>> {
    let end = net.paths(dense).pop().unwrap();
    end.keys().map(|at| at[..net.dims].to_vec()).collect()
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn exact_test_is_the_walk_is_the_propagation(layers in layers().prop_filter("a stage has layers", |l| !l.is_empty())) {
        let combs = combs(&layers);
        let set = walk(&combs);
        let found = exact(&combs);
        prop_assert_eq!(found.extent, set.last().unwrap() + 1);
        let hole = (0..found.extent).find(|p| !set.contains(p));
        prop_assert_eq!(found.fault.map(|f| f.reach), hole);
        if let Some(fault) = found.fault {
            let blamed = combs[fault.index];
            prop_assert!(blamed.step > fault.reach && blamed.taps > 1);
            let finer = combs.iter().filter(|c| c.step < blamed.step);
            prop_assert_eq!(fault.reach, 1 + finer.map(|c| (c.taps - 1) * c.step).sum::<i64>());
            prop_assert!(combs[fault.index + 1..].iter().all(|c| c.taps == 1 || c.step != blamed.step));
        }
        let spread = combs.iter().fold(AxisSet::interval(0, 1), |s, c| s.spread(c.taps, c.step).unwrap());
        prop_assert_eq!(spread.iter().collect::<BTreeSet<_>>(), set.clone());
        let config = config(&file(&layers));
        let region = View::middle(&config.network, config.network.outputs[0], MapId::INPUT).seen(false).unwrap();
        let propagated: BTreeSet<i64> = region.drawn().unwrap().iter().map(|at| at[0]).collect();
        prop_assert_eq!(propagated, set);
    }

    #[test]
    fn a_chain_has_holes_without_needed_groups(
        layers in prop::collection::vec((1..=3_i64, 0..60_i64, 0..4_usize), 1..7),
        reversed in any::<bool>(),
    ) {
        let mut reach = 1;
        let step = |(taps, way, group)| {
            let step = 1 + way % reach;
            reach += (taps - 1) * step;
            (taps, step, group)
        };
        let mut layers: Vec<(i64, i64, usize)> = layers.into_iter().map(step).collect();
        if reversed {
            layers.reverse();
        }
        let combs = |without: Option<usize>| -> Vec<Comb> {
            let kept = layers.iter().filter(|&&(.., group)| Some(group) != without);
            kept.map(|&(taps, step, _)| Comb { taps, step }).collect()
        };
        let has_hole = |combs: Vec<Comb>| {
            let set = walk(&combs);
            set.len() as i64 <= *set.last().unwrap()
        };
        prop_assert!(!has_hole(combs(None)));
        let groups: Vec<usize> = layers.iter().map(|&(.., group)| group).collect();
        let needed = (0..4).filter(|&group| has_hole(combs(Some(group))));
        prop_assert_eq!(needed_groups(&combs(None), &groups), needed.collect());
    }

    #[test]
    fn faulty_groups_leave_holes_beside_dense_ones(
        layers in prop::collection::vec((1..=4_i64, 1..20_i64, 0..3_usize), 1..7),
    ) {
        let combs: Vec<Comb> = layers.iter().map(|&(taps, step, _)| Comb { taps, step }).collect();
        let groups: Vec<usize> = layers.iter().map(|&(.., group)| group).collect();
        let faulty = faulty_groups(&combs, &groups);
        for group in 0..3 {
            let beside = layers.iter().map(|&(taps, step, own)| {
                let dense = Comb { taps: (taps - 1) * step + 1, step: 1 };
                if own == group { Comb { taps, step } } else { dense }
            });
            let set = walk(&beside.collect::<Vec<_>>());
            let hole = (0..*set.last().unwrap()).find(|p| !set.contains(p));
            prop_assert_eq!(faulty.get(&group).map(|fault| fault.reach), hole);
            if let Some(fault) = faulty.get(&group) {
                prop_assert_eq!(groups[fault.index], group);
                prop_assert!(combs[fault.index].step > fault.reach);
            }
        }
    }

    #[test]
    fn order_of_layers_keeps_the_footprint(before in convs(2), seed in any::<u64>()) {
        let mut after = before.clone();
        let mut state = seed;
        for last in (1..after.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            after.swap(last, (state >> 33) as usize % (last + 1));
        }
        let chain = |convs: Vec<Conv>| Net::chain(2, convs.into_iter().map(Item::Conv).collect());
        let (before, after) = (chain(before), chain(after));
        prop_assert_eq!(propagated(&before, false), as_set(&before, false));
        prop_assert_eq!(propagated(&before, false), propagated(&after, false));
    }

    #[test]
    fn dense_twin_is_a_box(convs in convs(2)) {
        let sides: Vec<(i64, i64)> = (0..2)
            .map(|axis| {
                let low: i64 = convs.iter().map(|c| c.low[axis]).sum();
                let extent: i64 = convs.iter().map(|c| (c.kernel[axis] - 1) * c.dilation[axis]).sum();
                (-low, extent - low)
            })
            .collect();
        let net = Net::chain(2, convs.into_iter().map(Item::Conv).collect());
        let filled = (sides[0].0..=sides[0].1).flat_map(|y| (sides[1].0..=sides[1].1).map(move |x| vec![y, x]));
        prop_assert_eq!(propagated(&net, true), filled.collect::<BTreeSet<_>>());
    }

    #[test]
    fn no_chain_sees_more_than_its_taps_multiplied(layers in layers()) {
        let combs = combs(&layers);
        let product: i64 = combs.iter().map(|c| c.taps).product();
        prop_assert!(walk(&combs).len() as i64 <= product);
    }

    #[test]
    fn repeated_tooth_sees_no_more_than_its_bound(tooth in prop::collection::vec(1..40_i64, 1..4), k in 2..5_i64, times in 1..4_usize) {
        let combs: Vec<Comb> = tooth.iter().map(|&step| Comb { taps: k, step }).collect();
        let bound = (1 + times as i64 * (k - 1)).pow(tooth.len() as u32);
        prop_assert!(walk(&combs.repeat(times)).len() as i64 <= bound);
    }

    #[test]
    fn clamped_schedules_have_no_hole(layers in layers()) {
        let combs = combs(&layers);
        let units: Vec<i64> = layers.iter().scan(1, |jump, l| {
            let here = *jump;
            *jump *= l.2;
            Some(here)
        }).collect();
        match clamped(&combs, &units, |_| true) {
            Some(steps) => {
                let repaired: Vec<Comb> = combs.iter().zip(&steps).map(|(c, &step)| Comb { step, ..*c }).collect();
                let set = walk(&repaired);
                prop_assert_eq!(set.len() as i64, set.last().unwrap() + 1);
                prop_assert!(combs.iter().zip(&steps).zip(&units).all(|((c, s), u)| *s <= c.step && s % u == 0 && *s > 0));
                if walk(&combs).len() as i64 == exact(&combs).extent {
                    prop_assert_eq!(steps, combs.iter().map(|c| c.step).collect::<Vec<_>>());
                }
            }
            // Only a stride leaves no dilation to choose.
            None => prop_assert!(units.iter().any(|u| *u > 1)),
        }
    }
}

#[test]
fn clamps_every_layer_of_a_schedule() {
    let chain = |steps: &[i64]| -> Vec<Comb> {
        let combs = steps.iter().map(|&step| Comb { taps: 3, step });
        combs.collect()
    };
    let repair = |steps: &[i64]| clamped(&chain(steps), &vec![1; steps.len()], |_| true);
    assert_eq!(repair(&[2, 4, 8]), Some(vec![1, 3, 8]));
    assert_eq!(repair(&[5, 9, 17]), Some(vec![1, 3, 9]));
    assert_eq!(repair(&[2, 2, 2]), Some(vec![2, 2, 1]));
    assert_eq!(clamped(&chain(&[2, 2]), &[2, 2], |_| true), None);
}
