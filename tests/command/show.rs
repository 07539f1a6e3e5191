//! Every network of the recorded cases through `degrid show` itself: its JSON and its .npy file (see `tests/oracle/README.md`).

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use sha2::Digest;

use crate::effort::few_or_all;

pub fn degrid(args: &[&str]) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_degrid"))
        .args(args)
        .env_remove("COLUMNS")
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap()
}

pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Shape and values of an array file, read by the format's own description.
pub fn read_npy(bytes: &[u8]) -> (Vec<usize>, Vec<f64>) {
    assert_eq!(&bytes[..8], b"\x93NUMPY\x01\x00");
    let length = usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    assert_eq!((10 + length) % 64, 0);
    let header = std::str::from_utf8(&bytes[10..10 + length]).unwrap();
    assert!(header.contains("'descr': '<f8'") && header.contains("'fortran_order': False"));
    let shape = header.split_once('(').unwrap().1.split_once(')').unwrap().0;
    let shape = shape
        .split(',')
        .filter_map(|n| n.trim().parse().ok())
        .collect();
    let values = bytes[10 + length..]
        .chunks_exact(8)
        .map(|b| f64::from_le_bytes(b.try_into().unwrap()))
        .collect();
    (shape, values)
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * b.abs().max(1.0)
}

fn check(case: &Value, folder: &Path) -> Result<(), String> {
    let file = folder.join(format!("{}.toml", case["seed"]));
    let array = folder.join(format!("{}.npy", case["seed"]));
    std::fs::write(&file, case["toml"].as_str().unwrap()).unwrap();
    let (file, array) = (file.to_str().unwrap(), array.to_str().unwrap());
    let output = degrid(&["show", file, "--with-global-pools", "--format", "json"]);
    let shown: Value = serde_json::from_slice(&output.stdout)
        .map_err(|e| format!("{e}: {}", String::from_utf8_lossy(&output.stderr)))?;
    let footprint = &shown["footprint"];
    let same = |what: &str, found: &Value, expected: &Value| {
        if found == expected {
            Ok(())
        } else {
            Err(format!("{what} is {found}, not {expected}"))
        }
    };
    same("version", &shown["version"], &json!(2))?;
    same("dims", &shown["network"]["dims"], &case["dims"])?;
    same("output", &shown["network"]["output"], &case["output"])?;
    same("unit", &shown["unit"], &case["unit"])?;
    same("covered", &footprint["covered"], &case["covered"])?;
    same(
        "first",
        &footprint["first"],
        case.get("first").unwrap_or(&Value::Null),
    )?;
    if case["covered"] == 0 {
        same("holes", &footprint["holes"], &json!(0))?;
        for absent in [
            "gridding",
            "density",
            "largest_gap",
            "core",
            "lobe",
            "ripple",
        ] {
            same(absent, &footprint[absent], &Value::Null)?;
        }
    } else {
        same("extent", &footprint["extent"], &case["extent"])?;
        same("holes", &footprint["holes"], &case["holes"])?;
        let covered = case["covered"].as_f64().unwrap();
        let density = covered / (covered + case["holes"].as_f64().unwrap());
        if !close(footprint["density"].as_f64().unwrap(), density) {
            return Err(format!(
                "density is {}, not {density}",
                footprint["density"]
            ));
        }
    }
    let output = degrid(&["show", file, "--with-global-pools", "-o", array]);
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let (shape, values) = read_npy(&std::fs::read(array).unwrap());
    same("shape", &json!(shape), &shown["network"]["input"])?;
    let mask: Vec<u8> = values.iter().map(|w| u8::from(*w > 0.0)).collect();
    let sum = sha2::Sha256::digest(&mask);
    let hex: String = sum.iter().map(|b| format!("{b:02x}")).collect();
    same("bitmap", &json!(hex), &case["mask_sha256"])?;
    let total: f64 = values.iter().sum();
    let most = values.iter().copied().fold(0.0, f64::max);
    if !close(total, case["paths_sum"].as_f64().unwrap())
        || !close(most, case["paths_max"].as_f64().unwrap())
    {
        return Err(format!("paths are {total}, at most {most}"));
    }
    Ok(())
}

fn check_all(file: &str) {
    let folder = folder(file);
    let path = format!("{}/tests/data/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let cases: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(cases.len() >= 400);
    let step = cases.len() / few_or_all(100, cases.len() as u32) as usize;
    let cases: Vec<Value> = cases.into_iter().step_by(step).collect();
    let failures: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let error = check(case, &folder).err()?;
            Some(format!("case {}: {error}\n{}", case["seed"], case["toml"]))
        })
        .collect();
    assert!(
        failures.is_empty(),
        "{} of {} differ; the first: {}",
        failures.len(),
        cases.len(),
        failures[0]
    );
}

