//! Curves of `degrid show`: what is drawn, and that it is what the JSON says.

use serde_json::Value;

use crate::show_text::{command, file, shown, shown_file, text};

const STAGES: &str = "input = [65, 65]\n\n[[stage]]\nname = \"stem\"\nstride = 2\nkernel = [7, 3]\npadding = [3, 1]\ndilations = [1]\n\n[[stage]]\nname = \"body\"\ndilations = [1, 2, 9]\n";

#[test]
fn profile_and_spectrum() {
    let schedule = ["-d", "1,2,9", "--profile", "--spectrum"];
    insta::assert_snapshot!(shown(&schedule));
    let plain = shown(&[&schedule[..], &["--ascii"]].concat());
    assert!(plain.is_ascii());
    insta::assert_snapshot!("profile_and_spectrum_in_ascii", plain);
    let colour = shown(&["-d", "2,2", "--dims", "1", "--profile", "--color", "always"]);
    insta::assert_snapshot!("profile_in_colour", colour.replace('\x1b', "␛"));
}

#[test]
fn curves_of_stages() {
    insta::assert_snapshot!(shown_file(STAGES, &["--profile"]));
    let wide = command()
        .env("COLUMNS", "200")
        .args([
            &file("curves.toml", STAGES),
            "--spectrum",
            "--stage",
            "body",
        ])
        .output()
        .unwrap();
    let wide = text(&wide);
    assert!(
        wide.contains("peak grating lobe 0.415 at 0.1028: a period of 9.73 positions"),
        "{wide}"
    );
}

#[test]
fn profiles_compared_share_a_scale() {
    insta::assert_snapshot!(shown(&["-d", "2,2,2", "--compare", "1,2,3,4", "--profile"]));
}

/// Heights of a chart's columns in eighths of a line, read off its text; `None` in a column with a hole.
fn heights(text: &str, title: &str) -> Vec<Option<usize>> {
    let blocks = "▁▂▃▄▅▆▇█";
    let lines: Vec<&str> = text
        .lines()
        .skip_while(|line| !line.contains(title))
        .collect();
    let is_row = |line: &&&str| line.contains(['│', '┤']);
    let rows: Vec<&&str> = lines
        .iter()
        .skip_while(|line| !is_row(line))
        .take_while(is_row)
        .collect();
    let bars = |row: &str| {
        row.split_once(['│', '┤'])
            .unwrap()
            .1
            .chars()
            .collect::<Vec<_>>()
    };
    let width = rows.iter().map(|row| bars(row).len()).max().unwrap();
    (0..width)
        .map(|column| {
            let mut sum = Some(0);
            for row in &rows {
                match bars(row).get(column) {
                    None | Some(' ') => {}
                    Some('·') => sum = None,
                    Some(block) => {
                        let eighths = blocks.chars().position(|b| b == *block).unwrap() + 1;
                        sum = sum.map(|sum: usize| sum + eighths);
                    }
                }
            }
            sum
        })
        .collect()
}

fn json(args: &[&str]) -> Value {
    serde_json::from_str(&shown(&[args, &["--format", "json"]].concat())).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|n| n.as_f64().unwrap())
        .collect()
}

#[test]
fn what_is_drawn_is_what_the_numbers_say() {
    for dilations in ["1,2,9", "2,2,2", "1,2,5", "1,3,9", "4", "1,2,3,4"] {
        let args = ["-d", dilations, "--dims", "1", "--profile", "--spectrum"];
        let (text, json) = (shown(&args), json(&args));
        let profile = &json["footprint"]["profile"][0];
        let weights = numbers(&profile["weights"]);
        assert_eq!(profile["exact"], true);
        let most = weights.iter().copied().fold(0.0, f64::max);
        let drawn = heights(&text, "paths: ");
        let wide = drawn.len() / weights.len();
        for (weight, columns) in weights.iter().zip(drawn.chunks(wide)) {
            let eighths = (weight / most * 64.0).round().max(1.0) as usize;
            let expected = (*weight > 0.0).then_some(eighths);
            assert!(
                columns.iter().all(|c| *c == expected),
                "{dilations}: {weight} as {columns:?}"
            );
        }
        let values = numbers(&json["footprint"]["spectrum"][0]["values"]);
        assert!((values[0] - 1.0).abs() < 1e-12);
        let drawn = heights(&text, "spectrum: ");
        let last = values.len() - 1;
        for (column, height) in drawn.iter().enumerate() {
            let part = &values[column * last / 76..=(column + 1) * last / 76];
            let most = part.iter().copied().fold(0.0, f64::max);
            let expected = (most * 64.0).round() as usize;
            assert_eq!(*height, Some(expected), "{dilations}: column {column}");
        }
    }
}

