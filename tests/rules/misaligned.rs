//! The help of `misaligned-branches`.

use degrid::config::parse;

/// Whether the help of the one finding names aligned corners.
fn names_corners(file: &str) -> bool {
    let config = parse(file).expect("a network");
    let checked = config.check();
    let mut found = checked.findings.iter();
    let found = found
        .find(|f| f.rule.id == "misaligned-branches")
        .expect("a finding");
    let help = &found.draft.help.as_ref().expect("a help");
    assert!(!help.contains('\n'));
    help.contains("`align_corners = true`")
}

#[test]
fn corners_are_named_where_one_map_comes_through_a_linear_upsampling() {
    let merged = |head: &str, one: &str, other: &str| {
        format!(
            "[[stage]]\nlayers = [{head}{{ branches = [[{one}], [{other}]], merge = \"add\" }}]\n"
        )
    };
    let down = "{ kernel = 3, stride = 2, padding = 1 }";
    let even = "{ op = \"max-pool\", kernel = 2 }";
    let up = "{ op = \"upsample\", factor = 2, mode = \"linear\" }";
    assert!(names_corners(&merged("", "", &format!("{down}, {up}"))));
    assert!(names_corners(&merged(
        "",
        &format!("{down}, {up}, {{}}"),
        ""
    )));
    assert!(!names_corners(&merged("", even, down)));
    // An upsampling before the maps part is none of them.
    assert!(!names_corners(&merged(&format!("{up}, "), even, down)));
}
