//! `docs/json.md` has every key that the program writes, with its type, and no other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::command::{Folder, degrid};
use serde_json::{Map, Value};

/// A row of a table: a key and its type. The key `…` stands for all keys of the type.
type Row = (String, String);

/// The tables of the page by their headings.
struct Page {
    tables: BTreeMap<String, Vec<Row>>,
    seen: BTreeSet<(String, String)>,
    faults: BTreeSet<String>,
}

impl Page {
    /// The keys of the page that nothing wrote.
    fn unseen(&self) -> Vec<(String, String)> {
        let all = self.tables.iter().flat_map(|(table, rows)| {
            let rows = rows.iter().filter(|row| row.0 != "…");
            rows.map(|row| (table.clone(), row.0.clone()))
        });
        all.filter(|row| !self.seen.contains(row)).collect()
    }

    fn read(text: &str) -> Self {
        let mut tables: BTreeMap<String, Vec<Row>> = BTreeMap::new();
        let mut heading = String::new();
        for line in text.lines() {
            if line.starts_with('#') {
                line.trim_start_matches('#').trim().clone_into(&mut heading);
            }
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            if let ["", key, kind, _, ""] = cells[..]
                && key != "key"
                && !key.starts_with('-')
            {
                let row = (key.trim_matches('`').to_owned(), kind.to_owned());
                tables.entry(heading.clone()).or_default().push(row);
            }
        }
        Self {
            tables,
            seen: BTreeSet::new(),
            faults: BTreeSet::new(),
        }
    }

    /// The rows of a table, those that it takes from another among them, each with the table where it stands.
    fn rows(&self, table: &str) -> Vec<(String, Row)> {
        let rows = self.tables.get(table);
        let rows = rows.unwrap_or_else(|| panic!("no table of {table}"));
        let mut all = Vec::new();
        for row in rows {
            if row.0 == "…" {
                all.extend(self.rows(&row.1));
            } else {
                all.push((table.to_owned(), row.clone()));
            }
        }
        all
    }

    /// Holds an object against a table.
    fn object(&mut self, table: &str, object: &Map<String, Value>) {
        let rows = self.rows(table);
        for (home, (key, kind)) in &rows {
            if let Some(value) = object.get(key) {
                self.seen.insert((home.clone(), key.clone()));
                if !self.fits(kind, value) {
                    self.faults
                        .insert(format!("{table}: `{key}` is no {kind}: {value}"));
                }
            } else if !alternatives(kind).contains(&"absent") {
                self.faults.insert(format!("{table}: `{key}` is left out"));
            }
        }
        for key in object.keys() {
            if !rows.iter().any(|(_, row)| row.0 == *key) {
                self.faults
                    .insert(format!("{table}: `{key}` is not in the page"));
            }
        }
    }

    fn fits(&mut self, kind: &str, value: &Value) -> bool {
        alternatives(kind).into_iter().any(|kind| match kind {
            "null" => value.is_null(),
            "text" => value.is_string(),
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            "boolean" => value.is_boolean(),
            "map" => value.is_object(),
            "absent" => false,
            list if list.starts_with('[') => value.as_array().is_some_and(|values| {
                let inner = &list[1..list.len() - 1];
                values.iter().all(|value| self.fits(inner, value))
            }),
            table => value.as_object().is_some_and(|object| {
                self.object(table, object);
                true
            }),
        })
    }
}

/// The types of a union, split outside of brackets.
fn alternatives(kind: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let mut from = 0;
    let mut found = Vec::new();
    for (at, letter) in kind.char_indices() {
        match letter {
            '[' => depth += 1,
            ']' => depth -= 1,
            ' ' if depth == 0 && kind[at..].starts_with(" or ") => {
                found.push(&kind[from..at]);
                from = at + 4;
            }
            _ => {}
        }
    }
    found.push(&kind[from..]);
    found
}

