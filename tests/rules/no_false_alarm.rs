//! The verdict `gridding` of whole networks, against a count position by position: a network whose outputs see all that its dense twin
//! sees is never accused, one that misses a position always is, and neither the cuts between stages nor the input size change that.

use crate::common::{Item, Net, Stage, cases, config, fails, net, net_of, reports};
use degrid::config::Config;
use degrid::rules::{Level, Verdict};
use proptest::prelude::*;
use std::collections::BTreeSet;

const RULE: &str = "gridding";

/// What `check` says of a network file: whether it reports gridding, and whether a stage fails; they must agree.
fn accused(text: &str) -> bool {
    let config = config(text);
    let checked = config.check();
    assert_eq!(reports(&checked, RULE), fails(&checked, RULE), "{text}");
    reports(&checked, RULE)
}

/// Whether gridding is reported, and the verdict of the last stage.
fn verdict(text: &str) -> (bool, Verdict) {
    let config = config(text);
    let checked = config.check();
    let last = checked.facts.stages.len() - 1;
    (reports(&checked, RULE), checked.verdict(last, RULE))
}

/// The verdict on each stage.
fn verdicts(config: &Config) -> Vec<Verdict> {
    let checked = config.check();
    let stages = 0..checked.facts.stages.len();
    stages.map(|stage| checked.verdict(stage, RULE)).collect()
}

/// A network with the kernels of one stage filled.
fn filled(net: &Net, stage: usize) -> Net {
    fn fill(items: &mut [Item]) {
        for item in items {
            match item {
                Item::Branches(branches) => branches.iter_mut().for_each(|b| fill(b)),
                Item::Conv(conv) => {
                    for (k, d) in conv.kernel.iter_mut().zip(&mut conv.dilation) {
                        (*k, *d) = ((*k - 1) * *d + 1, 1);
                    }
                }
            }
        }
    }
    let mut filled = net.clone();
    fill(&mut filled.stages[stage].items);
    filled
}

/// A list of entries as stages in a row, cut before the entries that `cuts` names.
fn cut(dims: usize, items: &[Item], cuts: &[bool]) -> Net {
    let mut stages: Vec<Stage> = Vec::new();
    for (item, &starts) in items.iter().zip(cuts) {
        match stages.last_mut().filter(|_| !starts) {
            Some(stage) => stage.items.push(item.clone()),
            None => stages.push(Stage {
                from: Vec::new(),
                items: vec![item.clone()],
                repeat: 1,
                residual: false,
            }),
        }
    }
    Net { dims, stages }
}

