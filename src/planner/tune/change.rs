//! A change of a network, and what is known of it.

use std::collections::BTreeMap;

use crate::network::{Network, Op, ShapeError};

use super::candidate::changed;
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
    /// Whether no smaller change does.
    pub nearness: Nearness,
}

impl Fix {
    /// A network with the change made.
    ///
    /// # Errors
    /// Why a layer does not fit then, in another network than the one that the fix is for.
    pub fn made_in(&self, network: &Network) -> Result<Network, ShapeError> {
        changed(network, &self.ops)
    }

    /// The change in one line, with what is known of it.
    #[must_use]
    pub fn message(&self) -> String {
        let Self { text, purpose, .. } = self;
        match self.nearness {
            Nearness::Proved { .. } => format!("{text}: smallest change {purpose}"),
            Nearness::CutShort => {
                format!(
                    "{text}: a change {purpose}; a smaller one may exist, the search was cut short"
                )
            }
        }
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
