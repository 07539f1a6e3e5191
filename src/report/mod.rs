//! What a check reports: one owned model of a file's problems, verdicts and findings, from which every format is written.

mod file;
mod locate;
pub mod matrix;
mod nested;
pub mod show;
mod stage;
mod worth;
pub mod writes;

pub use file::{
    EditReport, FileReport, FindingReport, FixReport, HelpReport, NetworkReport, Note,
    ProblemReport, Report, Summary, VERSION,
};
pub use locate::{LineIndex, Span};
pub use nested::Nested;
pub use stage::{Dilations, Distance};
pub use stage::{StageReport, stage_reports};
pub use worth::{Worth, worth};
