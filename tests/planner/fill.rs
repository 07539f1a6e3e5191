//! Undecided dilations: what is put in passes the check, nothing else changes, and a plain search finds nothing where there is nothing.

use std::ops::{ControlFlow, Range};

use crate::effort::few_or_all;
use degrid::config::{Config, Edit, apply, parse};
use degrid::footprint::receptive_field;
use degrid::network::MapId;
use degrid::planner::{FillRefusal, FillRequest, Filled, Found, fill, places};
use degrid::rules::Level;
use itertools::Itertools;
use proptest::prelude::*;

fn config(text: &str) -> Option<Config> {
    parse(text).ok()
}

/// A file with dilations in some places.
fn filled_in(text: &str, places: &[Range<usize>], values: &[i64]) -> String {
    let pairs = places.iter().zip(values);
    let edits: Vec<Edit> = pairs
        .map(|(place, value)| Edit {
            span: place.clone(),
            text: value.to_string(),
        })
        .collect();
    apply(text, &edits).unwrap()
}

/// Where the dilations of a file stand that are to be decided.
fn spans(config: &Config, stage: Option<usize>) -> Vec<Range<usize>> {
    let knobs = config.knobs();
    let places = places(&config.network, &knobs, stage).into_iter();
    places
        .map(|place| config.span_of(&knobs[place]).unwrap())
        .collect()
}

fn planned(text: &str, stage: Option<usize>) -> Result<Filled, FillRefusal> {
    planned_within(400, text, stage)
}

fn planned_within(nodes: u64, text: &str, stage: Option<usize>) -> Result<Filled, FillRefusal> {
    let config = config(text).unwrap();
    let request = FillRequest {
        stage,
        nodes,
        ..FillRequest::default()
    };
    let go_on = |_| ControlFlow::Continue(());
    fill(
        &config.network,
        &config.knobs(),
        &config.policy,
        &request,
        go_on,
    )
}

fn passes(text: &str) -> bool {
    config(text).is_some_and(|config| {
        let mut findings = config.check().findings.into_iter();
        findings.all(|finding| finding.level < Level::Deny)
    })
}

/// Values of the named stages with which a file passes, as a test writes them.
fn values(text: &str) -> Vec<i64> {
    let filled = planned(text, None).unwrap_or_else(|refusal| panic!("{text}: {refusal}"));
    assert!(
        passes(&filled_in(
            text,
            &spans(&config(text).unwrap(), None),
            &filled.values
        )),
        "{text}"
    );
    filled.values
}

/// The receptive field of a file without a warning.
fn field(text: &str) -> Option<i64> {
    let config = config(text)?;
    let mut findings = config.check().findings.into_iter();
    findings
        .all(|found| found.level < Level::Warn)
        .then_some(())?;
    let network = &config.network;
    Some(receptive_field(network, MapId::INPUT, network.outputs[0])?[0])
}

/// Positions that one branch skips another may read: wider than each of them could be by itself.
#[test]
fn branches_that_fill_each_other_are_as_wide_as_can_be() {
    let one = "[{ dilation = \"?\" }]";
    let two = "[{ dilation = \"?\" }, { dilation = 2 }]";
    let single = "[{ kernel = 1 }]";
    let mut proved = 0;
    for branches in [
        &[one, one][..],
        &[one, one, one],
        &[one, single],
        &[one, two],
        &[two, two],
        &[one, "[{ dilation = 3 }]", one],
    ] {
        let branches = branches.join(", ");
        let text = format!(
            "dims = 1\n[[stage]]\nlayers = [{{ branches = [{branches}], merge = \"concat\" }}]\n"
        );
        let places = spans(&config(&text).unwrap(), None);
        let all = places.iter().map(|_| 1..=12_i64).multi_cartesian_product();
        let most = all.filter_map(|values| field(&filled_in(&text, &places, &values)));
        let filled = planned_within(10_000, &text, None).unwrap();
        let found = filled_in(&text, &places, &filled.values);
        let most = most.max();
        if filled.found == Found::Proved {
            proved += 1;
            assert_eq!(field(&found), most, "{found}");
        } else {
            assert!(field(&found) <= most, "{found}");
        }
    }
    assert!(proved >= 3, "only {proved} are proved");
}

