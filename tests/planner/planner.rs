//! The planner against a plain search: every tuple of dilations, judged by walking the set that the stage sees.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use crate::effort::few_or_all;
use degrid::footprint::{Comb, chain_peak};
use degrid::planner::{
    Budget, Fewest, Goal, OuterTaps, Plan, Proof, Rank, Reason, Refusal, Relaxed, Request, Scored,
};
use num_rational::Ratio;
use proptest::prelude::*;

fn goal(request: Request) -> Goal {
    Goal::new(request).unwrap()
}

fn streamed(goal: &Goal) -> Vec<Vec<i64>> {
    let mut found = Vec::new();
    let flow = goal.each(|tooth| {
        found.push(tooth.to_vec());
        ControlFlow::<()>::Continue(())
    });
    assert!(flow.is_continue());
    found
}

fn planned(request: Request) -> Result<Plan, Refusal> {
    goal(request).plan(&Budget::default(), |_| ControlFlow::Continue(()))
}

fn counted(request: Request) -> String {
    goal(request).count(u64::MAX).unwrap().to_string()
}

// ---- the oracle

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// M_i by the paper's equation, from M_n down to M_2.
fn m2(tooth: &[i64]) -> i64 {
    let mut m = tooth[tooth.len() - 1];
    for i in (1..tooth.len() - 1).rev() {
        m = [m - 2 * tooth[i], m - 2 * (m - tooth[i]), tooth[i]]
            .into_iter()
            .max()
            .unwrap();
    }
    m
}

/// Whether the stage sees every position of its field: each layer marks what its taps reach from what is marked.
fn sees_all(kernel: i64, repeat: i64, tooth: &[i64]) -> bool {
    let mut marked = vec![true];
    for _ in 0..repeat {
        for &d in tooth {
            let mut after = vec![false; marked.len() + ((kernel - 1) * d) as usize];
            for tap in 0..kernel {
                for (at, &mark) in marked.iter().enumerate() {
                    after[at + (tap * d) as usize] |= mark;
                }
            }
            marked = after;
        }
    }
    marked.iter().all(|&mark| mark)
}

fn is_valid(request: &Request, tooth: &[i64]) -> bool {
    let rises = tooth.windows(2).all(|pair| {
        if request.allow_equal {
            pair[1] >= pair[0]
        } else {
            pair[1] > pair[0]
        }
    });
    if !rises || tooth.iter().fold(0, |a, &b| gcd(a, b)) != 1 {
        return false;
    }
    if !request.exact && tooth.len() >= 2 && m2(tooth) > request.kernel {
        return false;
    }
    if let Some(OuterTaps { input, share }) = request.outer_taps {
        for d in tooth {
            // Count the output positions whose outer taps both fall on the map, with `same` padding.
            let low = d * (request.kernel - 1) / 2;
            let inside = (0..input)
                .filter(|o| o - low >= 0 && o - low + d * (request.kernel - 1) < input)
                .count();
            if (inside as f64) / (input as f64) < share {
                return false;
            }
        }
    }
    let field = 1 + request.repeat * (request.kernel - 1) * tooth.iter().sum::<i64>();
    let in_input = request.jump * field;
    let (least, greatest) = request.receptive_field;
    if least.is_some_and(|a| in_input < Ratio::from(a))
        || greatest.is_some_and(|b| in_input > Ratio::from(b))
    {
        return false;
    }
    sees_all(request.kernel, request.repeat, tooth)
}

fn all(request: &Request) -> Vec<Vec<i64>> {
    let cap = request.max_dilation.unwrap();
    let mut found = Vec::new();
    for layers in request.layers.0..=request.layers.1 {
        let mut tooth = vec![1; layers as usize];
        'tuples: loop {
            // Holes are slow to look for: only where the dilations do not fall.
            if tooth.windows(2).all(|pair| pair[0] <= pair[1]) && is_valid(request, &tooth) {
                found.push(tooth.clone());
            }
            for place in (0..tooth.len()).rev() {
                tooth[place] += 1;
                if tooth[place] <= cap {
                    continue 'tuples;
                }
                tooth[place] = 1;
            }
            break;
        }
    }
    found.sort();
    found
}

fn chain(request: &Request, tooth: &[i64]) -> Vec<Comb> {
    let taps = request.kernel;
    tooth.iter().map(|&step| Comb { taps, step }).collect()
}

fn lobe_of(request: &Request, tooth: &[i64]) -> f64 {
    lobe_ln(request, tooth).exp()
}

/// Rounded as lobes are compared.
fn lobe_ln(request: &Request, tooth: &[i64]) -> f64 {
    let ln = chain_peak(&chain(request, tooth), f64::INFINITY, u64::MAX).ln;
    (ln * 1e10).round() / 1e10
}

/// The ripple of the repeated stage by its definition: paths counted one by one, their ups and downs over twice the most.
fn ripple_of(request: &Request, tooth: &[i64]) -> f64 {
    let mut paths = vec![1_i64];
    for _ in 0..request.repeat {
        for &d in tooth {
            let mut after = vec![0; paths.len() + ((request.kernel - 1) * d) as usize];
            for tap in 0..request.kernel {
                for (at, &count) in paths.iter().enumerate() {
                    after[at + (tap * d) as usize] += count;
                }
            }
            paths = after;
        }
    }
    let most = *paths.iter().max().unwrap();
    let padded = [&[0], &paths[..], &[0]].concat();
    let turns: i64 = padded
        .windows(2)
        .map(|pair| (pair[1] - pair[0]).abs())
        .sum();
    turns as f64 / (2 * most) as f64
}

fn ripple_units(request: &Request, tooth: &[i64]) -> f64 {
    (ripple_of(request, tooth) * 1e8).round()
}

