//! What a run must not pass over in silence, and colours that are asked for.

use std::process::Command;

use crate::command::{DENY, Folder, degrid};
use crate::project::{findings, lines};

#[test]
fn nothing_passes_unseen() {
    let folder = Folder::new("project-unseen");
    folder.file("Cargo.toml", "[package]\nname = \"x\"\n");
    let ran = folder.check(&[]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert_eq!(
        ran.err,
        "error: no network file (*.toml with a `[[stage]]`) below .; -v lists what was skipped\n"
    );
    assert_eq!(folder.check(&["--allow-empty"]).code, 0);
    assert_eq!(degrid(folder.path(), "fix", &["."], "").code, 2);
    assert_eq!(
        folder.check(&["-v"]).err.lines().next(),
        Some("Cargo.toml: skipped (no `[[stage]]`)")
    );

    folder.file("a/near.toml", "[[stages]]\ndilations = [2, 2]\n");
    let ran = folder.check(&["a", "--format", "concise"]);
    assert_eq!(ran.code, 2);
    assert_eq!(
        ran.out,
        "a/near.toml:1:3: warning[doubtful-file]: this file was not checked: it has `stages` where a network has `stage`\n0 files and 0 stages checked: 1 warning\n"
    );
    assert!(ran.err.contains("no network file"), "{}", ran.err);
    let ran = folder.check(&["a", "--allow-empty"]);
    assert!(
        ran.code == 0
            && ran
                .out
                .contains("write `[[stage]]`; or leave the file out with `exclude` in degrid.toml"),
        "{}",
        ran.out
    );
    assert_eq!(
        folder
            .check(&["a", "--allow-empty", "--deny-warnings"])
            .code,
        1
    );
    // Named, it is a network with a fault; by a hook it is not.
    assert!(
        folder
            .check(&["a/near.toml"])
            .out
            .contains("unknown key `stages`")
    );
    assert!(
        folder
            .check(&["a/near.toml", "--only-networks"])
            .out
            .contains("doubtful-file")
    );
    let ran = degrid(folder.path(), "fix", &["a"], "");
    assert!(
        ran.code == 2 && ran.err.contains("doubtful-file"),
        "{}",
        ran.err
    );

    folder.file("a/INLINE.TOML", "stage = [{ dilations = [1, 2, 9] }]\n");
    let ran = lines(&folder, "", &[]);
    assert_eq!(
        (ran.code, findings(&ran)),
        (1, vec!["a/INLINE.TOML gridding deny".to_owned()])
    );
    assert!(
        ran.out
            .contains("{\"type\":\"warning\",\"path\":\"a/near.toml\""),
        "{}",
        ran.out
    );
    assert!(
        ran.out
            .contains("\"files\":1,\"stages\":1,\"errors\":0,\"deny\":1,\"warn\":1"),
        "{}",
        ran.out
    );
}

#[test]
fn channels_are_no_axis() {
    let folder = Folder::new("project-channels");
    folder.file(
        "net.toml",
        "input = [3, 65, 65]\n[[stage]]\nkernel = 1\ndilations = [1]\n",
    );
    let ran = folder.check(&["net.toml", "--format", "concise"]);
    assert_eq!(ran.code, 0);
    assert!(ran.out.contains("\nnet.toml:1:9: warning[doubtful-file]: `input = [3, 65, 65]` is read as a volume: channels are no axis\n"), "{}", ran.out);
    assert_eq!(folder.check(&["net.toml", "--deny-warnings"]).code, 1);
    let ran = degrid(folder.path(), "show", &["net.toml"], "");
    assert!(
        ran.code == 0
            && ran
                .err
                .contains("for an image write `input = [65, 65]`; for a volume add `dims = 3`"),
        "{}",
        ran.err
    );
}

#[test]
fn a_schedule_is_no_path() {
    let folder = Folder::new("project-schedule");
    for (command, args) in [
        ("check", &["1,2,5"][..]),
        ("check", &["1", "2", "5"]),
        ("check", &["1, 2,5"]),
        ("show", &["1,2,5"]),
    ] {
        let ran = degrid(folder.path(), command, args, "");
        assert!(
            ran.code == 2 && ran.err.contains("for a schedule write `-d 1,2,5`"),
            "{args:?}: {}",
            ran.err
        );
    }
    folder.file("5", DENY);
    assert_eq!(folder.check(&["5"]).code, 1);
    assert!(
        folder
            .check(&["5.toml"])
            .out
            .contains("cannot read the file")
    );
}

#[test]
fn colour_is_asked_for() {
    let folder = Folder::new("project-colour");
    folder.file("net.toml", DENY);
    let has_colour = |variables: &[(&str, &str)], option: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_degrid"))
            .args(["check", "net.toml", option])
            .current_dir(folder.path())
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR")
            .env_remove("CLICOLOR_FORCE")
            .env_remove("FORCE_COLOR")
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        output.stdout.contains(&0x1b)
    };
    let auto = "--color=auto";
    assert!(!has_colour(&[], auto));
    assert!(has_colour(&[("FORCE_COLOR", "1")], auto));
    assert!(has_colour(&[("CLICOLOR_FORCE", "1")], auto));
    for off in ["", "0", "false"] {
        assert!(!has_colour(&[("FORCE_COLOR", off)], auto), "{off}");
    }
    assert!(!has_colour(
        &[("FORCE_COLOR", "0"), ("CLICOLOR_FORCE", "1")],
        auto
    ));
    assert!(!has_colour(
        &[("FORCE_COLOR", "1"), ("NO_COLOR", "1")],
        auto
    ));
    assert!(!has_colour(&[("FORCE_COLOR", "1")], "--color=never"));
    assert!(has_colour(&[("FORCE_COLOR", "0")], "--color=always"));
}
