//! A whole file, mended as far as it goes.

use crate::config::{Config, Problem, parse};
use crate::rules::{Finding, Level, Profile};

use super::apply;
use super::effort::Effort;
use super::mend::{Fix, MENDABLE, within};
use super::trial::edits;

/// A file, mended as far as it goes.
#[derive(Debug)]
pub struct Mended {
    /// The new text.
    pub text: String,
    /// The file as it was.
    pub before: Config,
    /// The file as it is now.
    pub after: Config,
    /// What was changed. Findings are those of the round that changed it.
    pub fixes: Vec<Fix>,
    /// What could not be mended: the findings that stay, with why.
    pub left: Vec<(Finding, String)>,
    /// Findings at level deny of other rules, which are not for fixes to mend.
    pub others: usize,
}

/// Most rounds in which what one repair brought up is mended by another.
const MOST_ROUNDS: usize = 8;

/// Mends a file as far as it goes: all fixes together, and again where that leaves something to mend.
///
/// # Errors
/// The problems of a file that is no network.
pub fn mend(source: &str, profile: Option<Profile>) -> Result<Mended, Vec<Problem>> {
    let read = |text: &str| {
        let mut config = parse(text)?;
        config.policy.profile = profile.unwrap_or(config.policy.profile);
        Ok::<_, Vec<Problem>>(config)
    };
    let before = read(source)?;
    let mut text = source.to_owned();
    let mut config = before.clone();
    let mut done = Vec::new();
    let mut effort = Effort::FIX;
    let mut rounds = 0;
    loop {
        let checked = config.check_only();
        let found = within(&checked, &config, &text, &mut effort);
        rounds += 1;
        let all: Vec<&Fix> = found.fixes.iter().collect();
        let next = apply(&text, &edits(&all)).ok();
        let next = next.and_then(|next| Some((read(&next).ok()?, next)));
        let Some((next_config, next)) = next.filter(|_| !all.is_empty() && rounds <= MOST_ROUNDS)
        else {
            let left = found.left.into_iter();
            let left = left.map(|left| (checked.findings[left.finding].clone(), left.why));
            let left = left.collect();
            let is_other = |finding: &&Finding| {
                finding.level == Level::Deny && !MENDABLE.contains(&finding.rule.id)
            };
            let others = checked.findings.iter().filter(is_other).count();
            return Ok(Mended {
                text,
                before,
                after: config,
                fixes: done,
                left,
                others,
            });
        };
        done.extend(found.fixes);
        text = next;
        config = next_config;
    }
}
