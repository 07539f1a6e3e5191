//! A change of a network, and what is known of it.

use std::collections::BTreeMap;

use itertools::Itertools;

use crate::network::{KnobKind, MapId, Network, Op, ShapeError};

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

/// Most dilations that the repetitions of a stage take in turn: more are no schedule that anyone would write.
pub(super) const MOST_IN_CYCLE: usize = 4;

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
    /// Whether the receptive field is smaller, and as large as the target asks for.
    pub to_target: bool,
    /// What becomes of the receptive field where it is not kept.
    pub shrinks: Option<Shrink>,
    /// Whether branches that read one map become alike, which were not.
    pub are_alike: bool,
}

/// What becomes of trained weights where numbers of a kind change.
#[must_use]
pub fn weights(kind: KnobKind) -> &'static str {
    match kind {
        KnobKind::Dilation => {
            "trained weights still load, but were learned with the old dilations: fine-tune"
        }
        KnobKind::Kernel => {
            "weights trained with the old kernels no longer fit: retrain those layers"
        }
    }
}

impl Fix {
    /// Whether it changes kernels, or dilations alone.
    #[must_use]
    pub fn kind(&self, network: &Network) -> KnobKind {
        let kernels = |op: &Op| op.axes.map(|op| KnobKind::Kernel.of(&op));
        let mut ops = self.ops.iter();
        if ops.any(|(layer, op)| kernels(op) != kernels(&network.layers[*layer].op)) {
            KnobKind::Kernel
        } else {
            KnobKind::Dilation
        }
    }

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
        let mut parts = vec![self.headline()];
        parts.extend(self.caveats().into_iter().map(str::to_owned));
        parts.join("; ")
    }

    /// The change, and what it keeps. A smaller receptive field is said first.
    #[must_use]
    pub fn headline(&self) -> String {
        let Self { text, purpose, .. } = self;
        let and = if purpose.starts_with("that ") {
            "and"
        } else {
            "that"
        };
        let (keeping, shrinking) = match &self.shrinks {
            None if self.to_target => (
                format!(" {and} keeps as much of the receptive field as the target asks for"),
                String::new(),
            ),
            None => (format!(" {and} keeps the receptive field"), String::new()),
            Some(shrink) => (String::new(), format!("{shrink}: ")),
        };
        let change = match self.nearness {
            Nearness::Proved { .. } => "smallest change",
            Nearness::CutShort => "a change",
        };
        format!("{shrinking}{text}: {change} {purpose}{keeping}")
    }

    /// What better changes there may be, a line each.
    #[must_use]
    pub fn caveats(&self) -> Vec<&'static str> {
        let is_nearest = matches!(self.nearness, Nearness::Proved { .. });
        let keeps_none = self.shrinks.as_ref().map(|shrink| shrink.is_proved);
        let mut lines = Vec::new();
        if keeps_none == Some(true) {
            lines.push("no change keeps the receptive field");
        }
        match (is_nearest, keeps_none) {
            (false, Some(false)) => lines.push(
                "the search was cut short: a smaller change, or one that keeps the receptive field, may exist",
            ),
            (false, _) => lines.push("the search was cut short: a smaller change may exist"),
            (true, Some(false)) => lines.push(
                "the search was cut short: a change that keeps the receptive field may exist",
            ),
            (true, _) => {}
        }
        if self.are_alike {
            lines.push("it makes parallel branches alike, of which one would do");
        }
        lines
    }
}

/// Most layers that read one map and are compared.
const MOST_COMPARED: usize = 64;

/// Whether layers that read one map become alike that were not.
pub(super) fn makes_alike(network: &Network, ops: &[(usize, Op)]) -> bool {
    let layers = &network.layers;
    let news: BTreeMap<usize, Op> = ops.iter().copied().collect();
    let mut readers: BTreeMap<&[MapId], Vec<usize>> = BTreeMap::new();
    for &(layer, _) in ops {
        readers.entry(&layers[layer].inputs).or_default();
    }
    for (index, layer) in layers.iter().enumerate() {
        if let Some(own) = readers.get_mut(&layer.inputs[..])
            && own.len() < MOST_COMPARED
        {
            own.push(index);
        }
    }
    let after = |layer: usize| news.get(&layer).copied().unwrap_or(layers[layer].op);
    let become_alike =
        |one: usize, other: usize| layers[one].op != layers[other].op && after(one) == after(other);
    readers.values().any(|own| {
        let mut pairs = own.iter().array_combinations();
        pairs.any(|[&one, &other]| become_alike(one, other))
    })
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
