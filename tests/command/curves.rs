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
        wide.contains("peak grating lobe 0.415 at 0.1028, period 9.73"),
        "{wide}"
    );
}

#[test]
fn profiles_compared_share_a_scale() {
    insta::assert_snapshot!(shown(&["-d", "2,2,2", "--compare", "1,2,3,4", "--profile"]));
}

/// The rows of a chart from above, without what stands before them.
fn rows(text: &str, title: &str) -> Vec<Vec<char>> {
    let is_row = |line: &&str| line.contains(['│', '┤']);
    let lines = text.lines().skip_while(|line| !line.contains(title));
    let rows = lines.skip_while(|line| !is_row(line)).take_while(is_row);
    let bars = |row: &str| row.split_once(['│', '┤']).unwrap().1.chars().collect();
    rows.map(bars).collect()
}

/// Heights of a chart's columns in eighths of a line, read off its text; `None` in a column with a hole.
fn heights(text: &str, title: &str) -> Vec<Option<usize>> {
    let blocks = "▁▂▃▄▅▆▇█";
    let rows = rows(text, title);
    let width = rows.iter().map(Vec::len).max().unwrap();
    let height = |column: usize| {
        let mut sum = Some(0);
        for row in &rows {
            match row.get(column) {
                None | Some(' ') => {}
                Some('·') => sum = None,
                Some(block) => {
                    let eighths = blocks.chars().position(|b| b == *block).unwrap() + 1;
                    sum = sum.map(|sum: usize| sum + eighths);
                }
            }
        }
        sum
    };
    (0..width).map(height).collect()
}

/// The points of a chart, two columns a character, each from below: which of them are there.
fn points(text: &str, title: &str) -> Vec<Vec<bool>> {
    // The numbers of the points of a Braille pattern, from above; the bit of number n is n − 1.
    let numbers = [[1, 2, 3, 7], [4, 5, 6, 8]];
    let rows = rows(text, title);
    let width = rows.iter().map(Vec::len).max().unwrap();
    let column = |index: usize| {
        let points = rows.iter().flat_map(|row| {
            let letter = row.get(index / 2).copied().unwrap_or(' ');
            let pattern = u32::from(letter).saturating_sub(0x2800);
            assert!(pattern < 256 && (letter == ' ' || pattern > 0), "{letter}");
            numbers[index % 2].map(|number| pattern >> (number - 1) & 1 == 1)
        });
        let mut points: Vec<bool> = points.collect();
        points.reverse();
        points
    };
    (0..2 * width).map(column).collect()
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
        // Two columns of points a character, each from where the one before ended to its own height.
        let drawn = points(&text, "spectrum: ");
        let last = values.len() - 1;
        let mut before = None;
        for column in 0..2 * 76 {
            let part = &values[column * last / 152..=(column + 1) * last / 152];
            let most = part.iter().copied().fold(0.0, f64::max);
            let own = (most * 31.0).round() as usize;
            let there = |point: usize| match before {
                Some(before) if before < own => before < point && point <= own,
                Some(before) if own < before => own <= point && point < before,
                _ => point == own,
            };
            let expected: Vec<bool> = (0..32).map(there).collect();
            let found = drawn.get(column).cloned().unwrap_or(vec![false; 32]);
            assert_eq!(found, expected, "{dilations}: column {column}");
            before = Some(own);
        }
    }
}

/// More positions than characters are points: full up to the least of those that share one, half of them up to the greatest.
#[test]
fn long_profiles_are_points() {
    for (dilations, by) in [("1,3,9,27", 1), ("1,3,9,27,81", 2), ("2,6,18,54", 2)] {
        let args = ["-d", dilations, "--dims", "1", "--profile"];
        let (text, json) = (shown(&args), json(&args));
        let weights = numbers(&json["footprint"]["profile"][0]["weights"]);
        let most = weights.iter().copied().fold(0.0, f64::max);
        let drawn = points(&text.replace('·', " "), "paths: ");
        for (column, part) in weights.chunks(by).enumerate() {
            let height = |weight: f64| match weight {
                0.0 => 0,
                weight => (weight / most * 32.0).round().max(1.0) as usize,
            };
            let (least, greatest) = part
                .iter()
                .fold((most, 0.0_f64), |(a, b), w| (a.min(*w), b.max(*w)));
            let (least, greatest) = (height(least), height(greatest));
            let own = &drawn[column];
            let sum = own.iter().filter(|point| **point).count();
            let between = greatest - least;
            assert!(
                own[..least].iter().all(|point| *point),
                "{dilations}: column {column}"
            );
            assert!(
                !own[greatest..].contains(&true),
                "{dilations}: column {column}"
            );
            assert!((least + between / 2..=least + between.div_ceil(2)).contains(&sum));
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
    let dark = folder.join("dark.svg");
    let name = dark.to_str().unwrap();
    text(&plan(&[
        "--layers", "3", "--pareto", "--theme", "dark", "-o", name,
    ]));
    let file = std::fs::read_to_string(&dark).unwrap();
    assert!(file.contains("fill=\"#0d1117\"/>") && !file.contains("fill=\"#ffffff\""));
    let refused = plan(&["--layers", "3", "--theme", "dark"]);
    assert_eq!(refused.status.code(), Some(2));
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
