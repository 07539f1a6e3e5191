//! The action's scripts, run by bash.

use std::collections::BTreeMap;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Output};

use super::{folder, root, script, steps, yaml};

/// Runs the script of a step of the action in a folder, with what its environment should be.
fn run(step: &str, folder: &Path, environment: &[(&str, &str)]) -> (Output, String) {
    let step = script(step);
    run_text(step["run"].as_str().unwrap(), folder, environment)
}

fn run_text(text: &str, folder: &Path, environment: &[(&str, &str)]) -> (Output, String) {
    let told = folder.join("output");
    let output = Command::new("bash")
        .args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", text])
        .envs(environment.iter().copied())
        .env("GITHUB_OUTPUT", &told)
        .current_dir(folder)
        .output()
        .unwrap();
    let told = std::fs::read_to_string(told).unwrap_or_default();
    (output, told)
}

/// A check with some inputs given and the others as the action has them, by a program that stands for degrid.
fn check(name: &str, program: &str, inputs: &[(&str, &str)]) -> (Output, String) {
    let folder = folder(name);
    let bin = folder.join("root of it/bin");
    std::fs::create_dir_all(&bin).unwrap();
    let degrid = bin.join("degrid");
    if program.is_empty() {
        symlink(env!("CARGO_BIN_EXE_degrid"), degrid).unwrap();
    } else {
        std::fs::write(&degrid, program).unwrap();
        std::fs::set_permissions(&degrid, PermissionsExt::from_mode(0o755)).unwrap();
    }
    std::fs::write(
        folder.join("good net.toml"),
        "[[stage]]\ndilations = [1, 2, 5]\n",
    )
    .unwrap();
    std::fs::write(folder.join("bad.toml"), "[[stage]]\ndilations = [2, 2]\n").unwrap();
    let root = folder.join("root of it");
    let mut environment = BTreeMap::from([
        ("ROOT", root.to_str().unwrap()),
        ("PATHS", "."),
        ("FORMAT", "github"),
        ("OUTPUT_FILE", ""),
        ("DENY_WARNINGS", "false"),
        ("PUBLISHED", "false"),
        ("BASELINE", ""),
    ]);
    environment.extend(inputs.iter().copied());
    let environment: Vec<(&str, &str)> = environment.into_iter().collect();
    run("Check", &folder, &environment)
}

/// Prints its arguments, one a line.
const ECHO: &str = "#!/bin/sh\nprintf '%s\\n' \"$@\"\n";

fn arguments(name: &str, inputs: &[(&str, &str)]) -> (Vec<String>, String) {
    let (output, told) = check(name, ECHO, inputs);
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    (text.lines().map(str::to_owned).collect(), told)
}

#[test]
fn arguments_of_a_check() {
    let (plain, told) = arguments("plain", &[]);
    assert_eq!(plain, ["check", "--format", "github", "--", "."]);
    assert_eq!(told, "");
    let (all, told) = arguments(
        "all",
        &[
            ("PATHS", "two words.toml\n\n$(touch x); nets/*\n-q\n"),
            ("FORMAT", "sarif"),
            ("OUTPUT_FILE", "a report.sarif"),
            ("DENY_WARNINGS", "true"),
            ("PUBLISHED", "true"),
            ("BASELINE", "what is known.json"),
        ],
    );
    let expected = [
        "check",
        "--format",
        "sarif",
        "--output-file",
        "a report.sarif",
        "--baseline",
        "what is known.json",
        "--deny-warnings",
        "--published",
        "--",
        "two words.toml",
        "$(touch x); nets/*",
        "-q",
    ];
    assert_eq!(all, expected);
    assert_eq!(told, "report=a report.sarif\n");
}

#[test]
fn a_flag_is_true_or_false() {
    let (output, _) = check("flag", ECHO, &[("DENY_WARNINGS", "yes")]);
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("deny-warnings is true or false"), "{told}");
}

#[test]
fn exit_codes_are_those_of_degrid() {
    for (name, paths, code) in [
        ("good", "good net.toml", 0),
        ("bad", ".", 1),
        ("all", "", 1),
        ("none", "no.toml", 2),
    ] {
        let (output, _) = check(name, "", &[("FORMAT", "concise"), ("PATHS", paths)]);
        assert_eq!(output.status.code(), Some(code), "{paths}: {output:?}");
    }
}

#[test]
fn the_key_follows_the_sources() {
    let folder = folder("key");
    let root = env!("CARGO_MANIFEST_DIR");
    let key = |sources: &str| {
        let _ = std::fs::remove_file(folder.join("output"));
        let (output, told) = run("Name the sources", &folder, &[("SOURCES", sources)]);
        assert!(output.status.success(), "{output:?}");
        told
    };
    let first = key(root);
    assert!(
        first.starts_with("key=") && first.trim().len() > 8,
        "{first}"
    );
    assert!(!first.trim().contains(char::is_whitespace), "{first}");
    assert_eq!(first, key(root));
    let other = folder.join("other");
    for part in ["src", "docs/rules"] {
        std::fs::create_dir_all(other.join(part)).unwrap();
    }
    for file in ["Cargo.toml", "Cargo.lock"] {
        std::fs::write(other.join(file), file).unwrap();
    }
    assert_ne!(first, key(other.to_str().unwrap()));
}

/// Runs a step of the release.
fn release(step: &str, folder: &Path, environment: &[(&str, &str)]) -> Output {
    let step = steps(&yaml(".github/workflows/release.yml"))
        .into_iter()
        .find(|s| s["name"] == step)
        .unwrap_or_else(|| panic!("the release has no step {step}"));
    run_text(step["run"].as_str().unwrap(), folder, environment).0
}

#[test]
fn a_tag_is_the_version() {
    let folder = folder("tag");
    std::fs::copy(root().join("Cargo.toml"), folder.join("Cargo.toml")).unwrap();
    let step = "The tag is the version of the package";
    let passes = |tag: &str| release(step, &folder, &[("TAG", tag)]).status.success();
    assert!(passes(concat!("v", env!("CARGO_PKG_VERSION"))));
    assert!(!passes("v999.0.0"));
    assert!(!passes("v"));
}

#[test]
fn what_a_release_packs() {
    let folder = folder("pack");
    for part in ["target/release", "target/some-linux/release"] {
        std::fs::create_dir_all(folder.join(part)).unwrap();
        symlink(
            env!("CARGO_BIN_EXE_degrid"),
            folder.join(part).join("degrid"),
        )
        .unwrap();
    }
    for file in ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"] {
        std::fs::copy(root().join(file), folder.join(file)).unwrap();
    }
    let output = release("Write them", &folder, &[]);
    assert!(output.status.success(), "{output:?}");
    let output = release("Pack", &folder, &[("TAG", "v1"), ("TARGET", "some-linux")]);
    assert!(output.status.success(), "{output:?}");
    let list = Command::new("tar")
        .args(["-tzf", "packed/degrid-v1-some-linux.tar.gz"])
        .current_dir(&folder)
        .output()
        .unwrap();
    let list = String::from_utf8(list.stdout).unwrap();
    for file in [
        "degrid",
        "README.md",
        "LICENSE-MIT",
        "man/degrid-check.1",
        "completions/degrid.zsh",
        "degrid.schema.json",
    ] {
        let file = format!("degrid-v1-some-linux/{file}");
        assert!(
            list.lines().any(|line| line == file),
            "no {file} in\n{list}"
        );
    }
}
