//! The project file as written.

use crate::config::raw::{RawFile, RawLevel, RawStage, RawTarget};
use crate::config::read::{At, Entries, table};
#[cfg(feature = "schema")]
use crate::config::schema::types::filled;

table! {
    /// What holds for the networks of a project. Paths and patterns are relative to the folder of this file; patterns are those of `.gitignore`.
    RawProject, "the project file", {
        /// Files and folders that `degrid check` checks where it is given none, such as `["networks"]`. Default: the current folder.
        paths: Vec<At<String>> where filled,
        /// Files and folders to pass over in folders, such as `["old", "*.draft.toml"]`. A file that is named is checked all the same.
        exclude: Vec<At<String>>,
        /// File of known findings, as `degrid check --baseline` takes it.
        baseline: String,
        /// Levels of rules, as in a network file, whose own go before them.
        rules: Entries<RawLevel>,
        /// What each network must achieve that does not say so itself.
        target: RawTarget,
        /// Settings for some of the networks: `[[overrides]]`. Of two that apply the later one goes before.
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
    /// Settings for the network files that a pattern fits.
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
