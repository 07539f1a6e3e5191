//! `fix` finds the nearest schedule that passes: compared with every schedule there is, for small ones; and files keep every other byte.

use std::collections::BTreeSet;

use crate::common::cases;
use crate::effort::few_or_all;
use degrid::config::{Around, FixRequest, FixedFile, Problem, fix, fix_in};
use degrid::planner::{Effort, Fix, Nearness, fixes};
use itertools::Itertools;
use proptest::prelude::*;

/// Layers of a run: kernel, dilation, how often in all.
type Layer = (i64, i64, usize);

/// Whether a sum of taps has no hole: each layer adds its taps to all offsets so far.
fn is_whole(layers: &[Layer]) -> bool {
    let mut offsets = vec![true];
    for &(kernel, dilation, times) in layers {
        for _ in 0..times {
            let reach = ((kernel - 1) * dilation) as usize;
            let mut next = vec![false; offsets.len() + reach];
            for (at, seen) in offsets.iter().enumerate() {
                for tap in 0..kernel {
                    next[at + (tap * dilation) as usize] |= seen;
                }
            }
            offsets = next;
        }
    }
    offsets.iter().all(|seen| *seen)
}

/// How good values are, the best first: the smallest change in all, then the receptive field closest to what it was, then those that rise,
/// then the first.
type Rank = (i64, i64, bool, Vec<i64>);

fn rank(values: &[i64], now: &[i64], away: i64) -> Rank {
    let change = values.iter().zip(now).map(|(v, n)| (v - n).abs()).sum();
    (change, away, !values.is_sorted(), values.to_vec())
}

/// Of all values for `layers` behind `context` that pass, the nearest; of those that keep the receptive field, if there are any, which is
/// told beside.
fn brute_force(context: &[Layer], layers: &[Layer]) -> (Option<Vec<i64>>, bool) {
    let now: Vec<i64> = layers.iter().map(|l| l.1).collect();
    let old = field_of(layers);
    // What stands before is whole: each layer multiplies what is covered by its taps at the most.
    let widest = layers
        .iter()
        .fold(1 + field_of(context), |reach, (k, _, times)| {
            reach * (1 + (k - 1) * *times as i64)
        });
    let is_kept = widest > field_of(context) + old;
    let largest = *now.iter().max().unwrap();
    for more in [3, 8, 20, 60] {
        let most = largest + more;
        let mut best: Option<Rank> = None;
        let mut values = vec![1; layers.len()];
        loop {
            let turned: Vec<Layer> = values
                .iter()
                .zip(layers)
                .map(|(v, l)| (l.0, *v, l.2))
                .collect();
            let field = field_of(&turned);
            let candidate = rank(&values, &now, (field - old).abs());
            let run = || -> Vec<Layer> { context.iter().copied().chain(turned).collect() };
            if (!is_kept || field >= old)
                && best.as_ref().is_none_or(|best| candidate < *best)
                && is_whole(&run())
            {
                best = Some(candidate);
            }
            let Some(place) = values.iter().rposition(|v| *v < most) else {
                break;
            };
            values[place] += 1;
            values[place + 1..].fill(1);
        }
        // What was not tried changes more.
        if let Some(best) = best.filter(|best| best.0 <= more) {
            return (Some(best.3), is_kept);
        }
    }
    (None, is_kept)
}

/// Positions that layers add to the receptive field.
fn field_of(layers: &[Layer]) -> i64 {
    let each = layers.iter();
    each.map(|(k, d, times)| (k - 1) * d * *times as i64).sum()
}

fn file(dilations: &[i64], kernels: &[i64], repeat: usize) -> String {
    let layers: Vec<String> = dilations
        .iter()
        .zip(kernels)
        .map(|(d, k)| format!("{{ kernel = {k}, dilation = {d} }}"))
        .collect();
    format!(
        "[[stage]]\nname = \"a\"\nrepeat = {repeat}\nlayers = [{}]\n",
        layers.join(", ")
    )
}

/// The dilations that a file writes, in their order.
fn numbers(config: &degrid::config::Config) -> Vec<i64> {
    config
        .knobs()
        .iter()
        .filter_map(|knob| knob.value)
        .collect()
}

/// A file fixed, at the price of the receptive field where it must be.
fn shrunk(text: &str) -> Result<FixedFile, Vec<Problem>> {
    let request = FixRequest { may_shrink: true };
    fix_in(text, &Around::default(), request)
}

