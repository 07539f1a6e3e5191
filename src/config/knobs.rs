//! The numbers of a file that may change: each once, with all the layers that have it.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::network::{Knob, KnobKind, OpKind};
use crate::rules::{Part, Site};

use super::Config;

/// The knob of a number by where it stands, and its first axis.
type Written = HashMap<(usize, usize), usize>;

impl Config {
    /// The numbers that may change, in the order of the file: dilations that are written, those of convolutions with more than one tap;
    /// the undecided ones; kernels of transposed layers. Of a network that stands in no file, see [`Config::of`], those of the network.
    ///
    /// ```
    /// let config = degrid::config::parse("[[stage]]\ndilations = [1, \"?\"]\nrepeat = 2\n").unwrap();
    /// let knobs = config.knobs();
    /// assert_eq!((knobs[0].value, knobs[1].value), (Some(1), None));
    /// assert_eq!(knobs[1].layers, [1, 3]);
    /// ```
    #[must_use]
    pub fn knobs(&self) -> Vec<Knob> {
        let network = &self.network;
        if self.spans.is_empty() {
            return network.knobs();
        }
        let open: HashSet<usize> = self.undecided.iter().map(|span| span.start).collect();
        let mut found = Vec::new();
        let mut written = HashMap::new();
        for layers in network.repetitions().values() {
            if network.layers[layers[0]].op.kind == OpKind::Transposed {
                self.add_knobs(KnobKind::Kernel, layers, &open, (&mut found, &mut written));
            }
            self.add_knobs(
                KnobKind::Dilation,
                layers,
                &open,
                (&mut found, &mut written),
            );
        }
        found.sort_by_key(|(start, _)| *start);
        found.into_iter().map(|(_, knob)| knob).collect()
    }

    /// The numbers that a fix may change: all but dilations on the line of a comment that allows what they could be changed for.
    pub(crate) fn open_knobs(&self) -> Vec<Knob> {
        let mut knobs = self.knobs();
        let asks_for_other = |rule: &str| ["gridding", "common-factor"].contains(&rule);
        let comments = self.suppressions.iter();
        let allowed: HashSet<usize> = comments
            .filter(|comment| asks_for_other(comment.rule))
            .map(|comment| comment.line)
            .collect();
        if !allowed.is_empty() {
            knobs.retain(|knob| {
                let line = self.span_of(knob).map(|span| self.line_at(span.start));
                !knob.is_dilation(&self.network) || line.is_none_or(|line| !allowed.contains(&line))
            });
        }
        knobs
    }

    /// Where the number of a knob stands; `None` where no one wrote it.
    #[must_use]
    pub fn span_of(&self, knob: &Knob) -> Option<Range<usize>> {
        let site = Site::layer(&self.network, *knob.layers.first()?, part(knob.kind));
        let axis = (knob.axes.len() == 1).then_some(knob.axes.start);
        self.spans.written(site.on(axis))
    }

    /// The axis for which the number of a knob is written; `None` where it stands for all.
    #[must_use]
    pub fn axis_of(&self, knob: &Knob) -> Option<usize> {
        let site = Site::layer(&self.network, *knob.layers.first()?, part(knob.kind));
        let is_all = self.span_of(knob) == self.spans.locate(site);
        (!is_all).then_some(knob.axes.start)
    }

    fn add_knobs(
        &self,
        kind: KnobKind,
        layers: &[usize],
        open: &HashSet<usize>,
        (found, written): (&mut Vec<(usize, Knob)>, &mut Written),
    ) {
        let network = &self.network;
        let op = &network.layers[layers[0]].op;
        let site = Site::layer(network, layers[0], part(kind));
        let is_written = self.spans.is_written(site.subject, site.part);
        if !is_written && kind == KnobKind::Dilation {
            return;
        }
        let Some(all) = self.spans.locate(site) else {
            return;
        };
        let mut known = HashSet::new();
        for axis in 0..network.dims {
            let own = &op.axes[axis];
            let span = self.spans.locate(site.on(Some(axis)));
            let Some((number, span)) = kind.of(own).zip(span) else {
                continue;
            };
            let is_undecided = kind == KnobKind::Dilation && open.contains(&span.start);
            let may_change = match op.kind {
                OpKind::Conv => KnobKind::Kernel.of(own) > Some(1),
                kind => kind == OpKind::Transposed,
            };
            if !(is_undecided || may_change) {
                continue;
            }
            // What the layer takes from elsewhere is one number where its axes are alike.
            let is_shared = !is_written && op.axes.iter().all(|other| other == own);
            let is_all = span == all && (is_written || is_shared);
            let axes = if is_all {
                0..network.dims
            } else {
                axis..axis + 1
            };
            if !known.insert(axes.start) {
                continue;
            }
            // Beside a cycle along another axis, a number is one for layers that differ.
            if let Some(&at) = written
                .get(&(span.start, axes.start))
                .filter(|_| is_written)
            {
                let knob: &mut Knob = &mut found[at].1;
                knob.layers.extend(layers);
                knob.layers.sort_unstable();
                continue;
            }
            written.insert((span.start, axes.start), found.len());
            let knob = Knob {
                kind,
                layers: layers.to_vec(),
                axes,
                value: (!is_undecided).then_some(number),
            };
            found.push((span.start, knob));
        }
    }
}

/// The part of a layer that a kind of knob sets.
fn part(kind: KnobKind) -> Part {
    match kind {
        KnobKind::Dilation => Part::Dilation,
        KnobKind::Kernel => Part::Kernel,
    }
}
