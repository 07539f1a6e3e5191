//! Project files: what they may say, what is wrong with them, and their schema.

use degrid::config::{Around, Project, parse_in, project_schema};
use degrid::rules::{Level, LevelSetting, Profile, find};
use serde_json::{Value, json};

const FULL: &str = r#"
paths = ["networks"]
exclude = ["old", "*.draft.toml"]
baseline = "known.json"
[rules]
profile = "published"
gridding = "warn"
max-distance = "note"
grating-lobe = { level = "deny", max = 0.2 }
[target]
receptive_field = 65
[[overrides]]
include = ["a/**"]
rules = { gridding = "note", profile = "default" }
target = { receptive_field = [9, 9], smallest_object = 4 }
[[overrides]]
include = ["a/b.toml"]
rules = { gridding = "allow" }
"#;

fn around(project: &Project, applies: &[usize]) -> Around {
    Around {
        project: project.settings(|at| applies.contains(&at)),
        ..Around::default()
    }
}

#[test]
fn what_wins() {
    let project = Project::parse(FULL).unwrap();
    let plain = "[[stage]]\ndilations = [1]\n";
    let level = |text: &str, around: &Around, rule: &str| {
        let policy = parse_in(text, around).unwrap().policy;
        policy.level(find(rule).unwrap(), 0)
    };
    let own = around(&project, &[]);
    assert_eq!(level(plain, &own, "gridding"), Level::Warn);
    // A place's own levels go before its profile.
    assert_eq!(level(plain, &own, "max-distance"), Level::Note);
    assert_eq!(level(plain, &own, "common-factor"), Level::Deny);
    // The later override first; the earlier one's profile hides the project's word on the published rules.
    let both = around(&project, &[0, 1]);
    assert_eq!(level(plain, &both, "gridding"), Level::Allow);
    assert_eq!(
        level(plain, &around(&project, &[0]), "gridding"),
        Level::Note
    );
    assert_eq!(level(plain, &both, "common-factor"), Level::Note);
    assert_eq!(level(plain, &both, "grating-lobe"), Level::Deny);
    // The file before the project, number by number.
    let file =
        "[rules]\ngridding = \"deny\"\ngrating-lobe = { max = 0.5 }\n[[stage]]\ndilations = [1]\n";
    assert_eq!(level(file, &both, "gridding"), Level::Deny);
    let policy = parse_in(file, &both).unwrap().policy;
    let lobe = find("grating-lobe").unwrap();
    assert_eq!(
        (policy.level(lobe, 0), policy.number(lobe, 0, "max")),
        (Level::Deny, 0.5)
    );
    assert_eq!(
        parse_in(plain, &both)
            .unwrap()
            .policy
            .number(lobe, 0, "max"),
        0.2
    );
    // A profile of the file, or of the command, before the project's levels.
    let file = "rules = { profile = \"published\" }\n[[stage]]\ndilations = [1]\n";
    assert_eq!(level(file, &own, "max-distance"), Level::Deny);
    let asked = Around {
        profile: Some(Profile::Published),
        ..own.clone()
    };
    assert_eq!(level(plain, &asked, "max-distance"), Level::Deny);
    // The command before a stage.
    let stage = "[[stage]]\ndilations = [1]\nrules = { gridding = \"allow\" }\n";
    assert_eq!(level(stage, &own, "gridding"), Level::Allow);
    let command = LevelSetting {
        rule: "gridding",
        level: Some(Level::Note),
        numbers: Vec::new(),
    };
    let command = Around {
        command: vec![command],
        ..own
    };
    assert_eq!(level(stage, &command, "gridding"), Level::Note);
    assert_eq!(
        parse_in(stage, &command)
            .unwrap()
            .policy
            .network_level(find("gridding").unwrap()),
        Level::Note
    );
}

