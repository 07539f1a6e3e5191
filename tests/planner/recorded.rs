//! Plans against `tests/data/plans.jsonl`: all schedules tried by `tests/oracle/plans.py`, for every rank and option.

use std::ops::ControlFlow;

use degrid::planner::{Budget, Goal, Rank, Request};
use num_rational::Ratio;
use serde_json::Value;

const RECORDED: &str = include_str!("../data/plans.jsonl");

fn request(of: &Value) -> Request {
    let whole = |value: &Value| value.as_i64();
    let flag = |name: &str| of[name].as_bool().unwrap();
    let ends = |name: &str| (whole(&of[name][0]), whole(&of[name][1]));
    let (least, most) = ends("layers");
    let jump: Ratio<i64> = of["jump"].as_str().unwrap().parse().unwrap();
    let ranks = [
        Rank::ReceptiveField,
        Rank::Smallest,
        Rank::Lobe,
        Rank::Ripple,
        Rank::Compact,
    ];
    let rank = ranks
        .into_iter()
        .find(|rank| serde_json::to_value(rank).unwrap() == of["rank"]);
    Request {
        layers: (least.unwrap(), most.unwrap()),
        fewest: flag("fewest"),
        repeat: whole(&of["repeat"]).unwrap(),
        max_dilation: whole(&of["max_dilation"]),
        receptive_field: ends("receptive_field"),
        jump,
        allow_equal: flag("allow_equal"),
        exact: flag("exact"),
        max_lobe: of["max_lobe"].as_f64(),
        max_ripple: of["max_ripple"].as_f64(),
        rank: rank.unwrap(),
        pareto: flag("pareto"),
        top: 1_000_000,
        ..Request::new(whole(&of["kernel"]).unwrap(), 1)
    }
}

#[test]
fn every_rank_and_option_as_recorded() {
    let (mut with_schedules, mut fronts) = (0, 0);
    for line in RECORDED.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let request = request(&case["request"]);
        let plan = Goal::new(request.clone())
            .unwrap()
            .plan(&Budget::default(), |_| ControlFlow::Continue(()));
        let recorded = case["schedules"].as_array().unwrap();
        let plan = match plan {
            Ok(plan) => plan,
            Err(refusal) => {
                assert!(refusal.proved && recorded.is_empty(), "{refusal}: {line}");
                continue;
            }
        };
        assert!(plan.complete, "{line}");
        assert_eq!(
            plan.count.unwrap(),
            case["count"].as_u64().unwrap().into(),
            "{line}"
        );
        assert_eq!(plan.schedules.len() as u64, case["listed"], "{line}");
        let places = recorded.iter().enumerate().zip(&plan.schedules);
        for ((place, dilations), schedule) in places {
            assert_eq!(*dilations, serde_json::json!(schedule.dilations), "{line}");
            let lobe = case["lobes"][place].as_f64().unwrap();
            assert!(
                (schedule.lobe - lobe).abs() <= 1e-8 * lobe,
                "{schedule:?}: {line}"
            );
            let ripple = case["ripples"][place].as_f64().unwrap();
            assert!(
                (schedule.ripple.unwrap() - ripple).abs() < 1e-8,
                "{schedule:?}: {line}"
            );
        }
        with_schedules += 1;
        fronts += usize::from(request.pareto);
    }
    assert!(
        with_schedules > 100 && fronts > 20,
        "{with_schedules} {fronts}"
    );
}
