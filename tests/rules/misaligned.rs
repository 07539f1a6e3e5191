//! `misaligned-branches`: what it is silent about, and the help, which is tried before it is offered.

use degrid::config::parse;
use degrid::network::{AxisOp, Crop, Network, OpKind};
use degrid::planner::alignments;
use degrid::rules::{Level, Policy, Verdict, check};

const RULE: &str = "misaligned-branches";

/// Level, message and help of the one finding.
fn finding(file: &str) -> (Level, String, Option<String>) {
    let config = parse(file).unwrap_or_else(|problems| panic!("{problems:#?}\n{file}"));
    let checked = check(&config.network, &config.policy);
    let offered = alignments(&checked, &config.policy, None);
    let found = checked.findings.iter().enumerate();
    let own: Vec<_> = found.filter(|(_, f)| f.rule.id == RULE).collect();
    let [(index, found)] = own[..] else {
        panic!("{} findings in\n{file}", own.len());
    };
    let help = offered.into_iter().find(|(of, _)| *of == index);
    let message = found.draft.message.clone();
    (found.level, message, help.map(|(_, help)| help))
}

fn merged(head: &str, one: &str, other: &str) -> String {
    format!(
        "{head}[[stage]]\nname = \"s\"\nlayers = [{{ branches = [[{one}], [{other}]], merge = \"add\" }}]\n"
    )
}

const DOWN: &str = "{ kernel = 3, stride = 2, padding = 1 }";
const POOL: &str = "{ op = \"max-pool\", kernel = 2 }";
const UP: &str = "{ op = \"upsample\", factor = 2, mode = \"linear\" }";

#[test]
fn the_help_is_what_aligns_them_here() {
    for (file, help) in [
        (
            merged("", "", &format!("{DOWN}, {UP}")),
            "align them with `align_corners = true` on the upsample in \"s\"",
        ),
        (
            merged("", POOL, DOWN),
            "align them with kernel 3 and padding 1 on the max-pool (kernel 2, stride 2) in branch 1",
        ),
        (
            merged("", "{ padding = [[0, 2], [0, 2]] }", ""),
            "align them with padding 1 on the convolution (kernel 3, stride 1) in branch 1",
        ),
        (
            merged("", "{ kernel = 2, padding = [[0, 1], [0, 1]] }", ""),
            "align them with kernel 3 and padding 1 on the convolution (kernel 2, stride 1) in branch 1",
        ),
        // An upsampling of the same map that lies between its positions.
        (
            merged(
                "",
                "{ op = \"transposed\", kernel = 3, stride = 2, padding = 1, output_padding = 1 }",
                "{ op = \"upsample\", factor = 2, mode = \"nearest\" }",
            ),
            "align them with kernel 4, padding 1 and output_padding 0 on the transposed convolution (kernel 3, stride 2) in branch 1",
        ),
    ] {
        assert_eq!(finding(&file).2.as_deref(), Some(help), "{file}");
    }
}

/// A layer of a model has a name, and PyTorch's layers pad both sides alike; `F.pad` takes the last axis first.
#[test]
fn the_help_for_a_model_names_the_layer() {
    let pool = "{ op = \"pad\", padding = [[2, 0], [1, 1]] }, { op = \"max-pool\", kernel = 3, stride = 1 }";
    for (file, help) in [
        (
            merged("", "{ kernel = 3, stride = 2, padding = 0 }", DOWN),
            "align them with kernel 3 and padding 1 on the convolution (kernel 3, stride 2) in \"module.0\"",
        ),
        (
            merged("input = [64, 64]\n", "{ kernel = 3, padding = 1 }", pool),
            "align them with padding 0 on the convolution (kernel 3, stride 1) in \"module.0\" and `F.pad(x, (1, 1, 2, 0))` before it",
        ),
    ] {
        let config = parse(&file).unwrap();
        let checked = check(&config.network, &config.policy);
        let name = |layer: usize| Some(format!("module.{layer}"));
        let offered = alignments(&checked, &config.policy, Some(&name));
        let texts: Vec<&str> = offered.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, [help], "{file}");
    }
}

#[test]
fn what_is_offered_passes() {
    // The same files with what is offered written in.
    let three = "{ op = \"max-pool\", kernel = 3, stride = 2, padding = 1 }";
    let four = "{ op = \"transposed\", kernel = 4, stride = 2, padding = 1 }";
    let aligned = UP.replace(" }", ", align_corners = true }");
    for file in [
        merged("", "", &format!("{DOWN}, {aligned}")),
        merged("", three, DOWN),
        merged("", "{ padding = 1 }", ""),
        merged(
            "",
            four,
            "{ op = \"upsample\", factor = 2, mode = \"nearest\" }",
        ),
    ] {
        let config = parse(&file).unwrap();
        let checked = config.check();
        assert_eq!(checked.verdict(0, RULE), Verdict::Pass, "{file}");
    }
}

