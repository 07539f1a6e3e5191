//! `degrid plan` as a user runs it: answers, refusals, exit codes.

use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;

use crate::command::Folder;

fn degrid(arguments: &str) -> Output {
    let arguments = arguments.split_whitespace();
    Command::new(env!("CARGO_BIN_EXE_degrid"))
        .arg("plan")
        .args(arguments)
        .output()
        .unwrap()
}

/// Exit code, standard output and standard error.
fn run(arguments: &str) -> (i32, String, String) {
    let output = degrid(arguments);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (
        output.status.code().unwrap(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

fn json(arguments: &str) -> (i32, Value) {
    let (code, out, err) = run(&format!("{arguments} --format json"));
    (
        code,
        serde_json::from_str(&out).unwrap_or_else(|e| panic!("{arguments}: {e}\n{out}{err}")),
    )
}

fn counted(arguments: &str) -> String {
    let (code, out, _) = run(&format!("{arguments} --count"));
    assert_eq!(code, 0, "{arguments}");
    out.trim().to_owned()
}

fn keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

/// Options that plan a file are not ignored without one.
#[test]
fn what_is_for_a_file_needs_one() {
    for arguments in ["--layers 3 --write", "--layers 3 --stage body", "--write"] {
        let (code, out, err) = run(arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments}");
        assert!(err.contains("FILE"), "{err}");
    }
}

// ---- answers

#[test]
fn json_is_as_documented() {
    let (code, plan) = json("-k 3 --layers 3 --top 2");
    assert_eq!(code, 0);
    assert_eq!(
        keys(&plan),
        [
            "complete",
            "count",
            "fewest_layers",
            "front",
            "goal",
            "schedules",
            "version"
        ]
    );
    assert_eq!(
        (&plan["version"], &plan["complete"], &plan["count"]),
        (&2.into(), &true.into(), &"11".into())
    );
    assert_eq!(plan["schedules"].as_array().unwrap().len(), 2);
    let best = &plan["schedules"][0];
    assert_eq!(
        keys(best),
        [
            "dilations",
            "holes",
            "largest_dilation",
            "lobe",
            "m2",
            "overlap",
            "receptive_field",
            "repeat",
            "ripple"
        ]
    );
    assert_eq!(best["dilations"], serde_json::json!([1, 3, 9]));
    assert_eq!(
        (
            &best["receptive_field"],
            &best["largest_dilation"],
            &best["holes"]
        ),
        (&27.into(), &9.into(), &0.into())
    );
    assert_eq!(
        keys(&plan["goal"]),
        [
            "allow_equal",
            "exact",
            "fewest",
            "jump",
            "kernel",
            "layers",
            "max_dilation",
            "max_lobe",
            "max_ripple",
            "outer_taps",
            "pareto",
            "rank",
            "receptive_field",
            "repeat",
            "top"
        ]
    );
    // A count alone lists nothing.
    let (code, plan) = json("--layers 3 --count");
    assert_eq!(
        (code, &plan["count"], &plan["complete"]),
        (0, &"11".into(), &true.into())
    );
    assert_eq!(plan["schedules"], serde_json::json!([]));
}

#[test]
fn options_reach_the_goal() {
    let (code, plan) = json(
        "-k 5 --layers 2..4 --repeat 2 --max-dilation 30 --receptive-field 50..900 --jump 3/2 --allow-equal --exact \
         --input 400 --min-outer-taps 0.5 --max-lobe 0.9 --max-ripple 40 --rank compact --top 1",
    );
    assert_eq!(code, 0);
    let goal = serde_json::json!({
        "kernel": 5, "layers": [2, 4], "fewest": false, "repeat": 2, "max_dilation": 30, "receptive_field": [50, 900], "jump": "3/2",
        "allow_equal": true, "exact": true, "outer_taps": {"input": 400, "share": 0.5}, "max_lobe": 0.9, "max_ripple": 40.0, "rank": "compact",
        "pareto": false, "top": 1,
    });
    assert_eq!(plan["goal"], goal);
    assert_eq!(
        json("--layers 3 --rank lobe --top 1").1["schedules"][0]["dilations"],
        serde_json::json!([1, 2, 3])
    );
    assert_eq!(
        json("--layers 3 --rank compact --top 1").1["schedules"][0]["dilations"],
        serde_json::json!([1, 2, 3])
    );
    assert_eq!(
        json("--layers 3 --pareto").1["schedules"]
            .as_array()
            .unwrap()
            .len(),
        7
    );
    let (_, exactly) = json("--layers 3 --repeat 2 --receptive-field 33");
    assert!(
        exactly["schedules"]
            .as_array()
            .unwrap()
            .iter()
            .all(|s| s["receptive_field"] == 33)
    );
}

#[test]
fn known_counts() {
    let loose = "-k 3 --exact --allow-equal";
    assert_eq!(
        counted(&format!("{loose} --layers 5 --max-dilation 60")),
        "6851"
    );
    assert_eq!(
        counted(&format!("{loose} --layers 6 --max-dilation 40")),
        "94703"
    );
    assert_eq!(
        counted("--allow-equal --layers 6 --max-dilation 40"),
        "94703"
    );
    assert_eq!(
        counted("-k 3 --exact --layers 16 --max-dilation 256"),
        "7948588315870767424124"
    );
    assert_eq!(
        counted("-k 4 --exact --allow-equal --layers 4 --max-dilation 40"),
        "992"
    );
    assert_eq!(
        counted("-k 4 --allow-equal --layers 4 --max-dilation 40"),
        "490"
    );
    assert_eq!(
        counted("-k 5 --exact --allow-equal --layers 4 --max-dilation 60"),
        "3011"
    );
    assert_eq!(
        counted("-k 5 --allow-equal --layers 4 --max-dilation 60"),
        "890"
    );
    // Far past 64 bits.
    let count = counted(&format!("{loose} --layers 32 --max-dilation 256"));
    assert_eq!(count, "29169581342150664224514535006816757313555");
}

#[test]
fn all_streams_in_order_without_slow_measures() {
    let (code, all) = json("--layers 1..3 --all");
    assert_eq!(
        (code, &all["complete"], &all["count"]),
        (0, &true.into(), &"14".into())
    );
    let schedules = all["schedules"].as_array().unwrap();
    let listed: Vec<Vec<i64>> = schedules
        .iter()
        .map(|s| serde_json::from_value(s["dilations"].clone()).unwrap())
        .collect();
    assert!(listed.is_sorted() && listed.len() == 14);
    assert!(
        schedules
            .iter()
            .all(|s| s.get("lobe").is_none() && s.get("ripple").is_none())
    );
    let (_, out, _) = run("--layers 2 --all");
    assert_eq!(out, "1,2  sees 7\n1,3  sees 9\n\nThese are all: 2.\n");
    let (_, out, _) = run("--layers 2 --all --format csv");
    let (_, best, _) = run("--layers 2 --rank smallest --format csv");
    // What the list of the best has besides are lobe, ripple and overlap.
    let without_searched = |line: &str| {
        let (dilations, values) = line.rsplit_once("\",").unwrap_or(("", line));
        let mut values: Vec<&str> = values.split(',').collect();
        values.drain(values.len() - 5..values.len() - 2);
        [dilations, &values.join(",")].join("\",")
    };
    let best: Vec<String> = best.lines().map(without_searched).collect();
    assert_eq!(best.join("\n").trim_start_matches("\","), out.trim_end());
    assert_eq!(best.len(), 3);
    // Positions of an input that has another resolution need not be whole.
    let (_, out, _) = run("--layers 2 --all --format csv --jump 1/2");
    assert!(out.contains("\n\"1,2\",2,1,7,7/2,2,2,0\n"), "{out}");
    let (_, out, _) = run("--layers 2 --repeat 3 --all --format csv");
    assert!(out.contains("\n\"1,2\",2,3,19,19,2,2,0\n"), "{out}");
    // What a lobe leaves of them is what the list has.
    let (_, few) = json("--layers 3 --all --max-lobe 0.2");
    assert_eq!(
        few["count"],
        json("--layers 3 --max-lobe 0.2 --top 100").1["count"]
    );
    // A budget ends the stream, and what there is in all is still counted.
    let (code, cut) = json("--layers 3 --all --budget 4");
    assert_eq!(
        (code, &cut["complete"], &cut["count"]),
        (0, &false.into(), &"11".into())
    );
    assert_eq!(cut["schedules"].as_array().unwrap().len(), 4);
    let (code, none) = json("--layers 3 --all --max-lobe 0.05 --max-dilation 9");
    assert_eq!((code, &none["count"]), (1, &"0".into()));
}

#[test]
fn csv_and_toml_are_ready_to_use() {
    let (code, out, _) = run("--layers 3 --top 1 --format csv");
    let mut lines = out.lines();
    assert_eq!(code, 0);
    assert_eq!(
        lines.next(),
        Some(
            "dilations,layers,repeat,receptive_field,in_input,largest_dilation,lobe,ripple,overlap,m2,holes"
        )
    );
    assert!(
        lines
            .next()
            .unwrap()
            .starts_with("\"1,3,9\",3,1,27,27,9,0.218")
    );
    for goal in [
        "--layers 4",
        "-k 5 --layers 3 --repeat 2 --top 3",
        "-k 2 --layers 5",
        "-k 7 --layers 2 --exact",
    ] {
        let (_, stage, _) = run(&format!("{goal} --format toml"));
        let path = scratch("pasted.toml", stage.as_bytes());
        let check = Command::new(env!("CARGO_BIN_EXE_degrid"))
            .arg("check")
            .arg(&path)
            .output()
            .unwrap();
        assert!(
            check.status.success(),
            "{stage}{}",
            String::from_utf8_lossy(&check.stdout)
        );
    }
}

#[test]
fn what_is_not_proved_is_said() {
    let (code, plan) = json("--layers 20 --rank lobe --budget 5000");
    assert_eq!((code, &plan["complete"]), (0, &false.into()));
    let (_, out, _) = run("--layers 20 --rank lobe --budget 5000");
    assert!(
        out.contains("Not proved: the search did not see every schedule; none has a lobe below"),
        "{out}"
    );
    let (_, out, _) = run("--layers 12 --receptive-field ..1001 --budget 5000");
    assert!(
        out.contains("Proved: no unlisted schedule has a larger receptive field."),
        "{out}"
    );
    let (_, out, _) = run("--layers 64 --top 1");
    assert!(
        out.contains("Proved: no unlisted schedule ranks higher."),
        "{out}"
    );
    assert_eq!(
        run("--layers 20 --rank lobe --budget 5000").1,
        run("--layers 20 --rank lobe --budget 5000").1
    );
}

// ---- the fewest layers

#[test]
fn without_layers_the_fewest_are_found() {
    let (code, out, _) = run("--receptive-field 65..");
    assert_eq!(code, 0);
    assert!(
        out.starts_with("4 layers are the fewest: 3 see at most 27 positions.\n\nschedule "),
        "{out}"
    );
    for (field, first) in [
        (
            "33..65",
            "4 layers are the fewest: 3 see at most 27 positions.",
        ),
        ("27", "3 layers are the fewest: 2 see at most 9 positions."),
        ("..=3", ""),
        ("2..", "1 layer is enough."),
        (
            "513.. --jump 8",
            "4 layers are the fewest: 3 see at most 27 positions (216 in input).",
        ),
        (
            "27 --max-lobe 0.1",
            "4 layers are the fewest: no schedule of fewer keeps to the limits.",
        ),
        (
            "65.. --max-lobe 0.05",
            "5 layers are the fewest: no schedule of fewer keeps to the limits.",
        ),
    ] {
        let (code, out, _) = run(&format!("--receptive-field {field}"));
        let code_of_no_end = if first.is_empty() { 2 } else { 0 };
        assert_eq!(code, code_of_no_end, "{field}");
        assert!(out.starts_with(first), "{field}: {out}");
    }
    let (_, plan) = json("--receptive-field 65..");
    assert_eq!(
        plan["fewest_layers"],
        serde_json::json!({"layers": 4, "proved": true})
    );
    assert_eq!(plan["goal"]["layers"], serde_json::json!([4, 4]));
    let asked = json("--layers 4 --receptive-field 65..").1;
    assert_eq!(asked["schedules"], plan["schedules"]);
    assert_eq!(asked["fewest_layers"], Value::Null);
    assert_eq!(run("--receptive-field 65.. --count").1, "18\n");
    let (_, all) = json("--receptive-field 65.. --all");
    assert_eq!(
        (&all["count"], &all["fewest_layers"]["layers"]),
        (&"18".into(), &4.into())
    );
    let (_, stage, _) = run("--receptive-field 65.. --format toml --top 1");
    assert!(stage.starts_with("# 4 layers are the fewest: "), "{stage}");
}

#[test]
fn a_field_that_no_schedule_has_is_said() {
    for options in [
        "--receptive-field 500",
        "--receptive-field 500 --format json",
    ] {
        let (code, out, _) = run(options);
        assert_eq!(code, 1);
        let text = "no schedule has a receptive field of 500: with kernel 3 it is always odd; 499 and 501 exist";
        assert!(out.contains(text), "{out}");
    }
}

#[test]
fn the_front_may_be_cut() {
    let (_, plan) = json("--layers 3 --pareto --top 3");
    assert_eq!(plan["schedules"].as_array().unwrap().len(), 3);
    assert_eq!((&plan["front"], &plan["count"]), (&7.into(), &"11".into()));
    let (_, whole) = json("--layers 3 --pareto");
    let both = [&plan, &whole].map(|plan| plan["schedules"].as_array().unwrap());
    assert_eq!(both[0][..], both[1][..3]);
    let (_, out, _) = run("--layers 3 --pareto --top 3");
    assert!(
        out.contains("3 of 7 schedules: those that no other surpasses in receptive field, lobe"),
        "{out}"
    );
}

#[test]
fn tables_for_documents_have_all_rows_and_columns() {
    let (_, markdown, _) = run("--layers 4 --jump 8 --format markdown --top 4");
    let (_, latex, _) = run("--layers 4 --jump 8 --format latex --top 4");
    let rows: Vec<&str> = markdown
        .lines()
        .filter(|line| line.starts_with('|'))
        .collect();
    assert_eq!(rows.len(), 6);
    assert!(
        rows.iter().all(|row| row.matches('|').count() == 9),
        "{markdown}"
    );
    assert_eq!(
        latex.lines().filter(|line| line.ends_with("\\\\")).count(),
        5
    );
    assert!(
        latex.contains("\\begin{tabular}{lrrrrrrr}") && latex.contains("M$_2$"),
        "{latex}"
    );
    let (_, deep, _) = run("--layers 32 --max-dilation 64 --rank lobe --top 3 --format latex");
    assert_eq!(
        deep.lines()
            .filter(|line| line.contains(" \\times 10^{-"))
            .count(),
        3,
        "{deep}"
    );
}

/// Every heading of the table is explained where people look.
#[test]
fn columns_are_explained() {
    let (_, table, _) = run("--layers 3 --jump 8");
    let (_, help, _) = run("--help");
    let page = std::fs::read_to_string("docs/plan.md").unwrap();
    let columns = help.split("Columns:").nth(1).unwrap();
    for name in table.lines().next().unwrap().split("  ").map(str::trim) {
        if !name.is_empty() {
            assert!(
                columns.contains(&format!("\n  {name} ")),
                "{name}: {columns}"
            );
            assert!(page.contains(&format!("\n| {name} |")), "{name}");
        }
    }
}

// ---- refusals

#[test]
fn refusals_say_why_and_what_to_relax() {
    let text = "3 layers of kernel 3 see at most 27 positions without a hole, 65 asked; 4 layers reach 81: 1,3,9,27";
    let (code, out, _) = run("-k 3 --layers 3 --receptive-field 65..");
    assert_eq!(code, 1);
    assert!(
        out.starts_with(&format!("no schedule exists: {text}\n")),
        "{out}"
    );
    assert!(out.contains("\n  --layers 4 "), "{out}");
    let (code, refusal) = json("-k 3 --layers 3 --receptive-field 65..");
    assert_eq!(code, 1);
    assert_eq!(refusal["refusal"]["message"], text);
    assert_eq!(refusal["refusal"]["reason"]["kind"], "too-short");
    assert_eq!(
        (
            &refusal["refusal"]["reason"]["most"],
            &refusal["refusal"]["reason"]["asked"]
        ),
        (&27.into(), &65.into())
    );
    let nearest = serde_json::json!({"option": "layers", "value": 4, "dilations": [1, 3, 9, 27], "receptive_field": 81});
    assert_eq!(refusal["refusal"]["relaxations"][0], nearest);
    assert_eq!(
        (
            &refusal["complete"],
            &refusal["count"],
            &refusal["schedules"]
        ),
        (&true.into(), &"0".into(), &serde_json::json!([]))
    );
    for options in [
        "--layers 3 --max-dilation 2",
        "--layers 3 --receptive-field ..5",
        "--layers 3 --receptive-field 20",
        "--layers 3 --max-lobe 0.001",
        "--layers 3 --max-lobe 0.05",
        "--layers 3 --input 9 --min-outer-taps 0.9",
        "--layers 3 --receptive-field 65.. --count",
        "--layers 3 --receptive-field 65.. --all",
        "--layers 3 --receptive-field 65.. --format toml",
    ] {
        assert_eq!(run(options).0, 1, "{options}");
    }
    // Where there is nothing to paste, the reason goes to standard error.
    let (_, out, err) = run("--layers 3 --receptive-field 65.. --format csv");
    assert!(out.is_empty() && err.contains(text), "{err}");
}

/// An option that a refusal offers works when it is added.
#[test]
fn what_is_offered_works() {
    for goal in [
        "--layers 3 --receptive-field 65..",
        "-k 5 --layers 2 --repeat 2 --max-dilation 3 --receptive-field 90..",
    ] {
        let (code, refusal) = json(goal);
        assert_eq!(code, 1);
        let (_, human, _) = run(goal);
        let offers: Vec<&str> = human
            .lines()
            .filter(|line| line.starts_with("  --"))
            .collect();
        assert_eq!(
            offers.len(),
            refusal["refusal"]["relaxations"].as_array().unwrap().len()
        );
        for offer in offers {
            let mut words = offer.split_whitespace();
            let option = words.next().unwrap();
            let value = words
                .next()
                .filter(|_| !["--exact", "--allow-equal"].contains(&option));
            let mut rest: Vec<&str> = goal.split_whitespace().collect();
            if let Some(place) = rest.iter().position(|word| *word == option) {
                rest.drain(place..=place + 1);
            }
            let relaxed = format!("{} {option} {}", rest.join(" "), value.unwrap_or(""));
            assert_eq!(run(&relaxed).0, 0, "{relaxed}");
        }
    }
}

/// A value of the JSON put back into its option, in the unit of that option, gives a schedule.
#[test]
fn what_is_offered_in_json_works() {
    for goal in [
        "--layers 3 --receptive-field 65..",
        "--layers 3 --receptive-field 65.. --max-lobe 0.1",
        "--layers 3 --receptive-field 65.. --max-lobe 0.2 --allow-equal",
        "--layers 3 --receptive-field ..12 --max-lobe 0.15",
        "--layers 3 --receptive-field 37.. --jump 1/2",
        "--layers 3 --receptive-field 37.. --jump 1/2 --max-lobe 0.2",
        "--layers 3 --receptive-field 600.. --jump 8",
        "--layers 3 --receptive-field 600..700 --jump 8/3 --exact -k 5",
        "--layers 3 --receptive-field ..5 --jump 2/3",
        "--layers 3 --receptive-field 20",
        "--layers 3 --receptive-field 20 --jump 3",
        "--layers 2 --receptive-field 1.. --jump 1/100",
        "--layers 5 --receptive-field ..20 --repeat 2",
        "--layers 4 --max-dilation 3",
        "--layers 4 --max-dilation 3 --max-lobe 0.02",
        "-k 5 --layers 2 --repeat 2 --max-dilation 3 --receptive-field 90..",
        "-k 5 --layers 2 --repeat 3 --max-dilation 3 --receptive-field 90.. --max-lobe 0.01",
        "--layers 3 --input 9 --min-outer-taps 0.9",
        "--layers 3 --input 9 --min-outer-taps 0.5 --max-lobe 0.12",
        "--layers 3 --max-lobe 0.05",
        "--layers 3 --max-lobe 0.0005 --repeat 2",
    ] {
        let (code, refusal) = json(goal);
        assert_eq!(code, 1, "{goal}");
        for offer in refusal["refusal"]["relaxations"].as_array().unwrap() {
            let option = format!("--{}", offer["option"].as_str().unwrap());
            let mut rest: Vec<&str> = goal.split_whitespace().collect();
            let place = rest.iter().position(|word| *word == option);
            let asked = place.map_or("", |place| rest[place + 1]);
            let value = match &offer["value"] {
                Value::Null => String::new(),
                value if option == "--receptive-field" => {
                    let (from, to) = asked.split_once("..").unwrap_or((asked, asked));
                    let (number, value) = (|end: &str| end.parse::<i64>().ok(), value.as_i64());
                    let from =
                        number(from).map_or(String::new(), |a| a.min(value.unwrap()).to_string());
                    let to =
                        number(to).map_or(String::new(), |b| b.max(value.unwrap()).to_string());
                    format!("{from}..{to}")
                }
                value => value.to_string(),
            };
            if let Some(place) = place {
                rest.drain(place..=place + 1);
            }
            let relaxed = format!("{} {option} {value}", rest.join(" "));
            let (code, plan) = json(&format!("{relaxed} --top 1"));
            assert_eq!(code, 0, "{goal}: {relaxed}: {}", plan["refusal"]["message"]);
        }
    }
}

/// Ranges and fractions as people write them.
#[test]
fn ranges_as_people_write_them() {
    for (options, key, value) in [
        ("--layers 3", "layers", serde_json::json!([3, 3])),
        ("--layers 2..=4", "layers", serde_json::json!([2, 4])),
        (
            "--layers 3 --receptive-field 19",
            "receptive_field",
            serde_json::json!([19, 19]),
        ),
        (
            "--layers 3 --receptive-field 9..",
            "receptive_field",
            serde_json::json!([9, null]),
        ),
        (
            "--layers 3 --receptive-field ..65",
            "receptive_field",
            serde_json::json!([null, 65]),
        ),
        ("--layers 3 --jump 1/2", "jump", serde_json::json!("1/2")),
        ("--layers 3 --jump 8", "jump", serde_json::json!("8")),
    ] {
        assert_eq!(json(options).1["goal"][key], value, "{options}");
    }
}

#[test]
fn senseless_options_exit_2_with_a_message() {
    for (options, message) in [
        ("", "say what to plan"),
        ("-k 1 --layers 3", "kernel must be at least 2"),
        ("--layers 0", "layers must be at least 1"),
        ("--layers 4..2", "the range of layers 4..2 is empty"),
        ("--layers many", "`many` is no whole number"),
        ("--layers 2..", "`` is no whole number"),
        ("--layers 1.5", "`1.5` is no whole number"),
        (
            "--layers 99999999999999999999",
            "`99999999999999999999` is past 64 bits",
        ),
        (
            "--layers 3 --max-dilation 0",
            "largest dilation must be at least 1",
        ),
        ("--layers 3 --repeat 0", "repeat must be at least 1"),
        (
            "--layers 3 --receptive-field 9..3",
            "the range of receptive fields 9..3 is empty",
        ),
        (
            "--layers 3 --receptive-field ..",
            "a range has at least one end",
        ),
        (
            "--layers 3 --receptive-field 0..",
            "receptive field must be at least 1",
        ),
        ("--layers 3 --jump 0", "jump must be above 0"),
        ("--layers 3 --jump 1/0", "jump must be above 0"),
        ("--layers 3 --max-lobe 2", "between 0 and 1"),
        (
            "--layers 3 --input 0 --min-outer-taps 0.5",
            "input must be at least 1",
        ),
        ("--layers 3 --input 65", "--min-outer-taps"),
        ("--layers 3 --all --rank lobe", "cannot be used with"),
        (
            "--layers 3 --count --format toml",
            "`--count` makes no stage for `--format toml`",
        ),
        (
            "--layers 3 --all --format latex",
            "`--all` makes no table for `--format latex`: say `--top N`",
        ),
        (
            "--receptive-field ..65",
            "has no lower end, so one layer is enough",
        ),
        (
            "--layers 3 --max-ripple 0.5",
            "largest ripple must be at least 1",
        ),
        ("--layers 3 --budget 0", "0"),
        ("no-such-file.toml", "cannot read the file"),
        ("no-such-file.toml --layers 3", "cannot be used with"),
        ("configs", "is a folder"),
        (
            "configs/wavenet.toml --stage nowhere",
            "no stage \"nowhere\"",
        ),
        ("- --write", "standard input cannot be written to"),
    ] {
        let (code, _, err) = run(options);
        assert_eq!(code, 2, "{options}: {err}");
        assert!(err.contains(message), "{options}: {err}");
    }
}

#[test]
fn help_has_examples_that_run() {
    let (code, help, _) = run("--help");
    assert_eq!(code, 0);
    let examples = help.split("Examples:").nth(1).unwrap();
    let mut tried = 0;
    // Some write files.
    let folder = Folder::new("plan-examples");
    for line in examples.lines() {
        let Some(command) = line.trim().strip_prefix("degrid plan -") else {
            continue;
        };
        let options = command.split("  ").next().unwrap();
        let options = format!("-{options}");
        let options: Vec<&str> = options.split_whitespace().collect();
        let ran = crate::command::degrid(folder.path(), "plan", &options, "");
        assert_eq!(ran.code, 0, "{options:?}: {}", ran.err);
        tried += 1;
    }
    assert!(tried >= 3, "{examples}");
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_success() {
    let binary = env!("CARGO_BIN_EXE_degrid");
    for format in ["human", "json", "csv"] {
        let script = format!(
            "{binary} plan --layers 12 --all --format {format} | head -n 3; exit ${{PIPESTATUS[0]}}"
        );
        let output = Command::new("bash").args(["-c", &script]).output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(output.stderr.is_empty());
    }
}

/// Waits until a command listens to Ctrl-C. It looks for one only after it has found the first schedules, so no more is to wait for.
#[cfg(target_os = "linux")]
fn await_handler(child: &mut std::process::Child) {
    const INTERRUPT: u64 = 1 << 1;
    let status = format!("/proc/{}/status", child.id());
    loop {
        assert_eq!(child.try_wait().unwrap(), None, "it ended before");
        let status = std::fs::read_to_string(&status).unwrap();
        let caught = status.lines().find_map(|l| l.strip_prefix("SigCgt:"));
        if u64::from_str_radix(caught.unwrap().trim(), 16).unwrap() & INTERRUPT != 0 {
            return;
        }
        std::thread::yield_now();
    }
}

/// Where the system does not show it, a while has to do.
#[cfg(all(unix, not(target_os = "linux")))]
fn await_handler(_: &mut std::process::Child) {
    std::thread::sleep(std::time::Duration::from_millis(1_500));
}

#[cfg(unix)]
#[test]
fn ctrl_c_answers_with_the_best_so_far() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_degrid"))
        .args("plan --layers 14 --rank lobe --budget 100000000000 --format json".split(' '))
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    await_handler(&mut child);
    let killed = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(killed.success());
    let output = child.wait_with_output().unwrap();
    let plan: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (output.status.code(), &plan["complete"]),
        (Some(0), &false.into())
    );
    assert!(!plan["schedules"].as_array().unwrap().is_empty());
    // Not a terminal: no progress.
    assert!(output.stderr.is_empty());
}

// ---- files

/// A file of its own for a test.
fn scratch(name: &str, bytes: &[u8]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("plan");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

fn plan_file(path: &std::path::Path, options: &str) -> (i32, String, String) {
    run(&format!("{} {options}", path.display()))
}

#[test]
fn a_file_is_filled_and_nothing_else_changes() {
    let before = "\u{feff}# top\r\n[[stage]]\r\nname = \"a\"\r\ndilations = [\"?\", '?', \"\"\"?\"\"\" ] # tail\r\n\r\n[[stage]]\r\nname=\"b\"\r\ndilations=[1,\"?\"]";
    let path = scratch("all.toml", before.as_bytes());
    let (code, out, _) = plan_file(&path, "");
    assert_eq!(code, 0);
    assert!(out.contains("    4 - dilations = [\"?\", '?', \"\"\"?\"\"\" ] # tail\n    4 + dilations = [3, 9, 27 ] # tail\n"), "{out}");
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        before,
        "not written without --write"
    );
    assert_eq!(plan_file(&path, "--write").0, 0);
    let after = "\u{feff}# top\r\n[[stage]]\r\nname = \"a\"\r\ndilations = [3, 9, 27 ] # tail\r\n\r\n[[stage]]\r\nname=\"b\"\r\ndilations=[1,81]";
    assert_eq!(std::fs::read_to_string(&path).unwrap(), after);
    let (code, out, _) = plan_file(&path, "--write");
    assert_eq!(code, 0);
    assert!(out.contains("every dilation is decided"), "{out}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), after);
}

#[test]
fn a_file_in_json() {
    let path = scratch(
        "json.toml",
        b"[target]\nreceptive_field = 20\n[[stage]]\ndilations = [1, \"?\", [\"?\", 2]]\n",
    );
    let (code, filled) = json(path.to_str().unwrap());
    assert_eq!(
        (
            code,
            &filled["version"],
            &filled["complete"],
            &filled["written"]
        ),
        (0, &2.into(), &true.into(), &false.into())
    );
    let places = filled["places"].as_array().unwrap();
    assert_eq!(places.len(), 2);
    assert_eq!(
        (&places[1]["axis"], &places[1]["line"], &places[1]["column"]),
        (&0.into(), &4.into(), &23.into())
    );
    let path = scratch("refused.toml", b"[target]\nreceptive_field = 65\n[[stage]]\nname = \"body\"\ndilations = [\"?\", \"?\", \"?\"]\n");
    let (code, refused) = json(path.to_str().unwrap());
    assert_eq!(code, 1);
    assert_eq!(
        refused["refusal"]["message"],
        "without holes the network sees at most 27×27 input positions; the target is 65×65 (dilations 1, 3, 9)"
    );
    assert_eq!(
        refused["refusal"]["relax"],
        "one \"?\" more in \"body\" reaches 81; or lower `receptive_field` to 27×27"
    );
    let path = scratch(
        "stuck.toml",
        b"[[stage]]\nname = \"body\"\ndilations = [\"?\", 9]\n",
    );
    let (code, out, _) = plan_file(&path, "");
    assert_eq!(code, 1);
    assert!(
        out.contains("no dilations pass; the nearest break the rule gridding in \"body\": "),
        "{out}"
    );
    let path = scratch("broken.toml", b"[[stage]]\nrates = [1]\n");
    assert_eq!(plan_file(&path, "").0, 2);
}

#[test]
fn padding_follows_the_dilations_of_a_plan() {
    let before = "input = [200]\n[[stage]]\nname = \"a\"\nlayers = [{ dilation = 2, padding = 2 }, { dilation = 4, padding = 4 }, { dilation = 4, padding = 4 }]\n";
    let path = scratch("padded.toml", before.as_bytes());
    assert_eq!(plan_file(&path, "--stage a --write").0, 0);
    let after = "input = [200]\n[[stage]]\nname = \"a\"\nlayers = [{ dilation = 1, padding = 1 }, { dilation = 3, padding = 3 }, { dilation = 8, padding = 8 }]\n";
    assert_eq!(std::fs::read_to_string(&path).unwrap(), after);
}

#[test]
fn a_stage_is_planned_anew() {
    let before = "[[stage]]\nname = \"grid\"\ndilations = [2, 2, 2] # 3 layers\n";
    let path = scratch("anew.toml", before.as_bytes());
    let (code, out, _) = plan_file(&path, "--stage grid --write");
    assert_eq!(code, 0);
    assert!(out.contains("Changes in \"grid\": holes alone 120 → 0, lobe 1.000 → 0.111, ripple 3.86 → 1.00, largest dilation 2 → 3."), "{out}");
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        before.replace("2, 2, 2", "1, 2, 3")
    );
    let (code, out, _) = plan_file(&path, "--stage grid --write");
    assert_eq!(code, 0);
    assert!(
        out.contains("Nothing better was found: \"grid\" stays as it is."),
        "{out}"
    );
    let far = scratch(
        "far.toml",
        b"[[stage]]\nname = \"far\"\ndilations = [2, 4, 8]\n",
    );
    let (code, out, _) = plan_file(&far, "--stage far");
    assert_eq!(code, 1);
    assert!(
        out.contains("without holes the stage sees at most 27×27 positions; it sees 29×29 now"),
        "{out}"
    );
}

/// A stage is written or stays, and the text says which: the same dilations in another order differ in no measure.
#[test]
fn a_stage_that_stays_is_not_written() {
    for (dilations, words) in [
        ("3, 1, 2", "Changes in \"body\": dilations 3,1,2 → 1,2,3."),
        (
            "1, 2, 3",
            "Nothing better was found: \"body\" stays as it is.",
        ),
    ] {
        let before = format!("[[stage]]\nname = \"body\"\ndilations = [{dilations}]\n");
        let path = scratch("stays.toml", before.as_bytes());
        let (code, out, _) = plan_file(&path, "--stage body --write");
        assert_eq!(code, 0);
        assert!(out.contains(words), "{out}");
        let is_written = std::fs::read_to_string(&path).unwrap() != before;
        assert_eq!(out.contains("Written to"), is_written, "{out}");
        assert_eq!(out.contains("stays as it is."), !is_written, "{out}");
    }
}

#[test]
fn what_is_seen_beside_a_global_pool_is_said() {
    let path = scratch(
        "pooled.toml",
        b"[target]\nreceptive_field = 9\n[[stage]]\ndilations = [\"?\", \"?\"]\n[[stage]]\nlayers = [{ branches = [[{ kernel = 1 }], [{ op = \"global-pool\" }]] }]\n",
    );
    let (code, out, _) = plan_file(&path, "");
    assert_eq!(code, 0);
    let words = "The network sees 9×9 input positions beside a global pool, 9×9 asked; ";
    assert!(out.contains(words), "{out}");
    let (_, filled) = json(path.to_str().unwrap());
    assert_eq!(filled["receptive_field"], serde_json::json!([9, 9]));
}

#[test]
fn warnings_that_stay_on_a_planned_stage_are_counted() {
    let file = |idle: i64| {
        format!(
            "[[stage]]\nname = \"a\"\nlayers = [{{ dilation = 1 }}, {{ dilation = \"?\" }}, {{ kernel = 1, dilation = {idle} }}]\n"
        )
    };
    for (idle, words) in [
        (1, "no warning or note on these stages"),
        (2, "1 warning on these stages, see `degrid check`"),
    ] {
        let path = scratch(&format!("idle-{idle}.toml"), file(idle).as_bytes());
        let (code, out, _) = plan_file(&path, "");
        assert_eq!(code, 0);
        assert!(out.contains(words), "{out}");
    }
}

#[test]
fn where_nothing_is_undecided_the_answer_is_complete() {
    let path = scratch("decided.toml", b"[[stage]]\ndilations = [1, 2]\n");
    let (code, out, _) = plan_file(&path, "--format json");
    assert_eq!(code, 0);
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(json["complete"], true);
}

/// Of branches too many dilations could be better: a larger budget tries no more of them.
#[test]
fn a_fill_that_is_not_proved_says_why() {
    let branches = ["[{ dilation = \"?\" }]"; 3].join(", ");
    let text = format!("[[stage]]\nlayers = [{{ branches = [{branches}], merge = \"add\" }}]\n");
    let path = scratch("branches.toml", text.as_bytes());
    for options in ["", "--budget 100000000"] {
        let (_, out, _) = plan_file(&path, options);
        assert!(out.contains("others were too many to try."), "{out}");
        assert!(!out.contains("--budget"), "{out}");
    }
    let (_, out, _) = plan_file(&path, "--budget 1");
    assert!(out.contains("raise --budget to look further."), "{out}");
}
