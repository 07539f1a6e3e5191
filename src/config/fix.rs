//! A file, fixed as far as it goes.

use crate::planner::{Effort, FIXABLE, Fix, Fixes, fixes, in_rounds, of_findings};
use crate::rules::{Finding, Level, Profile};

use super::{Around, Config, Edit, Problem, Splicer, apply, parse_in};

/// A file, fixed as far as it goes.
#[derive(Debug)]
pub struct FixedFile {
    /// The new text.
    pub text: String,
    /// The file as it was.
    pub before: Config,
    /// The file as it is now.
    pub after: Config,
    /// What was changed. Findings are those of the round that changed it.
    pub fixes: Vec<Fix>,
    /// The findings of the rules of [`FIXABLE`] that stay, with why.
    pub left: Vec<(Finding, String)>,
    /// Changes that were not made, as they shrink the receptive field. Their findings stay.
    pub offered: Vec<Fix>,
    /// Findings at level deny of other rules, which no fix removes.
    pub others: usize,
}

/// How to fix a file.
#[derive(Clone, Copy, Debug, Default)]
pub struct FixRequest {
    /// Whether to make changes that shrink the receptive field, where nothing else passes.
    pub may_shrink: bool,
}

/// Fixes a file as far as it goes with the receptive field kept. `profile` goes before that of the file.
///
/// # Errors
/// The problems of a file that is no network.
///
/// ```
/// use degrid::config::fix;
/// let fixed = fix("[[stage]]\ndilations = [1, 2, 9] # why\n", None).unwrap();
/// assert_eq!(fixed.text, "[[stage]]\ndilations = [1, 3, 9] # why\n");
/// ```
pub fn fix(source: &str, profile: Option<Profile>) -> Result<FixedFile, Vec<Problem>> {
    let around = Around {
        profile,
        ..Around::default()
    };
    fix_in(source, &around, FixRequest::default())
}

/// Fixes a file as far as it goes, with the settings beside it: all changes together, and again where that leaves something to fix. Every
/// other byte is kept.
///
/// # Errors
/// The problems of a file that is no network.
pub fn fix_in(
    source: &str,
    around: &Around,
    request: FixRequest,
) -> Result<FixedFile, Vec<Problem>> {
    let read = |text: &str| parse_in(text, around);
    let before = read(source)?;
    let (mut effort, mut others, mut offered) = (Effort::FIX, 0, Vec::new());
    let start = (source.to_owned(), before.clone());
    let ((text, after), fixes, left) = in_rounds(start, |(text, config)| {
        let checked = config.check();
        let knobs = config.knobs();
        let found = fixes(&checked, &config.open_knobs(), &config.policy, &mut effort);
        let (Fixes { fixes, left }, unmade) = found.without_shrinking(request.may_shrink);
        offered = unmade;
        let written = Splicer::new(config, text, &knobs).edits_of(&fixes);
        let mut left = of_findings(left, &checked);
        let mut edits: Vec<Edit> = Vec::new();
        let mut made = Vec::new();
        for (fix, own) in fixes.into_iter().zip(written) {
            match own {
                Ok(own) => {
                    edits.extend(own);
                    made.push(fix);
                }
                Err(why) => left.extend(fix.findings.iter().map(|&finding| {
                    let why = format!("\"{}\" would help, but {why}", fix.text);
                    (checked.findings[finding].clone(), why)
                })),
            }
        }
        edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
        edits.dedup();
        let next = apply(text, &edits).ok();
        let next = next.and_then(|text| read(&text).ok().map(|config| (text, config)));
        let is_other = |finding: &&Finding| {
            finding.level == Level::Deny && !FIXABLE.contains(&finding.rule.id)
        };
        others = checked.findings.iter().filter(is_other).count();
        (next, made, left)
    });
    Ok(FixedFile {
        text,
        before,
        after,
        fixes,
        left,
        offered,
        others,
    })
}
