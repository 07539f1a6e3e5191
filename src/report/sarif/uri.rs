//! Paths as URI references.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::model::ArtifactLocation;
use crate::report::item::STDIN;

/// What a path's URI writes with percent signs: all but letters, digits and these.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// The name by which code scanning knows the folder of the repository.
const BASE: &str = "%SRCROOT%";

/// A path: relative to the current folder where it lies below it.
pub(super) fn artifact(path: &str) -> ArtifactLocation {
    let encoded = utf8_percent_encode(path, ENCODED).to_string();
    let is_drive = |p: &str| p.as_bytes().get(1) == Some(&b':') && p.contains('/');
    let (uri, uri_base_id) = if path.starts_with('/') {
        (format!("file://{encoded}"), None)
    } else if is_drive(path) {
        (format!("file:///{}", encoded.replacen("%3A", ":", 1)), None)
    } else {
        let is_below = path != STDIN && !path.starts_with("../");
        (encoded, is_below.then_some(BASE))
    };
    ArtifactLocation { uri, uri_base_id }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_uri_references() {
        let found: Vec<(String, bool)> = [
            "nets/a b.toml",
            "a:b#c?d%.toml",
            "netze/größe.toml",
            "../up.toml",
            "/abs/x.toml",
            "C:/abs/x.toml",
            STDIN,
        ]
        .iter()
        .map(|path| artifact(path))
        .map(|a| (a.uri, a.uri_base_id.is_some()))
        .collect();
        let expected = [
            ("nets/a%20b.toml", true),
            ("a%3Ab%23c%3Fd%25.toml", true),
            ("netze/gr%C3%B6%C3%9Fe.toml", true),
            ("../up.toml", false),
            ("file:///abs/x.toml", false),
            ("file:///C:/abs/x.toml", false),
            ("%3Cstdin%3E", false),
        ];
        let expected: Vec<(String, bool)> = expected
            .iter()
            .map(|(uri, below)| ((*uri).to_owned(), *below))
            .collect();
        assert_eq!(found, expected);
    }
}
