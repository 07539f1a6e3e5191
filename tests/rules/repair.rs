//! Every help that offers new dilations keeps its word: with them written in, and everything else as it was, the rule that offered them
//! passes. Held for random networks, most of them broken on purpose, and for each file of `configs/broken`.

use std::collections::BTreeMap;

use crate::common::{Net, cases, conv, net};
use crate::effort::few_or_all;
use degrid::config::{Config, parse};
use degrid::network::{Network, PerAxis};
use degrid::planner::{Effort, Fix, fix, fixes, hints};
use degrid::report::FileReport;
use degrid::rules::{Policy, Profile, check};
use proptest::prelude::*;

/// The rules that offered changes, and how often. Fails where one does not keep its word.
fn promises(config: &Config) -> Result<BTreeMap<&'static str, usize>, String> {
    let policy = Policy {
        profile: Profile::Published,
        ..config.policy.clone()
    };
    let checked = check(&config.network, &policy);
    let mut kept = BTreeMap::new();
    for fix in offered(config, &policy) {
        let repaired = fix.made_in(&config.network).unwrap();
        if ops(&repaired) == ops(&config.network) {
            return Err(format!("\"{}\" changes nothing", fix.message()));
        }
        // One change removes some findings: others of the rule may stay, at other places.
        let after = check(&repaired, &policy);
        for finding in fix.findings.iter().map(|&index| &checked.findings[index]) {
            let rule = finding.rule.id;
            let still = |f: &&degrid::rules::Finding| {
                f.rule.id == rule && f.draft.site == finding.draft.site
            };
            if let Some(left) = after.findings.iter().find(still) {
                return Err(format!(
                    "{rule}: \"{}\" with help \"{}\", and then \"{}\"",
                    finding.draft.message,
                    fix.message(),
                    left.draft.message
                ));
            }
            *kept.entry(rule).or_default() += 1;
        }
    }
    Ok(kept)
}

/// All changes that are offered for a file.
fn offered(config: &Config, policy: &degrid::rules::Policy) -> Vec<Fix> {
    let checked = check(&config.network, policy);
    let (knobs, mut effort) = (config.knobs(), Effort::CHECK);
    let mut offered = fixes(&checked, &knobs, policy, &mut effort).fixes;
    offered.extend(hints(&checked, &knobs, policy, &mut effort));
    offered
}

fn ops(network: &Network) -> Vec<String> {
    let layers = &network.layers;
    layers
        .iter()
        .map(|l| format!("{:?}", &l.op.axes[..]))
        .collect()
}

/// The same with a change written into the net's own entries, which are in the order of their places in the file.
fn rewritten(net: &Net, fix: &Fix) -> Option<Net> {
    let config = crate::common::config(&net.toml(None));
    let mut net = net.clone();
    for (layer, op) in &fix.ops {
        let layer = &config.network.layers[*layer];
        let items = &mut net.stages[layer.stage].items;
        let crate::common::Item::Conv(conv) = &mut items[layer.index?] else {
            return None;
        };
        let dilation: PerAxis<i64> = op.dilations();
        conv.dilation = dilation.to_vec();
        conv.low = (0..conv.low.len())
            .map(|a| (conv.kernel[a] - 1) * conv.dilation[a] / 2)
            .collect();
    }
    Some(net)
}

/// A chain along one of its axes.
fn along(net: &Net, axis: usize) -> Net {
    let mut line = Net {
        dims: 1,
        ..net.clone()
    };
    for item in line.stages.iter_mut().flat_map(|s| &mut s.items) {
        let crate::common::Item::Conv(conv) = item else {
            continue;
        };
        for values in [&mut conv.kernel, &mut conv.dilation, &mut conv.low] {
            *values = vec![values[axis]];
        }
    }
    line
}

/// Chains of stages, most of them with holes: few layers of dilation 1.
fn chains() -> BoxedStrategy<Net> {
    let of = |dims: usize| {
        let items =
            prop::collection::vec(conv(dims, 4, 9).prop_map(crate::common::Item::Conv), 1..5);
        prop::collection::vec((items, 1..3_usize), 1..4).prop_map(move |stages| Net {
            dims,
            stages: stages
                .into_iter()
                .map(|(items, repeat)| crate::common::Stage {
                    from: Vec::new(),
                    items,
                    repeat,
                    residual: false,
                })
                .collect(),
        })
    };
    prop_oneof![of(1), of(2), of(3)].boxed()
}

proptest! {
    #![proptest_config(cases(few_or_all(12, 192)))]

    #[test]
    fn chains_are_fixed(net in chains()) {
        let text = net.toml(None);
        if let Err(broken) = promises(&crate::common::config(&text)) {
            prop_assert!(false, "{}\n{}", broken, text);
        }
    }

    #[test]
    fn fixed_files_pass(net in chains()) {
        // Gridding's repair makes the whole run whole: read as a file once more, and counted position by position on each axis.
        let config = crate::common::config(&net.toml(None));
        let changes = offered(&config, &config.policy);
        let checked = config.check();
        let is_gridding = |fix: &&Fix| fix.findings.iter().any(|&f| checked.findings[f].rule.id == "gridding");
        for fix in changes.iter().filter(is_gridding) {
            if fix.text.contains("cycle") {
                // Repetitions that differ are no net of equal ones.
                let fixed = fix.made_in(&config.network).unwrap();
                prop_assert!(!crate::common::reports(&check(&fixed, &config.policy), "gridding"), "{}", fix.message());
                continue;
            }
            let fixed = rewritten(&net, fix).unwrap();
            let again = crate::common::config(&fixed.toml(None));
            prop_assert!(!crate::common::reports(&again.check(), "gridding"), "{}\n{}", fix.message(), fixed.toml(None));
            for axis in 0..net.dims {
                prop_assert!(!along(&fixed, axis).has_gridding(), "{}\n{}", fix.message(), fixed.toml(None));
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(few_or_all(12, 96)))]

    #[test]
    fn graphs_are_fixed(net in net()) {
        let text = net.toml(None);
        if let Err(broken) = promises(&crate::common::config(&text)) {
            prop_assert!(false, "{}\n{}", broken, text);
        }
    }
}

#[test]
fn files_that_are_broken_on_purpose() {
    let folder = format!("{}/configs/broken", env!("CARGO_MANIFEST_DIR"));
    let mut offered = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let Ok(config) = parse(&text) else {
            // Rules that this build does not know.
            continue;
        };
        let kept =
            promises(&config).unwrap_or_else(|broken| panic!("{}: {broken}", path.display()));
        for (rule, count) in kept {
            *offered.entry(rule).or_insert(0) += count;
        }
    }
    for rule in [
        "borrowed-coverage",
        "common-factor",
        "grating-lobe",
        "gridding",
        "max-distance",
        "not-sawtooth",
        "uneven-overlap",
        "unwritten-output",
    ] {
        assert!(
            offered.contains_key(rule),
            "{rule} offers nothing: {offered:?}"
        );
    }
}

