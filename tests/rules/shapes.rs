//! Pools over some axes, bins, slices and padding by themselves: what the rules say of them, and what they do not.

use crate::common::config;

/// The findings of a file that are no notes, each as its rule and the axis that it names.
fn findings(file: &str) -> Vec<(&'static str, &'static str)> {
    let config = config(file);
    let checked = config.check();
    let loud = |f: &&degrid::rules::Finding| f.level > degrid::rules::Level::Note;
    let axis = |message: &str| match message {
        m if m.contains(" along y") => "y",
        m if m.contains(" along x") => "x",
        _ => "",
    };
    let found = checked.findings.iter().filter(loud);
    found.map(|f| (f.rule.id, axis(&f.draft.message))).collect()
}

/// A network of one stage.
fn layers(layers: &str) -> String {
    format!("[[stage]]\nlayers = [{layers}]\n")
}

const HOLES: &str = "{ dilation = 2 }, { dilation = 2 }";

#[test]
fn a_pool_over_an_axis_reads_all_of_it() {
    let pooled = |axes: &str, after: &str| {
        findings(&layers(&format!(
            "{HOLES}, {{ op = \"global-pool\", axes = {axes} }}{after}"
        )))
    };
    // What lies before it has holes on the other axis only.
    assert_eq!(pooled("\"y\"", ""), [("gridding", "x")]);
    assert_eq!(pooled("\"x\"", ""), [("gridding", "y")]);
    assert_eq!(pooled("[\"x\", \"y\"]", ""), []);
    // And what lies after it has positions on the other axis only.
    let along = |axis: &str, kernel: &str| {
        findings(&layers(&format!(
            "{{ op = \"global-pool\", axes = \"{axis}\" }}, {{ kernel = {kernel}, dilation = 2 }}, {{ kernel = {kernel}, dilation = 2 }}"
        )))
    };
    assert_eq!(along("y", "[3, 1]"), []);
    assert_eq!(along("y", "[1, 3]"), [("gridding", "x")]);
    assert_eq!(along("x", "[3, 1]"), [("gridding", "y")]);
}

#[test]
fn a_strip_beside_a_map_changes_no_verdict() {
    let strips = "[{ op = \"global-pool\", axes = \"y\" }, { kernel = [1, 3] }], [{ op = \"global-pool\", axes = \"x\" }, { kernel = [3, 1] }]";
    for (body, expected) in [("{}", vec![]), (HOLES, vec![("gridding", "")])] {
        let file = layers(&format!("{{ branches = [[{body}], {strips}] }}"));
        assert_eq!(findings(&file), expected, "{body}");
        let sized = format!("input = [33, 65]\n{file}");
        assert_eq!(findings(&sized), expected, "{body}");
    }
    // Strips alone: each along its own axis.
    assert_eq!(
        findings(&layers(&format!("{{ branches = [{strips}] }}"))),
        []
    );
}

#[test]
fn bins_of_any_size_come_back_to_their_map() {
    for (n, size) in [(60, "[6, 3]"), (32, "6"), (32, "[1, 6]"), (37, "[5, 2]")] {
        for like in ["like = \"map\"".to_owned(), format!("size = {n}")] {
            let file = format!(
                "input = {n}\n[[stage]]\nname = \"map\"\ndilations = [1]\n[[stage]]\nname = \"bins\"\nlayers = [{{ op = \"adaptive-avg-pool\", size = {size} }}, {{ op = \"upsample\", {like}, mode = \"linear\" }}]\n[[stage]]\nfrom = [\"map\", \"bins\"]\ndilations = [1]\n"
            );
            assert_eq!(findings(&file), [], "{file}");
        }
    }
}

#[test]
fn bins_end_the_run_that_they_read() {
    let bins = |n: i64, m: i64| {
        findings(&format!(
            "input = [{n}]\n[[stage]]\nlayers = [{{ dilation = 3 }}, {{ op = \"adaptive-max-pool\", size = {m} }}]\n"
        ))
    };
    // Bins of two positions leave holes between taps that lie three apart, those of three or more do not.
    assert_eq!(bins(33, 20), [("gridding", "")]);
    assert_eq!(bins(32, 16), [("gridding", "")]);
    assert_eq!(bins(33, 13), []);
    assert_eq!(bins(33, 11), []);
}

#[test]
fn phases_of_a_map_side_by_side() {
    let slice = |y: i64, x: i64| format!("[{{ op = \"slice\", offset = [{y}, {x}], stride = 2 }}]");
    let merged = |phases: &[(i64, i64)]| {
        let slices: Vec<String> = phases.iter().map(|&(y, x)| slice(y, x)).collect();
        findings(&layers(&format!(
            "{{ branches = [{}] }}, {{ dilation = 1 }}",
            slices.join(", ")
        )))
    };
    assert_eq!(merged(&[(0, 0), (0, 1), (1, 0), (1, 1)]), []);
    assert_eq!(merged(&[(0, 0), (1, 1)]), [("unread-input", "")]);
    // Beside another map they are off its centre, as any layer would be.
    let beside = layers(
        "{ branches = [[{ op = \"slice\", offset = 1, stride = 2 }], [{ kernel = 3, stride = 2, padding = 1 }]] }",
    );
    assert_eq!(findings(&beside), [("misaligned-branches", "")]);
}

#[test]
fn all_of_an_output_is_read() {
    let pyramid = |outputs: &str| {
        findings(&format!(
            "outputs = {outputs}\n[[stage]]\nname = \"p5\"\ndilations = [1]\n[[stage]]\nname = \"p6\"\nlayers = [{{ op = \"max-pool\", kernel = 1, stride = 2 }}]\n"
        ))
    };
    assert_eq!(pyramid("[\"p6\"]"), [("unread-input", "")]);
    assert_eq!(pyramid("[\"p5\", \"p6\"]"), []);
}

#[test]
fn padding_by_itself_is_that_of_the_next_layer() {
    for mode in ["zeros", "reflect", "replicate", "circular"] {
        for padding in ["[[2, 2], 2]", "[[1, 3], 2]", "[2, [3, 1]]"] {
            let block = |first: &str| {
                findings(&layers(&format!(
                    "{{ branches = [[{first}, {{ dilation = 1 }}], []], merge = \"add\" }}"
                )))
            };
            let apart = block(&format!(
                "{{ op = \"pad\", padding = {padding}, mode = \"{mode}\" }}, {{ dilation = 2, padding = 0 }}"
            ));
            let together = block(&format!("{{ dilation = 2, padding = {padding} }}"));
            assert_eq!(apart, together, "{mode} {padding}");
            assert_eq!(apart.is_empty(), padding == "[[2, 2], 2]");
        }
    }
}
