//! Networks written as files: each says what the network is.

use degrid::Policy;
use degrid::config::{parse, write};
use degrid::footprint::View;
use degrid::network::{LayerSpec, MapId, Network, Padding};

/// The files of the recorded cases, and those of the repository.
fn files() -> Vec<(String, String)> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for name in ["torch", "more", "further"] {
        let path = root.join(format!("tests/data/{name}.jsonl"));
        let text = std::fs::read_to_string(path).unwrap();
        for (at, line) in text.lines().enumerate() {
            let case: serde_json::Value = serde_json::from_str(line).unwrap();
            files.push((
                format!("{name} {at}"),
                case["toml"].as_str().unwrap().to_owned(),
            ));
        }
    }
    for folder in ["configs", "docs/pictures"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|e| e == "toml") {
                files.push((
                    path.display().to_string(),
                    std::fs::read_to_string(path).unwrap(),
                ));
            }
        }
    }
    files
}

/// What the outputs read: size, positions of the middle, path weights and receptive field.
fn read(network: &Network) -> Vec<String> {
    let of = |output: &MapId| {
        let view = View::middle(network, *output, MapId::INPUT);
        let seen = view.seen(false).map(|r| (r.bounds(), r.count()));
        let twin = view.seen(true).map(|r| (r.bounds(), r.count()));
        let sum = network.input.map(|size| {
            let field = view
                .paths()
                .and_then(|f| f.array(&[0, 0, 0][..size.len()], &size));
            field.map(|weights| {
                let most = weights.iter().copied().fold(0.0, f64::max);
                format!("{:.6e} {most:.6e}", weights.sum())
            })
        });
        let facts = network.facts(*output);
        format!(
            "{:?} {seen:?} {twin:?} {sum:?} {:?}",
            facts.size, facts.receptive_field
        )
    };
    network.outputs.iter().map(of).collect()
}

/// Whether a network grids, at the levels that hold where no file says others.
fn gridding(network: &Network) -> bool {
    let findings = degrid::check(network, &Policy::default()).findings;
    findings.iter().any(|finding| finding.rule.id == "gridding")
}

/// PyTorch refuses such a pool, and a file where it is one number; other frameworks have them.
#[test]
fn a_pool_with_much_padding_is_written_for_each_side() {
    for padding in [2, 4] {
        let pool = LayerSpec::max_pool(3).stride(2);
        let pool = pool.padding(Padding::Sides(padding, padding));
        let network = Network::builder(2).layer(pool).build().unwrap();
        let written = write(&network).unwrap();
        let pairs = format!("padding = [[{padding}, {padding}], [{padding}, {padding}]]");
        assert!(written.contains(&pairs), "{written}");
        assert_eq!(read(&parse(&written).unwrap().network), read(&network));
        let one = written.replace(&pairs, &format!("padding = {padding}"));
        assert!(parse(&one).is_err(), "{one}");
    }
}

#[test]
fn what_is_written_says_the_same() {
    let files = files();
    assert!(files.len() > 1000, "{}", files.len());
    let mut faults = Vec::new();
    for (name, text) in &files {
        let network = match parse(text) {
            Ok(config) => config.network,
            Err(problems) => panic!("{name}: {problems:?}"),
        };
        let written = match write(&network) {
            Ok(written) => written,
            Err(error) => {
                faults.push(format!("{name}: {error}\n{text}"));
                continue;
            }
        };
        let again = parse(&written).unwrap().network;
        let (wanted, found) = (read(&network), read(&again));
        if wanted != found {
            faults.push(format!("{name}: {wanted:?}\n{found:?}\n{text}\n{written}"));
        }
        if gridding(&network) != gridding(&again) {
            faults.push(format!(
                "{name}: gridding {}\n{text}\n{written}",
                gridding(&network)
            ));
        }
        // Written again it is the same text.
        let twice = write(&again).unwrap();
        if twice != written {
            faults.push(format!("{name}: written twice\n{written}\n{twice}"));
        }
    }
    let first = faults.first();
    assert!(
        faults.is_empty(),
        "{} faults; the first: {first:?}",
        faults.len()
    );
}
