//! The action, the workflows and the hook: they are YAML, keep to the rules for them, and the action's scripts do what its inputs say.

#[cfg(unix)]
mod scripts;

use std::path::PathBuf;

use serde_json::Value;

use crate::page::{files, root, stem, text};

fn yaml(path: &str) -> Value {
    let text = text(&root().join(path));
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn paths() -> Vec<String> {
    let workflows = files(".github/workflows", "yml");
    assert!(workflows.len() >= 2);
    let names = workflows.iter().map(|path| {
        let path = path.strip_prefix(root()).unwrap();
        path.display().to_string().replace('\\', "/")
    });
    names.chain(["action.yml".to_owned()]).collect()
}

/// The steps of a workflow's jobs, or of an action.
fn steps(file: &Value) -> Vec<Value> {
    let jobs = file["jobs"]
        .as_object()
        .into_iter()
        .flat_map(|jobs| jobs.values());
    let lists = jobs
        .map(|job| &job["steps"])
        .chain([&file["runs"]["steps"]]);
    lists
        .filter_map(Value::as_array)
        .flatten()
        .cloned()
        .collect()
}

/// What a step of the action runs.
fn script(name: &str) -> Value {
    let steps = steps(&yaml("action.yml"));
    let step = steps.into_iter().find(|step| step["name"] == name);
    step.unwrap_or_else(|| panic!("the action has no step {name}"))
}

#[test]
fn nothing_of_others_gets_into_a_script() {
    for path in paths() {
        for step in steps(&yaml(&path)) {
            let run = step["run"].as_str().unwrap_or_default();
            assert!(!run.contains("${{"), "{path}: an expression in\n{run}");
        }
    }
}

#[test]
fn actions_are_pinned() {
    for path in paths() {
        for line in text(&root().join(&path)).lines() {
            let Some((_, used)) = line.split_once("uses: ") else {
                continue;
            };
            let (action, comment) = used.split_once(" # ").unwrap();
            let pinned = action.split_once('@').is_some_and(|(_, commit)| {
                commit.len() == 40 && commit.chars().all(|c| c.is_ascii_hexdigit())
            });
            assert!(
                action == "./" || (pinned && comment.starts_with('v')),
                "{path}: {line}"
            );
        }
    }
}

#[test]
fn jobs_have_the_permissions_that_they_name() {
    for path in paths().iter().filter(|path| path.starts_with(".github")) {
        let file = yaml(path);
        assert_eq!(file["permissions"], serde_json::json!({}), "{path}");
        for (name, job) in file["jobs"].as_object().unwrap() {
            assert!(job["permissions"].is_object(), "{path}: {name}");
        }
    }
}

/// What a change must pass here it must pass there too.
#[test]
fn the_workflow_runs_what_the_script_runs() {
    let runs: Vec<String> = steps(&yaml(".github/workflows/ci.yml"))
        .iter()
        .filter_map(|step| step["run"].as_str().map(|run| run.trim().to_owned()))
        .collect();
    let script = text(&root().join(".ci/run"));
    let test = steps(&yaml(".github/workflows/ci.yml"));
    let test = test.iter().find(|step| step["run"] == "cargo test");
    assert_eq!(test.unwrap()["env"]["DEGRID_FULL"], 1);
    assert!(script.contains("\nexport DEGRID_FULL=1\n"));
    let commands = script.lines().filter_map(|line| line.strip_prefix("run "));
    let commands: Vec<&str> = commands
        .map(|command| {
            command
                .split_once("\" ")
                .map_or(command, |(_, command)| command)
        })
        .collect();
    assert!(commands.len() >= 6);
    for command in commands {
        assert!(
            runs.iter().any(|run| run == command),
            "ci.yml does not run {command}"
        );
    }
}

/// No fuzz target is forgotten.
#[test]
fn every_fuzz_target_is_run() {
    let targets = files("fuzz/targets", "rs");
    let targets: Vec<String> = targets.iter().map(|path| stem(path)).collect();
    let run = &yaml(".github/workflows/fuzz.yml")["jobs"]["fuzz"]["strategy"]["matrix"]["target"];
    assert_eq!(*run, serde_json::json!(targets));
}

#[test]
fn inputs_reach_the_script_by_the_environment() {
    let environment = script("Check")["env"].clone();
    let given: Vec<&str> = environment
        .as_object()
        .unwrap()
        .values()
        .filter_map(Value::as_str)
        .collect();
    for name in yaml("action.yml")["inputs"].as_object().unwrap().keys() {
        let expression = format!("${{{{ inputs.{name} }}}}");
        assert!(
            given.contains(&expression.as_str()),
            "no variable holds {expression}"
        );
    }
}

#[test]
fn the_hook_names_a_command_that_there_is() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    let [hook] = &hooks.as_array().unwrap()[..] else {
        panic!("one hook");
    };
    let folder = folder("hook");
    std::fs::write(folder.join("Cargo.toml"), "[package]\nname = \"x\"\n").unwrap();
    std::fs::write(
        folder.join("good.toml"),
        "[[stage]]\ndilations = [1, 2, 5]\n",
    )
    .unwrap();
    std::fs::write(folder.join("bad.toml"), "[[stage]]\ndilations = [2, 2]\n").unwrap();
    let entry = hook["entry"].as_str().unwrap();
    let mut words = entry.split(' ');
    assert_eq!(words.next(), Some("degrid"));
    let words: Vec<&str> = words.collect();
    for (files, code) in [
        (&["Cargo.toml", "good.toml"][..], 0),
        (&["Cargo.toml"], 0),
        (&["Cargo.toml", "bad.toml"], 1),
        (&["missing.toml"], 2),
    ] {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_degrid"))
            .args(&words)
            .args(files)
            .current_dir(&folder)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(code), "{files:?}: {output:?}");
    }
}

/// An empty folder for a test.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("workflows-{name}"));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}