#[test]
fn targets_are_taken_value_by_value() {
    let project = Project::parse(FULL).unwrap();
    let target = |text: &str, applies: &[usize]| {
        let target = parse_in(text, &around(&project, applies))
            .unwrap()
            .policy
            .target;
        (
            target.receptive_field.map(|field| field[0]),
            target.smallest_object.map(|object| object[0]),
        )
    };
    let stage = "[[stage]]\ndilations = [1]\n";
    assert_eq!(target(stage, &[]), (Some(65), None));
    assert_eq!(target(stage, &[0]), (Some(9), Some(4)));
    let own = format!("target = {{ receptive_field = 3 }}\n{stage}");
    assert_eq!(target(&own, &[0]), (Some(3), Some(4)));

    // A list for two axes does not fit a volume: unless that has its own.
    let volume = format!("dims = 3\n{stage}");
    let problems = parse_in(&volume, &around(&project, &[0])).unwrap_err();
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(
        problems[0].message,
        "the project's `receptive_field` has 2 values but this network has 3 axes"
    );
    assert_eq!(&volume[problems[0].span.clone()], "[[stage]]");
    let own = format!("target = {{ receptive_field = 3 }}\n{volume}");
    assert_eq!(target(&own, &[0]), (Some(3), Some(4)));

    // What is said of it says where it stands; there is no place of it in this file.
    let short = parse_in(stage, &around(&project, &[])).unwrap();
    let checked = short.check();
    assert_eq!(checked.findings.len(), 1);
    let finding = &checked.findings[0];
    assert_eq!(finding.rule.id, "receptive-field-short");
    assert_eq!(
        finding.draft.notes,
        ["the target comes from the project file"]
    );
    assert_eq!(short.line_of(finding.draft.site), Some(0));
    let strided = "[[stage]]\nlayers = [{ kernel = 8, stride = 8, padding = 0 }, { dilation = 1, kernel = 9 }]\n";
    let strided = parse_in(strided, &around(&project, &[0])).unwrap();
    let lost = strided.check().findings;
    let lost: Vec<_> = lost.iter().filter(|f| f.rule.id == "lost-detail").collect();
    assert_eq!(
        lost[0].draft.notes,
        ["the target comes from the project file"]
    );
    assert_eq!(strided.spans.locate(lost[0].draft.related[0].0), None);
}

