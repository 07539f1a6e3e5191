//! Undecided dilations: what is put in passes the check, nothing else changes, and a plain search finds nothing where there is nothing.

use std::ops::ControlFlow;

use crate::effort::few_or_all;
use degrid::config::{Config, parse};
use degrid::fix::{Edit, apply};
use degrid::planner::{FillRefusal, FillRequest, Filled, Slot, fill};
use degrid::rules::Level;
use proptest::prelude::*;

fn config(text: &str) -> Option<Config> {
    parse(text).ok()
}

fn filled_in(text: &str, slots: &[Slot], values: &[i64]) -> String {
    let pairs = slots.iter().zip(values);
    let edits: Vec<Edit> = pairs
        .map(|(slot, value)| Edit {
            span: slot.span.clone(),
            text: value.to_string(),
        })
        .collect();
    apply(text, &edits).unwrap()
}

fn planned(text: &str, stage: Option<usize>) -> Result<Filled, FillRefusal> {
    let config = config(text).unwrap();
    let slots = Slot::all(&config, stage);
    let request = FillRequest {
        stage,
        max_dilation: None,
        nodes: 400,
    };
    let reread = |values: &[i64]| parse(&filled_in(text, &slots, values)).ok();
    fill(&config, &request, reread, |_| ControlFlow::Continue(()))
}

fn passes(text: &str) -> bool {
    config(text).is_some_and(|config| config.check().count(Level::Deny) == 0)
}

/// Values of the named stages with which a file passes, as a test writes them.
fn values(text: &str) -> Vec<i64> {
    let filled = planned(text, None).unwrap_or_else(|refusal| panic!("{text}: {refusal}"));
    assert!(
        passes(&filled_in(text, &filled.slots, &filled.values)),
        "{text}"
    );
    filled.values
}

