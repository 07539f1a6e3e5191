//! What the fuzz targets share: the command in memory, with what holds of every answer.

pub mod model;
pub mod mutate;
pub mod network;
pub mod plain;

use std::path::PathBuf;

use degrid::cli::{Answer, call};
use serde_json::Value;

/// Runs `degrid` with some arguments, and a file on standard input.
pub fn run<S: AsRef<str>>(args: &[S], stdin: &[u8]) -> Answer {
    let args = args.iter().map(AsRef::as_ref);
    let words: Vec<&str> = std::iter::once("degrid").chain(args).collect();
    let answer = call(&words, stdin.to_vec(), || false);
    assert!(answer.code <= 2, "{words:?}: exit code {}", answer.code);
    assert!(
        std::str::from_utf8(&answer.out).is_ok(),
        "{words:?}: the output is no text"
    );
    let is_silent = answer.out.is_empty() && answer.err.is_empty();
    assert!(
        answer.code != 2 || !is_silent,
        "{words:?}: refused without a reason"
    );
    answer
}

/// The same as one JSON object; `None` where it is refused.
pub fn json<S: AsRef<str>>(args: &[S], stdin: &[u8]) -> Option<Value> {
    let answer = run(args, stdin);
    (answer.code < 2).then(|| parsed(&answer.out))
}

/// Output that must be JSON.
pub fn parsed(out: &[u8]) -> Value {
    serde_json::from_slice(out)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(out)))
}

/// What a command writes to the file that `-o` names, by the ending of its name; `None` where it is refused.
pub fn written<S: AsRef<str>>(args: &[S], ending: &str, stdin: &[u8]) -> Option<Vec<u8>> {
    let file = OwnFile::new(ending);
    let mut args: Vec<&str> = args.iter().map(AsRef::as_ref).collect();
    let path = file.0.display().to_string();
    args.extend(["-o", &path]);
    let answer = run(&args, stdin);
    let bytes = std::fs::read(&file.0).ok();
    if answer.code == 2 {
        return None;
    }
    Some(bytes.unwrap_or_else(|| panic!("{args:?}: said that it wrote a file, and did not")))
}

/// A file of this process, gone with the value.
struct OwnFile(PathBuf);

impl OwnFile {
    fn new(ending: &str) -> Self {
        let name = format!("degrid-fuzz-{}.{ending}", std::process::id());
        Self(std::env::temp_dir().join(name))
    }
}

impl Drop for OwnFile {
    fn drop(&mut self) {
        // It is not there where the command was refused.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// The check of a file as one JSON object; `None` where it is no network.
pub fn check(stdin: &[u8]) -> Option<Value> {
    json(&["check", "--no-config", "--format", "json", "-"], stdin)
}

/// Numbers of a list of JSON, one for each axis.
pub fn numbers(value: &Value) -> Option<Vec<i64>> {
    value.as_array()?.iter().map(Value::as_i64).collect()
}