/// The dilations of a fixed file, with whether the receptive field is kept; all changes are proved.
fn fixed_numbers(text: &str) -> (Vec<i64>, bool) {
    let fixed = shrunk(text).unwrap();
    assert!(fixed.left.is_empty(), "{:?}\n{text}", fixed.left);
    for fix in &fixed.fixes {
        let is_proved = matches!(fix.nearness, Nearness::Proved { .. })
            && fix.shrinks.as_ref().is_none_or(|shrink| shrink.is_proved);
        assert!(is_proved, "{}\n{text}", fix.message());
    }
    let is_kept = fixed.fixes.iter().all(|fix| fix.shrinks.is_none());
    // Without leave to shrink, the file stays as it is.
    let kept = fix(text, None).unwrap();
    assert_eq!(kept.text == fixed.text, is_kept, "{text}");
    assert_eq!(kept.text == text, !is_kept, "{text}");
    assert_eq!(kept.left.is_empty(), is_kept, "{text}");
    (numbers(&fixed.after), is_kept)
}

#[test]
fn known_schedules() {
    for (now, nearest, is_kept) in [
        (vec![2, 2, 2], vec![1, 2, 3], true),
        (vec![2, 3], vec![1, 3], false),
        (vec![5, 9, 17], vec![1, 3, 9], false),
        (vec![1, 2, 9], vec![1, 3, 9], true),
        (vec![9, 2, 1], vec![9, 3, 1], true),
        (vec![2, 4, 8], vec![1, 3, 8], false),
        (vec![2, 4, 8, 16], vec![1, 3, 8, 18], true),
        (vec![100, 200, 300], vec![1, 3, 9], false),
    ] {
        let found = fixed_numbers(&file(&now, &vec![3; now.len()], 1));
        assert_eq!(found, (nearest, is_kept), "{now:?}");
    }
    // Repeated, 1, 3, 8 would see 53 positions of 57.
    let found = fixed_numbers(&file(&[2, 4, 8], &[3; 3], 2));
    assert_eq!(found, (vec![1, 4, 9], true));
}

#[test]
fn raising_a_fine_dilation_may_be_nearer_than_lowering_a_coarse_one() {
    // Lowering 9 to the reach 5 changes 4; raising one layer to 3 changes 2.
    assert_eq!(
        fixed_numbers(&file(&[1, 1, 9], &[3; 3], 1)),
        (vec![1, 3, 9], true)
    );
}

#[test]
fn long_schedules_are_proved_too() {
    let now = [2; 40];
    let (found, is_kept) = fixed_numbers(&file(&now, &[3; 40], 1));
    assert!(is_kept);
    assert_eq!((found[0], found[39]), (1, 3));
    assert_eq!(found[1..39], now[1..39]);
}

proptest! {
    #![proptest_config(cases(few_or_all(96, 256)))]

    #[test]
    fn nearest_of_all(layers in prop::collection::vec((2..5_i64, 1..9_i64), 1..5), repeat in 1..3_usize) {
        let (kernels, now): (Vec<i64>, Vec<i64>) = layers.into_iter().unzip();
        let all: Vec<Layer> = kernels.iter().zip(&now).map(|(k, d)| (*k, *d, repeat)).collect();
        prop_assume!(!is_whole(&all));
        let text = file(&now, &kernels, repeat);
        let (found, is_kept) = fixed_numbers(&text);
        let (nearest, may_be_kept) = brute_force(&[], &all);
        if is_kept && !may_be_kept {
            // Only with repetitions that differ.
            prop_assert!(repeat > 1 && fix(&text, None).unwrap().text.contains("cycle"), "{}", text);
        } else {
            prop_assert_eq!((Some(found), is_kept), (nearest, may_be_kept), "{}", text);
        }
    }

    #[test]
    fn nearest_in_context(
        context in prop::collection::vec(1..4_i64, 1..3),
        layers in prop::collection::vec((2..5_i64, 4..18_i64), 2..4),
    ) {
        // What stands before is whole by itself, so only the second stage can be at fault.
        let before: Vec<Layer> = std::iter::once(1).chain(context).map(|d| (3, d, 1)).collect();
        prop_assume!(is_whole(&before));
        let (kernels, now): (Vec<i64>, Vec<i64>) = layers.into_iter().unzip();
        let all: Vec<Layer> = kernels.iter().zip(&now).map(|(k, d)| (*k, *d, 1)).collect();
        let run: Vec<Layer> = before.iter().chain(&all).copied().collect();
        prop_assume!(!is_whole(&run));
        let dilations: Vec<String> = before.iter().map(|l| l.1.to_string()).collect();
        let text = format!(
            "[[stage]]\nname = \"stem\"\ndilations = [{}]\n\n{}",
            dilations.join(", "),
            file(&now, &kernels, 1),
        );
        let (found, is_kept) = fixed_numbers(&text);
        prop_assert_eq!((Some(found[before.len()..].to_vec()), is_kept), brute_force(&before, &all), "{}", text);
        prop_assert_eq!(found[..before.len()].to_vec(), before.iter().map(|l| l.1).collect::<Vec<_>>());
    }
}