#[test]
fn the_widest_without_a_hole() {
    for (text, expected) in [
        (
            "[[stage]]\ndilations = [\"?\", \"?\", \"?\"]\n",
            &[1, 3, 9][..],
        ),
        ("[[stage]]\ndilations = [1, \"?\", 5, \"?\"]\n", &[3, 19]),
        ("[[stage]]\ndilations = [\"?\", 1, \"?\"]\n", &[1, 5]),
        (
            "[[stage]]\nkernel = 5\ndilations = [\"?\", \"?\"]\n",
            &[1, 5],
        ),
        (
            "[[stage]]\ndilations = [\"?\", \"?\"]\nrepeat = 2\n",
            &[1, 3],
        ),
        // Per axis: y has a step of 1 already, x has not.
        ("[[stage]]\ndilations = [[\"?\", 1], [1, \"?\"]]\n", &[1, 3]),
        // A stage leans on nothing but itself, if it can.
        (
            "[[stage]]\ndilations = [1, 2, 5]\n[[stage]]\ndilations = [\"?\", \"?\"]\n",
            &[1, 3],
        ),
        // Where leaning on other stages is allowed, it may see further; 27, 81 would share a factor.
        (
            "[rules]\nborrowed-coverage = \"allow\"\nmax-distance = \"allow\"\n[[stage]]\ndilations = [\"?\", \"?\", \"?\"]\n[[stage]]\ndilations = [\"?\", \"?\"]\n",
            &[1, 3, 9, 27, 80],
        ),
        // A lone layer can lean on the stage before it: that is no hole.
        (
            "[[stage]]\ndilations = [1, 3]\n[[stage]]\ndilations = [\"?\"]\n",
            &[9],
        ),
        // Branches: each way of its own has no hole.
        (
            "[[stage]]\ndilations = [1, 3]\n[[stage]]\nlayers = [{ branches = [[{ kernel = 1 }], [{ dilation = \"?\" }]], merge = \"concat\" }]\n",
            &[9],
        ),
        // One tap: the dilation says nothing.
        (
            "[[stage]]\nlayers = [{ kernel = 1, dilation = \"?\" }, { dilation = \"?\" }]\n",
            &[1, 1],
        ),
    ] {
        let found = values(text);
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn a_target_is_reached_with_small_dilations() {
    let target = |field: i64| {
        format!(
            "[target]\nreceptive_field = {field}\n[[stage]]\ndilations = [\"?\", \"?\", \"?\", \"?\"]\n"
        )
    };
    assert_eq!(values(&target(65)), [1, 3, 9, 19]);
    assert_eq!(values(&target(9)), [1, 1, 1, 1]);
    assert_eq!(values(&target(20)), [1, 2, 3, 4]);
    assert_eq!(values(&target(81)), [1, 3, 9, 27]);
    let refusal = planned(&target(82), None).unwrap_err();
    assert!(refusal.proved);
    assert_eq!(
        refusal.reason,
        "without a hole the network sees at most 81×81 input positions, 82×82 asked"
    );
    assert!(
        refusal
            .relax
            .starts_with("one \"?\" more in \"stage 1\" reaches 243;"),
        "{}",
        refusal.relax
    );
}

#[test]
fn a_map_bounds_dilations() {
    // On 33 positions wide dilations lose their outer taps: a warning that is avoided.
    let text = "input = [33, 33]\n[[stage]]\ndilations = [\"?\", \"?\", \"?\", \"?\"]\n";
    let filled = planned(text, None).unwrap();
    assert_eq!(filled.warnings, 0);
    assert!(
        filled.values.iter().max() < Some(&27),
        "{:?}",
        filled.values
    );
}

#[test]
fn the_same_on_every_run() {
    let text = "[[stage]]\nlayers = [{ kernel = 5, dilation = \"?\" }, { kernel = 2, dilation = \"?\" }, { kernel = 3, dilation = \"?\" }]\n";
    let first = values(text);
    for _ in 0..3 {
        assert_eq!(values(text), first);
    }
}

#[test]
fn a_caller_can_stop() {
    let text =
        "[target]\nreceptive_field = 65\n[[stage]]\ndilations = [\"?\", \"?\", \"?\", \"?\"]\n";
    let config = config(text).unwrap();
    let slots = Slot::all(&config, None);
    let reread = |values: &[i64]| parse(&filled_in(text, &slots, values)).ok();
    let request = FillRequest {
        nodes: 400,
        ..FillRequest::default()
    };
    let filled = fill(&config, &request, reread, |_| ControlFlow::Break(()));
    assert!(filled.map_or_else(|refusal| !refusal.proved, |filled| !filled.complete));
}

// ---- any file

prop_compose! {
    fn entries()(entries in prop::collection::vec(prop_oneof![
        3 => Just("\"?\"".to_owned()),
        1 => Just("'?'".to_owned()),
        1 => Just("[\"?\", 2]".to_owned()),
        2 => (1..6_i64).prop_map(|d| d.to_string()),
    ], 1..4)) -> String {
        entries.join(" , ")
    }
}

prop_compose! {
    fn stages()(kernel in 2..=5_i64, list in entries(), repeat in 1..=2_i64, comment in "[ -~äß]{0,12}") -> String {
        format!("[[stage]]\nkernel = {kernel} # {comment}\ndilations=[ {list}]#{comment}\nrepeat   =   {repeat}\n\n")
    }
}

prop_compose! {
    fn files()(stages in prop::collection::vec(stages(), 1..3), target in prop::option::of(1..80_i64), crlf: bool, bom: bool, cut: bool) -> String {
        let target = target.map_or_else(String::new, |field| format!("[target]\nreceptive_field = {field}\n"));
        let mut text = format!("{}{target}{}", if bom { "\u{feff}" } else { "" }, stages.concat());
        if cut {
            text.truncate(text.trim_end().len());
        }
        if crlf { text.replace('\n', "\r\n") } else { text }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(few_or_all(12, 40)))]

    #[test]
    fn what_is_put_in_passes_and_nothing_else_changes(text in files()) {
        let Some(before) = config(&text) else { return Ok(()) };
        let slots = Slot::all(&before, None);
        if slots.is_empty() {
            return Ok(());
        }
        match planned(&text, None) {
            Ok(filled) => {
                let after = filled_in(&text, &slots, &filled.values);
                prop_assert!(passes(&after), "{}", after);
                prop_assert!(config(&after).unwrap().undecided.is_empty());
                // Taken out of both, the places are all that differs.
                let mut rest = after.as_str();
                let mut kept = 0;
                for (slot, value) in slots.iter().zip(&filled.values) {
                    rest = rest.strip_prefix(&text[kept..slot.span.start]).unwrap();
                    rest = rest.strip_prefix(&value.to_string()).unwrap();
                    kept = slot.span.end;
                }
                prop_assert_eq!(rest, &text[kept..]);
            }
            Err(refusal) if refusal.proved => {
                // A plain search over small values finds nothing either.
                let places = u32::try_from(slots.len()).unwrap();
                if places <= 3 {
                    for code in 0..9_i64.pow(places) {
                        let values: Vec<i64> = (0..places).map(|place| code / 9_i64.pow(place) % 9 + 1).collect();
                        prop_assert!(!passes(&filled_in(&text, &slots, &values)), "{}\n{:?}", text, values);
                    }
                }
            }
            Err(_) => {}
        }
    }
}