#[test]
fn recorded_networks() {
    check_all("torch.jsonl");
}

#[test]
fn recorded_networks_with_every_operation() {
    check_all("more.jsonl");
}

/// The values of the design: covered, core, lobe and ripple along an axis.
#[test]
fn known_schedules() {
    for (schedule, covered, core, lobe, ripple) in [
        ("2,2,2", 7, 1, 1.0, 3.857),
        ("1,2,4", 15, 15, 0.333, 3.0),
        ("1,2,5", 17, 17, 0.168, 2.5),
        ("1,2,3", 13, 13, 0.111, 1.0),
        ("1,3,9,27", 81, 81, 0.217, 1.0),
        ("2,3", 9, 7, 0.333, 3.0),
        ("1,2,5,1,2,5", 33, 33, 0.028, 1.0),
    ] {
        let output = degrid(&["show", "-d", schedule, "--dims", "1", "--format", "json"]);
        let shown: Value = serde_json::from_slice(&output.stdout).unwrap();
        let footprint = &shown["footprint"];
        assert_eq!(footprint["covered"], covered, "{schedule}");
        assert_eq!(footprint["core"], json!([core]), "{schedule}");
        for (name, value) in [("lobe", lobe), ("ripple", ripple)] {
            let found = footprint[name][0].as_f64().unwrap();
            assert!(
                (found - value).abs() < 5e-4,
                "{schedule}: {name} is {found}"
            );
        }
        assert_eq!(shown["stages"][0]["lobe"], footprint["lobe"]);
    }
}

/// A union of boxes is no box, and its middle is one position wide.
#[test]
fn aspp() {
    let file = folder("aspp").join("aspp.toml");
    let toml = "[[stage]]\nlayers = [{ branches = [[{ kernel = 1 }], [{ dilation = 6 }], [{ dilation = 12 }], [{ dilation = 18 }]], merge = \"concat\" }]\n";
    std::fs::write(&file, toml).unwrap();
    let output = degrid(&["show", file.to_str().unwrap(), "--format", "json"]);
    let shown: Value = serde_json::from_slice(&output.stdout).unwrap();
    let footprint = &shown["footprint"];
    assert_eq!(footprint["covered"], 25);
    assert_eq!(footprint["extent"], json!([37, 37]));
    assert_eq!(footprint["gridding"], 1344);
    assert_eq!(footprint["largest_gap"], json!([5, 5]));
    assert_eq!(footprint["core"], json!([1, 1]));
}

const POOLED: &str = "[[stage]]\nname = \"body\"\ndilations = [1, 2]\n[[stage]]\nname = \"head\"\nlayers = [{ branches = [[{ kernel = 3 }], [{ op = \"global-pool\" }]], merge = \"concat\" }]\n";

/// A global pool reads all of the input: it is left out, said to be, and kept where it is asked for and the size is known.
#[test]
fn global_pools_are_left_out_or_kept() {
    let folder = folder("pools");
    let file = folder.join("net.toml");
    let run = |text: &str, args: &[&str]| {
        std::fs::write(&file, text).unwrap();
        let output = degrid(&[&[args[0], file.to_str().unwrap()], &args[1..]].concat());
        let (out, err) = (output.stdout, output.stderr);
        (
            String::from_utf8(out).unwrap(),
            String::from_utf8(err).unwrap(),
        )
    };
    let sized = format!("input = [33, 33]\n{POOLED}");
    let covered = |args: &[&str]| {
        let args = [&["show"], args, &["--format", "json"]].concat();
        let shown: Value = serde_json::from_str(&run(&sized, &args).0).unwrap();
        shown["footprint"]["covered"].clone()
    };
    assert_eq!(covered(&[]), 81);
    assert_eq!(covered(&["--with-global-pools"]), 33 * 33);
    let left_out = "no gridding: every output reads its whole receptive field (9 × 9); a global pool, which reads the whole input, is left out";
    let kept = "no gridding: every output reads the whole input through a global pool";
    let answer = |args: &[&str]| {
        let (out, _) = run(&sized, &[&["check"], args, &["--format", "json"]].concat());
        let checked: Value = serde_json::from_str(&out).unwrap();
        checked["files"][0]["answer"]["text"].clone()
    };
    assert_eq!(answer(&[]), left_out);
    assert_eq!(answer(&["--with-global-pools"]), kept);
    let (out, _) = run(&sized, &["check", "--with-global-pools"]);
    assert!(out.contains("receptive field: the whole input"), "{out}");
    let (out, _) = run(POOLED, &["show"]);
    assert!(out.contains("receptive field 9"), "{out}");
    let (_, err) = run(POOLED, &["show", "--with-global-pools"]);
    assert!(
        err.contains("only be kept where the file gives `input`"),
        "{err}"
    );
}