#[test]
fn help_keeps_other_runs_whole() {
    let stages = |layers: &str| {
        crate::common::config(&format!(
            "dims = 2\n[rules]\nborrowed-coverage = \"warn\"\n[[stage]]\ndilations = [1, 1, 2, 4]\n[[stage]]\nlayers = [{layers}]\n[[stage]]\ndilations = [1, 2]\n"
        ))
    };
    let kept = |layers: &str| promises(&stages(layers)).unwrap();
    // Two runs of one stage, both with holes of their own, before and behind the stride.
    let borrowed =
        kept("{ dilation = 2 }, { dilation = 4, stride = 2, padding = 4 }, {}, { dilation = 4 }");
    assert_eq!(borrowed.get("borrowed-coverage"), Some(&1));
    // Lowered for the run that ends along y, dilation 3 reaches less far before 7 along x.
    let config = crate::common::config(
        "dims = 2\n[[stage]]\nlayers = [{ kernel = [1, 3] }, { dilation = 3 }, { kernel = 1, stride = [2, 1], padding = 0 }, { kernel = [1, 3], dilation = [1, 7] }]\n",
    );
    let has_gridding = |network: &Network| {
        let findings = check(network, &config.policy).findings;
        findings.iter().any(|f| f.rule.id == "gridding")
    };
    assert!(has_gridding(&config.network));
    let fix = &offered(&config, &config.policy)[0];
    let repaired = fix.made_in(&config.network).unwrap();
    assert!(!has_gridding(&repaired), "{}", fix.message());
}

#[test]
fn a_network_gets_the_changes_of_its_file() {
    let folder = format!("{}/configs/broken", env!("CARGO_MANIFEST_DIR"));
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let file = degrid::config::fix(&text, None).unwrap();
        let before = &file.before;
        let (network, policy) = (&before.network, &before.policy);
        for knobs in [network.knobs(), before.knobs()] {
            let fixed = fix(network, &knobs, policy, false, Effort::FIX);
            let messages = |fixes: &[Fix]| fixes.iter().map(Fix::message).collect::<Vec<_>>();
            assert_eq!(
                messages(&fixed.fixes),
                messages(&file.fixes),
                "{}",
                path.display()
            );
            assert_eq!(
                ops(&fixed.network),
                ops(&file.after.network),
                "{}",
                path.display()
            );
        }
    }
}

/// The change is the help, what is known of it stands in notes; where a stage has other layers too, it says which change.
#[test]
fn a_help_says_which_layers_change_and_notes_say_the_rest() {
    let told = |text: &str| {
        let config = parse(text).unwrap();
        let report = FileReport::checked("net.toml".to_owned(), Some(text.to_owned()), &config);
        let finding = report.findings.into_iter().find(|f| f.rule == "gridding");
        let finding = finding.unwrap();
        (finding.help.unwrap(), finding.notes)
    };
    let few = "[[stage]]\nname = \"s\"\nlayers = [{ stride = 2, padding = 2, dilation = 2 }, { kernel = 1, dilation = 3 }, { dilation = 5, padding = 5 }]\n";
    let (help, notes) = told(few);
    assert_eq!(
        help,
        "shrinks the receptive field from 25 to 7: change dilations to 1, 1 in layers 1 and 3: smallest change without gridding"
    );
    for note in [
        "no change keeps the receptive field",
        "`degrid fix --shrink` makes this change",
    ] {
        assert!(notes.iter().any(|own| own == note), "{notes:?}");
    }
    let shared = "[[stage]]\nname = \"s\"\nstride = 2\npadding = 1\ndilations = [1, 2]\n";
    let (help, notes) = told(shared);
    assert_eq!(
        help,
        "shrinks the receptive field from 11 to 7: change dilations to 1, 1: smallest change without gridding"
    );
    let note = "`degrid fix` cannot write this change: one `padding` is written for layers that would then need different ones: give each its own first";
    assert!(notes.iter().any(|own| own == note), "{notes:?}");
    let two = format!("{few}[[stage]]\nname = \"t\"\ndilations = [1]\n");
    let (help, _) = told(&two);
    assert!(
        help.contains("to 1, 3 in layers 1 and 3 of \"s\":"),
        "{help}"
    );
    let row = "[[stage]]\nlayers = [{ kernel = 1 }, { dilation = 3 }, { dilation = 3 }, { dilation = 3 }]\n";
    let (help, _) = told(row);
    assert!(help.contains(" in layers 2 to 4: "), "{help}");
}