fn lists() -> BoxedStrategy<(usize, Vec<Item>, Vec<Vec<bool>>)> {
    let of = |dims: usize, taps: i64, dilation: i64| {
        let items = prop::collection::vec(crate::common::item(dims, taps, dilation), 1..6);
        items.prop_flat_map(move |items| {
            let cuts = prop::collection::vec(any::<bool>(), items.len());
            (Just(dims), Just(items), prop::collection::vec(cuts, 3))
        })
    };
    prop_oneof![of(1, 4, 7), of(2, 3, 4), of(3, 3, 2)].boxed()
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn accused_if_and_only_if_a_position_is_missed(net in net()) {
        let text = net.toml(None);
        prop_assert_eq!(accused(&text), net.has_gridding(), "{}", text);
    }

    #[test]
    fn a_stage_fails_if_and_only_if_its_own_kernels_miss_positions(net in net()) {
        let found = verdicts(&config(&net.toml(None)));
        let paths = net.paths(false);
        for (stage, verdict) in found.into_iter().enumerate() {
            let more = filled(&net, stage).paths(false);
            let misses = |end: usize| net.is_end(end) && more[end].len() > paths[end].len();
            let expected = match net.stages[stage].items.iter().any(Item::has_taps) {
                false => Verdict::NotApplicable,
                true if (0..paths.len()).any(misses) => Verdict::Fail,
                true => Verdict::Pass,
            };
            prop_assert_eq!(verdict, expected, "stage {} of {}", stage, net.toml(None));
        }
    }

    #[test]
    fn a_stage_that_misses_positions_beside_dense_ones_has_a_finding(net in net_of(1, 3, 40)) {
        let config = config(&net.toml(None));
        let found: BTreeSet<usize> = (config.check().findings.iter())
            .filter(|finding| finding.rule.id == RULE)
            .map(|finding| finding.stage)
            .collect();
        for stage in 0..net.stages.len() {
            let others = (0..net.stages.len()).filter(|&other| other != stage);
            let beside = others.fold(net.clone(), |net, other| filled(&net, other));
            if beside.has_gridding() {
                prop_assert!(found.contains(&stage), "stage {} of {}", stage, net.toml(None));
            }
        }
    }

    #[test]
    fn input_size_changes_no_verdict(net in net(), n in 1..40_i64) {
        prop_assert_eq!(verdict(&net.toml(None)), verdict(&net.toml(Some(n))), "{}", net.toml(None));
    }

    #[test]
    fn cuts_between_stages_change_no_verdict((dims, items, cuts) in lists()) {
        let whole = Net::chain(dims, items.clone());
        let expected = verdict(&whole.toml(None));
        for cuts in cuts {
            let parts = cut(dims, &items, &cuts);
            let config = config(&parts.toml(None));
            prop_assert_eq!(reports(&config.check(), RULE), expected.0, "{}", parts.toml(None));
            let fails = verdicts(&config).contains(&Verdict::Fail);
            prop_assert_eq!(fails, expected.1 == Verdict::Fail, "{}", parts.toml(None));
        }
    }

    #[test]
    fn repeats_are_the_list_written_out(net in net()) {
        let mut long = net.clone();
        for stage in &mut long.stages {
            let mut body = stage.items.clone();
            if stage.residual {
                body = vec![Item::Branches(vec![body, Vec::new()])];
            }
            stage.items = vec![body; stage.repeat].concat();
            (stage.repeat, stage.residual) = (1, false);
        }
        prop_assert_eq!(verdict(&net.toml(None)), verdict(&long.toml(None)), "{}", net.toml(None));
    }
}

#[test]
fn crossed_bars_are_no_gridding() {
    let bars = "dims = 2\n[[stage]]\nlayers = [{ branches = [[{ kernel = [1, 7] }], [{ kernel = [7, 1] }]], merge = \"concat\" }]\n";
    assert!(!accused(bars));
    // With a dilation on one bar they are.
    assert!(accused(&bars.replace("[7, 1] }", "[7, 1], dilation = 2 }")));
}

#[test]
fn strided_shortcut_is_no_gridding() {
    let block = |dilation: i64| {
        format!(
            "dims = 2\n[[stage]]\nlayers = [{{ branches = [[{{ kernel = 3, stride = 2, padding = {dilation}, dilation = {dilation} }}, {{ kernel = 3 }}], [{{ kernel = 1, stride = 2, padding = 0 }}]], merge = \"add\" }}]\n"
        )
    };
    assert!(!accused(&block(1)));
    assert!(accused(&block(2)));
}

#[test]
fn unpadded_unet_is_no_gridding() {
    let unet = |input: &str, dilation: i64| {
        format!(
            "{input}\n[defaults]\npadding = \"valid\"\n\
             [[stage]]\nname = \"down\"\ndilations = [1, 1]\n\
             [[stage]]\nname = \"bottom\"\nlayers = [{{ op = \"max-pool\", kernel = 2, stride = 2 }}, {{ kernel = 3 }}, {{ kernel = 3, dilation = {dilation} }}]\n\
             [[stage]]\nname = \"up-conv\"\nlayers = [{{ op = \"transposed\", kernel = 2, stride = 2 }}]\n\
             [[stage]]\nname = \"skip\"\nfrom = [\"down\"]\nlayers = [{{ op = \"crop\", like = \"up-conv\" }}]\n\
             [[stage]]\nname = \"up\"\nfrom = [\"skip\", \"up-conv\"]\ndilations = [1, 1]\n"
        )
    };
    for input in ["dims = 2", "input = [68, 68]", "input = [100, 84]"] {
        assert!(!accused(&unet(input, 1)), "{input}");
        assert!(!accused(&unet(input, 3)), "{input}");
        assert!(accused(&unet(input, 4)), "{input}");
    }
}