/// The profile sums to the path weights, and of a chain its variance is that of its layers: Σ e²(k² − 1)/12.
#[test]
fn profiles_add_up() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let branches = "input = [40, 30]\n\n[[stage]]\nlayers = [{ branches = [[{ kernel = [3, 5], dilation = 2 }], [{ kernel = 3 }], []], merge = \"add\" }]\n";
    for (name, toml) in [("add-up-a", STAGES), ("add-up-b", branches)] {
        let path = file(&format!("{name}.toml"), toml);
        let table = folder.join(format!("{name}.csv"));
        shown(&[&path, "-o", table.to_str().unwrap()]);
        let table = std::fs::read_to_string(table).unwrap();
        let json = json(&[&path, "--profile"]);
        for (axis, profile) in json["footprint"]["profile"]
            .as_array()
            .unwrap()
            .iter()
            .enumerate()
        {
            let first = profile["first"].as_i64().unwrap();
            let times = profile["times"].as_f64().unwrap();
            let mut sums = numbers(&profile["weights"]);
            for weight in &mut sums {
                *weight *= times;
            }
            for row in table.lines().skip(1) {
                let cells: Vec<&str> = row.split(',').collect();
                let place = cells[axis].parse::<i64>().unwrap() - first;
                let weight: f64 = cells[3].parse().unwrap();
                if weight != 0.0 {
                    sums[usize::try_from(place).unwrap()] -= weight;
                }
            }
            assert!(
                sums.iter().all(|left| left.abs() < 1e-9),
                "{name}, axis {axis}: {sums:?}"
            );
        }
    }
    for (kernel, steps) in [
        (3, &[1, 2, 9][..]),
        (2, &[1, 4]),
        (5, &[1, 5, 25]),
        (4, &[3]),
    ] {
        let list = steps
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(",");
        let args = ["-d", &list, "-k", &kernel.to_string(), "--profile"];
        let json = json(&args);
        let found = json["footprint"]["profile"][0]["standard_deviation"]
            .as_f64()
            .unwrap();
        let squares: i32 = steps
            .iter()
            .map(|step| step * step * (kernel * kernel - 1))
            .sum();
        let expected = (f64::from(squares) / 12.0).sqrt();
        assert!(
            (found - expected).abs() < 1e-9,
            "{list}: {found} is not {expected}"
        );
    }
}

/// Pictures of curves and of schedules, in each format; other endings are refused before the search.
#[test]
fn pictures() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    for (ending, begin) in [("svg", &b"<svg"[..]), ("png", b"\x89PNG"), ("pdf", b"%PDF")] {
        let path = folder.join(format!("curves.{ending}"));
        let name = path.to_str().unwrap();
        let said = shown(&["-d", "1,2,9", "--profile", "--spectrum", "-o", name]);
        assert_eq!(said, format!("wrote {name}\n"));
        assert!(std::fs::read(&path).unwrap().starts_with(begin), "{ending}");
        let said = text(&plan(&["--layers", "3", "--pareto", "-o", name]));
        assert_eq!(said, format!("wrote {name}\n"));
        let file = std::fs::read(&path).unwrap();
        assert!(file.starts_with(begin), "{ending}");
        if ending == "svg" {
            let file = String::from_utf8(file).unwrap();
            for schedule in ["1,3,9", "1,3,8", "1,3,7"] {
                assert_eq!(
                    file.matches(&format!(">{schedule}</")).count(),
                    2,
                    "{schedule}"
                );
            }
            assert!(file.contains("those that no other surpasses"));
        }
    }
    let refused = plan(&["--layers", "3", "-o", "front.gif"]);
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        said.contains("the ending must be .svg, .png or .pdf"),
        "{said}"
    );
}

fn plan(args: &[&str]) -> std::process::Output {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_degrid"));
    command.arg("plan").args(args).output().unwrap()
}
