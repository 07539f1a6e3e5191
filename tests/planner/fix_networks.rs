//! `fix` on networks of every kind, made up from strings of choices: what must hold whatever was fixed.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::common::cases;
use crate::effort::few_or_all;
use degrid::config::{Around, Config, FixRequest, fix_in, parse};
use degrid::footprint::receptive_field;
use degrid::network::MapId;
use degrid::planner::{Effort, FIXABLE, fixes};
use degrid::rules::Level;
use degrid::rules::{Profile, Verdict};
use proptest::prelude::*;

/// Choices, the first of which is always the plainest: where they run out, all that follow are plain.
struct Choices<'a>(std::slice::Iter<'a, u8>);

impl Choices<'_> {
    fn below(&mut self, count: i64) -> i64 {
        i64::from(self.0.next().copied().unwrap_or(0)) % count
    }

    fn one_in(&mut self, count: i64) -> bool {
        self.below(count) == count - 1
    }

    fn of<'t, T>(&mut self, all: &'t [T]) -> &'t T {
        &all[usize::try_from(self.below(all.len() as i64)).unwrap()]
    }
}

struct Maker<'a> {
    choices: Choices<'a>,
    dims: usize,
    text: String,
    /// Stages so far, with their resolution; those whose sizes are odd ones are left out.
    stages: Vec<(String, (i64, i64))>,
}

