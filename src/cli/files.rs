//! The network files that paths name, and files that are written.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Component, Path, PathBuf};

use crate::config::MAX_FILE;
use crate::report::STDIN;

use super::model::{ModelFile, has_ending};
use super::{CliError, terminal};

/// A file to check.
pub(super) struct Input {
    /// Its path for reports, with `/`; relative where it lies below the current folder.
    pub path: String,
    /// Its bytes, or why they cannot be read.
    pub bytes: Result<Vec<u8>, String>,
    /// Whether it was named, not found in a folder.
    pub named: bool,
    /// The model that it is, if it is one: then it has no bytes here.
    pub model: Option<ModelFile>,
}

/// Said where standard input gets a name and is not read.
pub(super) const NOT_STDIN: &str = "`--stdin-filename` is for standard input: give `-` as the path";

/// Reads one named file; `-` is standard input, which may have a name for reports.
pub(super) fn input(path: &Path, name: Option<&Path>) -> Result<Input, CliError> {
    if name.is_some() && path.as_os_str() != "-" {
        return Err(CliError::Usage(NOT_STDIN.to_owned()));
    }
    if path.is_dir() {
        return Err(CliError::Usage(format!(
            "{} is a folder; name one network file",
            path.display()
        )));
    }
    let one = inputs(&[path.to_owned()], &[])?.into_iter().next();
    let mut one = one.ok_or_else(|| CliError::Usage(format!("cannot read {}", path.display())))?;
    if let Some(name) = name {
        one.path = Here::new().shown(name);
    }
    Ok(one)
}

/// Reads the files that paths name, in the order of the paths, each once; folders are searched for `*.toml`, and for files with the endings
/// of `models`. `-` is standard input.
pub(super) fn inputs(paths: &[PathBuf], models: &[&str]) -> Result<Vec<Input>, CliError> {
    let here = Here::new();
    let mut inputs: Vec<Input> = Vec::new();
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut add = |shown: String, named: bool, path: Option<&Path>| {
        let number = *seen.entry(shown.clone()).or_insert(inputs.len());
        if let Some(input) = inputs.get_mut(number) {
            input.named |= named;
            return;
        }
        let (bytes, model) = match path {
            None => {
                let bytes = limited(terminal::stdin());
                let bytes = bytes.map_err(|e| format!("cannot read standard input: {e}"));
                let model = bytes.as_ref().ok().and_then(|bytes| ModelFile::of(bytes));
                (bytes, model)
            }
            Some(path) => {
                let is_named_so = models.iter().any(|ending| has_ending(path, ending));
                let named_so = is_named_so.then(|| ModelFile::Path(path.to_owned()));
                match ModelFile::at(path).or(named_so) {
                    Some(model) => (Ok(Vec::new()), Some(model)),
                    None => (read(path), None),
                }
            }
        };
        inputs.push(Input {
            path: shown,
            bytes,
            named,
            model,
        });
    };
    for path in paths {
        if path.as_os_str() == "-" {
            add(STDIN.to_owned(), true, None);
        } else if path.is_dir() {
            for file in below(path, models)? {
                add(here.shown(&file), false, Some(&file));
            }
        } else {
            add(here.shown(path), true, Some(path));
        }
    }
    Ok(inputs)
}

/// The `*.toml` files below a folder, and those with the endings of `models`, sorted; what `.gitignore` and `.ignore` leave out is left out.
fn below(folder: &Path, models: &[&str]) -> Result<Vec<PathBuf>, CliError> {
    let mut files = Vec::new();
    for entry in ignore::WalkBuilder::new(folder).require_git(false).build() {
        let entry = entry
            .map_err(|e| CliError::Usage(format!("cannot search {}: {e}", folder.display())))?;
        let is_file = entry.file_type().is_some_and(|t| t.is_file());
        let path = entry.path();
        let mut endings = models.iter().chain(&["toml"]);
        if is_file && endings.any(|ending| has_ending(path, ending)) {
            files.push(entry.into_path());
        }
    }
    files.sort();
    Ok(files)
}

/// The bytes of a file, or why it cannot be read.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, String> {
    File::open(path)
        .and_then(limited)
        .map_err(|e| format!("cannot read the file: {e}"))
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

/// The current folder; empty where there is none.
pub(super) struct Here(PathBuf);

impl Here {
    pub fn new() -> Self {
        Self(std::env::current_dir().unwrap_or_default())
    }

    /// A path in full.
    pub fn full(&self, path: &Path) -> PathBuf {
        normal(&self.0.join(path))
    }

    /// A full path as one would give it here: from the nearest folder that is above both, unless that is the root of all.
    pub fn near(&self, path: &Path) -> PathBuf {
        let path = normal(path);
        let mut up = PathBuf::new();
        for above in self.0.ancestors().filter(|above| above.parent().is_some()) {
            match path.strip_prefix(above) {
                Ok(below) if up.as_os_str().is_empty() && below.as_os_str().is_empty() => {
                    return PathBuf::from(".");
                }
                Ok(below) => return up.join(below),
                Err(_) => up.push(".."),
            }
        }
        path
    }

    /// A path as reports write it: with `/`, and relative where it lies below the current folder.
    pub fn shown(&self, path: &Path) -> String {
        let full = self.full(path);
        let below = full.strip_prefix(&self.0).ok().map(Path::to_owned);
        // A folder may be reached by links.
        let linked = || {
            let folder = full.parent()?.canonicalize().ok()?;
            let here = self.0.canonicalize().ok()?;
            Some(folder.strip_prefix(here).ok()?.join(full.file_name()?))
        };
        let outside = || {
            if path.is_absolute() {
                full.clone()
            } else {
                normal(path)
            }
        };
        let shown = below.or_else(linked).unwrap_or_else(outside);
        let text = shown.to_string_lossy();
        if cfg!(windows) {
            text.replace('\\', "/")
        } else {
            text.into_owned()
        }
    }
}

/// A path without `.`, and without `..` but at its start and behind links, where what is above is not what is written before.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match (part, normal.components().next_back()) {
            (Component::CurDir, _) | (Component::ParentDir, Some(Component::RootDir)) => {}
            (Component::ParentDir, Some(Component::Normal(_))) if !normal.is_symlink() => {
                normal.pop();
            }
            _ => normal.push(part),
        }
    }
    normal
}

/// The ending of a file's name, in small letters.
pub(super) fn ending(path: &Path) -> String {
    let ending = path.extension().unwrap_or_default();
    ending.to_string_lossy().to_ascii_lowercase()
}

/// The error of a file with another ending than these.
pub(super) fn wrong_ending(path: &Path, endings: &str) -> CliError {
    CliError::of(path.display())(format!("the ending must be {endings}"))
}

/// Writes to a new file.
pub(super) fn to_file(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), CliError> {
    let to_error = |e: io::Error| CliError::unwritten(path.display(), &e);
    let mut file = BufWriter::new(File::create(path).map_err(to_error)?);
    write(&mut file).map_err(to_error)?;
    file.flush().map_err(to_error)
}
