//! `degrid init`: a network file to start from.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::{CliError, Status};

/// Write a network file to start from, with comments that explain the format
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The file, which must not exist yet, or - for standard output
    #[arg(value_name = "FILE", default_value = "network.toml")]
    file: PathBuf,
}

/// What is written: a network without findings.
const TEMPLATE: &str = include_str!("init.toml");

/// The schema that the first line of the template names, beside the file.
const SCHEMA: &str = "degrid.schema.json";

pub(super) fn run(args: &Args, out: &mut dyn Write) -> Result<Status, CliError> {
    if args.file.as_os_str() == "-" {
        out.write_all(TEMPLATE.as_bytes())?;
        return Ok(Status::Clean);
    }
    create(&args.file).map_err(CliError::Usage)?;
    let file = args.file.display();
    let schema = args.file.with_file_name(SCHEMA);
    writeln!(out, "{file} is there. Next:\n")?;
    writeln!(out, "  degrid check {file}")?;
    writeln!(out, "  degrid show {file}")?;
    writeln!(
        out,
        "  degrid schema --out {}    so that editors complete and check it as you type",
        schema.display()
    )?;
    Ok(Status::Clean)
}

fn create(path: &Path) -> Result<(), String> {
    let name = path.display();
    if path.is_dir() {
        return Err(format!(
            "{name} is a folder; name a file, for example {}",
            path.join("network.toml").display()
        ));
    }
    // A file that appears meanwhile is not overwritten either.
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    file.and_then(|mut file| file.write_all(TEMPLATE.as_bytes()))
        .map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => format!(
                "{name} exists already and is left as it is; name another file, or see `degrid init -`"
            ),
            ErrorKind::NotFound => format!("cannot write {name}: its folder does not exist"),
            _ => format!("cannot write {name}: {error}"),
        })
}