/// A layer over two axes: kernel along each, and one dilation or two.
type Plane = ((i64, i64), Vec<i64>);

/// The layers along one axis with these numbers.
fn along(layers: &[Plane], numbers: &[i64], axis: usize) -> Vec<Layer> {
    let mut numbers = numbers.iter();
    let mut found = Vec::new();
    for ((y, x), dilations) in layers {
        let own: Vec<i64> = numbers.by_ref().take(dilations.len()).copied().collect();
        let kernel = [*y, *x][axis];
        if kernel > 1 {
            found.push((kernel, own[axis.min(own.len() - 1)], 1));
        }
    }
    found
}

fn field(layers: &[Layer]) -> i64 {
    layers.iter().map(|(k, d, _)| (k - 1) * d).sum()
}

/// Whether the numbers that are written the same way, for both axes or for the same one, rise.
fn rises(layers: &[Plane], numbers: &[i64]) -> bool {
    let mut numbers = numbers.iter();
    let mut kinds: [Vec<i64>; 3] = Default::default();
    for (_, dilations) in layers {
        let own: Vec<i64> = numbers.by_ref().take(dilations.len()).copied().collect();
        match own[..] {
            [one] => kinds[2].push(one),
            _ => (0..2).for_each(|axis| kinds[axis].push(own[axis])),
        }
    }
    kinds.iter().all(|kind| kind.is_sorted())
}

proptest! {
    #![proptest_config(cases(few_or_all(32, 96)))]

    #[test]
    fn nearest_over_two_axes(
        layers in prop::collection::vec(((2..4_i64, 2..4_i64), prop::collection::vec(1..5_i64, 1..3)), 1..4),
    ) {
        let now: Vec<i64> = layers.iter().flat_map(|l| l.1.clone()).collect();
        let old = [0, 1].map(|axis| field(&along(&layers, &now, axis)));
        let passes = |numbers: &[i64]| [0, 1].into_iter().all(|axis| {
            let run = along(&layers, numbers, axis);
            is_whole(&run)
        });
        prop_assume!(!passes(&now));
        let fields = |numbers: &[i64]| [0, 1].map(|axis| field(&along(&layers, numbers, axis)));
        // The nearest of all, and of those that keep the receptive field along both axes.
        let mut best: [Option<Rank>; 2] = [None, None];
        let mut numbers = vec![1; now.len()];
        while let Some(place) = numbers.iter().rposition(|v| *v < 9) {
            let new = fields(&numbers);
            let away = (new[0] - old[0]).abs() + (new[1] - old[1]).abs();
            let mut candidate = rank(&numbers, &now, away);
            candidate.2 = !rises(&layers, &numbers);
            let is_kept = new[0] >= old[0] && new[1] >= old[1];
            for best in &mut best[..=usize::from(is_kept)] {
                if best.as_ref().is_none_or(|best| candidate < *best) && passes(&numbers) {
                    *best = Some(candidate.clone());
                }
            }
            numbers[place] += 1;
            numbers[place + 1..].fill(1);
        }
        // What was not tried changes some number by more than this.
        let [any, kept] = best;
        let most = 9 - now.iter().max().unwrap();
        prop_assume!(kept.as_ref().is_none_or(|kept| kept.0 <= most));
        let entries: Vec<String> = layers
            .iter()
            .map(|((y, x), d)| match &d[..] {
                [one] => format!("{{ kernel = [{y}, {x}], dilation = {one} }}"),
                many => format!("{{ kernel = [{y}, {x}], dilation = {many:?} }}"),
            })
            .collect();
        let text = format!("[[stage]]\nlayers = [{}]\n", entries.join(", "));
        let (found, is_kept) = fixed_numbers(&text);
        if let Some(kept) = kept {
            prop_assert_eq!((found, is_kept), (kept.3, true), "{}", text);
        } else if !is_kept {
            prop_assert_eq!(Some(found), any.map(|any| any.3), "{}", text);
        }
    }
}

