//! Repeated stages: where one dilation for all repetitions cannot keep the receptive field, they take a few in turn. Compared with every cycle
//! there is; and what must hold of every broken network with repeats.

use std::fmt::Write;

use crate::common::cases;
use crate::effort::few_or_all;
use degrid::config::{Around, Config, FixRequest, FixedFile, fix, fix_in, parse};
use degrid::footprint::{AxisSet, Comb, receptive_field};
use degrid::network::MapId;
use degrid::planner::Nearness;
use degrid::rules::Level;
use proptest::prelude::*;

/// Whether layers of these taps have no hole, counted position by position.
fn is_whole(taps: i64, steps: &[i64]) -> bool {
    let combs: Vec<Comb> = steps.iter().map(|&step| Comb { taps, step }).collect();
    let set = AxisSet::of_chain(&combs, 1 << 20).unwrap();
    set.extent() == set.count()
}

/// Of all cycles of up to four dilations that keep the sum, the one that changes least over all repetitions; of those the shortest, then the
/// one whose sum stays closest, then one that rises, then the first.
fn brute_force(taps: i64, now: i64, repeat: usize) -> Option<Vec<i64>> {
    let sum = |cycle: &[i64]| -> i64 { cycle.iter().cycle().take(repeat).sum() };
    let old = now * repeat as i64;
    let mut best: Option<(i64, usize, i64, bool, Vec<i64>)> = None;
    for length in 2..=repeat.min(4) {
        let mut cycle = vec![1; length];
        while let Some(place) = cycle.iter().rposition(|value| *value < now + 14) {
            let change = (0..repeat).map(|r| (cycle[r % length] - now).abs()).sum();
            let away = sum(&cycle) - old;
            let rank = (change, length, away, !cycle.is_sorted(), cycle.clone());
            let steps: Vec<i64> = cycle.iter().copied().cycle().take(repeat).collect();
            if away >= 0 && best.as_ref().is_none_or(|best| rank < *best) && is_whole(taps, &steps)
            {
                best = Some(rank);
            }
            cycle[place] += 1;
            cycle[place + 1..].fill(1);
        }
    }
    // What was not tried changes one of the repetitions by more than this.
    best.filter(|best| best.0 <= 14).map(|best| best.4)
}

fn uniform(taps: i64, dilation: i64, repeat: usize) -> String {
    format!(
        "dims = 1\n[[stage]]\nkernel = {taps}\ndilations = [{dilation}] # same\nrepeat = {repeat}\n"
    )
}

proptest! {
    #![proptest_config(cases(few_or_all(24, 96)))]

    #[test]
    fn nearest_cycle(taps in 2..5_i64, dilation in 2..5_i64, repeat in 2..12_usize) {
        let text = uniform(taps, dilation, repeat);
        let fixed = fix(&text, None).unwrap();
        match brute_force(taps, dilation, repeat) {
            Some(cycle) => {
                let numbers: Vec<String> = cycle.iter().map(i64::to_string).collect();
                let written = format!("[{{ cycle = [{}] }}]", numbers.join(", "));
                prop_assert_eq!(&fixed.text, &text.replace(&format!("[{dilation}]"), &written));
                let is_proved = matches!(fixed.fixes[0].nearness, Nearness::Proved { .. });
                prop_assert!(is_proved && fixed.left.is_empty(), "{}", fixed.text);
            }
            // It may be further away than was looked for.
            None => prop_assert!(fixed.text == text || fixed.left.is_empty(), "{}", fixed.text),
        }
    }
}

#[test]
fn known_cycles() {
    for (repeat, written) in [
        (23, "{ cycle = [2, 2, 3, 1] }"),
        (6, "{ cycle = [2, 2, 1, 3] }"),
        (3, "{ cycle = [1, 2, 3] }"),
        (2, "{ cycle = [1, 3] }"),
    ] {
        let text = uniform(3, 2, repeat);
        let fixed = fix(&text, None).unwrap();
        assert_eq!(
            fixed.text,
            text.replace("[2]", &format!("[{written}]")),
            "{repeat}"
        );
        assert!(
            fixed
                .after
                .check()
                .findings
                .iter()
                .all(|f| f.level <= Level::Note)
        );
    }
}

#[test]
fn the_bottleneck_of_a_backbone() {
    // As ResNet-101 with output stride 8 has it, padded in numbers; 1 is what each layer takes from the stage.
    let text = "input = [65, 65]\n[[stage]]\nname = \"res4\"\nresidual = true\nrepeat = 23\nlayers = [{ kernel = 1 }, { dilation = 2, padding = 2 }, { kernel = 1 }]\n";
    let fixed = fix(text, None).unwrap();
    assert_eq!(
        fixed.text,
        text.replace(
            "dilation = 2, padding = 2",
            "dilation = { cycle = [2, 2, 3, 1] }, padding = \"same\""
        )
    );
    assert_eq!(
        fixed.fixes[0].message(),
        "change dilations to cycle [2, 2, 3, 1] in layer 2: smallest change without gridding in a cycle of up to 4 that keeps the receptive field"
    );
}

#[test]
fn a_backbone_before_parallel_branches() {
    // Each try draws the branches anew: a few are enough.
    let text = "[[stage]]\nlayers = [{ kernel = 7, stride = 8, padding = 3 }]\n[[stage]]\nname = \"res4\"\nresidual = true\nrepeat = 23\nlayers = [{ kernel = 1 }, { dilation = 2 }, { kernel = 1 }]\n[[stage]]\nname = \"aspp\"\nlayers = [{ branches = [[{ kernel = 1 }], [{ dilation = 6 }], [{ dilation = 12 }], [{ op = \"global-pool\" }]] }]\n";
    let fixed = holds(text).unwrap();
    assert!(fixed.left.is_empty(), "{:?}", fixed.left);
    assert_eq!(
        fixed.text,
        text.replace("dilation = 2 }", "dilation = { cycle = [2, 2, 3, 1] } }")
    );
    assert_eq!(fixed.fixes[0].nearness, Nearness::CutShort);
}

