//! Network files made up at random, right and wrong.

use proptest::prelude::*;
use proptest::sample::{Index, select};

/// The shipped network files.
fn files() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/configs");
    let mut texts = Vec::new();
    for folder in [folder.to_owned(), format!("{folder}/broken")] {
        let Ok(entries) = std::fs::read_dir(folder) else {
            continue;
        };
        let paths = entries.map(|e| e.unwrap().path());
        let toml = paths.filter(|p| p.extension().is_some_and(|e| e == "toml"));
        texts.extend(toml.map(|p| std::fs::read_to_string(p).unwrap()));
    }
    assert!(!texts.is_empty());
    texts
}

/// Numbers where limits and overflows lie, and plain ones.
const NUMBERS: [&str; 22] = [
    "0",
    "1",
    "2",
    "3",
    "4",
    "5",
    "7",
    "9",
    "17",
    "64",
    "65",
    "-1",
    "4096",
    "4097",
    "16777216",
    "16777217",
    "2147483647",
    "2147483648",
    "68719476736",
    "9223372036854775807",
    "1.5",
    "\"?\"",
];

fn number() -> impl Strategy<Value = String> {
    prop_oneof![6 => select(&NUMBERS[1..10]), 1 => select(&NUMBERS[..])].prop_map(str::to_owned)
}

fn axes() -> impl Strategy<Value = String> {
    prop_oneof![4 => number(), 1 => (number(), number()).prop_map(|(a, b)| format!("[{a}, {b}]"))]
}

fn padding() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => number(),
        2 => select(vec!["\"same\"", "\"valid\"", "\"causal\""]).prop_map(str::to_owned),
        1 => (axes(), axes()).prop_map(|(a, b)| format!("[{a}, {b}]")),
    ]
}

fn entry() -> impl Strategy<Value = String> {
    let key = prop_oneof![
        (
            select(vec![
                "kernel",
                "stride",
                "dilation",
                "dilation",
                "output_padding",
                "factor",
                "size",
                "size",
                "offset"
            ]),
            axes()
        )
            .prop_map(|(k, v)| format!("{k} = {v}")),
        padding().prop_map(|p| format!("padding = {p}")),
        select(vec![
            "like = \"a\"",
            "like = \"input\"",
            "mode = \"linear\"",
            "mode = \"cubic\"",
            "mode = \"reflect\"",
            "mode = \"circular\"",
            "axes = \"x\"",
            "axes = [\"y\"]",
            "align_corners = true",
            "ceil_mode = true",
            "channels = 3"
        ])
        .prop_map(str::to_owned),
    ];
    let op = select(vec![
        "conv",
        "conv",
        "conv",
        "max-pool",
        "avg-pool",
        "transposed",
        "upsample",
        "upsample",
        "pixel-shuffle",
        "global-pool",
        "adaptive-avg-pool",
        "adaptive-max-pool",
        "crop",
        "pad",
        "slice",
    ]);
    (op, prop::collection::vec(key, 0..4)).prop_map(|(op, mut keys)| {
        keys.sort();
        keys.dedup_by(|a, b| a.split(' ').next() == b.split(' ').next());
        keys.insert(0, format!("op = \"{op}\""));
        format!("{{ {} }}", keys.join(", "))
    })
}

fn layers() -> impl Strategy<Value = String> {
    let leaf =
        prop::collection::vec(entry(), 0..4).prop_map(|list| format!("[{}]", list.join(", ")));
    leaf.prop_recursive(2, 12, 3, |inner| {
        (
            prop::collection::vec(inner, 1..4),
            select(vec!["add", "concat"]),
        )
            .prop_map(|(branches, merge)| {
                format!(
                    "[{{ branches = [{}], merge = \"{merge}\" }}]",
                    branches.join(", ")
                )
            })
    })
}

fn stage() -> impl Strategy<Value = String> {
    let body = prop_oneof![
        prop::collection::vec(axes(), 0..6).prop_map(|d| format!("dilations = [{}]", d.join(", "))),
        layers().prop_map(|l| format!("layers = {l}")),
    ];
    let more = prop::collection::vec(
        prop_oneof![
            padding().prop_map(|p| format!("padding = {p}")),
            (select(vec!["kernel", "stride"]), axes()).prop_map(|(k, v)| format!("{k} = {v}")),
            select(vec![
                "repeat = 2",
                "repeat = 3",
                "residual = true",
                "from = \"a\"",
                "from = [\"a\", \"input\"]",
                "from = [\"a\", \"b\"]",
                "rules = { gridding = \"warn\" }"
            ])
            .prop_map(str::to_owned),
        ],
        0..3,
    );
    (
        body,
        more,
        select(vec!["", "name = \"a\"\n", "name = \"b\"\n"]),
    )
        .prop_map(|(body, mut more, name)| {
            more.sort();
            more.dedup_by(|a, b| a.split(' ').next() == b.split(' ').next());
            format!("[[stage]]\n{name}{body}\n{}\n", more.join("\n"))
        })
}

/// Files of the right words, most of them no network.
pub fn network() -> impl Strategy<Value = String> {
    let head = select(vec![
        "",
        "",
        "dims = 1\n",
        "dims = 3\n",
        "input = 65\n",
        "input = [33, 20]\n",
        "input = 2147483647\n",
        "outputs = [\"a\", \"b\"]\n",
        "[defaults]\npadding = 0\n",
    ]);
    (head, prop::collection::vec(stage(), 1..4))
        .prop_map(|(head, stages)| format!("{head}{}", stages.concat()))
}

/// Shipped files with a few numbers replaced.
pub fn other_numbers() -> impl Strategy<Value = String> {
    let changes = prop::collection::vec((any::<Index>(), select(&NUMBERS[..])), 1..4);
    (select(files()), changes).prop_map(|(mut text, changes)| {
        for (place, number) in changes {
            let runs: Vec<(usize, usize)> = text
                .char_indices()
                .filter(|(at, c)| {
                    c.is_ascii_digit()
                        && !text[..*at]
                            .ends_with(|c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-')
                })
                .map(|(at, _)| {
                    (
                        at,
                        at + text[at..].bytes().take_while(u8::is_ascii_digit).count(),
                    )
                })
                .collect();
            if !runs.is_empty() {
                let (start, end) = runs[place.index(runs.len())];
                text.replace_range(start..end, number);
            }
        }
        text
    })
}

/// Shipped files with characters inserted, replaced and cut.
pub fn other_characters() -> impl Strategy<Value = String> {
    let inserts = select(vec![
        "[", "]", "{", "}", "=", ",", "\"", "\n", "#", "é", "-", "9", "\u{feff}", "\r\n",
    ]);
    let changes = prop::collection::vec((any::<Index>(), 0_u8..4, inserts), 1..6);
    (select(files()), changes).prop_map(|(mut text, changes)| {
        for (place, kind, insert) in changes {
            if text.is_empty() {
                break;
            }
            let start = text.floor_char_boundary(place.index(text.len()));
            let end = text.ceil_char_boundary(start + 1);
            match kind {
                0 => text.replace_range(start..end, ""),
                1 => text.replace_range(start..end, insert),
                2 => text.insert_str(start, insert),
                _ => {
                    let line = text[start..].find('\n').map_or(text.len(), |n| start + n);
                    text.replace_range(start..line, "");
                }
            }
        }
        text
    })
}
