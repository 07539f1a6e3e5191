//! Commands that run in the memory of a program: what they answer is what the command of the system writes.

use degrid::cli::call;

use crate::command::{CLEAN, DENY, Folder, INVALID, Ran, WARN, degrid};

fn called(args: &[&str], input: &str) -> Ran {
    let args = std::iter::once("degrid").chain(args.iter().copied());
    let answer = call(args, input.as_bytes().to_vec(), || false);
    Ran {
        code: answer.code.into(),
        out: String::from_utf8(answer.out).unwrap(),
        err: answer.err,
    }
}

#[test]
fn answers_are_those_of_a_process() {
    let folder = Folder::new("called");
    for (args, input) in [
        (&["check", "--format", "concise", "-"][..], DENY),
        (&["check", "--format", "json", "-"], WARN),
        (&["check", "--format", "sarif", "-"], CLEAN),
        (&["check", "-"], INVALID),
        (&["show", "--format", "json", "-"], CLEAN),
        (&["show", "-"], INVALID),
        (&["show", "-"], ""),
        (&["fix", "--format", "json", "-"], DENY),
        (&["plan", "--layers", "3", "--format", "csv"], ""),
        (&["plan", "--layers", "3", "--all", "--format", "csv"], ""),
        (&["plan", "--layers", "3", "--receptive-field", "99.."], ""),
        (&["explain", "gridding"], ""),
        (&["explain", "nothing"], ""),
        (&["schema"], ""),
        (&["plan", "--layers", "0"], ""),
        (&["--version"], ""),
        (&["check", "no-such-file.toml"], ""),
    ] {
        let ran = degrid(folder.path(), args[0], &args[1..], input);
        let here = called(args, input);
        assert_eq!(here.code, ran.code, "{args:?}: {}", here.err);
        assert_eq!(here.out, ran.out, "{args:?}");
        assert_eq!(here.err.trim_end(), ran.err.trim_end(), "{args:?}");
    }
}

#[test]
fn one_call_leaves_nothing_to_the_next() {
    let first = called(&["check", "--format", "concise", "-"], DENY);
    assert!(first.out.contains("gridding"), "{}", first.out);
    let colours = called(&["check", "--color", "always", "-"], DENY);
    assert!(
        colours.out.contains("gridding") && !colours.out.contains('\x1b'),
        "{}",
        colours.out
    );
    // Nothing is left to read.
    let second = called(&["check", "--format", "concise", "-"], "");
    assert_eq!(second.code, 2, "{}", second.out);
    let third = called(&["check", "--format", "concise", "-"], DENY);
    assert_eq!(
        (third.code, third.out, third.err),
        (first.code, first.out, first.err)
    );
}

/// A caller ends a search when it likes, and has the best so far.
#[test]
fn a_caller_ends_a_search() {
    let plan = |stop: bool, top: &str| {
        let args = [
            "degrid",
            "plan",
            "--layers",
            "60",
            "--rank",
            "lobe",
            "--budget",
            "100000000",
            "--top",
            top,
            "--format",
            "json",
        ];
        let answer = call(args, Vec::new(), move || stop);
        let out: serde_json::Value = serde_json::from_slice(&answer.out).unwrap_or_default();
        (answer.code, out["complete"].clone())
    };
    let (code, complete) = plan(true, "1");
    assert!(code <= 1);
    assert_eq!(complete, serde_json::json!(false));
}
