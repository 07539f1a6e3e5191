//! One of a thing is written in the singular.

use degrid::config;
use degrid::report::FileReport;

/// What the findings of a rule say: message, label and notes.
fn text_of(file: &str, rule: &str) -> String {
    let config = config::parse(file).unwrap();
    let checked = config.check();
    let mut own = checked.findings.iter().filter(|f| f.rule.id == rule);
    let draft = &own
        .next()
        .unwrap_or_else(|| panic!("no {rule} in\n{file}"))
        .draft;
    [&draft.message, &draft.label]
        .into_iter()
        .chain(&draft.notes)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join("; ")
}

#[test]
fn one_is_one() {
    let layers = |list: &str| format!("dims = 1\n[[stage]]\nlayers = [{list}]\n");
    for (file, rule, words) in [
        (
            layers("{ branches = [[{ padding = [[0, 2]] }], []] }"),
            "misaligned-branches",
            "are merged 1 position apart",
        ),
        (
            layers("{ dilation = 1 }")
                .replace("[[stage]]", "[target]\nreceptive_field = 4\n[[stage]]"),
            "receptive-field-short",
            "1 position short",
        ),
        (
            layers("{ stride = 2, padding = 1 }")
                .replace("[[stage]]", "[target]\nsmallest_object = 1\n[[stage]]"),
            "lost-detail",
            "objects of 1 position can merge",
        ),
        (
            layers("{ kernel = 2 }, { kernel = 2, dilation = 3 }"),
            "gridding",
            "misses 1 of them (offset 2)",
        ),
        (
            layers(
                "{ branches = [[{ kernel = 2, dilation = 3, padding = [[0, 3]] }], [{ kernel = 2, padding = [[0, 1]] }]] }",
            ),
            "gridding",
            "skip 1 of 4 positions of the input that dense kernels of the same extent would read",
        ),
        (
            [vec![1], vec![2], vec![4], vec![8], vec![16], vec![32, 64]]
                .iter()
                .fold("dims = 1\n".to_owned(), |text, stage| {
                    format!("{text}[[stage]]\nkernel = 2\ndilations = {stage:?}\n")
                }),
            "borrowed-coverage",
            "\"stage 4\" and 1 more stage read",
        ),
    ] {
        let text = text_of(&file, rule);
        assert!(text.contains(words), "{text}");
    }
}

#[test]
fn one_more_map_is_one() {
    let part = "[[stage]]\ndilations = [2]\n[[stage]]\nlayers = [{ kernel = 1, stride = 2, padding = 0 }]\n";
    let file = format!("dims = 1\n{}", part.repeat(5));
    let report = FileReport::checked("net.toml".to_owned(), None, &config::parse(&file).unwrap());
    let text = report.answer.unwrap().text;
    assert!(text.contains(" and 1 more map;"), "{text}");
}