#[test]
fn a_note_below_half_a_position_unless_the_file_says_otherwise() {
    let quarter = merged("", POOL, DOWN);
    let (level, message, _) = finding(&quarter);
    assert_eq!(level, Level::Note, "{message}");
    assert_eq!(
        message,
        "branches 1 and 2 of \"s\" are merged 1/4 of a position apart"
    );
    let half = merged("", "", &format!("{DOWN}, {UP}"));
    let (level, message, _) = finding(&half);
    assert_eq!(level, Level::Warn, "{message}");
    let set = |text: &str, file: &str| format!("[rules]\n{RULE} = {text}\n{file}");
    assert_eq!(finding(&set("{ min = 0.25 }", &quarter)).0, Level::Warn);
    assert_eq!(
        finding(&set("{ level = \"deny\", min = 0.25 }", &quarter)).0,
        Level::Deny
    );
    assert_eq!(finding(&set("\"deny\"", &quarter)).0, Level::Note);
    assert_eq!(finding(&set("{ min = 0.6 }", &half)).0, Level::Note);
}

#[test]
fn stages_are_named() {
    let file = "[[stage]]\nname = \"a\"\ndilations = [1]\n[[stage]]\nname = \"b\"\nlayers = [{ kernel = 2, padding = [[0, 1], [0, 1]] }]\n[[stage]]\nname = \"c\"\nfrom = [\"b\", \"a\"]\nkernel = 1\ndilations = [1]\n";
    assert_eq!(
        finding(file).1,
        "\"a\" and \"b\" are merged half a position apart"
    );
    let residual = "dims = 1\n[[stage]]\nname = \"a\"\nlayers = [{ kernel = 4, padding = [[0, 3]] }]\nresidual = true\nrepeat = 2\n";
    let message = "\"a\" and the shortcut around it are merged 3/2 positions apart";
    assert_eq!(finding(residual).1, message);
}

/// A residual WaveNet without padding, of kernel 2: each block beside its input, cropped by `cut` of what the block loses in front.
fn wavenet(cut: impl Fn(i64) -> i64) -> Network {
    let dilations = [1, 2, 4, 8, 16];
    let blocks = dilations.map(|d| {
        format!("  {{ branches = [[{{ kernel = 2, dilation = {d}, padding = \"valid\" }}, {{ kernel = 1 }}], [{{ op = \"crop\", like = \"first\" }}]], merge = \"add\" }},\n")
    });
    let file = format!(
        "dims = 1\n[[stage]]\nname = \"first\"\nlayers = [{{ kernel = 1 }}]\n[[stage]]\nlayers = [\n{}]\n",
        blocks.concat()
    );
    let mut network = parse(&file).unwrap().network;
    let mut dilations = dilations.into_iter();
    for layer in &mut network.layers {
        if layer.op.kind == OpKind::Crop {
            let low = cut(dilations.next().unwrap());
            let crop = Crop {
                low,
                drift: low,
                size: None,
            };
            layer.op.axes[0] = AxisOp::Crop(crop);
        }
    }
    network.infer().unwrap();
    network
}

#[test]
fn a_wavenet_without_padding_is_sound_where_its_last_taps_agree() {
    let policy = Policy::default();
    let finds = |network: &Network| {
        let checked = check(network, &policy);
        checked
            .findings
            .iter()
            .filter(|f| f.rule.id == RULE)
            .count()
    };
    assert_eq!(finds(&wavenet(|d| d)), 0);
    // Cropped by more, or at the other end, the two look at different places.
    assert_eq!(finds(&wavenet(|d| d + 1)), 5);
    // Half the dilation is the middle of what the block reads: centres agree from dilation 2 on.
    assert_eq!(finds(&wavenet(|d| d / 2)), 1);
    assert_eq!(finds(&wavenet(|_| 0)), 5);
}

/// PyTorch's pools take padding that is the same on both sides, and at most half the kernel: no other is offered.
#[test]
fn pools_are_offered_padding_that_they_may_have() {
    let mut offered = 0;
    for (kernel, stride, low, high) in
        itertools::iproduct!(1..=7_i64, 1..=3_i64, 0..=6_i64, 0..=6_i64)
    {
        let conv =
            format!("{{ kernel = {kernel}, stride = {stride}, padding = [[{low}, {high}]] }}");
        for pool in [2, 3] {
            let pool = format!("{{ op = \"max-pool\", kernel = {pool}, stride = {stride} }}");
            let Ok(config) = parse(&merged("dims = 1\n", &pool, &conv)) else {
                continue;
            };
            let checked = check(&config.network, &config.policy);
            for (_, help) in alignments(&checked, &config.policy, None) {
                let Some((numbers, _)) = help.split_once(" on the max-pool") else {
                    continue;
                };
                let number = |word: &str| {
                    let rest = numbers.split_once(word)?.1;
                    let rest = rest.split(|c: char| !c.is_ascii_digit()).next()?;
                    rest.parse::<i64>().ok()
                };
                assert!(!numbers.contains('['), "{help}");
                if let (Some(kernel), Some(padding)) = (number("kernel "), number("padding ")) {
                    assert!(2 * padding <= kernel, "{pool}, {conv}: {help}");
                }
                offered += 1;
            }
        }
    }
    assert!(offered > 10, "{offered}");
}