#[test]
fn stride_on_one_axis_does_not_end_the_run_of_the_other() {
    // Along x, dilation 2 is followed by a plain layer at the same resolution.
    let chain = "{ kernel = 3, dilation = [1, 2], stride = [2, 1], padding = 1 }, { kernel = 3 }";
    // Along x, a plain layer before the stride fills between the branches behind it.
    let graph = "{ kernel = 3 }, { kernel = 3, stride = [2, 1], padding = 1 }, { branches = [[{ kernel = [1, 3], dilation = [1, 2] }], [{ kernel = [1, 3], dilation = [1, 4] }]], merge = \"add\" }";
    for layers in [chain, graph] {
        assert!(
            !accused(&format!("dims = 2\n[[stage]]\nlayers = [{layers}]\n")),
            "{layers}"
        );
    }
}

#[test]
fn holes_along_one_axis_are_no_fault_of_layers_whose_run_ended_there() {
    // Along y the run ends with the stride, whole; behind it the holes begin. Along x it goes on, whole.
    let text = |body: &str| {
        format!(
            "dims = 2\n[[stage]]\nname = \"body\"\n{body}\n[[stage]]\nname = \"down\"\nlayers = [{{}}, {{}}, {{ stride = [2, 1], padding = 1 }}]\n\
             [[stage]]\nname = \"tail\"\nlayers = [{{ kernel = [3, 1], dilation = [5, 1] }}]\n"
        )
    };
    // The second is no chain: its branches are not on one centre.
    let bodies = [
        "dilations = [2, 2]",
        "residual = true\nlayers = [{ kernel = 2, dilation = 2 }, { kernel = 2 , dilation = 2 }]",
    ];
    for body in bodies {
        let config = config(&text(body));
        let checked = config.check();
        let verdicts: Vec<Verdict> = (0..3).map(|s| checked.verdict(s, RULE)).collect();
        assert_eq!(verdicts[0], Verdict::Pass, "{body}");
        assert_eq!(verdicts[2], Verdict::Fail, "{body}");
        assert_eq!(checked.verdict(0, "borrowed-coverage"), Verdict::Fail);
    }
}

#[test]
fn a_stage_is_not_blamed_for_the_dilation_of_another() {
    use Verdict::{Fail, Pass};
    let stage = |name: &str, d: i64| format!("[[stage]]\nname = \"{name}\"\ndilations = [{d}]\n");
    let text = format!(
        "dims = 1\n{}{}{}",
        stage("a", 2),
        stage("b", 1),
        stage("c", 30)
    );
    assert_eq!(verdicts(&config(&text)), [Pass, Pass, Fail]);
    // Any of these, filled, reads positions that are missed.
    let text = format!(
        "dims = 1\n{}{}{}",
        stage("a", 5),
        stage("b", 9),
        stage("c", 17)
    );
    assert_eq!(verdicts(&config(&text)), [Fail, Fail, Fail]);
}

#[test]
fn branches_blame_a_layer_on_the_way_to_what_is_missed() {
    use Verdict::{Fail, Pass};
    let text = |rules: &str| {
        format!(
            "dims = 1\n[[stage]]\nname = \"a\"\ndilations = [1, 2, 7]\n[[stage]]\nname = \"b\"\n\
             layers = [{{ op = \"max-pool\", kernel = 2, stride = 2 }}, {{ op = \"upsample\", factor = 2 }}]\n\
             [[stage]]\nname = \"c\"\nfrom = [\"a\", \"b\"]\ndilations = [2]\n{rules}"
        )
    };
    // From `a` the output of `c` reads 0 to 24 without a hole; from `b` only every other position.
    let loud = config(&text(""));
    let checked = loud.check();
    let found: Vec<(usize, &str)> = (checked.findings.iter())
        .map(|f| (f.stage, f.draft.message.split_once(" skip ").unwrap().0))
        .collect();
    assert_eq!(found, [(2, "parallel branches with dilation 2")]);
    assert_eq!(verdicts(&loud), [Pass, Pass, Fail]);
    let silent = config(&text("rules = { gridding = \"allow\" }\n"));
    assert!(silent.check().findings.is_empty());
}

