//! The network files that paths name, and files that are written.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use crate::config::MAX_FILE;

use super::CliError;

/// A file to check.
pub(super) struct Input {
    /// Its path for reports, with `/`.
    pub path: String,
    /// Its bytes, or why they cannot be read.
    pub bytes: Result<Vec<u8>, String>,
    /// Whether it was named, not found in a folder.
    pub named: bool,
}

/// Reads one named file; `-` is standard input.
pub(super) fn input(path: &Path) -> Result<Input, CliError> {
    if path.is_dir() {
        return Err(CliError::Usage(format!(
            "{} is a folder; name one network file",
            path.display()
        )));
    }
    let one = inputs(&[path.to_owned()])?;
    one.into_iter()
        .next()
        .ok_or_else(|| CliError::Usage(format!("cannot read {}", path.display())))
}

/// Reads the files that paths name, folders searched for `*.toml`, in the order of the paths. `-` is standard input.
pub(super) fn inputs(paths: &[PathBuf]) -> Result<Vec<Input>, CliError> {
    let mut inputs = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            let bytes =
                limited(io::stdin().lock()).map_err(|e| format!("cannot read standard input: {e}"));
            inputs.push(Input {
                path: "<stdin>".to_owned(),
                bytes,
                named: true,
            });
        } else if path.is_dir() {
            for file in below(path)? {
                inputs.push(read(&file, false));
            }
        } else {
            inputs.push(read(path, true));
        }
    }
    Ok(inputs)
}

/// The `*.toml` files below a folder, sorted; what `.gitignore` and `.ignore` leave out is left out.
fn below(folder: &Path) -> Result<Vec<PathBuf>, CliError> {
    let mut files = Vec::new();
    for entry in ignore::WalkBuilder::new(folder).require_git(false).build() {
        let entry = entry
            .map_err(|e| CliError::Usage(format!("cannot search {}: {e}", folder.display())))?;
        let is_file = entry.file_type().is_some_and(|t| t.is_file());
        if is_file && entry.path().extension().is_some_and(|e| e == "toml") {
            files.push(entry.into_path());
        }
    }
    files.sort();
    Ok(files)
}

fn read(path: &Path, named: bool) -> Input {
    let bytes = File::open(path)
        .and_then(limited)
        .map_err(|e| format!("cannot read the file: {e}"));
    Input {
        path: shown(path),
        bytes,
        named,
    }
}

/// All bytes, up to the limit of a file.
fn limited(reader: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|n| n > MAX_FILE) {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("larger than {MAX_FILE} bytes"),
        ));
    }
    Ok(bytes)
}

/// A path as reports write it: without `./`, with `/`.
fn shown(path: &Path) -> String {
    let parts = path
        .components()
        .filter(|c| *c != std::path::Component::CurDir);
    let path: PathBuf = parts.collect();
    path.to_string_lossy().replace('\\', "/")
}

/// Writes to a new file.
pub(super) fn to_file(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), CliError> {
    let to_error = |e: io::Error| CliError::Usage(format!("cannot write {}: {e}", path.display()));
    let mut file = BufWriter::new(File::create(path).map_err(to_error)?);
    write(&mut file).map_err(to_error)?;
    file.flush().map_err(to_error)
}