/// A file around some dilations: how they are written and what stands between them.
#[derive(Clone, Debug)]
struct Layout {
    /// Which form the stage has.
    form: usize,
    /// How each number is written, and what follows it.
    styles: Vec<(usize, usize)>,
    has_mark: bool,
    is_crlf: bool,
    ends: bool,
}

const GAPS: [&str; 6] = [
    ",",
    ", ",
    " ,\t",
    ",\n    ",
    ", # größer\n",
    ",\n# 2, 2, 2\n\n  ",
];

impl Layout {
    /// The file with the dilations as they are, or with those of `new` where they differ.
    fn text(&self, now: &[i64], new: &[i64]) -> String {
        let numbers = now
            .iter()
            .zip(new)
            .zip(&self.styles)
            .map(|((now, new), (style, _))| match style {
                _ if now != new => new.to_string(),
                0 => format!("+{now}"),
                1 => format!("0x{now:X}"),
                2 => format!("0b{now:b}"),
                _ => now.to_string(),
            });
        let (head, open, close, tail) = match self.form {
            0 => ("[[stage]] # ∑\ndilations=[", "", "", " ] # end"),
            1 => (
                "name = \"ü\"\n[[stage]]\nlayers = [",
                "{ dilation = ",
                " }",
                "]\nname = 'a'",
            ),
            2 => (
                "dims = 1\n[[stage]]\nlayers = [",
                "{kernel=3,dilation=[",
                "], padding = \"causal\"}",
                "]",
            ),
            3 => ("stage = [ { dilations = [", "", "", "], repeat = 1 } ]"),
            _ => (
                "[defaults]\npadding = \"valid\"\n[[stage]]\ndilations = [ ",
                "",
                " ",
                " ]\n  # the end",
            ),
        };
        let mut text = String::new();
        if self.has_mark {
            text.push('\u{feff}');
        }
        text.push_str(head);
        for (place, (number, (_, gap))) in numbers.zip(&self.styles).enumerate() {
            if place > 0 {
                text.push_str(GAPS[*gap]);
            }
            text.extend([open, &number, close]);
        }
        text.push_str(tail);
        if self.ends {
            text.push('\n');
        }
        if self.is_crlf {
            text = text.replace('\n', "\r\n");
        }
        text
    }
}

fn layouts() -> impl Strategy<Value = (Layout, Vec<i64>)> {
    let numbers = prop::collection::vec((1..12_i64, 0..6_usize, 0..GAPS.len()), 1..6);
    let rest = (0..5_usize, any::<bool>(), any::<bool>(), any::<bool>());
    (numbers, rest).prop_map(|(numbers, (form, has_mark, is_crlf, ends))| {
        let layout = Layout {
            form,
            styles: numbers.iter().map(|n| (n.1, n.2)).collect(),
            has_mark,
            is_crlf,
            ends,
        };
        (layout, numbers.iter().map(|n| n.0).collect())
    })
}

proptest! {
    #![proptest_config(cases(few_or_all(192, 512)))]

    #[test]
    fn every_other_byte_is_kept((layout, now) in layouts()) {
        let text = layout.text(&now, &now);
        let done = shrunk(&text).map_err(|problems| TestCaseError::fail(format!("{problems:?}\n{text}")))?;
        let values = numbers(&done.after);
        prop_assert_eq!(&done.text, &layout.text(&now, &values), "{}", text);
        let mut sorted = values.clone();
        sorted.sort_unstable();
        let layers: Vec<Layer> = sorted.iter().map(|d| (3, *d, 1)).collect();
        prop_assert!(is_whole(&layers), "{}", done.text);
        let again = fix(&done.text, None).unwrap();
        prop_assert!(again.fixes.is_empty() && again.text == done.text, "{}", done.text);
    }
}

/// The fixes of a file, each as its message.
fn messages(text: &str) -> Vec<String> {
    let config = crate::common::config(text);
    let checked = config.check();
    let found = fixes(
        &checked,
        &config.knobs(),
        &config.policy,
        &mut Effort::CHECK.clone(),
    );
    assert!(found.left.is_empty(), "{:?}", found.left);
    found.fixes.iter().map(Fix::message).collect()
}

