//! Files made to take long or to fill the memory are answered at once. There are no clocks here: a test that takes minutes has failed.

use crate::effort::few_or_all;
use degrid::config::parse;
use degrid::report::FileReport;

/// The report of a file, or its problems' messages.
fn check(text: &str) -> Result<FileReport, Vec<String>> {
    match parse(text) {
        Ok(config) => Ok(FileReport::checked(
            String::new(),
            Some(text.to_owned()),
            &config,
        )),
        Err(problems) => Err(problems.into_iter().map(|p| p.message).collect()),
    }
}

fn verdict(text: &str, rule: &str) -> String {
    let report = check(text).unwrap();
    let verdict = report.stages.last().unwrap().verdicts[rule];
    serde_json::to_value(verdict)
        .unwrap()
        .as_str()
        .unwrap()
        .to_owned()
}

fn stages(n: usize, body: impl Fn(usize) -> String) -> String {
    (0..n)
        .map(|i| format!("[[stage]]\n{}\n", body(i)))
        .collect()
}

fn repeated(n: usize, entry: &str) -> String {
    vec![entry; n].join(", ")
}

#[test]
fn numbers_past_limits() {
    for (text, message) in [
        (
            "[[stage]]\ndilations = [1000000000000000000]\n",
            "dilation is 1000000000000000000, past the limit of 16777216",
        ),
        (
            "[[stage]]\ndilations = [1, 2]\nrepeat = 1000000000000\n",
            "2 layers repeated 1000000000000 times: more than 100000 layers in the network",
        ),
        (
            "input = 4000000000\n[[stage]]\ndilations = [1]\n",
            "input is 4000000000, past the limit of 2147483647",
        ),
        (
            "[[stage]]\nkernel = 4096\ndilations = [16777216]\nrepeat = 90000\n",
            "the receptive field is past the limit of 1099511627776 input positions",
        ),
    ] {
        assert_eq!(check(text).unwrap_err(), [message]);
    }
}

#[test]
fn stages_that_merge_their_predecessor_twice() {
    let source = |i: usize| {
        if i == 0 {
            "input".to_owned()
        } else {
            format!("s{}", i - 1)
        }
    };
    let text = stages(60, |i| {
        format!(
            "name = \"s{i}\"\nfrom = [\"{0}\", \"{0}\"]\ndilations = [1, 2]",
            source(i)
        )
    });
    assert_eq!(verdict(&text, "gridding"), "pass");
    let text = stages(60, |i| {
        format!(
            "name = \"s{i}\"\nfrom = [\"{0}\", \"{0}\"]\ndilations = [2, 2]",
            source(i)
        )
    });
    assert_eq!(verdict(&text, "gridding"), "fail");
}

#[test]
fn ten_thousand_stages() {
    let count = few_or_all(2_000, 10_000) as usize;
    assert_eq!(
        verdict(
            &stages(count, |_| "dilations = [1, 2]".to_owned()),
            "gridding"
        ),
        "pass"
    );
    assert_eq!(
        verdict(
            &stages(count, |_| "residual = true\ndilations = [1]".to_owned()),
            "gridding"
        ),
        "pass"
    );
    let report = check(&stages(count * 3 / 10, |_| "dilations = [2, 2]".to_owned())).unwrap();
    let gridding = report
        .findings
        .iter()
        .filter(|f| f.rule == "gridding")
        .count();
    assert_eq!(gridding, 1, "one run, one fault");
    assert!(check(&stages(10_001, |_| "dilations = [1]".to_owned())).is_err());
}

#[test]
fn a_hundred_thousand_layers() {
    let layers = few_or_all(20_000, 100_000);
    let repeated = |stage: &str, times: u32| format!("[[stage]]\n{stage}\nrepeat = {times}\n");
    assert_eq!(
        verdict(
            &repeated("dilations = [1, 2, 5, 9]", layers / 4),
            "gridding"
        ),
        "pass"
    );
    assert_eq!(
        verdict(&repeated("dilations = [2, 4, 9]", layers / 3), "gridding"),
        "fail"
    );
    assert_eq!(
        verdict(
            &repeated("dilations = [1]\nresidual = true", layers / 20),
            "gridding"
        ),
        "pass"
    );
}

