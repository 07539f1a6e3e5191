//! What is wrong with a file is reported once, at its place: every case through the real binary.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

mod arguments;
pub mod cases;

use cases::CASES;

fn check(input: &[u8], format: &str) -> (Option<i32>, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_degrid"))
        .args(["check", "-", "--format", format, "--color", "never"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    let reported = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    (output.status.code(), reported)
}

fn errors(input: &[u8]) -> Vec<Value> {
    let (code, json) = check(input, "json");
    assert_eq!(code, Some(2), "{json}");
    let report: Value = serde_json::from_str(&json).unwrap();
    let errors = report["files"][0]["errors"].as_array().unwrap().clone();
    assert_eq!(report["summary"]["errors"], errors.len());
    errors
}

/// The text from one place to another, lines from 1, columns in characters.
fn covered(text: &str, span: &Value) -> String {
    let at = |line: &str, column: &str| {
        let (line, column) = (span[line].as_u64().unwrap(), span[column].as_u64().unwrap());
        let (line, column) = (
            usize::try_from(line).unwrap(),
            usize::try_from(column).unwrap(),
        );
        let start = text
            .split_inclusive('\n')
            .take(line - 1)
            .map(str::len)
            .sum::<usize>();
        let rest = text[start..].trim_start_matches('\u{feff}');
        let start = text.len() - rest.len();
        start
            + rest
                .chars()
                .take(column - 1)
                .map(char::len_utf8)
                .sum::<usize>()
    };
    text[at("line", "column")..at("end_line", "end_column")].to_owned()
}

fn matches(reported: &str, expected: &str) -> bool {
    match expected.strip_suffix('…') {
        Some(beginning) => reported.starts_with(beginning),
        None => reported == expected,
    }
}

#[test]
fn each_fault_is_reported_once_at_its_place() {
    let mut wrong = Vec::new();
    for case in CASES.iter().flat_map(|list| list.iter()) {
        let errors = errors(case.text.as_bytes());
        let reported: Vec<(String, Option<String>, String)> = errors
            .iter()
            .map(|e| {
                (
                    e["message"].as_str().unwrap().to_owned(),
                    e["help"].as_str().map(str::to_owned),
                    covered(case.text, &e["span"]),
                )
            })
            .collect();
        let right = reported.len() == case.reported.len()
            && reported
                .iter()
                .zip(case.reported)
                .all(|(reported, expected)| {
                    matches(&reported.0, expected.0)
                        && match (&reported.1, expected.1) {
                            (None, None) => true,
                            (Some(help), Some(expected)) => matches(help, expected),
                            _ => false,
                        }
                        && reported.2 == expected.2
                });
        if !right {
            wrong.push(format!("{}: {reported:#?}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_terminal_gets_no_control_characters_of_the_file() {
    // A bell stands for all that a terminal would obey; styles have none.
    let files = [
        "name = \"a\\u0007\"\n[[stage]]\nname = \"b\\u0007\"\ndilations = [2, 2]\n",
        "[[stage]]\n\"c\\u0007\" = 1\nlayers = [{ op = \"d\\u0007\" }]\n",
        "[rules]\n\"e\\u0007\" = \"warn\"\n[[stage]]\nfrom = \"f\\u0007\"\ndilations = [1]\n",
    ];
    for (file, format) in files
        .iter()
        .flat_map(|f| ["human", "concise"].map(|g| (f, g)))
    {
        let mut child = Command::new(env!("CARGO_BIN_EXE_degrid"))
            .args(["check", "-", "--format", format, "--color", "always"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(file.as_bytes())
            .unwrap();
        let reported = child.wait_with_output().unwrap().stdout;
        let reported = String::from_utf8(reported).unwrap();
        assert!(!reported.contains('\u{7}'), "{format}: {reported}");
    }
}

#[test]
fn deep_nesting() {
    for text in [
        "[".repeat(200_000),
        format!("x = {}", "[".repeat(200_000)),
        format!("x = {}{}", "[".repeat(200_000), "]".repeat(200_000)),
    ] {
        let errors = errors(text.as_bytes());
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert!(
            errors[0]["message"]
                .as_str()
                .unwrap()
                .starts_with("invalid TOML: ")
        );
    }
}

#[test]
fn not_utf8() {
    let errors = errors(b"[[stage]]\nname = \"\xff\xfe\"\ndilations = [0]\n");
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0]["message"], "the file is not valid UTF-8");
    assert_eq!(errors[0]["help"], "save it as UTF-8");
    assert_eq!(
        (&errors[0]["span"]["line"], &errors[0]["span"]["column"]),
        (&2.into(), &9.into())
    );
}

#[test]
fn what_torch_saves_is_no_network() {
    for head in [&b"PK\x03\x04\0\0\x08"[..], b"\x80\x02\x8a\nl\xfc"] {
        let saved = [head, b"\xff\xfe\0 archive/data.pkl"].concat();
        let errors = errors(&saved);
        assert_eq!(errors.len(), 1);
        let message = errors[0]["message"].as_str().unwrap();
        assert!(
            message.starts_with("the file is a PyTorch checkpoint"),
            "{message}"
        );
        let help = errors[0]["help"].as_str().unwrap();
        assert!(help.contains("torch.onnx.export"), "{help}");
    }
}

#[test]
fn independent_faults_in_the_order_of_the_file() {
    let text = "dims = 2\ninput = [65]\n[rules]\ngriding = \"warn\"\n[[stage]]\nname = \"a\"\nkernal = 3\ndilations = [0, 1.5]\n[[stage]]\nfrom = \"b\"\nlayers = [{ op = \"cov\" }, { stride = 2 }]\n";
    let places: Vec<String> = errors(text.as_bytes())
        .iter()
        .map(|e| covered(text, &e["span"]))
        .collect();
    assert_eq!(
        places,
        [
            "[65]",
            "griding",
            "kernal",
            "0",
            "1.5",
            "\"b\"",
            "\"cov\"",
            "{ stride = 2 }"
        ]
    );
}

#[test]
fn columns_count_characters() {
    // A byte order mark, CRLF, tabs, and characters of several bytes before the fault.
    for (text, line, column) in [
        ("\u{feff}dims = 9\n[[stage]]\ndilations = [1]\n", 1, 8),
        ("\u{feff}# é\r\n[[stage]]\r\ndilations = [1, 0]\r\n", 3, 17),
        ("[[stage]]\n\tdilations\t=\t[0]\n", 2, 15),
        (
            "[[stage]]\nlayers = [{ name = \"größe 😀\", kernel = 0 }]\n",
            2,
            40,
        ),
    ] {
        let errors = errors(text.as_bytes());
        assert_eq!(errors.len(), 1, "{errors:?}");
        let span = &errors[0]["span"];
        assert_eq!(
            (&span["line"], &span["column"]),
            (&line.into(), &column.into()),
            "{text:?}"
        );
    }
}

#[test]
fn human_output_draws_the_place() {
    let (code, text) = check(b"[[stage]]\ndilations = [1, 0]\n", "human");
    assert_eq!(code, Some(2));
    assert!(
        text.contains("error: dilation must be at least 1, is 0"),
        "{text}"
    );
    assert!(text.contains("--> <stdin>:2:17"), "{text}");
    let (code, text) = check(
        "[[stage]]\r\n\"näme\" = 1\r\ndilations = [1]\r\n".as_bytes(),
        "human",
    );
    assert_eq!(code, Some(2));
    assert!(text.contains("did you mean `name`?"), "{text}");
    for (dims, label) in [(1, "or a list of 1"), (2, "or a list of 2")] {
        let file = format!("dims = {dims}\n[[stage]]\nkernel = [3, 3, 3]\ndilations = [1]\n");
        let (_, text) = check(file.as_bytes(), "human");
        assert!(text.contains(label), "{text}");
    }
    // A line too long to draw is reported without its text.
    let long = format!("[[stage]]\ndilations = [{}0]\n", "1, ".repeat(50_000));
    let (code, text) = check(long.as_bytes(), "human");
    assert_eq!(code, Some(2));
    assert!(text.len() < 1_000, "{}", text.len());
}

#[test]
fn thousands_of_faults_are_cut() {
    let errors = errors(format!("[[stage]]\ndilations = [{}]\n", "0,".repeat(50_000)).as_bytes());
    assert_eq!(errors.len(), 1_001);
    assert_eq!(
        errors[1_000]["message"],
        "49000 more problems after this one"
    );
}

#[test]
fn oddities_that_are_fine() {
    for text in [
        "\u{feff}[[stage]]\r\ndilations = [1, 2, 5]\r\n",
        // An inline table over several lines, as TOML 1.1 has it.
        "[[stage]]\nlayers = [{\n  dilation = 1,\n}]\n",
        "stage = [{ dilations = [1] }]\n",
        "[[stage]]\n# degrid is a tool\ndilations = [1]\n",
        "[[stage]]\nname = \"\"\ndilations = [1]\n",
        "[[stage]]\ndilations = [0x1, 0b10]\n",
    ] {
        let (code, reported) = check(text.as_bytes(), "json");
        assert_eq!(code, Some(0), "{text}\n{reported}");
    }
}