/// `--at` and `--on` take any map, and say what there is where they cannot.
#[test]
fn any_map_on_any_earlier_one() {
    let folder = folder("maps");
    let file = folder.join("net.toml");
    let text = "[[stage]]\nname = \"stem\"\nlayers = [{ kernel = 3, stride = 2, padding = 1 }, { kernel = 3 }]\n[[stage]]\nname = \"body\"\ndilations = [2, 4]\nrepeat = 2\n[[stage]]\nname = \"beside\"\nfrom = [\"stem\"]\nlayers = [{ kernel = 1 }]\n";
    std::fs::write(&file, text).unwrap();
    let run = |args: &[&str]| degrid(&[&["show", file.to_str().unwrap()], args].concat());
    let shown = |args: &[&str]| -> Value {
        let output = run(&[args, &["--format", "json"]].concat());
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&output.stderr)))
    };
    for (args, extent) in [
        (&["--at", "body", "--on", "stem"][..], 25),
        (&["--at", "body/2", "--on", "stem"], 13),
        (&["--at", "body", "--on", "body/3"], 9),
        (&["--at", "stem", "--on", "stem/1"], 3),
        (&["--at", "stem"], 7),
        (&["--at", "input"], 1),
        (&["--on", "stem"], 1),
    ] {
        let footprint = &shown(args)["footprint"];
        assert_eq!(footprint["extent"], json!([extent, extent]), "{args:?}");
    }
    for (args, why) in [
        (
            &["--at", "neck"][..],
            "no map `neck`; there are `input` and those after the stages `stem`, `body`, `beside`",
        ),
        (&["--at", "body/5"], "no map `body/5`"),
        (&["--at", "body/0"], "no map `body/0`"),
        (
            &["--at", "beside", "--on", "body"],
            "the map after \"beside\" is not computed from the map after \"body\"",
        ),
        (&["--stage", "body", "--on", "stem"], "cannot be used with"),
    ] {
        let output = run(args);
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(err.contains(why), "{args:?}: {err}");
    }
}

#[test]
fn designs_that_are_compared_have_as_many_axes() {
    let output = degrid(&[
        "show",
        "configs/wavenet.toml",
        "--compare",
        "configs/deeplabv3.toml",
    ]);
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2));
    let expected =
        "wavenet has 1 axis, deeplabv3 has 2 axes: designs that are compared need as many axes";
    assert!(err.contains(expected), "{err}");
}

/// On one of the maps on which a run begins, ways by which another of them reads it are not the run's.
#[test]
fn a_run_is_drawn_without_what_comes_before_its_other_beginning() {
    let folder = folder("beginnings");
    let file = folder.join("net.toml");
    let text = "input = [64]\n[[stage]]\nname = \"top\"\nlayers = [{ kernel = 2, stride = 2, padding = 0 }]\n[[stage]]\nname = \"down\"\nlayers = [{ kernel = 9, stride = 2, padding = 4 }]\n[[stage]]\nname = \"up\"\nlayers = [{ op = \"transposed\", kernel = 4, stride = 2, padding = 1 }]\n[[stage]]\nname = \"both\"\nfrom = [\"top\", \"up\"]\ndilations = [1, 2]\n[[stage]]\nname = \"behind\"\nlayers = [{ kernel = 2, stride = 2, padding = 0 }]\n";
    std::fs::write(&file, text).unwrap();
    for (at, on, extent) in [
        // 1 + 2·1 + 2·2 positions by the two layers of the run alone.
        ("both", "top", 7),
        ("both", "up", 7),
        // The last layer of a run that a strided one ends reads two more.
        ("behind", "top", 8),
        // Not a beginning of the run: all ways.
        ("up", "top", 11),
    ] {
        let output = degrid(&[
            "show",
            file.to_str().unwrap(),
            "--at",
            at,
            "--on",
            on,
            "--format",
            "json",
        ]);
        let json: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&output.stderr)));
        assert_eq!(json["footprint"]["extent"], json!([extent]), "{at} on {on}");
    }
}
