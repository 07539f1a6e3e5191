//! Options that do not go together, lists that are too long, and what `rules` and `explain` print.

use degrid::rules::RULES;
use serde_json::Value;

use crate::command::{CLEAN, DENY, Folder, Ran, degrid};

/// One axis, with transposed layers.
const LINE: &str = "dims = 1\n[[stage]]\nname = \"up\"\nlayers = [{ op = \"transposed\", kernel = 3, stride = 2 }]\n";

fn run(folder: &Folder, line: &str) -> Ran {
    let words: Vec<&str> = line.split(' ').collect();
    degrid(folder.path(), words[0], &words[1..], "")
}

/// `name` is that of the test.
fn files(name: &str) -> Folder {
    let folder = Folder::new(&format!("refusals-{name}"));
    folder.file("a.toml", CLEAN);
    folder.file("line.toml", LINE);
    folder
}

#[test]
fn options_that_do_not_go_together() {
    let folder = files("options");
    for (line, message) in [
        (
            "show a.toml --compare 1,2 --at body --at body --at body",
            "--at is given 3 times, for 2 designs",
        ),
        (
            "show a.toml --compare a.toml -o x.npy",
            "a .npy file holds one design; leave out `--compare`",
        ),
        (
            "show a.toml --coverage -o x.csv",
            "`--coverage` is for an .npy file, not for x.csv",
        ),
        (
            "show line.toml --writes -o x.csv",
            "x.csv: with `--writes` the ending must be .svg, .png, .pdf or .json",
        ),
        (
            "show a.toml --slices 3 -o x.svg",
            "`--slices` is for networks of 3 axes; this one has 2",
        ),
        (
            "plan a.toml --format csv",
            "the plan of a file is written as `--format human` or `json`",
        ),
        ("plan --layers 3 --jump -9223372036854775808", "error: "),
        (
            "matrix --kernel 1,2;3,4 --input 9999x9999",
            "is too large to print (limit",
        ),
        (
            "matrix --kernel 1,2;3,4 --input 4x4 -o x.txt",
            "x.txt: the ending must be .npy or .csv",
        ),
        ("show a.toml --compare missing.toml", "missing.toml"),
        (
            "check a.toml --input 1x2x3x4",
            "a size has 1 to 3 axes, such as 512x512",
        ),
        ("check a.toml --baseline missing/b.json", "missing/b.json"),
        ("schema --out missing/s.json", "cannot write missing/s.json"),
        (
            "init missing/a.toml",
            "cannot write missing/a.toml: its folder does not exist",
        ),
        ("init a.toml/b.toml", "cannot write a.toml/b.toml: "),
        ("show a.toml -o missing/x.npy", "missing/x.npy"),
        ("check a.toml --output-file missing/x.txt", "missing/x.txt"),
    ] {
        let ran = run(&folder, line);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{line}: {}", ran.err);
        assert!(ran.err.contains(message), "{line}: {}", ran.err);
    }
    // Nothing was left behind.
    let names = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(names, 2);
}

#[test]
fn a_file_that_cannot_be_written_stays() {
    let folder = Folder::new("read-only");
    let path = folder.file("net.toml", DENY);
    let mut permissions = std::fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions.clone()).unwrap();
    let ran = run(&folder, "fix --write net.toml");
    assert_eq!(ran.code, 2, "{}", ran.out);
    assert!(ran.err.contains("the file is read-only"), "{}", ran.err);
    assert_eq!(folder.read("net.toml"), DENY);
}

#[test]
fn rules_and_their_pages() {
    let folder = files("rules");
    let list = run(&folder, "rules");
    assert_eq!((list.code, list.err.as_str()), (0, ""));
    let rows: Vec<&str> = list.out.lines().skip(1).take(RULES.len()).collect();
    for (row, rule) in rows.iter().zip(RULES) {
        let words: Vec<&str> = row.split_whitespace().collect();
        assert_eq!(words[..2], [rule.id, rule.level.word()], "{row}");
        assert_eq!(words[2..].join(" "), rule.summary, "{row}");
    }
    assert!(
        list.out.ends_with("\n\n`degrid explain RULE` says more.\n"),
        "{}",
        list.out
    );
    for rule in RULES {
        let page = format!("{}/docs/rules/{}.md", env!("CARGO_MANIFEST_DIR"), rule.id);
        let said = run(&folder, &format!("explain {}", rule.id));
        assert_eq!(
            (said.code, said.out),
            (0, std::fs::read_to_string(page).unwrap())
        );
    }
}

#[test]
fn compared_designs_are_those_of_one_each() {
    let folder = files("compared");
    let json = |line: &str| -> Value { serde_json::from_str(&run(&folder, line).out).unwrap() };
    let both = json("show a.toml --compare 1,2,9 --format json");
    let designs = both["designs"].as_array().unwrap();
    assert_eq!(designs.len(), 2);
    assert_eq!(designs[0], json("show a.toml --format json"));
    // 21 of 25 positions along each axis: steps of 9 leave two gaps of 2.
    assert_eq!(designs[1]["footprint"]["gridding"], 25 * 25 - 21 * 21);
}