impl Maker<'_> {
    fn dilation(&mut self) -> i64 {
        // Branches in planes and volumes are drawn cell by cell: small dilations keep that fast.
        match self.dims {
            1 => *self.choices.of(&[2, 1, 3, 4, 6, 2, 5, 9, 2, 12]),
            2 => *self.choices.of(&[2, 1, 3, 4, 2, 6]),
            _ => *self.choices.of(&[2, 1, 3]),
        }
    }

    fn kernel(&mut self) -> i64 {
        *self.choices.of(&[3, 3, 2, 5, 3, 4, 1])
    }

    fn each(&mut self, value: fn(&mut Self) -> i64) -> Vec<i64> {
        if self.dims > 1 && self.choices.one_in(4) {
            (0..self.dims).map(|_| value(self)).collect()
        } else {
            vec![value(self); self.dims]
        }
    }

    /// One number, or one per axis.
    fn written(&mut self, values: &[i64]) -> String {
        let one = match self.choices.below(6) {
            4 => format!("+{}", values[0]),
            5 => format!("0x{:x}", values[0]),
            _ => values[0].to_string(),
        };
        if values.iter().all(|v| *v == values[0]) && !self.choices.one_in(6) {
            one
        } else {
            format!("{values:?}")
        }
    }

    /// A convolution that keeps the size of its map.
    fn conv(&mut self) -> String {
        let (kernel, dilation) = (self.each(Self::kernel), self.each(Self::dilation));
        let totals: Vec<i64> = kernel
            .iter()
            .zip(&dilation)
            .map(|(k, d)| (k - 1) * d)
            .collect();
        let mut keys = vec![
            format!("kernel = {}", self.written(&kernel)),
            format!("dilation = {}", self.written(&dilation)),
        ];
        match self.choices.below(7) {
            2 => keys.push("padding = \"same\"".to_owned()),
            3 => keys.push("padding = \"causal\"".to_owned()),
            4 if totals.iter().all(|t| *t == totals[0] && t % 2 == 0) => {
                keys.push(format!("padding = {}", totals[0] / 2));
            }
            5 => {
                let low = self.choices.below(5);
                let sides = totals.iter().map(|t| {
                    let low = t * low / 4;
                    format!("[{low}, {}]", t - low)
                });
                keys.push(format!("padding = [{}]", itertools::join(sides, ", ")));
            }
            6 => {
                let sides = totals.iter().map(|t| match t % 2 {
                    0 => (t / 2).to_string(),
                    _ => "\"same\"".to_owned(),
                });
                keys.push(format!("padding = [{}]", itertools::join(sides, ", ")));
            }
            _ => {}
        }
        format!("{{ {} }}", keys.join(", "))
    }

    fn branches(&mut self, depth: usize) -> String {
        let count = 2 + self.choices.below(2);
        let mut branches = Vec::new();
        for _ in 0..count {
            let layers = self.choices.below(3);
            let layers: Vec<String> = (0..layers).map(|_| self.item(depth + 1)).collect();
            branches.push(format!("[{}]", layers.join(", ")));
        }
        format!(
            "{{ branches = [{}], merge = \"add\" }}",
            branches.join(", ")
        )
    }

    fn item(&mut self, depth: usize) -> String {
        if depth < 2 && self.choices.one_in(5) {
            self.branches(depth)
        } else {
            self.conv()
        }
    }

    /// A layer that changes the resolution, with what it makes of it.
    fn changing(&mut self, (up, down): (i64, i64)) -> (String, (i64, i64)) {
        let reduced = |up: i64, down: i64| {
            let both = if up % 2 == 0 && down % 2 == 0 { 2 } else { 1 };
            (up / both, down / both)
        };
        match self.choices.below(7) {
            0 | 1 => {
                let kernel = *self.choices.of(&[3, 4, 2, 5, 3]);
                let dilation = *self.choices.of(&[1, 2, 1, 3]);
                let output_padding = (kernel + self.choices.below(2)) % 2;
                let cut = dilation * (kernel - 1) - 1 + output_padding;
                let layer = if cut < 0 {
                    format!(
                        "{{ op = \"transposed\", kernel = {kernel}, stride = 2, dilation = {dilation} }}"
                    )
                } else if cut % 2 == 0 {
                    format!(
                        "{{ op = \"transposed\", kernel = {kernel}, stride = 2, dilation = {dilation}, padding = {}, output_padding = {output_padding} }}",
                        cut / 2
                    )
                } else {
                    let sides = vec![format!("[{}, {}]", cut / 2, cut - cut / 2); self.dims];
                    format!(
                        "{{ op = \"transposed\", kernel = {kernel}, stride = 2, dilation = {dilation}, padding = [{}], output_padding = {output_padding} }}",
                        sides.join(", ")
                    )
                };
                (layer, reduced(up * 2, down))
            }
            2 => {
                let dilation = self.dilation();
                (
                    format!(
                        "{{ kernel = 3, stride = 2, dilation = {dilation}, padding = {dilation} }}"
                    ),
                    reduced(up, down * 2),
                )
            }
            3 => (
                "{ op = \"max-pool\", kernel = 2 }".to_owned(),
                reduced(up, down * 2),
            ),
            4 => (
                "{ op = \"upsample\", factor = 2 }".to_owned(),
                reduced(up * 2, down),
            ),
            5 => (
                "{ op = \"upsample\", factor = 2, mode = \"linear\" }".to_owned(),
                reduced(up * 2, down),
            ),
            _ => (
                "{ op = \"avg-pool\", kernel = 3, stride = 1, padding = 1 }".to_owned(),
                (up, down),
            ),
        }
    }

    fn comment(&mut self) -> &'static str {
        match self.choices.below(12) {
            8 => " # degrid: allow(gridding) trained so",
            9 => " # degrid: allow(common-factor)",
            10 => " # degrid: allow(uneven-overlap, unwritten-output) ü",
            11 => " # größer, 2, 2",
            _ => "",
        }
    }

    fn levels(&mut self) -> Vec<String> {
        let count = self.choices.below(4);
        let rules = [
            "gridding",
            "common-factor",
            "max-distance",
            "not-sawtooth",
            "uneven-overlap",
            "unwritten-output",
            "misaligned-branches",
            "borrowed-coverage",
            "degenerate-dilation",
        ];
        let mut levels = BTreeSet::new();
        let mut written = Vec::new();
        for _ in 0..count {
            let rule = *self.choices.of(&rules);
            let level = *self.choices.of(&["warn", "deny", "allow"]);
            if levels.insert(rule) {
                written.push(format!("{rule} = \"{level}\""));
            }
        }
        written
    }

    fn stage(&mut self, index: usize) {
        let name = format!("s{index}");
        let mut at = self.stages.last().map_or((1, 1), |s| s.1);
        let comment = self.comment();
        let _ = writeln!(self.text, "\n[[stage]]{comment}\nname = \"{name}\"");
        if index > 0 && self.choices.one_in(3) {
            let (first, level) = self.choices.of(&self.stages.clone()).clone();
            let mut others = self.stages.iter().filter(|s| s.1 == level && s.0 != first);
            let mut from = vec![format!("\"{first}\"")];
            if let Some(other) = others.next_back() {
                from.push(format!("\"{}\"", other.0));
            }
            if self.choices.one_in(2) {
                from.truncate(1);
            }
            let _ = writeln!(self.text, "from = [{}]", from.join(", "));
            at = level;
        }
        let repeat = 1 + self.choices.below(4) / 2;
        if repeat > 1 {
            let _ = writeln!(self.text, "repeat = {repeat}");
        }
        let levels = self.levels();
        if !levels.is_empty() && self.choices.one_in(2) {
            let _ = writeln!(self.text, "rules = {{ {} }}", levels.join(", "));
        }
        let residual = self.choices.one_in(4);
        if residual {
            let _ = writeln!(self.text, "residual = true");
        }
        let count = 1 + self.choices.below(4);
        if self.choices.one_in(3) {
            // The short form, with padding for all.
            let kernel = self.kernel();
            let shared = self.choices.below(5);
            let one = self.dilation();
            let mut entries = Vec::new();
            for _ in 0..count {
                let values = if shared == 4 {
                    vec![one; self.dims]
                } else {
                    self.each(Self::dilation)
                };
                let comment = self.comment();
                let end = if comment.is_empty() { "" } else { "\n" };
                entries.push(format!("{},{comment}{end}", self.written(&values)));
            }
            let _ = writeln!(
                self.text,
                "kernel = {kernel}\ndilations = [{}]",
                entries.join(" ")
            );
            match shared {
                3 => self.text.push_str("padding = \"causal\"\n"),
                4 if (kernel - 1) * one % 2 == 0 => {
                    let _ = writeln!(self.text, "padding = {} # follows", (kernel - 1) * one / 2);
                }
                2 if !residual => self.text.push_str("padding = \"same\"\n"),
                _ => {}
            }
        } else {
            let changes = !residual && repeat == 1 && self.choices.one_in(2);
            let mut items: Vec<String> = (0..count).map(|_| self.item(0)).collect();
            if changes {
                let (layer, now) = self.changing(at);
                let place = usize::try_from(self.choices.below(items.len() as i64 + 1)).unwrap();
                items.insert(items.len() - place, layer);
                at = now;
            }
            self.text.push_str("layers = [\n");
            for item in items {
                let comment = self.comment();
                let _ = writeln!(self.text, "  {item},{comment}");
            }
            self.text.push_str("]\n");
        }
        self.stages.push((name, at));
    }
}