#[test]
fn padding_follows_dilation() {
    let stage = |layers: &str| format!("input = [33, 33]\n[[stage]]\nlayers = [{layers}]\n");
    for (before, after) in [
        (
            "{ dilation = 2, padding = 2 }, { dilation = 2, padding = [2, 2] }",
            "{ dilation = 1, padding = 1 }, { dilation = 3, padding = [3, 3] }",
        ),
        (
            "{ dilation = 2, padding = [2, [2, 2]] }, { dilation = 2, padding = [[2, 2], [2, 2]] }",
            "{ dilation = 1, padding = [1, [1, 1]] }, { dilation = 3, padding = [[3, 3], [3, 3]] }",
        ),
        (
            "{ kernel = 2, dilation = 3, padding = [[3, 0], [3, 0]] }",
            "{ kernel = 2, dilation = 1, padding = [[1, 0], [1, 0]] }",
        ),
    ] {
        let done = shrunk(&stage(before)).unwrap();
        assert_eq!(done.text, stage(after), "{:?}", done.left);
    }
    // One number for layers that now differ.
    let shared = "input = [33, 33]\n[[stage]]\ndilations = [2, 2]\npadding = 2 # as big\n";
    let done = fix(shared, None).unwrap();
    let expected = shared.replace("[2, 2]\npadding = 2", "[1, 3]\npadding = \"same\"");
    assert_eq!(done.text, expected);
}

/// Also where the size of what is behind does not follow, as it was worked out for the map as it was.
#[test]
fn maps_keep_their_sizes() {
    for behind in [
        "",
        ", { op = \"upsample\", factor = 2 }",
        ", { op = \"crop\", size = 32 }",
    ] {
        let layers = "{ dilation = 3 }, { dilation = 5, padding = \"valid\" }";
        let text = format!("input = [64]\n[[stage]]\nlayers = [{layers}{behind}]\n");
        let done = shrunk(&text).unwrap();
        assert_eq!(done.text, text);
        let why = "then the maps have other sizes";
        assert!(
            done.left.iter().any(|(_, left)| left.contains(why)),
            "{text}{:?}",
            done.left
        );
    }
}

#[test]
fn kernels_of_transposed_layers_keep_the_size() {
    let file = |layer: &str| format!("input = [8, 8]\n[[stage]]\nlayers = [{layer}]\n");
    for (before, after) in [
        (
            "{ op = \"transposed\", kernel = 3, stride = 2, padding = 1, output_padding = 1 }",
            "{ op = \"transposed\", kernel = 4, stride = 2, padding = 1, output_padding = 0 }",
        ),
        (
            "{ op = \"transposed\", kernel = 3, stride = 2 }",
            "{ op = \"transposed\", kernel = 4, stride = 2, padding = 1, output_padding = 1 }",
        ),
        (
            "{ op = \"transposed\", kernel = 2, stride = 3, output_padding = 1 }",
            "{ op = \"transposed\", kernel = 3, stride = 3, output_padding = 0 }",
        ),
        (
            "{ op = \"transposed\", kernel = [5, 4], stride = [3, 2], padding = 1 }",
            "{ op = \"transposed\", kernel = [6, 4], stride = [3, 2], padding = [2, 1], output_padding = [1, 0] }",
        ),
        (
            "{ op = \"transposed\", kernel = 4, stride = 2, dilation = 2, padding = 3, output_padding = 1 }",
            "{ op = \"transposed\", kernel = 8, stride = 2, dilation = 1, padding = 3, output_padding = 0 }",
        ),
    ] {
        let done = fix(&file(before), None).unwrap();
        assert_eq!(done.text, file(after), "{:?}", done.left);
        let size = |config: &degrid::config::Config| {
            config.network.facts(config.network.stages[0].output).size
        };
        assert_eq!(size(&done.before), size(&done.after));
        assert!(fix(&done.text, None).unwrap().fixes.is_empty());
    }
}

