//! What `unwritten-output` counts and advises, against copies of the kernel laid down one by one.

use std::collections::BTreeSet;

use degrid::config::parse;

/// Output positions of a period that no copy of the kernel lands on.
fn missing(kernel: i64, stride: i64, dilation: i64) -> i64 {
    let copies = (0..=110).map(|i| i * stride);
    let written: BTreeSet<i64> = copies
        .flat_map(|start| (0..kernel).map(move |tap| start + tap * dilation))
        .collect();
    // Past the end of the first copy, before the start of the last.
    let period = 100..100 + stride;
    period.filter(|o| !written.contains(o)).count() as i64
}

/// Numbers that stand behind a word.
fn behind(text: &str, word: &str) -> Option<i64> {
    let rest = text.split_once(word)?.1;
    let end = rest.find(|c: char| !c.is_ascii_digit());
    rest[..end.unwrap_or(rest.len())].parse().ok()
}

#[test]
fn advice_writes_every_output() {
    let (mut further_than_one, mut of_kernels, mut of_both) = (0, 0, 0);
    for (kernel, stride, dilation) in itertools::iproduct!(1..=6, 1..=8, 1..=12) {
        let text = format!(
            "dims = 1\n[[stage]]\nlayers = [{{ op = \"transposed\", kernel = {kernel}, stride = {stride}, dilation = {dilation} }}]\n"
        );
        let config = parse(&text).unwrap();
        let checked = config.check();
        let mut findings = checked.findings.iter();
        let found = findings.find(|f| f.rule.id == "unwritten-output");
        let missed = missing(kernel, stride, dilation);
        assert_eq!(found.is_some(), missed > 0, "{text}");
        let Some(found) = found else {
            continue;
        };
        let message = &found.draft.message;
        let counted = format!(": {missed} of every {stride} outputs ");
        assert!(message.contains(&counted), "{text}{message}");
        let help = found.draft.help.as_deref().unwrap();
        if let Some(offered) = behind(help, "dilation ") {
            let wide = behind(help, "with it, kernel ");
            assert_eq!(wide.is_some(), kernel < stride, "{text}{help}");
            let kernel = wide.unwrap_or(kernel);
            let nearest = (1..dilation).rfind(|&d| missing(kernel, stride, d) == 0);
            assert_eq!(Some(offered), nearest, "{text}{help}");
            further_than_one += usize::from(offered > 1);
            of_both += usize::from(wide.is_some());
        } else {
            let (one, other) = (behind(help, "kernel "), behind(help, " or "));
            for kernel in [one.unwrap(), other.unwrap()] {
                assert_eq!(missing(kernel, stride, dilation), 0, "{text}{help}");
            }
            of_kernels += 1;
        }
    }
    assert!(
        further_than_one > 20 && of_kernels > 20 && of_both > 20,
        "{further_than_one}, {of_kernels}, {of_both}"
    );
}