/// Everything in the order of the rank.
fn in_order(request: &Request) -> Vec<Vec<i64>> {
    let mut list: Vec<_> = all(request)
        .into_iter()
        .map(|tooth| (lobe_ln(request, &tooth), tooth))
        .collect();
    list.sort_by(|(a_lobe, a), (b_lobe, b)| {
        let first = match request.rank {
            Rank::ReceptiveField => b.iter().sum::<i64>().cmp(&a.iter().sum()),
            Rank::Smallest => a.iter().sum::<i64>().cmp(&b.iter().sum()),
            Rank::Ripple => ripple_units(request, a).total_cmp(&ripple_units(request, b)),
            Rank::Compact => a.iter().max().cmp(&b.iter().max()),
            Rank::Lobe => std::cmp::Ordering::Equal,
        };
        first.then(a_lobe.total_cmp(b_lobe)).then_with(|| a.cmp(b))
    });
    list.into_iter().map(|(_, tooth)| tooth).collect()
}

fn not_surpassed(request: &Request) -> BTreeSet<Vec<i64>> {
    let points: Vec<_> = all(request)
        .into_iter()
        .map(|tooth| {
            (
                [
                    -(tooth.iter().sum::<i64>() as f64),
                    lobe_ln(request, &tooth),
                    *tooth.last().unwrap() as f64,
                ],
                tooth,
            )
        })
        .collect();
    let surpassed = |p: &[f64; 3]| {
        points
            .iter()
            .any(|(q, _)| q != p && q.iter().zip(p).all(|(a, b)| a <= b))
    };
    points
        .iter()
        .filter(|(p, _)| !surpassed(p))
        .map(|(_, tooth)| tooth.clone())
        .collect()
}

// ---- sets and counts

