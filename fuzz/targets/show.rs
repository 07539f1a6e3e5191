#![no_main]
//! A network file in every view and every format of `show`. The first bytes choose the view, the rest is the file.

use arbitrary::{Arbitrary, Unstructured};
use degrid_fuzz::{check, parsed, run, written};
use libfuzzer_sys::fuzz_target;

/// What to show. Names are those of the file, by number.
#[derive(Debug, Arbitrary)]
struct View {
    format: u8,
    view: u8,
    place: u8,
    names: [u8; 2],
    unit: [i8; 3],
    flags: u8,
}

const FORMATS: [&str; 9] = [
    "human", "human", "json", "json", "npy", "csv", "svg", "png", "pdf",
];

fn args(view: &View, names: &[String], dims: usize) -> Vec<String> {
    let mut args: Vec<String> = vec!["show".into(), "-".into()];
    let mut add = |words: &[&str]| args.extend(words.iter().map(|word| (*word).to_owned()));
    let named = |number: u8| names.get(usize::from(number) % (names.len() + 1));
    let is_on = |bit: u8| view.flags & (1 << bit) != 0;
    match view.view % 10 {
        0 => add(&["--layers"]),
        1 => add(&["--profile"]),
        2 => add(&["--spectrum"]),
        3 => add(&["--profile", "--spectrum"]),
        4 => add(&["--writes"]),
        5 => add(&["--compare", "1,2,5"]),
        6 => add(&["--compare", "2,2", "--difference"]),
        7 => add(&["--gallery"]),
        8 => add(&["--slices", "3"]),
        _ => {}
    }
    match view.place % 4 {
        0 => {
            if let Some(at) = named(view.names[0]) {
                add(&["--at", at]);
            }
            if let Some(on) = named(view.names[1]) {
                add(&["--on", on]);
            }
        }
        1 => {
            if let Some(stage) = named(view.names[0]) {
                add(&["--stage", stage]);
            }
        }
        _ => {}
    }
    if is_on(0) {
        let unit: Vec<String> = view.unit[..dims].iter().map(i8::to_string).collect();
        add(&["--unit", &unit.join(",")]);
    }
    for (bit, words) in [
        (1, &["--with-global-pools"][..]),
        (2, &["--crop"]),
        (3, &["--ascii"]),
        (4, &["--theme", "dark"]),
        (5, &["--colors", "gray"]),
        (6, &["--coverage"]),
        (7, &["--slice", "y=1"]),
    ] {
        if is_on(bit) {
            add(words);
        }
    }
    args
}

fuzz_target!(|data: &[u8]| {
    let mut bytes = Unstructured::new(data);
    let Ok(view) = View::arbitrary(&mut bytes) else {
        return;
    };
    let text = bytes.take_rest();
    let Some(report) = check(text) else {
        return;
    };
    let file = &report["files"][0];
    let mut names = vec!["input".to_owned()];
    for stage in file["stages"].as_array().into_iter().flatten() {
        let name = stage["name"].as_str().expect("a name");
        names.extend([name.to_owned(), format!("{name}/1")]);
    }
    let dims = file["network"]["dims"].as_u64().expect("axes");
    let args = args(&view, &names, usize::try_from(dims).expect("few axes"));
    let format = FORMATS[usize::from(view.format) % FORMATS.len()];
    match format {
        "human" => drop(run(&args, text)),
        "json" => {
            let answer = run(
                &[&args[..], &["--format".to_owned(), "json".to_owned()]].concat(),
                text,
            );
            if answer.code < 2 {
                parsed(&answer.out);
            }
        }
        _ => {
            let Some(bytes) = written(&args, format, text) else {
                return;
            };
            let start: &[u8] = match format {
                "npy" => b"\x93NUMPY",
                "svg" => b"<svg",
                "png" => b"\x89PNG",
                "pdf" => b"%PDF-",
                _ => b"",
            };
            assert!(bytes.starts_with(start), "{args:?}: no {format}");
            if format == "svg" {
                let mut reader = quick_xml::Reader::from_reader(bytes.as_slice());
                while reader.read_event().expect("XML") != quick_xml::events::Event::Eof {}
            }
        }
    }
});
