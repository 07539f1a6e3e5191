//! `degrid init`: a network file to start from.

use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::{CliError, Status};

/// Write a network file to start from, with comments that explain the format
///
/// Its schema, for editors, is written beside it as degrid.schema.json, unless that is there already; `degrid schema` renews it.
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
    let file = args.file.display();
    create(&args.file, TEMPLATE).map_err(|error| CliError::Usage(failure(&args.file, &error)))?;
    let schema = args.file.with_file_name(SCHEMA);
    let text = format!("{:#}\n", crate::config::schema());
    match create(&schema, &text) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            return Err(CliError::Usage(failure(&schema, &error)));
        }
        _ => {}
    }
    writeln!(
        out,
        "{file} is there, and {} beside it, by which editors complete and check it. Next:\n",
        schema.display()
    )?;
    writeln!(out, "  degrid check {file}")?;
    writeln!(out, "  degrid show {file}")?;
    writeln!(
        out,
        "\nEvery key is explained in docs/file.md of degrid's sources."
    )?;
    Ok(Status::Clean)
}

/// Writes a file that must not exist; one that appears meanwhile is not overwritten either.
fn create(path: &Path, text: &str) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(text.as_bytes())
}

fn failure(path: &Path, error: &io::Error) -> String {
    let name = path.display();
    match error.kind() {
        _ if path.is_dir() => format!(
            "{name} is a folder; name a file, for example {}",
            path.join("network.toml").display()
        ),
        ErrorKind::AlreadyExists => format!(
            "{name} exists already and is left as it is; name another file, or see `degrid init -`"
        ),
        ErrorKind::NotFound => format!("cannot write {name}: its folder does not exist"),
        _ => format!("cannot write {name}: {error}"),
    }
}