/// A network file, and whether the published rules are asked for.
fn made(bytes: &[u8]) -> (String, bool) {
    let mut choices = Choices(bytes.iter());
    let count = 1 + choices.below(4);
    let dims = usize::try_from(*choices.of(&[2_i64, 1, 1, 3])).unwrap();
    let mut maker = Maker {
        choices,
        dims,
        text: String::new(),
        stages: Vec::new(),
    };
    let input = maker.choices.below(3);
    let _ = match input {
        0 => writeln!(maker.text, "dims = {dims}"),
        n => writeln!(maker.text, "input = {:?}", vec![n * 32; dims]),
    };
    let rules = maker.levels();
    let published = maker.choices.below(6);
    if !rules.is_empty() || published == 5 {
        let profile = if published == 5 {
            "profile = \"published\"\n"
        } else {
            ""
        };
        let _ = writeln!(maker.text, "[rules]\n{profile}{}", rules.join("\n"));
    }
    match maker.choices.below(8) {
        6 => {
            let field = 3 + maker.choices.below(60);
            let _ = writeln!(maker.text, "[target]\nreceptive_field = {field}");
        }
        7 => {
            let padding = *maker
                .choices
                .of(&["\"valid\"", "\"causal\"", "2", "\"same\""]);
            let _ = writeln!(maker.text, "[defaults]\npadding = {padding}");
        }
        _ => {}
    }
    for index in 0..usize::try_from(count).unwrap() {
        maker.stage(index);
    }
    let mut text = maker.text;
    if published == 1 {
        text = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    }
    (text, published == 4)
}

