//! A whole file, mended as far as it goes.

use crate::config::{Config, Problem, parse};
use crate::rules::{Finding, check, vocabulary};

use super::mend::{Effort, Fix, fixes};
use super::{Edit, apply};

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
}

/// Most rounds in which what one repair brought up is mended by another.
const MOST_ROUNDS: usize = 8;

/// Mends a file as far as it goes: all fixes together, and again where that leaves something to mend.
///
/// # Errors
/// The problems of a file that is no network.
pub fn mend(source: &str, published: bool) -> Result<Mended, Vec<Problem>> {
    let before = parse(source, &vocabulary())?;
    let mut text = source.to_owned();
    let mut config = before.clone();
    let mut done = Vec::new();
    let mut rounds = 0;
    loop {
        let checked = check(&config, published);
        let found = fixes(&checked, &config, &text, published, Effort::FIX);
        rounds += 1;
        let (next, taken) = together(&text, found.fixes);
        let next_config = parse(&next, &vocabulary()).ok();
        let Some(next_config) = next_config.filter(|_| !taken.is_empty() && rounds <= MOST_ROUNDS)
        else {
            let left = found.left.into_iter();
            let left = left.map(|left| (checked.findings[left.finding].clone(), left.why));
            let left = left.collect();
            return Ok(Mended {
                text,
                before,
                after: config,
                fixes: done,
                left,
            });
        };
        done.extend(taken);
        text = next;
        config = next_config;
    }
}

/// The text with as many of the fixes as go together.
fn together(source: &str, fixes: Vec<Fix>) -> (String, Vec<Fix>) {
    let mut edits: Vec<Edit> = Vec::new();
    let mut taken = Vec::new();
    let mut text = source.to_owned();
    for fix in fixes {
        let mut with = edits.clone();
        with.extend(
            fix.edits
                .iter()
                .filter(|edit| !edits.contains(edit))
                .cloned(),
        );
        if let Ok(next) = apply(source, &with)
            && parse(&next, &vocabulary()).is_ok()
        {
            text = next;
            edits = with;
            taken.push(fix);
        }
    }
    (text, taken)
}
