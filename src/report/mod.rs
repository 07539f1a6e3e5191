//! What a check reports: one owned model of a file's problems, verdicts and findings, from which every format is written.

mod answer;
mod baseline;
mod check;
mod file;
mod finding;
mod fingerprint;
mod github;
mod gitlab;
mod item;
mod json;
mod junit;
mod locate;
pub mod matrix;
mod measures;
mod merge;
mod sarif;
pub mod show;
mod stage;
pub mod writes;

pub use answer::{Answer, GlobalPools};
pub use baseline::{BASELINE_VERSION, Baseline};
pub use check::{BaselineSummary, Report, Summary, Totals, VERSION};
pub use fingerprint::fingerprints;
pub use github::github;
pub use gitlab::gitlab;
pub use item::{INVALID, STDIN};
#[cfg(feature = "cli")]
pub(crate) use item::{Item, Weight, items};
pub use json::{Nested, json, json_lines};
pub use junit::junit;
pub use sarif::sarif;

pub use crate::network::counted;

pub use file::{FileReport, ModelNote, NetworkReport, OutputReport, ProblemReport};
pub use finding::{EditReport, FindingReport, FixReport, Note, Place};
pub use locate::{LineIndex, Span};
pub use measures::{Dilations, Measures, StageSummary};
pub use stage::{Distance, ScheduleMeasures, StageReport, schedule_measures, stage_reports};