#[test]
fn a_target_is_all_that_must_be_kept() {
    let text = |least: i64| {
        format!("[target]\nreceptive_field = {least}\n[[stage]]\ndilations = [2, 2, 2]\n")
    };
    // 13 positions are seen: what is asked of them is kept, and no more of what is not there.
    for (least, dilations, told) in [
        (
            11,
            "1, 2, 2",
            "that keeps as much of the receptive field as the target asks for",
        ),
        (12, "1, 2, 3", "that keeps the receptive field"),
        (99, "1, 2, 3", "that keeps the receptive field"),
    ] {
        let fixed = fix(&text(least), None).unwrap();
        assert_eq!(fixed.text, text(least).replace("2, 2, 2", dilations));
        assert!(
            fixed.fixes[0].message().ends_with(told),
            "{}",
            fixed.fixes[0].message()
        );
    }
}

#[test]
fn what_is_allowed_is_left_alone() {
    for text in [
        "[rules]\ngridding = \"allow\"\ncommon-factor = \"allow\"\n[[stage]]\ndilations = [2, 2]\n",
        "[[stage]]\ndilations = [2, 2] # degrid: allow(gridding) on purpose\n",
        "[[stage]]\ndilations = [1, 2, 5]\n",
    ] {
        let done = fix(text, None).unwrap();
        assert!(
            done.fixes.is_empty() && done.left.is_empty() && done.text == text,
            "{text}"
        );
    }
}

/// The finding may stand on another line: of a run, or of branches, it blames one layer of several.
#[test]
fn dilations_that_a_comment_allows_stay_as_they_are() {
    let allowed = "dilations = [1, 2, 9] # degrid: allow(gridding) trained\n";
    let branches = "layers = [{ branches = [[{ kernel = 1 }], [{ dilation = 6 }], [{ dilation = 18 }], [{ dilation = 50 }]] }]\n";
    for next in [branches, "dilations = [2, 2, 90]\n"] {
        let text = format!("[[stage]]\n{allowed}[[stage]]\n{next}");
        let found = shrunk(&text).unwrap();
        assert!(!found.fixes.is_empty(), "{text}: {:?}", found.left);
        assert!(found.text.contains(allowed), "{}", found.text);
        assert!(!found.text.contains(next), "{}", found.text);
        let checked = found.after.check();
        assert!(
            !crate::common::reports(&checked, "gridding"),
            "{}",
            found.text
        );
    }
    // Without the comment they change.
    let open = format!("[[stage]]\ndilations = [1, 2, 9]\n[[stage]]\n{branches}");
    let found = shrunk(&open).unwrap();
    assert!(!found.text.contains("1, 2, 9"), "{}", found.text);
    let alone = format!(
        "[[stage]]\n{allowed}[[stage]]\nlayers = [{{ dilation = 2 }}, {{ kernel = 1 }}] # degrid: allow(gridding)\n"
    );
    assert_eq!(shrunk(&alone).unwrap().text, alone);
}

#[test]
fn stages_of_a_run_change_together() {
    let text = "[[stage]]\nname = \"a\"\ndilations = [2, 2]\n[[stage]]\nname = \"b\"\ndilations = [8, 40]\n";
    let texts = messages(text);
    assert_eq!(texts.len(), 1, "{texts:?}");
    assert!(
        texts[0].contains("in \"a\" and") && texts[0].contains("in \"b\""),
        "{texts:?}"
    );
}

#[test]
fn branches_are_fixed_and_reported_as_near() {
    let text = "[[stage]]\nname = \"aspp\"\nlayers = [{ branches = [[{ kernel = 1 }], [{ dilation = 6 }], [{ dilation = 12 }]] }]\n";
    let done = shrunk(text).unwrap();
    assert!(done.left.is_empty(), "{:?}", done.left);
    assert!(
        !crate::common::reports(&done.after.check(), "gridding"),
        "{}",
        done.text
    );
    assert!(fix(&done.text, None).unwrap().fixes.is_empty());
}

/// Of branches that read one map with the same taps, one would do.
#[test]
fn branches_that_become_alike_are_told() {
    let told = "it makes parallel branches alike, of which one would do";
    let file = |rates: [i64; 3]| {
        let branch = rates.map(|rate| format!("[{{ dilation = {rate} }}]"));
        format!(
            "[[stage]]\ndilations = [1]\n[[stage]]\nlayers = [{{ branches = [{}] }}]\n",
            branch.join(", ")
        )
    };
    let done = shrunk(&file([3, 7, 11])).unwrap();
    assert!(
        done.text.contains("[{ dilation = 3 }], [{ dilation = 3 }]"),
        "{}",
        done.text
    );
    assert!(
        done.fixes[0].caveats().contains(&told),
        "{}",
        done.fixes[0].message()
    );
    let two = file([3, 7, 3]).replace(", [{ dilation = 3 }]]", "]");
    let done = shrunk(&two).unwrap();
    assert!(done.fixes[0].caveats().contains(&told), "{}", done.text);
    // They were alike before, or stay apart.
    for rates in [[7, 7, 7], [1, 2, 7]] {
        let done = shrunk(&file(rates)).unwrap();
        let message = done.fixes[0].message();
        assert!(!message.contains("alike"), "{message}");
    }
}

