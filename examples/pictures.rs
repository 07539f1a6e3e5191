//! Writes the pictures of the documentation: `cargo run --example pictures` (into `docs/pictures`, or a folder that is named).

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Pictures that the command itself draws: file, then its arguments.
pub const SHOWN: &[(&str, &[&str])] = &[
    (
        "gridding.svg",
        &["-d", "2,2,2", "-k", "3", "--compare", "1,2,3"],
    ),
    (
        "gridding.png",
        &["-d", "2,2,2", "-k", "3", "--compare", "1,2,3"],
    ),
    ("aspp.svg", &["docs/pictures/aspp.toml"]),
    ("build-up.svg", &["-d", "1,2,3", "-k", "3", "--layers"]),
    ("causal.svg", &["docs/pictures/causal.toml", "--layers"]),
    (
        "hdc.svg",
        &[
            "configs/tusimple-hdc.toml",
            "--compare",
            "configs/resnet101-uniform.toml",
            "--at",
            "res4b20-res4b22",
            "--at",
            "res4",
            "--on",
            "res3b",
            "--difference",
        ],
    ),
    (
        "deeplabv3-stages.svg",
        &["configs/deeplabv3.toml", "--gallery"],
    ),
    (
        "lobe.svg",
        &[
            "-d",
            "2,2,2",
            "-k",
            "3",
            "--dims",
            "1",
            "--compare",
            "1,2,4",
            "--compare",
            "1,2,3",
            "--spectrum",
        ],
    ),
    ("context.svg", &["configs/yu-koltun-context.toml"]),
    ("wavenet.svg", &["configs/wavenet.toml"]),
    (
        "highres3dnet.svg",
        &["configs/highres3dnet.toml", "--slices", "5"],
    ),
    ("enet-writes.svg", &["configs/enet.toml", "--writes"]),
    (
        "gridding-dark.svg",
        &[
            "-d", "2,2,2", "-k", "3", "--theme", "dark", "--colors", "cividis",
        ],
    ),
];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).map(PathBuf::from);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = folder.unwrap_or_else(|| root.join("docs/pictures"));
    write(&command()?, &folder)
}

/// Writes all pictures with a build of the command.
///
/// # Errors
/// Where the command fails or a file cannot be written.
pub fn write(command: &Path, folder: &Path) -> Result<(), Box<dyn Error>> {
    for (name, args) in SHOWN {
        let status = Command::new(command)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .arg("show")
            .args(*args)
            .arg("-o")
            .arg(folder.join(name))
            .status()?;
        if !status.success() {
            return Err(format!("{name} was not drawn").into());
        }
    }
    Ok(())
}

/// The command beside this example: `target/…/examples/pictures` to `target/…/degrid`, built before.
fn command() -> Result<PathBuf, Box<dyn Error>> {
    let own = std::env::current_exe()?;
    let folder = own.parent().and_then(Path::parent);
    let command = folder.ok_or("no folder above this program")?.join("degrid");
    let command = command.with_extension(std::env::consts::EXE_EXTENSION);
    if command.exists() {
        Ok(command)
    } else {
        Err("build the command first: cargo build".into())
    }
}