#[test]
fn what_is_allowed_of_one_stage_hides_no_other() {
    let reported = |text: &str| -> Vec<(usize, Level, String)> {
        let config = config(text);
        (config.check().findings.iter())
            .filter(|finding| finding.rule.id == RULE)
            .map(|f| (f.stage, f.level, f.draft.message.clone()))
            .collect()
    };
    let text = |a: &str, b: &str| {
        format!("[[stage]]\ndilations = [1, 2, 9]{a}\n[[stage]]\ndilations = [40, 41]{b}\n")
    };
    let first = "dilation 9 skips positions of the input: the finer layers of its run cover only 7 positions in a row";
    let second = "dilation 40 skips positions of the input: even if all other stages were dense, the finer layers of its run \
                  would cover only 25 positions in a row";
    let both = [
        (0, Level::Deny, first.to_owned()),
        (1, Level::Deny, second.to_owned()),
    ];
    assert_eq!(reported(&text("", "")), both);
    let comment = " # degrid: allow(gridding) trained";
    let level = |level: &str| format!("\nrules = {{ gridding = \"{level}\" }}");
    assert_eq!(reported(&text(comment, "")), both[1..]);
    assert_eq!(reported(&text(&level("allow"), "")), both[1..]);
    assert_eq!(reported(&text("", comment)), both[..1]);
    assert_eq!(reported(&text(comment, comment)), []);
    let mild = reported(&text(&level("warn"), ""));
    assert_eq!(mild[0].1, Level::Warn);
    assert_eq!(mild[1], both[1]);
    // Neither skips a position where the other is dense.
    let shared = text("", "").replace("[40, 41]", "[20]");
    assert_eq!(reported(&shared), both[..1]);
    // Along other axes, and in branches.
    let axes = reported(
        "[[stage]]\ndilations = [[1, 1], [9, 1]]\n[[stage]]\ndilations = [[1, 1], [1, 30]]\n",
    );
    assert_eq!(axes.iter().map(|f| f.0).collect::<Vec<_>>(), [0, 1]);
    assert!(
        axes[1].2.contains("of the input along x: even if"),
        "{}",
        axes[1].2
    );
    // Of branches the largest dilation is blamed first.
    let branches = |comment: &str| {
        let branch = |dilation: i64| format!("[{{ kernel = [1, 3], dilation = [1, {dilation}] }}]");
        let found = reported(&format!(
            "[[stage]]\ndilations = [[9, 1]]{comment}\n[[stage]]\nlayers = [{{ branches = [{}, {}] }}]\n",
            branch(5),
            branch(7)
        ));
        found.iter().map(|f| f.0).collect::<Vec<_>>()
    };
    assert_eq!(branches(""), [0, 1]);
    assert_eq!(branches(comment), [1]);
}

#[test]
fn verdicts_of_the_projects_own_networks_need_no_input_size() {
    let folder = format!("{}/configs", env!("CARGO_MANIFEST_DIR"));
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|e| e != "toml") {
            continue;
        }
        // Levels are left out: they change no verdict.
        let lines = |drop: &[&str]| -> String {
            let text = std::fs::read_to_string(&path).unwrap();
            let kept = text
                .lines()
                .filter(|l| !drop.iter().any(|d| l.starts_with(d)));
            kept.map(|line| format!("{line}\n")).collect()
        };
        let text = lines(&["rules"]);
        let dims = config(&text).network.dims;
        let bare = format!("dims = {dims}\n{}", lines(&["rules", "input", "dims"]));
        assert_eq!(verdict(&text), verdict(&bare), "{path:?}");
    }
}