fn sizes(config: &Config) -> Vec<Option<degrid::network::PerAxis<i64>>> {
    let stages = config.network.stages.iter();
    stages
        .map(|stage| config.network.facts(stage.output).size)
        .collect()
}

fn comments(text: &str) -> Vec<&str> {
    text.split('\n')
        .filter_map(|line| Some(&line[line.find('#')?..]))
        .collect()
}

/// What each output sees of the input, per axis, and at most what the target asks for.
fn asked(config: &Config) -> Vec<Option<Vec<i64>>> {
    let network = &config.network;
    let target = config.policy.target.receptive_field;
    let least = |&output: &MapId| {
        let seen = receptive_field(network, MapId::INPUT, output)?;
        let axes = 0..network.dims;
        let asked =
            axes.map(|axis| target.map_or(seen[axis], |target| seen[axis].min(target[axis])));
        Some(asked.collect())
    };
    network.outputs.iter().map(least).collect()
}

fn holds(text: &str, profile: Option<Profile>, request: FixRequest) -> Result<(), TestCaseError> {
    let around = Around {
        profile,
        ..Around::default()
    };
    let Ok(mut config) = parse(text) else {
        return Err(TestCaseError::reject("no network"));
    };
    config.policy.profile = profile.unwrap_or(config.policy.profile);
    let before = config.check();
    let done = fix_in(text, &around, request).unwrap();
    if !request.may_shrink {
        for (before, after) in asked(&config).iter().zip(asked(&done.after)) {
            let pairs = before.iter().flatten().zip(after.iter().flatten());
            prop_assert!(
                pairs.clone().all(|(before, after)| after >= before),
                "{:?}\n{text}\n{}",
                pairs.collect::<Vec<_>>(),
                done.text
            );
        }
        prop_assert!(done.fixes.iter().all(|fix| fix.shrinks.is_none()));
    }
    let again = parse(&done.text);
    prop_assert!(again.is_ok(), "{:?}\n{text}\n{}", again, done.text);
    let after = done.after.check();
    let left: Vec<_> = done
        .left
        .iter()
        .map(|(f, _)| (f.rule.id, f.stage, &f.draft.message))
        .collect();
    for finding in &after.findings {
        // A note asks for no change.
        if finding.level > Level::Note && FIXABLE.contains(&finding.rule.id) {
            let known = (finding.rule.id, finding.stage, &finding.draft.message);
            prop_assert!(
                left.contains(&known),
                "{known:?} is neither fixed nor left\n{text}\n{}",
                done.text
            );
        } else if finding.level == Level::Deny && finding.rule.id != "receptive-field-short" {
            prop_assert!(
                before.verdict(finding.stage, finding.rule.id) == Verdict::Fail,
                "{} {} is new\n{text}\n{}",
                finding.rule.id,
                finding.draft.message,
                done.text
            );
        }
    }
    if done.left.is_empty() {
        for stage in done.fixes.iter().flat_map(|fix| &fix.stages) {
            for rule in FIXABLE {
                let denied = after
                    .findings
                    .iter()
                    .any(|f| f.stage == *stage && f.rule.id == rule && f.level > Level::Note);
                prop_assert!(!denied, "{rule} stays on {stage}\n{text}\n{}", done.text);
            }
        }
    }
    prop_assert_eq!(
        sizes(&config),
        sizes(&done.after),
        "{}\n{}",
        text,
        done.text
    );
    prop_assert_eq!(comments(text), comments(&done.text));
    let second = fix_in(&done.text, &around, request).unwrap();
    prop_assert_eq!(&second.text, &done.text, "not idempotent from\n{}", text);
    prop_assert!(second.fixes.is_empty());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 100, ..cases(few_or_all(24, 48)) })]

    #[test]
    fn whatever_is_fixed_passes(bytes in prop::collection::vec(any::<u8>(), 20..220)) {
        let (text, published) = made(&bytes);
        let request = FixRequest {
            may_shrink: bytes[0] % 2 == 1,
        };
        holds(&text, published.then_some(Profile::Published), request)?;
    }
}