#[test]
fn one_dilation_for_all_is_kept_where_it_does() {
    // Another stage of the run makes up for the receptive field.
    let text = "[[stage]]\ndilations = [2]\nrepeat = 6\n[[stage]]\ndilations = [4]\nrepeat = 3\n";
    let fixed = fix(text, None).unwrap();
    assert!(!fixed.text.contains("cycle"), "{}", fixed.text);
    assert!(fixed.left.is_empty());
}

#[test]
fn values_of_a_cycle_are_numbers_that_change() {
    let text = "[[stage]]\ndilations = [{ cycle = [1, 2, # or 4\n  9] }]\nrepeat = 3\n";
    let fixed = fix(text, None).unwrap();
    assert_eq!(fixed.text, text.replace("[1, 2,", "[1, 3,"));
    // Beside a cycle along another axis, a number is one for all repetitions.
    let text = "[[stage]]\ndilations = [[2, { cycle = [1, 2] }]]\nrepeat = 2\n";
    let fixed = fix(text, None).unwrap();
    assert_eq!(
        fixed.text,
        text.replace("[[2,", "[[{ cycle = [1, 3] },"),
        "{:?}",
        fixed.left
    );
}

/// What each output sees.
fn fields(config: &Config) -> Vec<Vec<i64>> {
    let network = &config.network;
    let seen = |&output: &MapId| receptive_field(network, MapId::INPUT, output);
    let seen = network.outputs.iter().filter_map(seen);
    seen.map(|field| field.to_vec()).collect()
}

/// What must hold of a fixed file: the receptive field is no smaller, and what is not fixed is named; with `--shrink` nothing is left that a
/// smaller one would remove.
fn holds(text: &str) -> Result<FixedFile, String> {
    let fixed = fix(text, None).map_err(|problems| format!("{problems:?}\n{text}"))?;
    let pairs = fields(&fixed.before).into_iter().zip(fields(&fixed.after));
    for (before, after) in pairs {
        if before
            .iter()
            .zip(&after)
            .any(|(before, after)| after < before)
        {
            return Err(format!(
                "{before:?} became {after:?}\n{text}\n{}",
                fixed.text
            ));
        }
    }
    let gridding = |config: &Config| {
        let findings = config.check().findings;
        findings
            .into_iter()
            .filter(|f| f.rule.id == "gridding")
            .count()
    };
    let left = fixed
        .left
        .iter()
        .filter(|(f, _)| f.rule.id == "gridding")
        .count();
    if gridding(&fixed.after) != left {
        return Err(format!(
            "{left} left, {}\n{}",
            gridding(&fixed.after),
            fixed.text
        ));
    }
    let request = FixRequest { may_shrink: true };
    let shrunk = fix_in(text, &Around::default(), request).unwrap();
    if gridding(&shrunk.after) > 0 && shrunk.left.is_empty() {
        return Err(format!("not fixed, and not said\n{text}\n{}", shrunk.text));
    }
    if fixed.offered.is_empty() && shrunk.text != fixed.text {
        return Err(format!("shrunk without need\n{text}\n{}", shrunk.text));
    }
    Ok(fixed)
}

/// A stage: its list of dilations, how often it is repeated, whether it is residual, whether a pool stands before it.
type Repeated = (Vec<i64>, usize, bool, bool);

fn repeated(stages: &[Repeated]) -> String {
    let mut text = "dims = 1\n".to_owned();
    for (index, (dilations, repeat, residual, pool)) in stages.iter().enumerate() {
        if *pool {
            let _ = writeln!(
                text,
                "[[stage]]\nname = \"p{index}\"\nlayers = [{{ op = \"max-pool\", kernel = 2 }}]"
            );
        }
        let _ = writeln!(
            text,
            "[[stage]]\nname = \"s{index}\"\ndilations = {dilations:?}\nrepeat = {repeat}\nresidual = {residual}"
        );
    }
    text
}

proptest! {
    #![proptest_config(cases(few_or_all(32, 192)))]

    #[test]
    fn broken_networks_with_repeats_keep_their_receptive_field(
        stages in prop::collection::vec(
            (prop::collection::vec(1..7_i64, 1..4), 1..8_usize, any::<bool>(), any::<bool>()),
            1..4,
        ),
    ) {
        let text = repeated(&stages);
        let held = holds(&text);
        prop_assert!(held.is_ok(), "{}", held.unwrap_err());
    }

    #[test]
    fn uniform_networks_always_pass(
        stages in prop::collection::vec((2..4_i64, 3..24_usize, any::<bool>()), 1..3),
    ) {
        // As they are published: one dilation for a stage of many repetitions.
        let stages: Vec<Repeated> = stages.into_iter().map(|(d, n, pool)| (vec![d], n, true, pool)).collect();
        let text = repeated(&stages);
        let fixed = holds(&text);
        prop_assert!(fixed.is_ok(), "{}", fixed.unwrap_err());
        let fixed = fixed.unwrap();
        prop_assert!(fixed.left.is_empty(), "{:?}\n{}\n{}", fixed.left[0].1, text, fixed.text);
    }
}

#[test]
fn files_that_are_broken_on_purpose() {
    let folder = format!("{}/configs/broken", env!("CARGO_MANIFEST_DIR"));
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        if parse(&text).is_ok() {
            holds(&text).unwrap();
        }
    }
}
