//! What a refusal offers: the option that really binds, and numbers of few digits.

use std::ops::ControlFlow;

use degrid::planner::{Budget, Goal, OuterTaps, Reason, Refusal, Relaxed, Request};

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
