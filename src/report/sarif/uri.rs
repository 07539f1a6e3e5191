//! Paths as URI references.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

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

/// A path's URI, and the name of the folder that it counts from where it lies below the current folder.
pub(super) fn uri(path: &str) -> (String, Option<&'static str>) {
    let encoded = utf8_percent_encode(path, ENCODED).to_string();
    let is_drive = |p: &str| p.as_bytes().get(1) == Some(&b':') && p.contains('/');
    if path.starts_with('/') {
        (format!("file://{encoded}"), None)
    } else if is_drive(path) {
        (format!("file:///{}", encoded.replacen("%3A", ":", 1)), None)
    } else {
        let is_below = path != STDIN && !path.starts_with("../");
        (encoded, is_below.then_some(BASE))
    }
}