#[test]
fn every_small_goal_equals_the_plain_search() {
    let kernels = [3, 2, 4, 5, 7];
    for kernel in kernels.into_iter().take(few_or_all(2, 5) as usize) {
        for (allow_equal, exact) in [(false, false), (false, true), (true, false), (true, true)] {
            for repeat in [1, 2, 3] {
                for (layers, cap) in [
                    ((1, 1), 4),
                    ((2, 2), 9),
                    ((3, 3), 9),
                    ((1, 4), 7),
                    ((4, 4), 8),
                ] {
                    for receptive_field in [
                        (None, None),
                        (Some(20), None),
                        (None, Some(31)),
                        (Some(15), Some(47)),
                        (Some(29), Some(29)),
                    ] {
                        let request = Request {
                            allow_equal,
                            exact,
                            repeat,
                            layers,
                            max_dilation: Some(cap),
                            receptive_field,
                            ..Request::new(kernel, 1)
                        };
                        let expected = all(&request);
                        let goal = goal(request);
                        assert_eq!(streamed(&goal), expected, "{goal:?}");
                        assert_eq!(
                            goal.count(u64::MAX).unwrap(),
                            expected.len().into(),
                            "{goal:?}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn unlimited_counts_equal_the_stream() {
    for kernel in [2, 3, 4, 5, 7] {
        for (allow_equal, exact) in [(false, false), (false, true), (true, false), (true, true)] {
            for (layers, repeat) in [(3, 1), (4, 1), (3, 2)] {
                let goal = goal(Request {
                    allow_equal,
                    exact,
                    repeat,
                    ..Request::new(kernel, layers)
                });
                let mut streamed = 0_u64;
                let _ = goal.each(|_| {
                    streamed += 1;
                    ControlFlow::<()>::Continue(())
                });
                assert_eq!(goal.count(u64::MAX).unwrap(), streamed.into(), "{goal:?}");
                // The table agrees with the polynomial where a limit only just does not bind.
                let widest = goal.limits().widest(layers);
                let capped = Request {
                    max_dilation: Some(widest[widest.len() - 1]),
                    ..goal.request().clone()
                };
                let less = Request {
                    max_dilation: Some(widest[widest.len() - 1] - 1),
                    ..goal.request().clone()
                };
                assert_eq!(counted(capped), streamed.to_string());
                let below: num_bigint::BigUint = counted(less.clone()).parse().unwrap();
                assert_eq!(below, streamed_count(less).into());
            }
        }
    }
}

fn streamed_count(request: Request) -> u64 {
    let mut streamed = 0;
    let _ = goal(request).each(|_| {
        streamed += 1;
        ControlFlow::<()>::Continue(())
    });
    streamed
}

#[test]
fn pinned_counts() {
    let base = |layers, cap| Request {
        max_dilation: Some(cap),
        exact: true,
        ..Request::new(3, layers)
    };
    let loose = |layers, cap| Request {
        allow_equal: true,
        ..base(layers, cap)
    };
    assert_eq!(counted(loose(5, 60)), "6851");
    assert_eq!(counted(loose(6, 40)), "94703");
    assert_eq!(
        counted(loose(32, 256)),
        "29169581342150664224514535006816757313555"
    );
    assert_eq!(counted(base(16, 256)), "7948588315870767424124");
    // For k = 3 the published rule is equivalent.
    assert_eq!(
        counted(Request {
            exact: false,
            ..loose(5, 60)
        }),
        "6851"
    );
    assert_eq!(
        counted(Request {
            exact: false,
            ..loose(6, 40)
        }),
        "94703"
    );
    // For k ≥ 4 it is stricter: 992 and 490, 3,011 and 890.
    let of = |kernel, layers, cap, exact| {
        counted(Request {
            kernel,
            exact,
            ..loose(layers, cap)
        })
    };
    assert_eq!(
        (of(4, 4, 40, true), of(4, 4, 40, false)),
        ("992".to_owned(), "490".to_owned())
    );
    assert_eq!(
        (of(5, 4, 60, true), of(5, 4, 60, false)),
        ("3011".to_owned(), "890".to_owned())
    );
}

#[test]
fn counts_end_with_their_budget() {
    let huge = goal(Request::new(3, 64));
    assert_eq!(huge.count(1_000_000), None);
    let small = goal(Request {
        max_dilation: Some(20),
        ..Request::new(3, 8)
    });
    assert!(small.count(1_000_000).is_some());
}

#[test]
fn streams_stop_when_asked() {
    let goal = goal(Request::new(3, 40));
    let mut left = 1_000;
    let mut before = Vec::new();
    let flow = goal.each(|tooth| {
        assert!(before.as_slice() < tooth);
        before = tooth.to_vec();
        left -= 1;
        if left == 0 {
            ControlFlow::Break("enough")
        } else {
            ControlFlow::Continue(())
        }
    });
    assert_eq!(flow, ControlFlow::Break("enough"));
}

// ---- limits

#[test]
fn widest_schedules_grow_by_powers() {
    for (kernel, repeat) in [(2, 1), (3, 1), (5, 1), (3, 2), (2, 3)] {
        let request = Request {
            exact: true,
            repeat,
            ..Request::new(kernel, 5)
        };
        let goal = goal(request);
        let grow = 1 + repeat * (kernel - 1);
        let powers: Vec<i64> = (0..5).map(|i| grow.pow(i)).collect();
        assert_eq!(goal.limits().widest(5), powers);
        let total = powers.iter().sum();
        assert_eq!(goal.limits().reachable(5), Some((15, total)));
        assert_eq!(goal.limits().field(total), grow.pow(5));
    }
}

#[test]
fn caps_leave_room() {
    let request = Request {
        max_dilation: Some(6),
        ..Request::new(3, 5)
    };
    let goal = goal(request);
    assert_eq!(goal.limits().widest(5), [1, 3, 4, 5, 6]);
    assert_eq!(goal.limits().reachable(5), Some((15, 19)));
    assert_eq!(goal.limits().reachable(7), None);
}

// ---- order

const RANKS: [Rank; 5] = [
    Rank::ReceptiveField,
    Rank::Smallest,
    Rank::Lobe,
    Rank::Ripple,
    Rank::Compact,
];

#[test]
fn every_rank_equals_the_sorted_plain_search() {
    let kernels = [3, 2, 5];
    for kernel in kernels.into_iter().take(few_or_all(2, 3) as usize) {
        for (allow_equal, repeat, exact) in [(false, 1, false), (true, 1, true), (true, 2, false)] {
            for receptive_field in [(None, None), (Some(25), Some(60))] {
                for rank in RANKS {
                    for (layers, max_lobe, max_ripple) in [
                        ((3, 4), None, None),
                        ((1, 3), Some(0.2), None),
                        ((2, 4), None, Some(1.5)),
                        ((3, 4), Some(0.2), Some(1.0)),
                    ] {
                        let request = Request {
                            allow_equal,
                            repeat,
                            exact,
                            receptive_field,
                            rank,
                            layers,
                            max_dilation: Some(7),
                            ..Request::new(kernel, 1)
                        };
                        let mut expected = in_order(&request);
                        let limit = max_lobe.unwrap_or(1.0);
                        expected.retain(|tooth| {
                            lobe_of(&request, &tooth.repeat(repeat as usize)) <= limit + 1e-9
                                && ripple_of(&request, tooth) <= max_ripple.unwrap_or(f64::MAX)
                        });
                        for top in [3, 10_000] {
                            match planned(Request {
                                top,
                                max_lobe,
                                max_ripple,
                                ..request.clone()
                            }) {
                                Ok(plan) => {
                                    let listed: Vec<_> = plan
                                        .schedules
                                        .iter()
                                        .map(|s| s.dilations.clone())
                                        .collect();
                                    assert_eq!(
                                        listed,
                                        expected[..top.min(expected.len())],
                                        "{request:?}"
                                    );
                                    assert!(plan.complete && plan.proof == Proof::Best);
                                    assert_eq!(plan.count.unwrap(), expected.len().into());
                                }
                                Err(refusal) => assert!(
                                    expected.is_empty() && refusal.proved,
                                    "{request:?}: {refusal}"
                                ),
                            }
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn pareto_equals_the_plain_front() {
    for kernel in [2, 3, 4] {
        for (allow_equal, repeat) in [(false, 1), (true, 1), (true, 2)] {
            let request = Request {
                allow_equal,
                repeat,
                layers: (2, 4),
                max_dilation: Some(9),
                pareto: true,
                ..Request::new(kernel, 1)
            };
            let plan = planned(request.clone()).unwrap();
            let listed: BTreeSet<_> = plan.schedules.iter().map(|s| s.dilations.clone()).collect();
            assert_eq!(listed, not_surpassed(&request), "{request:?}");
            assert_eq!(listed.len(), plan.schedules.len());
        }
    }
}

#[test]
fn the_front_is_listed_in_the_order_of_any_rank() {
    for rank in RANKS {
        let request = Request {
            rank,
            layers: (2, 4),
            max_dilation: Some(9),
            pareto: true,
            ..Request::new(3, 1)
        };
        let front = not_surpassed(&request);
        let mut expected = in_order(&request);
        expected.retain(|tooth| front.contains(tooth));
        let plan = planned(request).unwrap();
        let listed: Vec<_> = plan.schedules.iter().map(|s| s.dilations.clone()).collect();
        assert_eq!(listed, expected, "{rank:?}");
    }
}

// ---- the fewest layers

/// Layers for the plain search of the fewest.
const FEW: i64 = 5;

fn fewest(request: Request, budget: &Budget) -> Result<Fewest, Refusal> {
    goal(request).fewest(budget, |_| ControlFlow::Continue(()))
}

#[test]
fn the_fewest_layers_are_those_of_the_plain_search() {
    for (kernel, repeat) in [(3, 1), (2, 1), (3, 2), (5, 1)] {
        for (allow_equal, exact) in [(false, false), (true, true)] {
            for receptive_field in [
                (Some(2), None),
                (Some(14), None),
                (Some(20), Some(20)),
                (Some(33), Some(33)),
                (Some(40), Some(48)),
                (Some(60), None),
            ] {
                for (max_lobe, max_ripple) in [
                    (None, None),
                    (Some(0.2), None),
                    (None, Some(1.0)),
                    (Some(0.1), Some(1.5)),
                ] {
                    let request = Request {
                        allow_equal,
                        exact,
                        repeat,
                        receptive_field,
                        max_lobe,
                        max_ripple,
                        layers: (1, FEW),
                        fewest: true,
                        max_dilation: Some(7),
                        ..Request::new(kernel, 1)
                    };
                    let is_within = |tooth: &[i64]| {
                        let all = tooth.repeat(repeat as usize);
                        lobe_of(&request, &all) <= max_lobe.unwrap_or(1.0) + 1e-9
                            && ripple_of(&request, tooth) <= max_ripple.unwrap_or(f64::MAX)
                    };
                    let mut expected = in_order(&request);
                    expected.retain(|tooth| is_within(tooth));
                    let least = expected.iter().map(Vec::len).min();
                    expected.retain(|tooth| Some(tooth.len()) == least);
                    match fewest(request.clone(), &Budget::default()) {
                        Ok(found) => {
                            assert_eq!(usize::try_from(found.layers).ok(), least, "{request:?}");
                            assert!(found.proved);
                            let plan = planned(Request {
                                top: 10_000,
                                ..request
                            })
                            .unwrap();
                            let listed: Vec<_> =
                                plan.schedules.iter().map(|s| s.dilations.clone()).collect();
                            assert_eq!(listed, expected);
                            assert_eq!(plan.count.unwrap(), expected.len().into());
                        }
                        Err(refusal) => {
                            assert!(
                                refusal.proved && expected.is_empty(),
                                "{request:?}: {refusal}"
                            );
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn a_search_for_the_fewest_layers_that_is_cut_short_says_so() {
    let request = Request {
        layers: (1, 1_000),
        fewest: true,
        receptive_field: (Some(301), None),
        max_lobe: Some(0.01),
        max_ripple: Some(1.0),
        ..Request::new(3, 1)
    };
    let found = |nodes| {
        let words = 1_000;
        fewest(request.clone(), &Budget { nodes, words })
    };
    let refusal = found(1_000).unwrap_err();
    assert!(!refusal.proved && matches!(refusal.reason, Reason::Unproved { .. }));
    if let Ok(found) = found(300_000) {
        assert!(!found.proved, "{found:?}");
    }
    // Likely schedules are tried before all are looked at, and a list falls back on them.
    let likely = Request {
        receptive_field: (Some(1_000), None),
        max_lobe: Some(0.1),
        max_ripple: None,
        ..request.clone()
    };
    let (nodes, words) = (20_000, 1_000);
    let seven = fewest(likely.clone(), &Budget { nodes, words }).unwrap();
    assert_eq!((seven.layers, seven.proved), (7, true));
    let plan = seven
        .goal
        .plan(&Budget { nodes, words }, |_| ControlFlow::Continue(()))
        .unwrap();
    assert!(!plan.complete && plan.schedules.len() == 1);
    assert!(is_valid(&likely, &plan.schedules[0].dilations) && plan.schedules[0].lobe <= 0.1);
    // Without a limit that takes a search any size is decided.
    let deep = Request {
        max_lobe: None,
        max_ripple: None,
        receptive_field: (Some(1_000_001), None),
        ..request.clone()
    };
    let deep = fewest(deep, &Budget { nodes: 1, words: 1 }).unwrap();
    assert_eq!((deep.layers, deep.proved), (13, true));
}

/// The peak by the definition: the answer at frequencies so close that there is a sample on each lobe, and ever closer about the highest.
fn scanned_ln(kernel: i64, tooth: &[i64]) -> f64 {
    let answer = |f: f64| -> f64 {
        let layer = |&e: &i64| {
            let theta = std::f64::consts::PI * (e as f64 * f - (e as f64 * f).round());
            let own = if theta.abs() < 1e-9 {
                1.0
            } else {
                (kernel as f64 * theta).sin() / (kernel as f64 * theta.sin())
            };
            own.abs()
        };
        tooth.iter().map(layer).product::<f64>().ln()
    };
    let scan = |low: f64, high: f64, count: usize| -> Vec<(f64, f64)> {
        let at = |i: usize| low + (high - low) * i as f64 / count as f64;
        (0..=count).map(|i| (answer(at(i)), at(i))).collect()
    };
    let start = 1.0 / (kernel * tooth.iter().max().unwrap()) as f64;
    let count = 16 * (kernel - 1) * tooth.iter().sum::<i64>();
    let samples = scan(start, 0.5, count as usize);
    let highest = |samples: &[(f64, f64)]| samples.iter().map(|s| s.0).fold(f64::MIN, f64::max);
    let mut best = highest(&samples);
    let likely = best - 2.0;
    for near in samples.windows(3) {
        if near[1].0 > likely && near[1].0 >= near[0].0 && near[1].0 >= near[2].0 {
            let (mut low, mut high) = (near[0].1, near[2].1);
            for _ in 0..8 {
                let finer = scan(low, high, 20);
                best = best.max(highest(&finer));
                let at = finer.iter().position(|s| s.0 == highest(&finer)).unwrap();
                (low, high) = (finer[at.max(1) - 1].1, finer[(at + 1).min(20)].1);
            }
        }
    }
    best
}

#[test]
fn low_lobes_are_ranked_as_they_are_listed() {
    let (nodes, words) = (200_000, 1);
    let plan = goal(Request {
        rank: Rank::Lobe,
        max_dilation: Some(64),
        top: 3,
        ..Request::new(3, 32)
    })
    .plan(&Budget { nodes, words }, |_| ControlFlow::Continue(()))
    .unwrap();
    assert!(!plan.complete);
    let lobes: Vec<f64> = plan.schedules.iter().map(|s| s.lobe).collect();
    assert!(lobes.is_sorted() && lobes.len() == 3, "{lobes:?}");
    for schedule in &plan.schedules {
        let expected = scanned_ln(3, &schedule.dilations);
        assert!((schedule.lobe.ln() - expected).abs() < 1e-8, "{schedule:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(few_or_all(16, 256)))]

    /// However low a peak is.
    #[test]
    fn lobes_are_the_peaks_of_a_plain_scan(kernel in 2..=6_i64, tooth in proptest::collection::vec(1..=24_i64, 1..=24)) {
        let mut tooth = tooth;
        tooth.push(2);
        let chain: Vec<Comb> = tooth.iter().map(|&step| Comb { taps: kernel, step }).collect();
        let peak = chain_peak(&chain, f64::INFINITY, u64::MAX);
        prop_assert!(peak.is_sure);
        let expected = scanned_ln(kernel, &tooth);
        prop_assert!((peak.ln - expected).abs() < 1e-9, "{} {}", peak.ln, expected);
    }
}

#[test]
fn first_places_are_proved_at_any_size() {
    for (kernel, layers) in [(3, 64), (2, 64), (5, 64)] {
        let plan = planned(Request {
            top: 3,
            ..Request::new(kernel, layers)
        })
        .unwrap();
        let widest = goal(Request::new(kernel, layers)).limits().widest(layers);
        assert!(plan.complete);
        assert_eq!(plan.schedules[0].dilations, widest);
        let plan = planned(Request {
            rank: Rank::Compact,
            top: 1,
            ..Request::new(kernel, layers)
        })
        .unwrap();
        assert!(plan.complete);
        assert_eq!(
            plan.schedules[0].dilations,
            (1..=layers).collect::<Vec<_>>()
        );
    }
}

#[test]
fn what_is_not_proved_is_said() {
    let tight = Budget {
        nodes: 5_000,
        words: 1_000,
    };
    let run = |request: Request| goal(request).plan(&tight, |_| ControlFlow::Continue(()));
    let lobe = run(Request {
        rank: Rank::Lobe,
        ..Request::new(3, 20)
    })
    .unwrap();
    assert!(!lobe.complete);
    let Proof::Bounded { least_lobe } = lobe.proof else {
        panic!("{:?}", lobe.proof)
    };
    assert!(least_lobe > 0.0 && least_lobe <= lobe.schedules[0].lobe);
    assert_eq!(lobe.count, None);
    // Millions of schedules of one receptive field: its value is proved, the choice among them is not.
    let ties = run(Request {
        receptive_field: (None, Some(1_001)),
        ..Request::new(3, 12)
    })
    .unwrap();
    assert_eq!((ties.complete, ties.proof), (false, Proof::FirstKey));
    assert_eq!(ties.schedules[0].receptive_field, 1_001);
}

#[test]
fn a_caller_can_stop_and_gets_the_best_so_far() {
    let mut reported = Vec::new();
    let goal = goal(Request {
        rank: Rank::Lobe,
        ..Request::new(3, 12)
    });
    let plan = goal
        .plan(&Budget::default(), |nodes| {
            reported.push(nodes);
            if reported.len() == 3 {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })
        .unwrap();
    assert!(!plan.complete && !plan.schedules.is_empty());
    assert!(reported.is_sorted());
}

#[test]
fn few_compact_schedules_are_found_soon() {
    // One schedule: there is no use in looking for others among all larger dilations.
    let plan = planned(Request {
        layers: (16, 1_000),
        receptive_field: (Some(273), Some(273)),
        rank: Rank::Compact,
        ..Request::new(3, 16)
    })
    .unwrap();
    assert_eq!((plan.complete, plan.schedules.len()), (true, 1));
    assert_eq!(plan.schedules[0].largest_dilation, 16);
}

#[test]
fn the_search_for_the_lowest_lobe_can_be_stopped() {
    let low = goal(Request {
        max_lobe: Some(0.02),
        ..Request::new(3, 5)
    });
    let stopped_after = |most: u64| {
        let mut reported = Vec::new();
        let refusal = low.plan(&Budget::default(), |nodes| {
            reported.push(nodes);
            if nodes > most {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        assert!(reported.is_sorted());
        (refusal.unwrap_err().reason, reported)
    };
    let (reason, reported) = stopped_after(u64::MAX);
    let Reason::LobeTooHigh {
        lowest: Some(lowest),
        ..
    } = reason
    else {
        panic!("{reason:?}")
    };
    assert!(lowest > 0.02);
    let (reason, _) = stopped_after(reported[reported.len() - 2] - 1);
    assert!(
        matches!(reason, Reason::LobeTooHigh { lowest: None, .. }),
        "{reason:?}"
    );
}

#[test]
fn lobes_are_never_below_the_bound() {
    for kernel in [2, 3, 4, 5, 6] {
        for repeat in [1, 2] {
            let request = Request {
                repeat,
                allow_equal: true,
                exact: true,
                layers: (1, 4),
                max_dilation: Some(7),
                ..Request::new(kernel, 1)
            };
            for tooth in streamed(&goal(request.clone())) {
                let plain = tooth.last() == Some(&1);
                let layers = tooth.len() as i64;
                let bound = goal(Request {
                    layers: (layers, layers),
                    allow_equal: plain,
                    ..request.clone()
                })
                .least_lobe();
                assert!(
                    lobe_of(&request, &tooth.repeat(repeat as usize)) >= bound - 1e-9,
                    "{kernel} {repeat} {tooth:?}"
                );
            }
        }
    }
}

// ---- the questions of users

#[test]
fn questions_with_known_answers() {
    let three = planned(Request::new(3, 3)).unwrap();
    assert_eq!(three.schedules[0].receptive_field, 27);
    let paper = planned(Request {
        repeat: 2,
        receptive_field: (Some(33), Some(33)),
        ..Request::new(3, 3)
    })
    .unwrap();
    assert!(paper.schedules.iter().any(|s| s.dilations == [1, 2, 5]));
    let stride_8 = planned(Request {
        receptive_field: (Some(65), None),
        jump: Ratio::from(8),
        rank: Rank::Lobe,
        ..Request::new(3, 3)
    })
    .unwrap();
    assert!(
        stride_8
            .schedules
            .iter()
            .all(|s| s.receptive_field * 8 >= 65)
    );
}

#[test]
fn json_has_the_agreed_keys() {
    let plan = planned(Request {
        top: 1,
        ..Request::new(3, 3)
    })
    .unwrap();
    let json = serde_json::to_value(&plan).unwrap();
    assert_eq!(json["count"], "11");
    assert_eq!(json["complete"], true);
    assert_eq!(
        json["schedules"][0]["dilations"],
        serde_json::json!([1, 3, 9])
    );
    for key in [
        "repeat",
        "receptive_field",
        "lobe",
        "ripple",
        "overlap",
        "largest_dilation",
        "m2",
        "holes",
    ] {
        assert!(json["schedules"][0].get(key).is_some(), "{key}");
    }
    let goal = serde_json::to_value(goal(Request {
        jump: Ratio::new(1, 2),
        ..Request::new(3, 3)
    }))
    .unwrap();
    assert_eq!(goal["jump"], "1/2");
    assert_eq!(goal["rank"], "receptive-field");
}

// ---- measures

#[test]
fn measures_of_known_schedules() {
    let scored = Scored::measure(3, 1, &[2, 2, 2]).unwrap();
    assert_eq!(
        (scored.holes, scored.m2, scored.receptive_field),
        (6, Some(2), 13)
    );
    assert!(scored.overlap.abs() < f64::EPSILON);
    assert!((scored.ripple.unwrap() - 3.857).abs() < 5e-4);
    let scored = Scored::measure(3, 1, &[1, 2, 4]).unwrap();
    assert_eq!(
        (scored.ripple, scored.holes, scored.largest_dilation),
        (Some(3.0), 0, 4)
    );
    assert!((scored.lobe - 0.333).abs() < 5e-4);
}

#[test]
fn deep_stages_have_finite_ripple() {
    let scored = Scored::measure(9, 120, &[1, 2, 3]).unwrap();
    assert!((scored.ripple.unwrap() - 1.0).abs() < 1e-9);
}

// ---- refusals

fn refused(request: Request) -> Refusal {
    planned(request).unwrap_err()
}

#[test]
fn refusals_name_the_reason_that_binds() {
    let field = |least, greatest, request| Request {
        receptive_field: (least, greatest),
        ..request
    };
    for (request, text) in [
        (
            field(Some(65), None, Request::new(3, 3)),
            "3 layers of kernel 3 see at most 27 positions without a hole, 65 asked; 4 layers reach 81: 1,3,9,27",
        ),
        (
            field(
                Some(65),
                None,
                Request {
                    jump: Ratio::from(2),
                    ..Request::new(3, 2)
                },
            ),
            "2 layers of kernel 3 see at most 9 positions without a hole, 33 asked (65 input positions at a jump of 2); 4 layers reach 81: 1,3,9,27",
        ),
        (
            field(
                Some(65),
                None,
                Request {
                    max_dilation: Some(8),
                    ..Request::new(3, 4)
                },
            ),
            "4 layers of kernel 3 see at most 39 positions with rising dilations up to 8, 65 asked; dilations up to 19 reach 65: 1,3,9,19",
        ),
        (
            field(Some(100), None, Request::new(5, 3)),
            "3 layers of kernel 5 see at most 85 positions within the published maximum distance, 100 asked; the exact test alone allows 125: 1,5,25",
        ),
        (
            field(None, Some(12), Request::new(3, 3)),
            "3 layers of kernel 3 with rising dilations see at least 13 positions, at most 12 asked; 2 layers reach 9: 1,3",
        ),
        (
            field(Some(20), Some(20), Request::new(3, 3)),
            "no schedule has a receptive field of 20: with kernel 3 it is always odd; 19 and 21 exist",
        ),
        (
            field(
                Some(500),
                Some(500),
                Request {
                    layers: (1, 1_000),
                    fewest: true,
                    ..Request::new(3, 1)
                },
            ),
            "no schedule has a receptive field of 500: with kernel 3 it is always odd; 499 and 501 exist",
        ),
        (
            field(Some(500), Some(500), Request::new(3, 4)),
            "no schedule has a receptive field of 500: with kernel 3 it is always odd; the nearest with 4 layers is 81",
        ),
        (
            field(
                Some(90),
                Some(94),
                Request {
                    repeat: 2,
                    ..Request::new(5, 3)
                },
            ),
            "no schedule has a receptive field of 90 to 94: with kernel 5 repeated 2 times it is always 1 plus a multiple of 8; 89 and 97 exist",
        ),
        (
            field(
                Some(500),
                Some(500),
                Request {
                    jump: Ratio::from(8),
                    ..Request::new(3, 4)
                },
            ),
            "no schedule has a receptive field of 500: with kernel 3 at a jump of 8 it is always 8 times an odd number; 488 and 504 exist",
        ),
        (
            field(
                Some(11),
                Some(11),
                Request {
                    layers: (2, 3),
                    ..Request::new(3, 2)
                },
            ),
            "no schedule of 2 to 3 layers has a receptive field of 11: 9 and 13 are the nearest",
        ),
        (
            Request {
                max_dilation: Some(2),
                ..Request::new(3, 3)
            },
            "3 dilations that rise strictly go up to 3 at least; the largest allowed is 2; dilations up to 3 reach 13: 1,2,3",
        ),
        (
            field(
                Some(65),
                None,
                Request {
                    repeat: 2,
                    ..Request::new(3, 2)
                },
            ),
            "2 layers of kernel 3, repeated 2 times, see at most 17 positions within the published maximum distance, 65 asked; 4 layers reach ",
        ),
        (
            field(
                Some(900),
                None,
                Request {
                    max_dilation: Some(15),
                    ..Request::new(5, 3)
                },
            ),
            "3 layers of kernel 5 see at most 85 positions with rising dilations up to 15 within the published maximum distance, 900 asked",
        ),
    ] {
        let refusal = refused(request);
        assert!(refusal.to_string().starts_with(text), "{refusal}");
        assert!(refusal.proved);
    }
}

#[test]
fn refusals_of_maps_and_lobes() {
    let outer = |share| Request {
        outer_taps: Some(OuterTaps { input: 9, share }),
        ..Request::new(3, 3)
    };
    let refusal = refused(outer(0.9));
    assert!(
        matches!(refusal.reason, Reason::OuterTaps { .. }),
        "{refusal}"
    );
    let refusal = refused(outer(0.5));
    assert!(
        matches!(refusal.reason, Reason::NoRoomToRise { layers: 3, cap: 2 }),
        "{refusal}"
    );
    assert_eq!(
        refusal.nearest().unwrap().relaxed,
        Relaxed::MinOuterTaps(0.3333)
    );

    let refusal = refused(Request {
        max_lobe: Some(0.05),
        max_dilation: Some(9),
        ..Request::new(3, 3)
    });
    let Reason::LobeTooHigh {
        lowest: Some(lowest),
        ..
    } = refusal.reason
    else {
        panic!("{refusal}")
    };
    assert!((lowest - 0.111).abs() < 5e-4, "{refusal}");
    let refusal = refused(Request {
        max_lobe: Some(0.001),
        ..Request::new(3, 3)
    });
    assert!(
        matches!(refusal.reason, Reason::BelowEveryLobe { .. }),
        "{refusal}"
    );

    assert_eq!(
        refusal.to_string(),
        "no schedule of 3 layers has a lobe below 0.037; at most 0.001 is asked"
    );
    let refusal = refused(Request {
        max_ripple: Some(1.0),
        receptive_field: (Some(25), Some(25)),
        ..Request::new(3, 3)
    });
    assert_eq!(
        refusal.to_string(),
        "the lowest ripple of any schedule is 1.5; at most 1 is asked; 1,3,8 has a ripple of 1.5"
    );
    assert_eq!(refusal.nearest().unwrap().relaxed, Relaxed::MaxRipple(1.5));
    // Of the widest schedules a ripple takes too long.
    let wide = 3_i64.pow(15);
    for (max_ripple, rank) in [(None, Rank::Ripple), (Some(1.0), Rank::ReceptiveField)] {
        let refusal = refused(Request {
            max_ripple,
            rank,
            receptive_field: (Some(wide), None),
            ..Request::new(3, 15)
        });
        assert_eq!(
            (&refusal.reason, refusal.proved),
            (&Reason::Unmeasured, false)
        );
    }
    // Where no ripple would do, the lobe is the reason.
    let refusal = refused(Request {
        max_ripple: Some(2.0),
        max_lobe: Some(0.1),
        ..Request::new(3, 3)
    });
    assert!(
        matches!(
            refusal.reason,
            Reason::LobeTooHigh {
                lowest: Some(_),
                ..
            }
        ),
        "{refusal}"
    );

    let tight = Budget {
        nodes: 2_000,
        words: 1_000,
    };
    let hard = goal(Request {
        max_lobe: Some(1e-6),
        ..Request::new(2, 32)
    });
    let refusal = hard.plan(&tight, |_| ControlFlow::Continue(()));
    assert!(refusal.is_ok() || matches!(refusal, Err(Refusal { proved: false, .. })));
}

#[test]
fn senseless_requests_are_named() {
    let base = || Request::new(3, 3);
    for (request, error) in [
        (
            Request {
                kernel: 1,
                ..base()
            },
            "kernel must be at least 2, is 1",
        ),
        (
            Request {
                kernel: 5_000,
                ..base()
            },
            "kernel is 5000, past the limit of 4096",
        ),
        (
            Request {
                layers: (0, 0),
                ..base()
            },
            "layers must be at least 1, is 0",
        ),
        (
            Request {
                layers: (4, 2),
                ..base()
            },
            "the range of layers 4..2 is empty",
        ),
        (
            Request {
                layers: (3, 1_001),
                ..base()
            },
            "layers of a tooth is 1001, past the limit of 1000",
        ),
        (
            Request {
                repeat: 0,
                ..base()
            },
            "repeat must be at least 1, is 0",
        ),
        (
            Request {
                repeat: 50_000,
                ..base()
            },
            "layers in all is 150000, past the limit of 100000",
        ),
        (
            Request {
                max_dilation: Some(0),
                ..base()
            },
            "largest dilation must be at least 1, is 0",
        ),
        (
            Request {
                max_dilation: Some(1 << 25),
                ..base()
            },
            "largest dilation is 33554432, past the limit of 16777216",
        ),
        (
            Request {
                receptive_field: (Some(0), None),
                ..base()
            },
            "receptive field must be at least 1, is 0",
        ),
        (
            Request {
                receptive_field: (Some(9), Some(3)),
                ..base()
            },
            "the range of receptive fields 9..3 is empty",
        ),
        (
            Request {
                receptive_field: (Some(i64::MAX), None),
                ..base()
            },
            "receptive field is 9223372036854775807, past the limit of 1099511627776",
        ),
        (
            Request {
                jump: Ratio::from(0),
                ..base()
            },
            "jump must be above 0, is 0",
        ),
        (
            Request {
                outer_taps: Some(OuterTaps {
                    input: 0,
                    share: 0.5,
                }),
                ..base()
            },
            "input must be at least 1, is 0",
        ),
        (
            Request {
                outer_taps: Some(OuterTaps {
                    input: 9,
                    share: 1.5,
                }),
                ..base()
            },
            "share of outer taps must be between 0 and 1, is 1.5",
        ),
        (
            Request {
                max_lobe: Some(-0.1),
                ..base()
            },
            "largest lobe must be between 0 and 1, is -0.1",
        ),
        (
            Request {
                max_ripple: Some(0.5),
                ..base()
            },
            "largest ripple must be at least 1 (one rise and one fall), is 0.5",
        ),
    ] {
        assert_eq!(Goal::new(request).unwrap_err().to_string(), error);
    }
    assert!(
        Goal::new(Request {
            max_lobe: Some(f64::NAN),
            ..base()
        })
        .is_err()
    );
}

// ---- any goal

prop_compose! {
    fn requests()(
        kernel in 2..=7_i64, fewest in 1..=3_i64, more in 0..=2_i64, repeat in 1..=3_i64, cap in 1..=9_i64,
        least in proptest::option::of(1..120_i64), width in proptest::option::of(0..60_i64),
        jump in (1..=4_i64, 1..=3_i64), allow_equal: bool, exact: bool,
        outer in proptest::option::of((1..40_i64, 0.0..1.0_f64)), max_lobe in proptest::option::of(0.01..0.6_f64),
    ) -> Request {
        Request {
            layers: (fewest, fewest + more),
            repeat,
            max_dilation: Some(cap),
            receptive_field: (least, width.map(|width| least.unwrap_or(1) + width)),
            jump: Ratio::new(jump.0, jump.1),
            allow_equal,
            exact,
            outer_taps: outer.map(|(input, share)| OuterTaps { input, share }),
            max_lobe,
            ..Request::new(kernel, 1)
        }
    }
}

/// Whether the repeated stage keeps to the largest lobe asked.
fn is_even(request: &Request, tooth: &[i64]) -> bool {
    request
        .max_lobe
        .is_none_or(|most| lobe_of(request, &tooth.repeat(request.repeat as usize)) <= most + 1e-8)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_goal_equals_the_plain_search(request in requests()) {
        let expected = all(&request);
        let goal = goal(request);
        prop_assert_eq!(streamed(&goal), &expected[..]);
        prop_assert_eq!(goal.count(u64::MAX).unwrap(), expected.len().into());
    }

    #[test]
    fn any_refusal_is_right_and_its_repairs_pass(request in requests()) {
        if let Err(refusal) = planned(request.clone()) {
            prop_assert!(all(&request).iter().all(|tooth| request.max_lobe.is_some() && lobe_of(&request, &tooth.repeat(request.repeat as usize)) > request.max_lobe.unwrap_or(1.0) - 1e-8));
            for repair in &refusal.relaxations {
                let relaxed = repair.relaxed.apply(&request);
                let cap = repair.dilations.last().copied().unwrap_or(1);
                let uncapped = Request { max_dilation: relaxed.max_dilation.map(|own| own.max(cap)), ..relaxed.clone() };
                prop_assert!(is_valid(&uncapped, &repair.dilations), "{} for {:?}", repair, request);
                prop_assert!(is_even(&relaxed, &repair.dilations), "{} for {:?}", repair, request);
                prop_assert!(relaxed.max_dilation.is_none_or(|own| cap <= own));
                let passes = planned(Request { top: 1, ..relaxed }).is_ok();
                prop_assert!(passes);
            }
        }
    }
}

#[test]
fn few_layers_by_hand() {
    // 1,2 and 1,3; 1,2,3..=7 and 1,3,4..=9.
    for (layers, count) in [(1, 1_u32), (2, 2), (3, 11)] {
        let goal = Goal::new(Request::new(3, layers)).unwrap();
        assert_eq!(goal.count(1_000), Some(count.into()));
    }
}

/// Schedules that are dismissed by samples of their answer are those with too high a lobe, however large their last dilation.
#[test]
fn large_last_dilations_keep_to_the_lobe_asked() {
    for kernel in 2..5 {
        for most in [0.45, 0.2] {
            let request = Request {
                layers: (2, 4),
                max_dilation: Some(14),
                exact: true,
                max_lobe: Some(most),
                ..Request::new(kernel, 1)
            };
            let mut expected = all(&request);
            expected.retain(|tooth| lobe_of(&request, tooth) <= most);
            let plan = planned(Request {
                top: 10_000,
                ..request
            });
            let listed = plan.map_or_else(|_| Vec::new(), |plan| plan.schedules);
            let mut listed: Vec<_> = listed.into_iter().map(|s| s.dilations).collect();
            listed.sort();
            assert_eq!(listed, expected, "{kernel} {most}");
        }
    }
}

/// A schedule of exactly the largest lobe asked is never dismissed, whatever its last dilation.
#[test]
fn the_lobe_asked_is_within_the_limit() {
    for (kernel, finer, lasts) in [
        (2, &[1][..], 1..=2),
        (3, &[1], 1..=3),
        (3, &[1, 2, 3], 3..=13),
        (3, &[1, 3, 4, 5], 5..=27),
        (4, &[1, 2, 3], 3..=19),
        (4, &[1, 3, 4, 5], 5..=40),
    ] {
        for last in lasts.step_by(3) {
            let tooth = [finer, &[last]].concat();
            let field = 1 + (kernel - 1) * tooth.iter().sum::<i64>();
            let layers = i64::try_from(tooth.len()).unwrap();
            let request = Request {
                receptive_field: (Some(field), Some(field)),
                exact: true,
                allow_equal: true,
                top: 10_000,
                ..Request::new(kernel, layers)
            };
            // Lobes are found to 1e-9.
            let most = (lobe_of(&request, &tooth) + 2e-9).min(1.0);
            let plan = planned(Request {
                max_lobe: Some(most),
                ..request
            });
            let schedules = plan.unwrap().schedules;
            assert!(
                schedules.iter().any(|s| s.dilations == tooth),
                "{kernel} {tooth:?}"
            );
        }
    }
}

#[test]
fn repetition_is_a_power_of_the_lobe() {
    for tooth in [&[1, 2, 5][..], &[1, 3, 9, 27], &[1], &[1, 2, 4]] {
        let three_times = Scored::measure(3, 3, tooth).unwrap().lobe;
        let written_out = Scored::measure(3, 1, &tooth.repeat(3)).unwrap().lobe;
        assert!((three_times - written_out).abs() < 2e-9, "{tooth:?}");
    }
}
