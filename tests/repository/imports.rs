//! Which module of the crate imports which: there are no circles, and rooms import only the rooms that they may.

mod graph;

use std::path::Path;
use std::sync::LazyLock;

use crate::page::{root, text};
use graph::{Graph, Sources, circles, graph};

/// What each room may import; the longest name that fits a module holds. `cli` may import all.
const ROOMS: &[(&str, &[&str])] = &[
    ("network", &[]),
    ("footprint", &["network"]),
    ("rules", &["network", "footprint"]),
    ("planner", &["network", "footprint", "rules"]),
    ("trace", &["network"]),
    ("onnx", &["network", "trace"]),
    ("graph", &["network", "trace"]),
    ("config", &["network", "rules", "planner"]),
    (
        "report",
        &["network", "footprint", "rules", "planner", "config"],
    ),
    (
        "draw",
        &["network", "footprint", "rules", "planner", "report"],
    ),
    (
        "render",
        &["network", "footprint", "rules", "config", "report", "draw"],
    ),
];

static LIBRARY: LazyLock<Graph> = LazyLock::new(|| graph(&sources()));

#[test]
fn modules_import_in_no_circles() {
    let graph = &*LIBRARY;
    let found = circles(graph);
    let edges = |circle: &Vec<&str>| {
        let edges = circle.iter().map(|from| {
            let to = graph[*from].iter();
            let to: Vec<&String> = to.filter(|to| circle.contains(&to.as_str())).collect();
            format!("{from} imports {}\n", itertools::join(to, ", "))
        });
        itertools::join(edges, "")
    };
    let circles: Vec<String> = found.iter().map(edges).collect();
    assert!(
        circles.is_empty(),
        "circles of imports:\n{}",
        circles.join("\n")
    );
}

#[test]
fn rooms_import_only_what_they_may() {
    let row = |module: &str| {
        let is_in = |room: &str| module == room || module.starts_with(&format!("{room}::"));
        let rows = ROOMS.iter().filter(|(room, _)| is_in(room));
        rows.max_by_key(|(room, _)| room.len())
    };
    let mut faults = Vec::new();
    for (from, imported) in &*LIBRARY {
        let room = from.split("::").next().unwrap();
        if room.is_empty() || room == "cli" {
            continue;
        }
        let (_, may) = row(from).unwrap_or_else(|| panic!("ROOMS has no row for {from}"));
        for to in imported {
            let target = to.split("::").next().unwrap();
            if target != room && !may.contains(&target) {
                faults.push(format!("{from} may not import {to}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn what_is_a_circle() {
    let sources = |modules: &[(&str, &str)]| -> Sources {
        let own = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
        modules.iter().map(own).collect()
    };
    let count = |modules: &[(&str, &str)]| circles(&graph(&sources(modules))).len();
    // A parent re-exports what its child defines: others use the child.
    let parent = ("a", "pub use one::{One, make as build};");
    let child = (
        "a::one",
        "pub struct One; pub fn make() { super::two::Two; }",
    );
    assert_eq!(count(&[parent, child, ("a::two", "pub struct Two;")]), 0);
    assert_eq!(
        count(&[parent, child, ("a::two", "use super::One; pub struct Two;")]),
        1
    );
    assert_eq!(
        count(&[
            parent,
            child,
            ("a::two", "use crate::a::*; pub struct Two;")
        ]),
        0
    );
    assert_eq!(
        count(&[
            parent,
            child,
            ("a::two", "fn f() { crate::a::build() } struct Two;")
        ]),
        1
    );
    // What a parent defines is its own.
    let parent = ("a", "mod one; pub struct Own; fn f() { one::make() }");
    assert_eq!(
        count(&[parent, ("a::one", "use super::Own; pub fn make() {}")]),
        1
    );
    assert_eq!(count(&[parent, ("a::one", "pub fn make() {}")]), 0);
    // Comments, texts and tests do not import.
    let quiet = "/// [`super::Own`]\npub fn make() { \"super::Own\"; '\"'; }\n#[cfg(test)]\nmod tests { use super::super::Own; }";
    assert_eq!(count(&[parent, ("a::one", quiet)]), 0);
}

/// The modules of the library.
fn sources() -> Sources {
    let mut sources = Sources::new();
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("src/main.rs")
            {
                sources.insert(module(&path), text(&path));
            }
        }
    }
    assert!(sources.len() > 100);
    sources
}

/// The module of a file: `src/a/b.rs` and `src/a/b/mod.rs` are `a::b`, `src/lib.rs` is the empty name.
fn module(path: &Path) -> String {
    let path = path.strip_prefix(root().join("src")).unwrap();
    let path = path.with_extension("");
    let mut names: Vec<&str> = path.iter().map(|name| name.to_str().unwrap()).collect();
    if names == ["lib"] || names.last() == Some(&"mod") {
        names.pop();
    }
    names.join("::")
}
