//! Every help that offers new dilations keeps its word: with them written in, and everything else as it was, the rule that offered them
//! passes. Held for random networks, most of them broken on purpose, and for each file of `configs/broken`.

use std::collections::BTreeMap;

use crate::common::{Net, cases, conv, net};
use crate::effort::few_or_all;
use degrid::config::{Config, parse};
use degrid::rules::{Change, Profile, check, repair};
use proptest::prelude::*;

/// The rules that offered changes, and how often. Fails where one does not keep its word.
fn promises(config: &Config) -> Result<BTreeMap<&'static str, usize>, String> {
    let policy = config.policy.clone().with_profile(Profile::Published);
    let checked = check(&config.network, &policy);
    let mut kept = BTreeMap::new();
    for finding in &checked.findings {
        let Some(help) = finding
            .draft
            .help
            .as_ref()
            .filter(|h| !h.changes.is_empty())
        else {
            continue;
        };
        let rule = finding.rule.id;
        let mut repaired = config.clone();
        repaired.network = repair::changed(&config.network, &help.changes);
        if dilations(&repaired) == dilations(config) {
            return Err(format!("{rule}: \"{}\" changes nothing", help.text));
        }
        // One help mends one fault: others of the rule may stay, at other places.
        let after = check(&repaired.network, &policy);
        let still =
            |f: &&degrid::rules::Finding| f.rule.id == rule && f.draft.site == finding.draft.site;
        if let Some(left) = after.findings.iter().find(still) {
            return Err(format!(
                "{rule}: \"{}\" with help \"{}\", and then \"{}\"",
                finding.draft.message, help.text, left.draft.message
            ));
        }
        *kept.entry(rule).or_default() += 1;
    }
    Ok(kept)
}

fn dilations(config: &Config) -> Vec<String> {
    let layers = &config.network.layers;
    layers.iter().map(|l| format!("{:?}", l.op.axes)).collect()
}

/// The same with the changes written into the net's own entries, which are in the order of their places in the file.
fn rewritten(net: &Net, changes: &[Change]) -> Option<Net> {
    let config = crate::common::config(&net.toml(None));
    let mut net = net.clone();
    for change in changes {
        let layer = config
            .network
            .layers
            .iter()
            .find(|l| l.original == change.layer)?;
        let items = &mut net.stages[layer.stage].items;
        let crate::common::Item::Conv(conv) = &mut items[layer.index?] else {
            return None;
        };
        conv.dilation = change.dilation.to_vec();
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
    #![proptest_config(cases(few_or_all(64, 192)))]

    #[test]
    fn chains_are_mended(net in chains()) {
        let text = net.toml(None);
        if let Err(broken) = promises(&crate::common::config(&text)) {
            prop_assert!(false, "{}\n{}", broken, text);
        }
    }

    #[test]
    fn mended_files_pass(net in chains()) {
        // Gridding's repair makes the whole run whole: read as a file once more, and counted position by position on each axis.
        let config = crate::common::config(&net.toml(None));
        let checked = config.check();
        let offered = checked.findings.iter().filter(|f| f.rule.id == "gridding").filter_map(|f| f.draft.help.as_ref());
        for help in offered {
            let mended = rewritten(&net, &help.changes).unwrap();
            let again = crate::common::config(&mended.toml(None));
            prop_assert!(!crate::common::reports(&again.check(), "gridding"), "{}\n{}", help.text, mended.toml(None));
            for axis in 0..net.dims {
                prop_assert!(!along(&mended, axis).has_gridding(), "{}\n{}", help.text, mended.toml(None));
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(few_or_all(32, 96)))]

    #[test]
    fn graphs_are_mended(net in net()) {
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
        "idle-dilation",
        "max-distance",
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
            "dims = 2\n[[stage]]\ndilations = [1, 1, 2, 4]\n[[stage]]\nlayers = [{layers}]\n[[stage]]\ndilations = [1, 2]\n"
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
    let finding = |config: &Config| {
        let findings = config.check().findings;
        findings.into_iter().find(|f| f.rule.id == "gridding")
    };
    let help = finding(&config).unwrap().draft.help.unwrap();
    let mut repaired = config.clone();
    repaired.network = repair::changed(&config.network, &help.changes);
    assert!(finding(&repaired).is_none(), "{}", help.text);
}
