//! What a check reports: one owned model of a file's problems, verdicts and findings, from which every format is written.
//!
//! The formats for CI and editors, fingerprints and baselines are there with the feature `cli` only.

#[cfg(feature = "cli")]
mod baseline;
mod file;
#[cfg(feature = "cli")]
mod fingerprint;
#[cfg(feature = "cli")]
mod github;
#[cfg(feature = "cli")]
mod gitlab;
#[cfg(feature = "cli")]
mod item;
#[cfg(feature = "cli")]
mod junit;
#[cfg(feature = "cli")]
mod lines;
mod locate;
pub mod matrix;
mod nested;
#[cfg(feature = "cli")]
mod sarif;
pub mod show;
mod stage;
#[cfg(feature = "cli")]
mod totals;
mod whole;
mod worth;
pub mod writes;

#[cfg(feature = "cli")]
pub use baseline::{BASELINE_VERSION, Baseline};
#[cfg(feature = "cli")]
pub use fingerprint::fingerprints;
#[cfg(feature = "cli")]
pub use github::github;
#[cfg(feature = "cli")]
pub use gitlab::gitlab;
#[cfg(feature = "cli")]
pub use item::{INVALID, STDIN};
#[cfg(feature = "cli")]
pub use junit::junit;
#[cfg(feature = "cli")]
pub use lines::json_lines;
#[cfg(feature = "cli")]
pub use sarif::sarif;
#[cfg(feature = "cli")]
pub use totals::Totals;

pub use file::{
    EditReport, FileReport, FindingReport, FixReport, HelpReport, NetworkReport, Note,
    ProblemReport,
};
pub use locate::{LineIndex, Span};
pub use nested::Nested;
pub use stage::{Dilations, Distance};
pub use stage::{StageReport, stage_reports};
pub use whole::{BaselineSummary, Report, Summary, VERSION};
pub use worth::{Worth, worth};