fn networks() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["configs", "configs/broken"] {
        let entries = std::fs::read_dir(root.join(folder)).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        files.extend(paths.filter(|path| path.extension().is_some_and(|e| e == "toml")));
    }
    files.sort();
    files
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn the_page_lists_what_is_written() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("docs/json.md")).unwrap();
    let mut page = Page::read(&text);
    let folder = Folder::new("json-page");
    let file = |name: &str, text: &str| folder.file(name, text).to_str().unwrap().to_owned();
    let invalid = file("invalid.toml", "[[stage]]\ndilatoins = [1, 0]\n");
    let known = file(
        "known.toml",
        "[[stage]]\nname = \"body\"\ndilations = [2, 2]\n",
    );
    let baseline = folder.path().join("known.json");
    let baseline = baseline.to_str().unwrap();
    let pooled = file(
        "pooled.toml",
        "[[stage]]\nlayers = [{ op = \"global-pool\" }]\n",
    );
    let stuck = file(
        "stuck.toml",
        "[target]\nreceptive_field = 99\n[[stage]]\nname = \"body\"\nlayers = [{ op = \"conv\", kernel = 3, dilation = \"?\" }]\n",
    );
    // No dilation that may change is written beside it.
    let left = file(
        "left.toml",
        "[[stage]]\nname = \"up\"\nlayers = [{ op = \"transposed\", kernel = 2, stride = 1, dilation = 3 }]\n",
    );
    let nets: Vec<String> = (networks().iter())
        .map(|path| path.to_str().unwrap().to_owned())
        .collect();
    let nets: Vec<&str> = nets.iter().map(String::as_str).collect();
    degrid(
        root,
        "check",
        &[&known, "--baseline", baseline, "--update-baseline"],
        "",
    );

    let channels = file(
        "channels.toml",
        "input = [3, 65, 65]\n[[stage]]\ndilations = [1, 2]\n",
    );
    let twins = file(
        "twins.toml",
        "[[stage]]\nname = \"a\"\nlayers = [{ kernel = 1, dilation = 2 }, { kernel = 1, dilation = 2 }]\n",
    );

    let turns = file(
        "turns.toml",
        "dims = 2\n[[stage]]\ndilations = [{ cycle = [1, 2, 5] }, [{ cycle = [1, 2] }, 1]]\nrepeat = 6\n",
    );

    let json = ["--format", "json"];
    let various: [&str; 6] = [&invalid, &pooled, &known, &channels, &twins, &turns];
    let mut runs: Vec<(&str, &str, Vec<&str>)> = vec![
        ("check", "check", nets.clone()),
        ("check", "check", various.to_vec()),
        ("check", "check", vec!["-d", "1,2,9"]),
        (
            "check",
            "check",
            vec!["tests/data/onnx/yolo_yolov8n.legacy.onnx"],
        ),
        ("check", "check", vec![&known, "--baseline", baseline]),
        ("show", "show", vec![&pooled]),
        ("show", "show", vec![&turns]),
        ("show", "show", vec!["-d", "2,3", "--unit", "1,1"]),
        (
            "show",
            "show",
            vec!["configs/deeplabv3.toml", "--profile", "--spectrum"],
        ),
        (
            "show --writes",
            "show",
            vec!["configs/erfnet.toml", "--writes"],
        ),
        (
            "show --writes",
            "show",
            vec!["configs/enet.toml", "--writes"],
        ),
        ("fix", "fix", nets.clone()),
        ("fix", "fix", vec!["docs/fix.in/backbone.toml", &left]),
        ("plan FILE", "plan", vec!["docs/plan.in/road.toml"]),
        (
            "plan FILE",
            "plan",
            vec!["docs/plan.in/grid.toml", "--stage", "body"],
        ),
        ("plan FILE", "plan", vec![&stuck]),
    ];
    for words in [
        "-k 3 --layers 4 --receptive-field 31",
        "-k 3 --receptive-field 65..",
        "-k 3 --layers 3 --pareto --max-ripple 3",
        "-k 3 --layers 1",
        "-k 3 --layers 2 --receptive-field 500",
        "-k 3 --layers 3 --input 65 --min-outer-taps 0.5 --max-lobe 0.3",
    ] {
        runs.push(("plan", "plan", words.split(' ').collect()));
    }
    for net in &nets {
        runs.push(("show", "show", vec![net]));
    }
    for (table, command, args) in runs {
        let args = [&args[..], &json].concat();
        let ran = degrid(root, command, &args, "");
        let value: Value = serde_json::from_str(&ran.out)
            .unwrap_or_else(|error| panic!("{command} {args:?}: {error}\n{}", ran.err));
        page.object(table, value.as_object().unwrap());
    }
    let unseen = page.unseen();
    assert!(page.faults.is_empty(), "{:#?}", page.faults);
    assert!(unseen.is_empty(), "no run writes {unseen:#?}");
}
