//! Limits of numbers are those of the program.

use std::collections::BTreeSet;

use degrid::config::parse;

use super::faults;

/// Files with a number at `@`, and how the program names it.
const NUMBERS: &[(&str, &str)] = &[
    ("dims", "dims = @\n[[stage]]\ndilations = [1]"),
    ("input", "input = @\n[[stage]]\ndilations = [1]"),
    ("input", "input = [@, 9]\n[[stage]]\ndilations = [1]"),
    (
        "kernel",
        "[defaults]\nkernel = @\n[[stage]]\ndilations = [1]",
    ),
    (
        "stride",
        "[defaults]\nstride = @\npadding = 0\n[[stage]]\ndilations = [1]",
    ),
    (
        "padding",
        "[defaults]\npadding = @\n[[stage]]\ndilations = [1]",
    ),
    (
        "receptive_field",
        "[target]\nreceptive_field = @\n[[stage]]\ndilations = [1]",
    ),
    (
        "smallest_object",
        "[target]\nsmallest_object = [9, @]\n[[stage]]\ndilations = [1]",
    ),
    ("kernel", "[[stage]]\nkernel = @\ndilations = [1]"),
    (
        "stride",
        "[[stage]]\nstride = @\npadding = 0\ndilations = [1]",
    ),
    (
        "padding",
        "[[stage]]\npadding = [[0, @], 1]\ndilations = [1]",
    ),
    ("dilation", "[[stage]]\ndilations = [@]"),
    ("dilation", "[[stage]]\ndilations = [[@, \"?\"]]"),
    ("repeat", "[[stage]]\ndilations = [1]\nrepeat = @"),
    ("kernel", "[[stage]]\nlayers = [{ kernel = [@, 3] }]"),
    (
        "stride",
        "[[stage]]\nlayers = [{ stride = @, padding = 0 }]",
    ),
    ("dilation", "[[stage]]\nlayers = [{ dilation = @ }]"),
    ("padding", "[[stage]]\nlayers = [{ padding = @ }]"),
    (
        "output_padding",
        "[[stage]]\nlayers = [{ op = \"transposed\", output_padding = @ }]",
    ),
    (
        "factor",
        "[[stage]]\nlayers = [{ op = \"upsample\", factor = @ }]",
    ),
    (
        "factor",
        "[[stage]]\nlayers = [{ op = \"pixel-shuffle\", factor = @ }]",
    ),
    (
        "size",
        "input = 1\n[[stage]]\nlayers = [{ op = \"upsample\", size = @ }]",
    ),
    ("channels", "[[stage]]\nlayers = [{ channels = @ }]"),
    ("groups", "[[stage]]\nlayers = [{ groups = @ }]"),
];

#[test]
fn limits_of_numbers() {
    let powers = [12, 24, 31, 32, 36, 40];
    let around = |n: i64| [n - 1, n, n + 1];
    let values = powers.into_iter().flat_map(|p| around(1 << p));
    let values: Vec<i64> = (-1..=4).chain(around(100_000)).chain(values).collect();
    for (key, file) in NUMBERS {
        let mut verdicts = BTreeSet::new();
        for value in &values {
            let file = file.replace('@', &value.to_string());
            let problems = parse(&file).err().unwrap_or_default();
            let refused = problems.iter().any(|p| {
                let rest = p.message.strip_prefix(key).unwrap_or_default();
                rest.starts_with(" must be at least")
                    || rest.starts_with(&format!(" is {value}, past the limit"))
                    || p.message.starts_with("a network has 1, 2 or 3 axes")
                    || p.message.starts_with("1 layer repeated")
            });
            // A number may also be at odds with others, of which the schema knows nothing.
            assert_eq!(
                faults(&file) != Some(Vec::new()),
                refused,
                "{file}: {problems:?}"
            );
            verdicts.insert(refused);
        }
        assert_eq!(verdicts.len(), 2, "no value is past a limit of {key}");
    }
}
