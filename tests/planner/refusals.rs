//! What a search says that finds nothing or ends early: the option that really binds, numbers of few digits, the best that is near.

use std::ops::ControlFlow;

use degrid::footprint::{Comb, chain_peak};
use degrid::planner::{Budget, Goal, OuterTaps, Proof, Rank, Reason, Refusal, Relaxed, Request};

fn refused(request: Request) -> Refusal {
    let goal = Goal::new(request).unwrap();
    let plan = goal.plan(&Budget::default(), |_| ControlFlow::Continue(()));
    plan.expect_err("a refusal")
}

/// Of two options that cap the dilations the lower cap is the one to relax.
#[test]
fn the_lower_cap_is_relaxed() {
    // On 9 positions the outer taps of dilation 3 are inside for a third of the outputs: half of them allow 2, too few for 3 that rise.
    for (most, is_share) in [
        (None, true),
        (Some(9), true),
        (Some(3), true),
        (Some(2), false),
    ] {
        let refusal = refused(Request {
            outer_taps: Some(OuterTaps {
                input: 9,
                share: 0.5,
            }),
            max_dilation: most,
            ..Request::new(3, 3)
        });
        assert!(
            matches!(refusal.reason, Reason::NoRoomToRise { layers: 3, cap: 2 }),
            "{refusal}"
        );
        let relaxed = refusal.nearest().map(|nearest| nearest.relaxed);
        assert_eq!(
            matches!(relaxed, Some(Relaxed::MinOuterTaps(_))),
            is_share,
            "{most:?}: {relaxed:?}"
        );
    }
}

#[test]
fn offered_lobes_have_three_digits() {
    let mut seen = 0;
    for (layers, cap) in [(2, 4), (3, 9), (3, 6), (4, 8)] {
        let refusal = refused(Request {
            max_lobe: Some(0.04),
            max_dilation: Some(cap),
            ..Request::new(3, layers)
        });
        let Reason::LobeTooHigh {
            lowest: Some(lowest),
            ..
        } = refusal.reason
        else {
            continue;
        };
        for relaxed in refusal.relaxations.iter().map(|found| found.relaxed) {
            if let Relaxed::MaxLobe(offered) = relaxed {
                let digits = format!("{offered:e}");
                let digits = digits.split('e').next().unwrap().replace('.', "");
                assert!(
                    digits.len() <= 3 && offered >= lowest,
                    "{offered} for {lowest}"
                );
                assert!(offered - lowest <= lowest / 100.0, "{offered} for {lowest}");
                seen += 1;
            }
        }
    }
    assert!(seen >= 2, "{seen}");
}

#[test]
fn small_bounds_are_written_in_full_as_long_as_they_are_short() {
    let of = |kernel: i64, layers: i64| {
        refused(Request {
            max_lobe: Some(1e-9),
            ..Request::new(kernel, layers)
        })
        .to_string()
    };
    // The product of 1/k over the layers.
    assert!(of(10, 3).contains("below 0.001;"), "{}", of(10, 3));
    assert!(of(10, 4).contains("below 1e-4;"), "{}", of(10, 4));
}

/// Of two receptive fields as near to the one asked, the larger is offered; where no schedule of it keeps to the limits, the next one.
#[test]
fn the_nearest_field_that_works_is_offered() {
    // One layer sees 3 positions, and two whose dilations rise 7 at least: 1,2, with a lobe of 0.333; 1,3 has 0.217.
    for (layers, max_lobe, field) in [
        ((1, 2), None, 7),
        ((2, 2), None, 7),
        ((2, 2), Some(0.25), 9),
    ] {
        let refusal = refused(Request {
            layers,
            max_lobe,
            receptive_field: (Some(5), Some(5)),
            ..Request::new(3, 1)
        });
        let mut offered = refusal.relaxations.iter().map(|found| found.relaxed);
        assert!(
            offered.any(|relaxed| relaxed == Relaxed::ReceptiveField(field)),
            "{field}: {refusal}"
        );
    }
}

/// Where the budget ends a search for low lobes, what it has is improved as long as moving one dilation does.
#[test]
fn what_an_ended_search_found_has_no_better_neighbour() {
    let lobe = |tooth: &[i64]| {
        let chain: Vec<Comb> = tooth.iter().map(|&step| Comb { taps: 3, step }).collect();
        chain_peak(&chain, f64::INFINITY, u64::MAX).ln
    };
    for (layers, field) in [(7, 201), (7, 301), (7, 401), (8, 301)] {
        let goal = Goal::new(Request {
            rank: Rank::Lobe,
            receptive_field: (Some(field), Some(field)),
            top: 1,
            ..Request::new(3, layers)
        })
        .unwrap();
        let budget = Budget {
            nodes: 60_000,
            ..Budget::default()
        };
        let plan = goal.plan(&budget, |_| ControlFlow::Continue(())).unwrap();
        let found = &plan.schedules[0].dilations;
        assert!(
            matches!(plan.proof, Proof::Bounded { .. }),
            "{:?}",
            plan.proof
        );
        for (first, second) in itertools::iproduct!(1..found.len(), 1..found.len()) {
            let mut moved = found.clone();
            moved[first] += 1;
            moved[second] -= 1;
            let rises = moved.windows(2).all(|pair| pair[0] < pair[1]);
            let reach = |n: usize| 1 + 2 * moved[..n].iter().sum::<i64>();
            let is_whole = (0..moved.len()).all(|n| moved[n] <= reach(n));
            if rises && is_whole && first != second {
                assert!(
                    lobe(&moved) >= lobe(found) - 1e-9,
                    "{moved:?} is better than {found:?}"
                );
            }
        }
    }
}
