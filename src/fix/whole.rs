//! Files that are written as a whole or not at all.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::edit::{beside, replace_file};

/// Puts bytes into a file, new or old, as a whole or not at all. What is no file of a disk, as a pipe, is written to.
///
/// # Errors
/// Those of the file system; those of [`replace_file`] for a file that is there.
pub fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(meta) if meta.is_file() => replace_file(path, &fs::read(path)?, bytes),
        Ok(_) => fs::write(path, bytes),
        // A link to nothing stays a link.
        Err(_) if path.is_symlink() => fs::write(path, bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => new_file(path, bytes),
        Err(error) => Err(error),
    }
}

fn new_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let (temporary, mut file) = beside(path)?;
    let written = (|| {
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&temporary, path)
    })();
    if written.is_err() {
        // The error is told; that a stray file stays as well is not worth another.
        let _ = fs::remove_file(&temporary);
    }
    written
}