/// What is left after fixing, by rule, and the new text.
fn fixed_text(text: &str) -> (String, Vec<(&'static str, String)>) {
    let request = FixRequest { may_shrink: true };
    let done = fix_in(text, &Around::default(), request).unwrap();
    let left = done.left.into_iter().map(|(f, why)| (f.rule.id, why));
    (done.text, left.collect())
}

#[test]
fn uneven_padding_follows_too() {
    // All padding after the last position, and another tap than the middle one on the output's own position.
    for (before, after) in [
        ("padding = [[0, 4]]", "padding = [[0, 2]]"),
        ("padding = [[1, 3]]", "padding = [[0, 2]]"),
        ("padding = [[4, 0]]", "padding = [[2, 0]]"),
    ] {
        let file = |dilation: i64, padding: &str| {
            format!("input = [32]\n[[stage]]\nlayers = [{{ dilation = {dilation}, {padding} }}]\n")
        };
        let (text, left) = fixed_text(&file(2, before));
        assert_eq!((text, left), (file(1, after), Vec::new()), "{before}");
    }
}

#[test]
fn padding_that_others_need_is_not_left_behind() {
    // Without an input no size is known, yet the maps would grow.
    let text = "[defaults]\npadding = 2\n[[stage]]\nlayers = [{ dilation = 2 }, { kernel = 1, stride = 2 }]\n";
    let (new, left) = fixed_text(text);
    assert_eq!(new, text);
    assert!(left[0].1.contains("give each its own"), "{left:?}");
}

#[test]
fn heads_of_one_broken_stem_change_together() {
    let text = "[[stage]]\nname = \"stem\"\ndilations = [2]\n[[stage]]\nname = \"a\"\nfrom = \"stem\"\ndilations = [9]\n[[stage]]\nname = \"b\"\nfrom = \"stem\"\ndilations = [8]\n";
    let config = crate::common::config(text);
    let checked = config.check();
    let found = fixes(
        &checked,
        &config.knobs(),
        &config.policy,
        &mut Effort::CHECK.clone(),
    );
    assert_eq!(found.fixes.len(), 1, "{found:?}");
    // As far as a check sees it, so far `fix` goes.
    let request = FixRequest { may_shrink: true };
    let done = fix_in(text, &Around::default(), request).unwrap();
    assert_eq!(found.fixes[0].ops, done.fixes[0].ops);
    assert_eq!(done.fixes.len(), 1);
    assert!(done.left.is_empty(), "{:?}", done.left);
}

#[test]
fn many_findings_are_fixed_with_few_checks() {
    let stage = |index: usize, dilations: &str| {
        format!("[[stage]]\nname = \"s{index}\"\nfrom = \"input\"\ndilations = [{dilations}]\n")
    };
    let file = |dilations: &str| {
        (0..600)
            .map(|index| stage(index, dilations))
            .collect::<String>()
    };
    let (text, left) = fixed_text(&file("2, 2"));
    assert!(left.is_empty(), "{:?}", left.first());
    assert_eq!(text, file("1, 3"));
}