#[test]
fn nested_and_wide_branches() {
    let mut layers = "[{ dilation = 2 }]".to_owned();
    for _ in 0..20 {
        layers = format!("[{{ branches = [{layers}, []] }}]");
    }
    assert_eq!(
        verdict(&format!("[[stage]]\nlayers = {layers}\n"), "gridding"),
        "fail"
    );
    let wide = repeated(1_000, "[{ kernel = 3 }]");
    assert_eq!(
        verdict(
            &format!("[[stage]]\nlayers = [{{ branches = [{wide}] }}]\n"),
            "gridding"
        ),
        "pass"
    );
}

#[test]
fn branches_that_multiply_paths() {
    let block = "{ branches = [[{ dilation = 2 }], [{ dilation = 3 }], [{ dilation = 1 }]] }";
    let text = format!("dims = 1\n[[stage]]\nlayers = [{}]\n", repeated(100, block));
    assert_eq!(verdict(&text, "gridding"), "pass");
    let huge = "{ branches = [[{ dilation = 16777216 }], [{ dilation = 16777215 }]] }";
    let text = format!("dims = 2\n[[stage]]\nlayers = [{}]\n", repeated(20, huge));
    // Too large to draw: no verdict, not a wrong one.
    assert_eq!(verdict(&text, "gridding"), "not-applicable");
}

#[test]
fn many_output_phases() {
    let times = few_or_all(400, 2_000);
    let up = format!(
        "[[stage]]\nlayers = [{{ op = \"upsample\", factor = 4096 }}]\n[[stage]]\ndilations = [1, 2, 5]\nrepeat = {times}\n"
    );
    assert_eq!(verdict(&up, "gridding"), "pass");
    let transposed = "[[stage]]\nlayers = [{ op = \"transposed\", kernel = 4096, stride = 4096, dilation = 3 }]\n[[stage]]\ndilations = [1, 2, 5]\nrepeat = 100\n";
    assert_eq!(verdict(transposed, "gridding"), "pass");
}

#[test]
fn a_search_over_branches_ends() {
    // No dilation of the first branch fills the holes of the second, and each wider one takes longer to draw.
    for padding in ["", ", padding = \"same\""] {
        let text = format!(
            "dims = 2\n[[stage]]\nlayers = [{{ branches = [[{{ kernel = 5, dilation = 1 }}], [{{ op = \"avg-pool\", kernel = 3, stride = 1, dilation = 3{padding} }}]] }}]\n"
        );
        assert_eq!(verdict(&text, "gridding"), "fail");
    }
}

#[test]
fn long_cycles() {
    let count = few_or_all(8_000, 40_000);
    let cycle: Vec<String> = (0..count).map(|at| (1 + at % 3).to_string()).collect();
    let cycle = cycle.join(", ");
    let text = format!(
        "dims = 1\n[[stage]]\ndilations = [{{ cycle = [{cycle}] }}]\nrepeat = {}\n",
        2 * count
    );
    assert_eq!(verdict(&text, "gridding"), "pass");
    // Nothing is plain any more, and each value is a number that may change.
    let cycle = cycle.replace('1', "2");
    let text =
        format!("dims = 1\n[[stage]]\ndilations = [{{ cycle = [{cycle}] }}]\nrepeat = {count}\n");
    assert_eq!(verdict(&text.replace('3', "2"), "gridding"), "fail");
    // On two axes they come round together after more repetitions than there are.
    let text = "[[stage]]\ndilations = [[{ cycle = [1, 2, 3] }, { cycle = [1, 2, 1, 2, 1] }]]\nrepeat = 9\n";
    assert_eq!(verdict(text, "gridding"), "pass");
}

#[test]
fn repairs_of_repeated_stages_hold() {
    for dilations in ["2, 2", "2, 4, 9", "5, 9, 17"] {
        for repeat in [1, 2, 3] {
            let text =
                format!("dims = 1\n[[stage]]\ndilations = [{dilations}]\nrepeat = {repeat}\n");
            let report = check(&text).unwrap();
            let finding = report
                .findings
                .iter()
                .find(|f| f.rule == "gridding")
                .unwrap();
            let help = finding.help.as_ref().unwrap();
            let offered = help
                .split_once("change dilations to ")
                .unwrap()
                .1
                .split_once(": smallest change without gridding")
                .unwrap()
                .0;
            assert_eq!(
                verdict(&text.replace(dilations, offered), "gridding"),
                "pass",
                "{text}{help}"
            );
        }
    }
}