/// A problem, its help, and the text that it is about.
type Fault = (&'static str, Option<&'static str>, &'static str);

/// Faulty project files, with the problems of each.
const FAULTS: &[(&str, &[Fault])] = &[
    (
        "rule = { gridding = \"warn\" }",
        &[(
            "unknown key `rule` in the project file",
            Some("did you mean `rules`?"),
            "rule",
        )],
    ),
    (
        "exclude = \"old\"",
        &[("expected a list, found a string", None, "\"old\"")],
    ),
    (
        "files = [\"a\"]",
        &[(
            "unknown key `files` in the project file",
            Some("did you mean `paths`?"),
            "files",
        )],
    ),
    (
        "profile = \"published\"",
        &[(
            "unknown key `profile` in the project file",
            Some("`profile` belongs in `[rules]`"),
            "profile",
        )],
    ),
    (
        "receptive_field = 3",
        &[(
            "unknown key `receptive_field` in the project file",
            Some("`receptive_field` belongs in `[target]`"),
            "receptive_field",
        )],
    ),
    (
        "[[stage]]\ndilations = [1]",
        &[(
            "unknown key `stage` in the project file",
            Some("`stage` belongs in a network file"),
            "stage",
        )],
    ),
    (
        "kernel = 3",
        &[(
            "unknown key `kernel` in the project file",
            Some("`kernel` belongs in a `[[stage]]` of a network file"),
            "kernel",
        )],
    ),
    (
        "[rules]\ngriding = \"warn\"\ngridding = \"warning\"\ngrating-lobe = { max = 3 }\nprofile = \"publish\"",
        &[
            (
                "unknown rule \"griding\"",
                Some("did you mean \"gridding\"?"),
                "griding",
            ),
            (
                "unknown level \"warning\"",
                Some("did you mean \"warn\"?"),
                "\"warning\"",
            ),
            (
                "`max` of rule `grating-lobe` must be a number from 0 to 1",
                None,
                "3",
            ),
            (
                "unknown profile \"publish\"",
                Some("did you mean \"published\"?"),
                "\"publish\"",
            ),
        ],
    ),
    (
        "[target]\nreceptive_field = [1, 0]\nsmallest_object = [1, 2, 3, 4]",
        &[
            ("receptive_field must be at least 1, is 0", None, "0"),
            ("a network has 1, 2 or 3 axes, not 4", None, "[1, 2, 3, 4]"),
        ],
    ),
    (
        "[[overrides]]\nrules = { gridding = \"warn\" }",
        &[(
            "this override names no files",
            Some("add `include`, patterns of network files: `include = [\"old/**\"]`"),
            "[[overrides]]",
        )],
    ),
    (
        "[[overrides]]\ninclude = []",
        &[(
            "this override names no files",
            Some("add `include`, patterns of network files: `include = [\"old/**\"]`"),
            "[[overrides]]",
        )],
    ),
    (
        "[[overrides]]\nfiles = [\"a\"]\nexclude = [\"b\"]",
        &[
            (
                "unknown key `files` in an override",
                Some("did you mean `include`?"),
                "files",
            ),
            (
                "unknown key `exclude` in an override",
                Some("`exclude` belongs beside the overrides"),
                "exclude",
            ),
        ],
    ),
    (
        "paths = [\"a\", 3]",
        &[("expected a string, found a whole number", None, "3")],
    ),
    (
        "paths = \n",
        &[(
            "invalid TOML: string values must be quoted, expected literal string",
            None,
            "",
        )],
    ),
];

#[test]
fn faults_are_reported_at_their_place() {
    for (text, expected) in FAULTS {
        let problems = Project::parse(text).expect_err(text);
        let found: Vec<_> = problems
            .iter()
            .map(|p| (p.message.as_str(), p.help.as_deref(), &text[p.span.clone()]))
            .collect();
        assert_eq!(&found, expected, "{text}");
        // The same in a Python project: no fault hides there.
        let python = format!("[tool.other]\na = 1\n{}", under_tool(text));
        match Project::parse_pyproject(&python) {
            Err(problems) => assert_eq!(problems.len(), expected.len(), "{python}"),
            Ok(read) => assert!(read.is_none() && text.starts_with("paths = \n"), "{python}"),
        }
    }
}

/// A project file as part of a `pyproject.toml`.
fn under_tool(text: &str) -> String {
    let text = text.replace("[[", "[[tool.degrid.");
    let lines = text.lines().map(|line| match line.strip_prefix('[') {
        Some(rest) if !rest.starts_with('[') => format!("[tool.degrid.{rest}\n"),
        _ => format!("{line}\n"),
    });
    format!("[tool.degrid]\n{}", lines.collect::<String>())
}

#[test]
fn a_python_project() {
    let project = Project::parse_pyproject(&under_tool(FULL))
        .unwrap()
        .unwrap();
    assert_eq!((project.overrides.len(), project.exclude.len()), (2, 2));
    assert_eq!(project.baseline.unwrap().value, "known.json");
    // Other tools' files, right and wrong, are no concern.
    for other in ["", "[tool.ruff]\n", "tool = 3\n", "[tool\nx"] {
        assert!(
            Project::parse_pyproject(other).unwrap().is_none(),
            "{other}"
        );
    }
    let problems = Project::parse_pyproject("[tool]\ndegrid = true\n").unwrap_err();
    assert_eq!(
        problems[0].message,
        "expected a table (`[tool.degrid]`), found a boolean"
    );
    assert!(Project::parse_pyproject("[tool.degrid]\n[tool.ruff]\nx = \n").is_err());
}

#[test]
fn keys_of_a_project_in_a_network_are_told() {
    let problems =
        degrid::config::parse("exclude = [\"a\"]\n[[stage]]\ndilations = [1]\n").unwrap_err();
    assert_eq!(
        problems[0].help.as_deref(),
        Some("`exclude` belongs in the `degrid.toml` of the project")
    );
}

fn json_of(text: &str) -> Value {
    fn node(value: &toml::de::DeValue<'_>) -> Value {
        use toml::de::DeValue;
        match value {
            DeValue::String(text) => json!(text),
            DeValue::Integer(n) => json!(n.as_str().parse::<i64>().unwrap()),
            DeValue::Float(n) => json!(n.as_str().parse::<f64>().unwrap()),
            DeValue::Boolean(flag) => json!(flag),
            DeValue::Datetime(date) => json!(date.to_string()),
            DeValue::Array(items) => items.iter().map(|item| node(item.get_ref())).collect(),
            DeValue::Table(table) => table
                .iter()
                .map(|(key, value)| (key.get_ref().to_string(), node(value.get_ref())))
                .collect(),
        }
    }
    let (table, errors) = toml::de::DeTable::parse_recoverable(text);
    if errors.is_empty() {
        node(&toml::de::DeValue::Table(table.into_inner()))
    } else {
        Value::Null
    }
}

#[test]
fn the_schema_says_the_same() {
    let schema = jsonschema::draft7::new(&project_schema()).unwrap();
    for right in [
        FULL,
        "",
        "paths = []\nexclude = []\n",
        "[rules]\n[target]\n",
        "overrides = []\n",
    ] {
        Project::parse(right).unwrap();
        let faults: Vec<_> = schema
            .iter_errors(&json_of(right))
            .map(|e| e.to_string())
            .collect();
        assert!(faults.is_empty(), "{right}: {faults:?}");
    }
    for (wrong, _) in FAULTS {
        assert!(!schema.is_valid(&json_of(wrong)), "{wrong}");
    }
}