/// What centred branches beside an identity read, as offsets, and how far the furthest are apart.
fn union(branches: &[(i64, i64)]) -> (BTreeSet<i64>, i64) {
    let taps = |&(half, dilation): &(i64, i64)| (-half..=half).map(move |tap| tap * dilation);
    let read: BTreeSet<i64> = branches.iter().flat_map(taps).chain([0]).collect();
    let extent = read.last().unwrap() - read.first().unwrap() + 1;
    (read, extent)
}

proptest! {
    #![proptest_config(cases(few_or_all(48, 1_000)))]
    /// Of branches beside each other every change is proved, that none keeps the receptive field too: compared with all dilations with which
    /// there are as many taps as positions.
    #[test]
    fn branches_are_proved(branches in prop::collection::vec((1..3_i64, 1..9_i64), 1..4)) {
        let layers = branches.iter().map(|(half, dilation)| {
            format!("[{{ kernel = {}, dilation = {dilation} }}]", 2 * half + 1)
        });
        let layers: Vec<String> = layers.collect();
        let text = format!("dims = 1\n[[stage]]\nlayers = [{{ branches = [[], {}] }}]\n", layers.join(", "));
        let most: i64 = branches.iter().map(|(half, _)| 2 * half).sum();
        let mut nearest: (Option<i64>, Option<i64>) = (None, None);
        let mut is_whole = false;
        let now = union(&branches).1;
        for values in branches.iter().map(|_| 1..=most.max(9)).multi_cartesian_product() {
            let with: Vec<(i64, i64)> = branches.iter().zip(&values).map(|(b, v)| (b.0, *v)).collect();
            let (read, extent) = union(&with);
            if extent != read.len() as i64 {
                continue;
            }
            let change = branches.iter().zip(&values).map(|(b, v)| (b.1 - v).abs()).sum();
            is_whole |= change == 0;
            let less = |best: Option<i64>| Some(best.map_or(change, |best| best.min(change)));
            nearest.1 = less(nearest.1);
            if extent >= now {
                nearest.0 = less(nearest.0);
            }
        }
        let done = shrunk(&text).unwrap();
        prop_assert_eq!(done.fixes.is_empty(), is_whole, "{}", text);
        for fix in &done.fixes {
            let change = nearest.0.or(nearest.1).unwrap();
            prop_assert_eq!(fix.nearness, Nearness::Proved { change }, "{} {}", fix.message(), text);
            let proved = fix.shrinks.as_ref().map(|shrink| shrink.is_proved);
            prop_assert_eq!(proved, nearest.0.is_none().then_some(true), "{} {}", fix.message(), text);
        }
    }
}

#[test]
fn the_published_rules_are_kept_where_they_deny() {
    // The exact test alone would leave 5 and 25 as they are.
    let text = "[rules]\nprofile = \"published\"\n[[stage]]\nkernel = 5\ndilations = [2, 5, 25]\n";
    let done = shrunk(text).unwrap();
    assert!(done.left.is_empty(), "{:?}", done.left);
    let after = done.after.check();
    assert_eq!(
        after
            .findings
            .iter()
            .filter(|f| f.level == degrid::rules::Level::Deny)
            .count(),
        0,
        "{}",
        done.text
    );
}

/// Past the largest kernel there is none that reaches as far: the one below shrinks the receptive field, and waits until it may.
#[test]
fn the_largest_kernel_is_made_smaller_only_where_it_may() {
    let text = "[[stage]]\nlayers = [{ op = \"transposed\", kernel = 4096, stride = 3 }]\n";
    let kept = fix(text, None).unwrap();
    assert_eq!(kept.text, text);
    assert!(!kept.left.is_empty());
    let smaller = shrunk(text).unwrap();
    assert!(smaller.text.contains("kernel = 4095"), "{}", smaller.text);
    assert!(smaller.fixes[0].shrinks.is_some());
}
