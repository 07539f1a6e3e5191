//! The project file as written.

use crate::config::raw::{RawFile, RawLevel, RawStage, RawTarget};
use crate::config::read::{At, Entries, table};
#[cfg(feature = "schema")]
use crate::config::schema::types::filled;

table! {
    /// Settings for the networks of a project. Paths and patterns are relative to the folder of this file; patterns are written as in `.gitignore`.
    RawProject, "the project file", {
        /// What `degrid check` checks when no path is given: files and folders, such as `["networks"]`. Default: the current folder.
        paths: Vec<At<String>>,
        /// Patterns of files and folders to skip, such as `["old", "*.draft.toml"]`. A file named on the command line is checked anyway.
        exclude: Vec<At<String>>,
        /// File of known findings, as for `degrid check --baseline`.
        baseline: String,
        /// Levels of rules, as in a network file. A network file's own levels win.
        rules: Entries<RawLevel>,
        /// What each network must achieve, unless its file says otherwise.
        target: RawTarget,
        /// Settings for some of the networks: `[[overrides]]`. Where several apply, the last one wins.
        overrides: Vec<At<RawOverride>>,
    }, elsewhere {
        "in `[rules]`": &["profile"],
        "in `[target]`": RawTarget::KEYS,
        "in `[[overrides]]`": &["include"],
        "in a network file": RawFile::KEYS,
        "in a `[[stage]]` of a network file": RawStage::KEYS,
    }
}

table! {
    /// Settings for the network files that match a pattern.
    RawOverride, "an override", {
        /// Patterns of network files, such as `["research/**"]`.
        include: Vec<At<String>> where filled,
        /// Levels of rules for these networks.
        rules: Entries<RawLevel>,
        /// What these networks must achieve.
        target: RawTarget,
    }, elsewhere {
        "in `rules`": &["profile"],
        "in `target`": RawTarget::KEYS,
        "beside the overrides": &["exclude", "baseline"],
    }
}
