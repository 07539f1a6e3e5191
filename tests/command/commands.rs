//! Commands that write files for others: a network to start from, the schema, completions and manual pages.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What `degrid COMMAND` may be.
const COMMANDS: [&str; 12] = [
    "check",
    "show",
    "plan",
    "fix",
    "import",
    "matrix",
    "rules",
    "explain",
    "init",
    "schema",
    "completions",
    "man",
];

/// An empty folder for a test.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("commands-{name}"));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn degrid(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_degrid"))
        .args(arguments)
        .current_dir(folder)
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap()
}

fn told(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (
        output.status.code(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

fn printed(arguments: &[&str]) -> String {
    let (code, text, errors) = told(&degrid(Path::new("."), arguments));
    assert_eq!((code, errors.as_str()), (Some(0), ""), "{arguments:?}");
    text
}

#[test]
fn the_commands_are_these() {
    let help = printed(&["--help"]);
    let list = help
        .split("Commands:\n")
        .nth(1)
        .unwrap()
        .split("\n\n")
        .next()
        .unwrap();
    let named: Vec<&str> = list
        .lines()
        .filter(|line| !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    assert_eq!(named, COMMANDS);
}

#[test]
fn a_network_to_start_from_has_no_findings() {
    let folder = folder("init");
    let (code, text, _) = told(&degrid(&folder, &["init"]));
    assert_eq!(code, Some(0));
    assert!(text.contains("docs/file.md"), "{text}");
    for command in ["degrid check network.toml", "degrid show network.toml"] {
        assert!(text.contains(command), "{text}");
        let words: Vec<&str> = command.split(' ').skip(1).collect();
        assert!(degrid(&folder, &words).status.success(), "{command}");
    }
    let (code, text, _) = told(&degrid(
        &folder,
        &["check", "--deny-warnings", "--published"],
    ));
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("no findings"), "{text}");

    let file = std::fs::read_to_string(folder.join("network.toml")).unwrap();
    assert_eq!(file, printed(&["init", "-"]));
    let schema = file
        .lines()
        .next()
        .unwrap()
        .strip_prefix("#:schema ./")
        .unwrap();
    let schema = std::fs::read_to_string(folder.join(schema)).unwrap();
    assert_eq!(schema, printed(&["schema"]));
}

#[test]
fn init_overwrites_nothing() {
    let folder = folder("again");
    std::fs::write(folder.join("network.toml"), "mine").unwrap();
    std::fs::write(folder.join("degrid.schema.json"), "mine too").unwrap();
    for (file, message) in [
        (
            "network.toml",
            "network.toml exists already and is left as it is",
        ),
        (".", "is a folder; name a file"),
        ("missing/a.toml", "its folder does not exist"),
    ] {
        let (code, text, errors) = told(&degrid(&folder, &["init", file]));
        assert_eq!((code, text.as_str()), (Some(2), ""), "{file}");
        assert!(errors.contains(message), "{errors}");
    }
    assert!(degrid(&folder, &["init", "other.toml"]).status.success());
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    assert_eq!(text("network.toml"), "mine");
    assert_eq!(text("degrid.schema.json"), "mine too");
    assert!(text("other.toml").starts_with("#:schema ./degrid.schema.json\n"));
}

#[test]
fn the_schema_into_a_file() {
    let folder = folder("schema");
    let (code, text, _) = told(&degrid(&folder, &["schema", "--out", "s.json"]));
    assert_eq!((code, text.as_str()), (Some(0), ""));
    assert_eq!(
        std::fs::read_to_string(folder.join("s.json")).unwrap(),
        printed(&["schema"])
    );
    let (code, _, errors) = told(&degrid(&folder, &["schema", "--out", "missing/s.json"]));
    assert_eq!(code, Some(2));
    assert!(errors.contains("cannot write missing"), "{errors}");
}

/// Whether a program can be started; said where it cannot, so that what was not tried is known.
fn is_there(program: &str, test: &str) -> bool {
    let found = Command::new(program).arg("--version").output().is_ok();
    if !found {
        eprintln!("{test}: {program} is not installed, and not tried");
    }
    found
}

#[test]
fn completions_know_all_commands() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = printed(&["completions", shell]);
        for command in COMMANDS {
            assert!(script.contains(command), "{shell}: no {command}");
        }
        // Fish names long options without their dashes.
        for option in ["deny-warnings", "only-networks", "max-dilation"] {
            assert!(script.contains(option), "{shell}: no {option}");
        }
    }
}

// What Windows calls bash is often another system's.
#[cfg(unix)]
#[test]
fn shells_read_their_completions() {
    let folder = folder("completions");
    for shell in ["bash", "zsh", "fish"] {
        if !is_there(shell, "completions") {
            assert!(shell != "bash", "bash has to be tried");
            continue;
        }
        let script = folder.join(shell);
        std::fs::write(&script, printed(&["completions", shell])).unwrap();
        let output = Command::new(shell).arg("-n").arg(script).output().unwrap();
        assert!(
            output.status.success() && output.stderr.is_empty(),
            "{shell}: {output:?}"
        );
    }
}

#[cfg(unix)]
#[test]
fn bash_completes_a_command() {
    let folder = folder("bash");
    std::fs::write(folder.join("script"), printed(&["completions", "bash"])).unwrap();
    let line = "source ./script; COMP_WORDS=(degrid comp); COMP_CWORD=1; _degrid degrid comp degrid; echo \"${COMPREPLY[@]}\"";
    let output = Command::new("bash")
        .args(["--noprofile", "--norc", "-c", line])
        .current_dir(&folder)
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8_lossy(&output.stdout).trim(),
        "completions",
        "{output:?}"
    );
}

#[test]
fn a_page_for_each_command() {
    let folder = folder("man");
    let (code, text, _) = told(&degrid(&folder, &["man", "--out", "."]));
    assert_eq!((code, text.as_str()), (Some(0), ""));
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let commands = COMMANDS.iter().map(|command| format!("degrid-{command}.1"));
    let mut expected: Vec<String> = commands.chain(["degrid.1".to_owned()]).collect();
    expected.sort();
    assert_eq!(names, expected);
    let page = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    assert_eq!(page("degrid.1"), printed(&["man"]));
    for name in &names {
        let text = page(name);
        assert!(text.is_ascii() && text.contains(".SH SYNOPSIS\n"), "{name}");
    }
    let matrix = page("degrid-matrix.1");
    assert!(
        matrix.contains(".SH EXAMPLES\n.nf\n  degrid matrix"),
        "{matrix}"
    );
    if is_there("groff", "manual pages") {
        for name in &names {
            let output = Command::new("groff")
                .args(["-man", "-ww", "-z", "-Tutf8"])
                .arg(folder.join(name))
                .output()
                .unwrap();
            assert!(
                output.status.success() && output.stderr.is_empty(),
                "{name}: {output:?}"
            );
        }
    }
}

#[test]
fn pages_need_a_folder() {
    let (code, _, errors) = told(&degrid(&folder("nowhere"), &["man", "--out", "missing"]));
    assert_eq!(code, Some(2));
    assert!(errors.contains("cannot write missing"), "{errors}");
}