#[test]
fn nothing_to_plan() {
    let folder = files("plan");
    let ran = run(&folder, "plan a.toml");
    assert_eq!(ran.code, 0);
    assert_eq!(
        ran.out,
        "a.toml: every dilation is decided; write \"?\" for one to plan it, or name a --stage\n"
    );
    let ran = run(&folder, "plan a.toml --format json");
    let answer: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, &answer["complete"]), (0, &Value::Bool(true)));
    assert_eq!(
        (&answer["places"], &answer["stages"]),
        (&Value::Array(Vec::new()), &Value::Array(Vec::new()))
    );
    folder.file(
        "plain.toml",
        "[[stage]]\nname = \"body\"\nlayers = [{ kernel = 3 }, { kernel = 1, dilation = 1 }]\n",
    );
    let ran = run(&folder, "plan plain.toml --stage body");
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("no dilation of a layer with more than one tap is written in \"body\": give its layers a `dilation`"),
        "{}", ran.err
    );
}

#[test]
fn what_else_a_planned_network_has() {
    let folder = Folder::new("elsewhere");
    let odd =
        |name: &str| format!("[[stage]]\nname = \"{name}\"\nfrom = \"input\"\ndilations = [64]\n");
    let body = "outputs = [\"body\", \"a\"]\ndims = 1\n[[stage]]\nname = \"body\"\ndilations = [\"?\", \"?\"]\n";
    for (rest, said) in [
        (
            odd("a"),
            "gridding in \"a\" stays denied, whatever is planned here",
        ),
        (
            odd("a") + &odd("b"),
            "2 findings elsewhere stay denied, whatever is planned here",
        ),
    ] {
        let outputs = if rest.contains("\"b\"") {
            "\"a\", \"b\""
        } else {
            "\"a\""
        };
        folder.file("net.toml", &(body.replace("\"a\"", outputs) + &rest));
        let ran = run(&folder, "plan net.toml");
        assert!(ran.out.contains(said), "{}{}", ran.out, ran.err);
        assert!(ran.out.contains("+ dilations = [1, 3]"), "{}", ran.out);
    }
}

/// What a list is sorted by, said and done.
#[test]
fn lists_are_in_the_order_that_is_asked() {
    let folder = files("order");
    for (rank, key, said, rises) in [
        (
            "receptive-field",
            "receptive_field",
            "the largest receptive field first",
            false,
        ),
        (
            "smallest",
            "receptive_field",
            "the smallest receptive field first",
            true,
        ),
        ("lobe", "lobe", "the lowest lobe first", true),
        ("ripple", "ripple", "the lowest ripple first", true),
        (
            "compact",
            "largest_dilation",
            "the smallest largest dilation first",
            true,
        ),
    ] {
        let line = format!("plan --layers 4 --top 40 --rank {rank}");
        assert!(run(&folder, &line).out.contains(said), "{rank}");
        let list: Value =
            serde_json::from_str(&run(&folder, &(line + " --format json")).out).unwrap();
        let schedules = list["schedules"].as_array().unwrap();
        let keys: Vec<f64> = schedules.iter().map(|s| s[key].as_f64().unwrap()).collect();
        assert_eq!(keys.len(), 40);
        assert!(
            keys.windows(2)
                .all(|k| if rises { k[0] <= k[1] } else { k[0] >= k[1] }),
            "{rank}: {keys:?}"
        );
        assert_ne!(keys[0], keys[39], "{rank}");
    }
}

#[test]
fn what_a_budget_is_too_small_for() {
    let folder = files("budget");
    for (line, code, said) in [
        (
            "plan --layers 30 --budget 10 --count",
            1,
            "Not counted within the budget: raise --budget.\n",
        ),
        (
            "plan --layers 30 --budget 10 --count --format csv",
            1,
            "count\n\n",
        ),
        (
            "plan --layers 30 --rank smallest --budget 20 --top 2",
            0,
            "Proved: no unlisted schedule has a smaller receptive field. Not proved: one that is equal there may have a lower lobe",
        ),
        (
            "plan --layers 30 --rank compact --budget 20 --top 2",
            0,
            "Proved: no unlisted schedule has a smaller largest dilation. Not proved: ",
        ),
        (
            "plan --layers 30 --rank ripple --budget 2000 --top 3",
            0,
            "Not proved: the search did not see every schedule; raise --budget to look further.",
        ),
        (
            "plan --layers 3 --jump 8 --receptive-field 800..",
            1,
            "1,3,9,27,81 sees 243 (1944 in input)",
        ),
    ] {
        let ran = run(&folder, line);
        assert_eq!(ran.code, code, "{line}: {}", ran.out);
        assert!(ran.out.contains(said), "{line}: {}", ran.out);
    }
}
