//! Files that are written all at once or not at all.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use tempfile::{Builder, NamedTempFile};

/// Puts `new` into a file that holds `old`, all at once: a reader sees the old bytes or the new ones, never a part.
///
/// The bytes go to a new file in the same folder, which takes the permissions of the old one and then its name. A symbolic link stays one.
///
/// # Errors
/// Those of the file system; [`io::ErrorKind::PermissionDenied`] for a file that may not be written; [`io::ErrorKind::Other`] if it no
/// longer holds `old`.
pub(super) fn replace_file(path: &Path, old: &[u8], new: &[u8]) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let permissions = fs::metadata(&path)?.permissions();
    if permissions.readonly() {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "the file is read-only",
        ));
    }
    let file = beside(&path, new)?;
    file.as_file().set_permissions(permissions)?;
    file.as_file().sync_all()?;
    // What was planned for other bytes may not fit these.
    if fs::read(&path)? != old {
        return Err(io::Error::other(
            "it was changed meanwhile; nothing was written",
        ));
    }
    file.persist(&path)?;
    Ok(())
}

/// Puts bytes into a file, new or old, all at once. What is no file of a disk, as a pipe, is written to.
///
/// # Errors
/// Those of the file system; those of [`replace_file`] for a file that is there.
pub(super) fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(meta) if meta.is_file() => replace_file(path, &fs::read(path)?, bytes),
        Ok(_) => fs::write(path, bytes),
        // A link to nothing stays a link.
        Err(_) if path.is_symlink() => fs::write(path, bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let file = beside(path, bytes)?;
            file.as_file().sync_all()?;
            file.persist(path)?;
            Ok(())
        }
        Err(error) => Err(error),
    }
}

/// A new file with some bytes in the folder of another, gone unless it is given a name.
fn beside(path: &Path, bytes: &[u8]) -> io::Result<NamedTempFile> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let prefix = format!(".{name}.");
    let mut builder = Builder::new();
    builder.prefix(&prefix).suffix(".tmp");
    // A temporary file would be its owner's alone; the user's mask still applies.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_changed_meanwhile_is_not_overwritten() {
        let path = std::env::temp_dir().join(format!("degrid-edit-{}", std::process::id()));
        std::fs::write(&path, "new").unwrap();
        assert!(super::replace_file(&path, b"old", b"other").is_err());
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        std::fs::remove_file(&path).unwrap();
    }
}
