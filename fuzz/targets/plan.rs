#![no_main]
//! Schedules that `plan` lists and counts, against a search of its own through all that there are; each listed one passes `check`.

use arbitrary::Arbitrary;
use degrid_fuzz::{json, run};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

#[derive(Debug, Arbitrary)]
struct Asked {
    kernel: u8,
    layers: [u8; 2],
    is_open: bool,
    repeat: u8,
    most: u8,
    field: Option<[u8; 2]>,
    allow_equal: bool,
    exact: bool,
    jump: Option<[u8; 2]>,
    outer: Option<[u8; 2]>,
    lobe: Option<u8>,
    ripple: Option<u8>,
    rank: u8,
    top: u8,
    listing: u8,
}

/// The request as numbers.
struct Request {
    kernel: i64,
    layers: (i64, i64),
    repeat: i64,
    most: i64,
    field: Option<(i64, i64)>,
    jump: (i64, i64),
}

impl Asked {
    fn request(&self) -> Request {
        let up_to = |most: i64, byte: u8| 1 + i64::from(byte) % most;
        let fewest = up_to(3, self.layers[0]);
        let field = self
            .field
            .map(|[low, width]| (1 + i64::from(low) % 120, i64::from(width)));
        Request {
            kernel: up_to(6, self.kernel),
            layers: (fewest, fewest + i64::from(self.layers[1]) % 2),
            repeat: up_to(3, self.repeat),
            most: up_to(12, self.most),
            field: field.map(|(low, width)| (low, low + width)),
            jump: self
                .jump
                .map_or((1, 1), |jump| (up_to(4, jump[0]), up_to(4, jump[1]))),
        }
    }

    fn args(&self, request: &Request) -> Vec<String> {
        let Request {
            kernel,
            layers: (fewest, most),
            repeat,
            most: largest,
            field,
            jump,
        } = request;
        let mut words = format!("plan -k {kernel} --repeat {repeat} --max-dilation {largest}");
        let mut add = |more: String| words.push_str(&format!(" {more}"));
        if !(self.is_open && field.is_some()) {
            add(format!("--layers {fewest}..{most}"));
        }
        if let Some((low, high)) = field {
            add(format!("--receptive-field {low}..{high}"));
        }
        if self.jump.is_some() {
            add(format!("--jump {}/{}", jump.0, jump.1));
        }
        if let Some([input, share]) = self.outer {
            add(format!(
                "--input {} --min-outer-taps {}",
                1 + i64::from(input),
                f64::from(share) / 255.0
            ));
        }
        if let Some(lobe) = self.lobe {
            add(format!("--max-lobe {}", f64::from(lobe) / 255.0));
        }
        if let Some(ripple) = self.ripple {
            add(format!("--max-ripple {}", 1.0 + f64::from(ripple) / 16.0));
        }
        for (is_on, flag) in [(self.allow_equal, "--allow-equal"), (self.exact, "--exact")] {
            if is_on {
                add(flag.to_owned());
            }
        }
        words.split(' ').map(str::to_owned).collect()
    }
}

/// Every tooth of a number of layers with dilations up to a greatest one.
fn teeth(layers: i64, most: i64, allow_equal: bool) -> Vec<Vec<i64>> {
    let mut teeth = vec![Vec::new()];
    for _ in 0..layers {
        let longer = |tooth: Vec<i64>| {
            let first = tooth
                .last()
                .map_or(1, |last| last + i64::from(!allow_equal));
            (first..=most)
                .map(move |next| [&tooth[..], &[next]].concat())
                .collect::<Vec<_>>()
        };
        teeth = teeth.into_iter().flat_map(longer).collect();
    }
    teeth
}

/// Whether what the layers of a repeated tooth read has no hole: every position from the first to the last is reached.
fn is_hole_free(tooth: &[i64], kernel: i64, repeat: i64) -> bool {
    let mut read = vec![true];
    for dilation in (0..repeat).flat_map(|_| tooth) {
        let reach = usize::try_from((kernel - 1) * dilation).expect("small");
        let mut next = vec![false; read.len() + reach];
        for tap in 0..kernel {
            let shift = usize::try_from(tap * dilation).expect("small");
            for (at, _) in read.iter().enumerate().filter(|(_, read)| **read) {
                next[at + shift] = true;
            }
        }
        read = next;
    }
    read.into_iter().all(|read| read)
}

