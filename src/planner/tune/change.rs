//! A change of a network, and what is known of it.

use std::collections::BTreeMap;

use crate::network::{Network, Op, ShapeError};

use super::candidate::changed;
use super::kept::Shrink;
use super::solve::Nearness;

/// The rules whose findings a fix removes.
pub const FIXABLE: [&str; 4] = [
    "common-factor",
    "gridding",
    "uneven-overlap",
    "unwritten-output",
];

/// A change of a network that removes findings.
#[derive(Clone, Debug)]
pub struct Fix {
    /// The findings that it removes, by index.
    pub findings: Vec<usize>,
    /// The stages that it may change, by index.
    pub stages: Vec<usize>,
    /// The layers that it changes, by index, all repetitions, with what each becomes; padding is carried along.
    pub ops: Vec<(usize, Op)>,
    /// One line: the change.
    pub text: String,
    /// What the change achieves: `without gridding`.
    pub purpose: String,
    /// Whether no smaller change does; of those that keep the receptive field, where this one does.
    pub nearness: Nearness,
    /// What becomes of the receptive field where it is not kept.
    pub shrinks: Option<Shrink>,
}

impl Fix {
    /// A network with the change made.
    ///
    /// # Errors
    /// Why a layer does not fit then, in another network than the one that the fix is for.
    pub fn made_in(&self, network: &Network) -> Result<Network, ShapeError> {
        changed(network, &self.ops)
    }

    /// The change in one line, with what is known of it. A smaller receptive field is said first.
    #[must_use]
    pub fn message(&self) -> String {
        let Self { text, purpose, .. } = self;
        let (keeping, shrinking) = match &self.shrinks {
            None => (", with the receptive field kept", String::new()),
            Some(shrink) => ("", format!("{shrink}: ")),
        };
        let change = match self.nearness {
            Nearness::Proved { .. } => format!("{text}: smallest change {purpose}{keeping}"),
            Nearness::CutShort => format!(
                "{text}: a change {purpose}{keeping}; a smaller one may exist, the search was cut short"
            ),
        };
        let none = match &self.shrinks {
            None => "",
            Some(Shrink {
                is_proved: true, ..
            }) => "; no change keeps the receptive field",
            Some(_) => "; one that keeps the receptive field may exist, the search was cut short",
        };
        format!("{shrinking}{change}{none}")
    }
}

/// What can be fixed in a network, and what cannot.
#[derive(Clone, Debug, Default)]
pub struct Fixes {
    /// Changes that the network takes together.
    pub fixes: Vec<Fix>,
    /// Findings of the rules of [`FIXABLE`] for which there is none, by index, with why.
    pub left: BTreeMap<usize, String>,
}

impl Fixes {
    /// Those to make: without `may_shrink`, findings that only a smaller receptive field removes are left, with the change as the reason.
    /// And the changes that are not made.
    pub(crate) fn without_shrinking(mut self, may_shrink: bool) -> (Self, Vec<Fix>) {
        let is_made = |fix: &Fix| may_shrink || fix.shrinks.is_none();
        let (made, offered): (Vec<Fix>, Vec<Fix>) = self.fixes.into_iter().partition(is_made);
        for fix in &offered {
            let findings = fix.findings.iter();
            self.left
                .extend(findings.map(|&finding| (finding, fix.message())));
        }
        self.fixes = made;
        (self, offered)
    }
}
