//! What a check reports: one owned model of a file's problems, verdicts and findings, from which every format is written.

mod answer;
mod baseline;
mod check;
mod file;
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
mod nested;
mod ordered;
mod sarif;
mod schedule;
pub mod show;
mod stage;
mod totals;
pub mod writes;

pub use answer::{Answer, GlobalPools};
pub use baseline::{BASELINE_VERSION, Baseline};
pub use check::{BaselineSummary, Report, Summary, VERSION};
pub use fingerprint::fingerprints;
pub use github::github;
pub use gitlab::gitlab;
pub use item::{INVALID, STDIN};
#[cfg(feature = "cli")]
pub(crate) use item::{Item, Weight, items};
pub use json::{json, json_lines};
pub use junit::junit;
pub use sarif::sarif;
pub use totals::{Totals, counted};

pub use file::{
    EditReport, FileReport, FindingReport, FixReport, NetworkReport, Note, Place, ProblemReport,
};
pub use locate::{LineIndex, Span};
pub use measures::{Dilations, Measures, StageSummary};
pub use nested::Nested;
pub use schedule::{ScheduleMeasures, schedule_measures};
pub use stage::{Distance, StageReport, stage_reports};