#[test]
fn the_widest_without_a_hole() {
    for (text, expected) in [
        (
            "[[stage]]\ndilations = [\"?\", \"?\", \"?\"]\n",
            &[1, 3, 9][..],
        ),
        ("[[stage]]\ndilations = [1, \"?\", 5, \"?\"]\n", &[3, 19]),
        // Notes on its order cost it nothing.
        ("[[stage]]\ndilations = [\"?\", 1, \"?\"]\n", &[3, 9]),
        (
            "[[stage]]\nkernel = 5\ndilations = [\"?\", \"?\"]\n",
            &[1, 5],
        ),
        (
            "[[stage]]\ndilations = [\"?\", \"?\"]\nrepeat = 2\n",
            &[1, 5],
        ),
        (
            "[rules]\nmax-distance = \"warn\"\n[[stage]]\ndilations = [\"?\", \"?\"]\nrepeat = 2\n",
            &[1, 3],
        ),
        // Per axis: each has a step of 1 already.
        ("[[stage]]\ndilations = [[\"?\", 1], [1, \"?\"]]\n", &[3, 3]),
        // A stage may lean on another: that is a note.
        (
            "[[stage]]\ndilations = [1, 2, 5]\n[[stage]]\ndilations = [\"?\", \"?\"]\n",
            &[17, 51],
        ),
        // Where that is a warning, it leans on nothing but itself if it can; without a rule against it it sees further, but 27, 81
        // would share a factor.
        (
            "[rules]\nborrowed-coverage = \"warn\"\nnot-sawtooth = \"warn\"\n[[stage]]\ndilations = [1, 2, 5]\n[[stage]]\ndilations = [\"?\", \"?\"]\n",
            &[1, 3],
        ),
        (
            "[rules]\nborrowed-coverage = \"allow\"\nmax-distance = \"allow\"\ncommon-factor = \"warn\"\n[[stage]]\ndilations = [\"?\", \"?\", \"?\"]\n[[stage]]\ndilations = [\"?\", \"?\"]\n",
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
    assert_eq!(refusal.found, Found::Proved);
    assert_eq!(
        refusal.reason,
        "without holes the network sees at most 81×81 input positions; the target is 82×82"
    );
    assert!(
        refusal
            .relax
            .starts_with("one \"?\" more in \"stage 1\" reaches 243;"),
        "{}",
        refusal.relax
    );
}

/// A global pool in a branch sees everything, and says nothing of the dilations beside it.
#[test]
fn a_global_pool_in_a_branch_meets_no_target() {
    let file = |target: i64, pool: &str| {
        format!(
            "[target]\nreceptive_field = {target}\n[[stage]]\nname = \"body\"\ndilations = [\"?\", \"?\", \"?\"]\n[[stage]]\nname = \"head\"\nlayers = [{{ branches = [[{{ kernel = 1 }}], [{{ dilation = \"?\" }}], [{{ dilation = 4 }}]{pool}] }}]\n"
        )
    };
    let pool = ", [{ op = \"global-pool\" }]";
    for target in [1, 13, 20, 30] {
        assert_eq!(values(&file(target, "")), values(&file(target, pool)));
    }
    let refusal = planned(&file(10_000, pool), None).unwrap_err();
    assert!(
        refusal.reason.contains("the target is 10000×10000"),
        "{refusal}"
    );
    // Behind a pool there is nothing else: the stage is as wide as can be.
    let behind = file(10_000, "").replace(
        "name = \"head\"\nlayers",
        "name = \"head\"\nlayers = [{ op = \"global-pool\" }]\n[[stage]]\nlayers",
    );
    assert_eq!(values(&behind)[..3], [1, 3, 9]);
}

/// What a stage is planned to be does not depend on what was written there.
#[test]
fn a_stage_planned_anew_is_that_of_undecided_dilations() {
    let open = r#"["?", "?", "?"]"#;
    let wave = "dims = 1\n[target]\nreceptive_field = 200\n[[stage]]\nkernel = 2\npadding = \"causal\"\nrepeat = 3\nresidual = true\n";
    let plain = "[target]\nreceptive_field = 20\n[[stage]]\n";
    let after = "[target]\nreceptive_field = 20\n[[stage]]\ndilations = [1, 2]\n[[stage]]\n";
    for (head, stage, open, written) in [
        (plain, 0, open, &["[2, 2, 2]", "[1, 1, 1]", "[1, 3, 9]"][..]),
        (after, 1, open, &["[2, 2, 2]", "[1, 3, 9]"]),
        (
            wave,
            0,
            r#"["?", "?", "?", "?", "?", "?"]"#,
            &["[1, 2, 4, 8, 16, 32]", "[1, 1, 1, 1, 1, 1]"],
        ),
    ] {
        let expected = values(&format!("{head}dilations = {open}\n"));
        for dilations in written {
            let text = format!("{head}dilations = {dilations}\n");
            assert_eq!(
                planned(&text, Some(stage)).unwrap().values,
                expected,
                "{text}"
            );
        }
    }
    // Without a target the stage sees as far as it did.
    let text = "[[stage]]\ndilations = [2, 2, 4]\n";
    let filled = planned(text, Some(0)).unwrap();
    assert!(
        filled.values.iter().sum::<i64>() >= 8,
        "{:?}",
        filled.values
    );
}

#[test]
fn a_note_costs_no_width() {
    // Two undilated layers fill the holes of `2,9`: wider than `2,3`, which has none by itself and so no note.
    let text = "[[stage]]\ndilations = [1, 1]\n[[stage]]\ndilations = [2, \"?\"]\n";
    let filled = planned(text, None).unwrap();
    assert_eq!(filled.values, [9]);
    assert_eq!((filled.warnings, filled.notes > 0), (0, true));
    // A warning is avoided still, and a note where a field is asked for that is reached without.
    let warned = format!("[rules]\nborrowed-coverage = \"warn\"\n{text}");
    let filled = planned(&warned, None).unwrap();
    assert!(
        filled.values[0] < 9 && filled.warnings <= 1,
        "{:?}",
        filled.values
    );
    let asked = format!("[target]\nreceptive_field = 15\n{text}");
    assert_eq!(planned(&asked, None).unwrap().values, [3]);
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
fn a_branch_may_fill_the_holes_of_another() {
    // By itself, the way through the undecided branch allows 7.
    let text = |dilation: &str| {
        format!(
            "dims = 1\n[[stage]]\ndilations = [1, 2]\n[[stage]]\nlayers = [{{ branches = [[{{ dilation = {dilation} }}], [{{ dilation = 2 }}], [{{ kernel = 1 }}]] }}]\n"
        )
    };
    let filled = planned(&text("\"?\""), None).unwrap();
    let widest = (1..60)
        .rev()
        .find(|dilation| passes(&text(&dilation.to_string())));
    assert_eq!(
        (Some(filled.values[0]), filled.found),
        (widest, Found::Proved)
    );
    assert_eq!(filled.values, [9]);
}

#[test]
fn an_undecided_dilation_has_no_size() {
    // Only 3 keeps the size that the sum asks for, only 2 shrinks as much as the other branch.
    for (text, expected) in [
        (
            "input = [200]\n[[stage]]\nresidual = true\nlayers = [{ dilation = 1, padding = 1 }, { dilation = \"?\", padding = 3 }]\n",
            3,
        ),
        (
            "input = [200]\n[[stage]]\ndilations = [1, 3, 9]\n[[stage]]\nlayers = [{ branches = [[{ dilation = 2, padding = \"valid\" }], [{ dilation = \"?\", padding = \"valid\" }]], merge = \"add\" }]\n",
            2,
        ),
    ] {
        assert_eq!(values(text), [expected], "{text}");
    }
    let unlike = "input = [200]\n[[stage]]\nlayers = [{ branches = [[{ padding = \"valid\", kernel = 2 }], [{ dilation = \"?\", padding = \"valid\" }]], merge = \"add\" }]\n";
    let refusal = planned(unlike, None).unwrap_err();
    assert!(
        refusal.reason.contains("merged maps differ in size"),
        "{refusal}"
    );
}

#[test]
fn findings_elsewhere_do_not_stop_a_plan() {
    let text = "[[stage]]\nname = \"bad\"\ndilations = [3, 3]\n[[stage]]\nname = \"pool\"\nlayers = [{ op = \"max-pool\", kernel = 2 }]\n[[stage]]\nname = \"asked\"\ndilations = [\"?\", \"?\"]\n";
    let filled = planned(text, None).unwrap();
    assert_eq!(filled.values, [1, 3]);
    let stages = filled.elsewhere.iter().map(|finding| finding.stage);
    assert_eq!(stages.collect::<Vec<_>>(), [0]);
}

#[test]
fn a_caller_can_stop() {
    let text =
        "[target]\nreceptive_field = 65\n[[stage]]\ndilations = [\"?\", \"?\", \"?\", \"?\"]\n";
    let config = config(text).unwrap();
    let request = FillRequest {
        nodes: 400,
        ..FillRequest::default()
    };
    let stop = |_| ControlFlow::Break(());
    let filled = fill(
        &config.network,
        &config.knobs(),
        &config.policy,
        &request,
        stop,
    );
    let found = filled.map_or_else(|refusal| refusal.found, |filled| filled.found);
    assert_eq!(found, Found::CutShort);
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
        let places = spans(&before, None);
        if places.is_empty() {
            return Ok(());
        }
        match planned(&text, None) {
            Ok(filled) => {
                let after = filled_in(&text, &places, &filled.values);
                prop_assert!(passes(&after), "{}", after);
                prop_assert!(config(&after).unwrap().undecided.is_empty());
                // Taken out of both, the places are all that differs.
                let mut rest = after.as_str();
                let mut kept = 0;
                for (place, value) in places.iter().zip(&filled.values) {
                    rest = rest.strip_prefix(&text[kept..place.start]).unwrap();
                    rest = rest.strip_prefix(&value.to_string()).unwrap();
                    kept = place.end;
                }
                prop_assert_eq!(rest, &text[kept..]);
            }
            Err(refusal) if refusal.found == Found::Proved => {
                // A plain search over small values finds nothing either.
                let count = u32::try_from(places.len()).unwrap();
                if count <= 3 {
                    for code in 0..9_i64.pow(count) {
                        let values: Vec<i64> = (0..count).map(|place| code / 9_i64.pow(place) % 9 + 1).collect();
                        prop_assert!(!passes(&filled_in(&text, &places, &values)), "{}\n{:?}", text, values);
                    }
                }
            }
            Err(_) => {}
        }
    }
}

/// A stage that is planned anew gives its own dilations, and no others; without one only what is undecided is.
#[test]
fn places_are_those_of_the_stage() {
    let text = "[[stage]]\nname = \"a\"\ndilations = [1, 2]\n[[stage]]\nname = \"b\"\ndilations = [3, \"?\"]\n";
    let text = format!(
        "{text}[[stage]]\nname = \"c\"\nlayers = [{{ op = \"transposed\", kernel = 4, stride = 2, padding = 1 }}]\n"
    );
    let config = crate::common::config(&text);
    let (network, knobs) = (&config.network, config.knobs());
    for (stage, expected) in [
        (None, vec![(1, None)]),
        (Some(0), vec![(0, Some(1)), (0, Some(2)), (1, None)]),
        (Some(1), vec![(1, Some(3)), (1, None)]),
        (Some(2), vec![(1, None)]),
    ] {
        let places = degrid::planner::places(network, &knobs, stage);
        let found = places.into_iter().map(|index| &knobs[index]);
        let found: Vec<_> = found
            .map(|knob| (knob.stage(network).unwrap(), knob.value))
            .collect();
        assert_eq!(found, expected, "{stage:?}");
    }
}