/// The published maximum distance of a tooth; `None` for one layer.
fn m2(tooth: &[i64]) -> Option<i64> {
    let (last, before) = tooth.split_last()?;
    let mut m = *last;
    for r in before.get(1..)?.iter().rev() {
        m = (m - 2 * r).max(m - 2 * (m - r)).max(*r);
    }
    Some(m)
}

fn receptive_field(tooth: &[i64], request: &Request) -> i64 {
    1 + request.repeat * (request.kernel - 1) * tooth.iter().sum::<i64>()
}

/// Whether a tooth is what was asked for, measures left aside.
fn passes(tooth: &[i64], asked: &Asked, request: &Request) -> bool {
    let (above, below) = request.jump;
    // In input positions, times the denominator of the jump.
    let field = receptive_field(tooth, request) * above;
    let is_asked = request
        .field
        .is_none_or(|(low, high)| (low * below..=high * below).contains(&field));
    is_asked
        && is_hole_free(tooth, request.kernel, request.repeat)
        && (asked.exact || m2(tooth).is_none_or(|m| m <= request.kernel))
}

fn dilations(schedule: &Value) -> Vec<i64> {
    degrid_fuzz::numbers(&schedule["dilations"]).expect("numbers")
}

fuzz_target!(|asked: Asked| {
    let request = asked.request();
    let args = asked.args(&request);
    let with = |more: &str| -> Vec<String> {
        args.iter()
            .cloned()
            .chain(more.split_whitespace().map(str::to_owned))
            .collect()
    };
    // Every format takes every request.
    let rank =
        ["receptive-field", "smallest", "ripple", "lobe", "compact"][usize::from(asked.rank) % 5];
    let top = 1 + asked.top % 8;
    let format = ["human", "csv", "toml", "markdown", "latex"][usize::from(asked.listing / 8) % 5];
    let listing = match asked.listing % 8 {
        0 => "--all".to_owned(),
        1 => "--count".to_owned(),
        2 => "--pareto".to_owned(),
        _ => format!("--rank {rank} --top {top}"),
    };
    run(&with(&format!("{listing} --format {format}")), b"");

    let Some(plan) = json(
        &with(&format!("--rank {rank} --top {top} --format json")),
        b"",
    ) else {
        return;
    };
    let listed: Vec<Vec<i64>> = plan["schedules"]
        .as_array()
        .into_iter()
        .flatten()
        .map(dilations)
        .collect();
    for tooth in &listed {
        assert!(passes(tooth, &asked, &request), "{args:?}: {tooth:?}");
        let all: Vec<String> = (0..request.repeat)
            .flat_map(|_| tooth)
            .map(i64::to_string)
            .collect();
        let check = format!(
            "check --format json --dims 1 -k {} -d {}",
            request.kernel,
            all.join(",")
        );
        let check: Vec<&str> = check.split(' ').collect();
        let report = json(&check, b"").expect("a schedule");
        let verdict = &report["files"][0]["stages"][0]["verdicts"]["gridding"];
        assert!(verdict != "fail", "{args:?}: {tooth:?}");
    }
    let is_measured = asked.lobe.is_some() || asked.ripple.is_some() || asked.outer.is_some();
    if is_measured || plan["goal"]["fewest"] == true {
        return;
    }
    let (fewest, most) = request.layers;
    let all = (fewest..=most).flat_map(|layers| teeth(layers, request.most, asked.allow_equal));
    let all: Vec<Vec<i64>> = all
        .filter(|tooth| passes(tooth, &asked, &request))
        .collect();
    assert_eq!(
        listed.len(),
        all.len().min(usize::from(top)),
        "{args:?}: {listed:?} of {all:?}"
    );
    if let Some(count) = plan["count"].as_str() {
        assert_eq!(count, all.len().to_string(), "{args:?}");
    }
    let field = |tooth: &Vec<i64>| receptive_field(tooth, &request);
    let best = listed.first();
    match rank {
        "receptive-field" => assert_eq!(best.map(field), all.iter().map(field).max(), "{args:?}"),
        "smallest" => assert_eq!(best.map(field), all.iter().map(field).min(), "{args:?}"),
        "compact" => {
            let largest = |tooth: &Vec<i64>| tooth.iter().max().copied();
            assert_eq!(best.map(largest), all.iter().map(largest).min(), "{args:?}");
        }
        _ => {}
    }
    if all.is_empty() {
        return;
    }
    let answer = run(&with("--all --format csv"), b"");
    let lines = String::from_utf8_lossy(&answer.out).lines().count();
    assert_eq!(lines, all.len() + 1, "{args:?}");
});
