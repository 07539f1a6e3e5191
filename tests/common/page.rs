//! Files of the crate, for the tests that read its pages.

#![allow(dead_code, reason = "each test uses some of it")]

use std::path::{Path, PathBuf};

/// The folder of the crate.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Files of a folder with an extension, sorted; none where there is no such folder.
pub fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(root().join(folder)) else {
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == extension))
        .collect();
    files.sort();
    files
}

/// The name of a file without its extension.
pub fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_str().unwrap().to_owned()
}

/// The text of a file.
pub fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// How a block is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// As a network file.
    Network,
    /// As a file that cannot be read as a network.
    Invalid,
    /// Not at all.
    Ignored,
}

/// A fenced `toml` block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Line of the page, from 1, on which its fence opens.
    pub line: usize,
    pub kind: Kind,
    pub text: String,
}

/// The `toml` blocks of a page.
pub fn blocks(page: &str) -> Result<Vec<Block>, String> {
    let mut blocks = Vec::new();
    let mut lines = page.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let body = line.trim_start();
        let Some(info) = body.strip_prefix("```") else {
            continue;
        };
        let indent = line.len() - body.len();
        let mut text = String::new();
        loop {
            let (_, inner) = lines
                .next()
                .ok_or_else(|| format!("line {}: this fence is never closed", index + 1))?;
            if inner.trim() == "```" {
                break;
            }
            let spaces = inner.len() - inner.trim_start().len();
            text.push_str(&inner[indent.min(spaces)..]);
            text.push('\n');
        }
        let kind = match info.split_whitespace().collect::<Vec<_>>()[..] {
            ["toml"] => Kind::Network,
            ["toml", "error"] => Kind::Invalid,
            ["toml", "ignore"] => Kind::Ignored,
            ["toml", ..] => return Err(format!("line {}: unknown block ```{info}", index + 1)),
            _ => continue,
        };
        let line = index + 1;
        blocks.push(Block { line, kind, text });
    }
    Ok(blocks)
}
