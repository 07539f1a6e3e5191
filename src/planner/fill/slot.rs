//! A place of a file at which a dilation is to be decided.

use std::ops::Range;

use crate::config::Config;
use crate::network::AxisOp;
use crate::rules::Facts;

/// A dilation to be decided: one number in the file, for all repetitions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Index of its stage.
    pub stage: usize,
    /// Index in the stage's list.
    pub layer: usize,
    /// The axis it is for; `None` for all.
    pub axis: Option<usize>,
    /// Where the number goes.
    pub span: Range<usize>,
    /// Its layers in the network.
    pub(super) layers: Vec<usize>,
    /// The axes that it decides.
    pub(super) axes: Vec<usize>,
    /// The dilation that stands there now, if one does.
    pub(super) now: Option<i64>,
    /// Dilations of its schedule, one repetition, in order, and where it stands among them.
    line: Vec<Entry>,
    place: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    kernel: i64,
    dilation: Given,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Given {
    Number(i64),
    Slot(usize),
}

/// What the schedule around a place asks of a dilation there, so that it rises.
pub(super) struct Bounds {
    pub least: i64,
    pub most: i64,
    /// Places behind it that have to rise further, up to the next number.
    pub to_come: i64,
}

impl Slot {
    /// Every undecided place of a file, and with `stage` every dilation written in that stage, in the order of the file.
    #[must_use]
    pub fn all(config: &Config, stage: Option<usize>) -> Vec<Self> {
        let mut slots: Vec<Self> = config
            .undecided
            .iter()
            .map(|u| Self::new(u.stage, u.layer, u.axis, u.span.clone()))
            .collect();
        for written in stage.into_iter().flat_map(|stage| config.dilations(stage)) {
            if slots.iter().all(|slot| slot.span != written.span) {
                let mut slot = Self::new(written.stage, written.layer, written.axis, written.span);
                slot.now = Some(written.dilation);
                slots.push(slot);
            }
        }
        slots.sort_by_key(|slot| slot.span.start);
        for slot in &mut slots {
            slot.find_layers(config);
        }
        let lines = lines(config, &slots);
        for (index, slot) in slots.iter_mut().enumerate() {
            let is_own = |entry: &Entry| entry.dilation == Given::Slot(index);
            let own = lines
                .iter()
                .find_map(|line| Some((line, line.iter().position(is_own)?)));
            if let Some((line, place)) = own {
                (slot.line, slot.place) = (line.clone(), place);
            }
        }
        slots
    }

    fn new(stage: usize, layer: usize, axis: Option<usize>, span: Range<usize>) -> Self {
        Self {
            stage,
            layer,
            axis,
            span,
            layers: Vec::new(),
            axes: Vec::new(),
            now: None,
            line: Vec::new(),
            place: 0,
        }
    }

    fn find_layers(&mut self, config: &Config) {
        self.layers = config.with_dilation_at(self.stage, &self.span, self.axis);
        self.axes = match self.axis {
            Some(axis) => vec![axis],
            None => (0..config.network.dims).collect(),
        };
    }

    /// Whether it decides the dilation of a layer along an axis.
    pub(super) fn holds(&self, layer: usize, axis: usize) -> bool {
        self.axes.contains(&axis) && self.layers.binary_search(&layer).is_ok()
    }

    /// How much each unit of it adds to what a way reaches.
    pub(super) fn weight(&self, config: &Config) -> i64 {
        let taps = |&layer: &usize| {
            let op = config.network.layers[layer].op.axes[self.axes[0]];
            if let AxisOp::Window(window) = op {
                i64::from(window.kernel) - 1
            } else {
                0
            }
        };
        self.layers.iter().map(taps).sum()
    }

    pub(super) fn line(&self, values: &[Option<i64>], published: bool) -> Bounds {
        let value = |entry: &Entry| match entry.dilation {
            Given::Number(number) => Some(number),
            Given::Slot(slot) => values[slot],
        };
        let before: Vec<i64> = self
            .line
            .iter()
            .take(self.place)
            .filter_map(value)
            .collect();
        let mut most = i64::MAX;
        let mut to_come = 0;
        for entry in self.line.iter().skip(self.place + 1) {
            match value(entry) {
                Some(number) => {
                    most = number - to_come;
                    break;
                }
                None => to_come += 1,
            }
        }
        if most < i64::MAX {
            // The number behind decides how high the places before it may go, not the cap.
            to_come = 0;
        }
        if let (true, Some(first)) = (published, self.line.first().filter(|_| self.place > 0)) {
            // r_i ≤ k + 2·(r_2 + … + r_{i−1}): see `bounds`.
            let rest: i64 = before
                .iter()
                .skip(1)
                .fold(0, |sum, d| sum.saturating_add(*d));
            most = most.min(first.kernel.saturating_add(rest.saturating_mul(2)));
        }
        let last = before.last().copied().unwrap_or(1);
        // It rises strictly where there is room.
        let least = if self.place > 0 && last < most {
            last + 1
        } else {
            last
        };
        Bounds {
            least: least.max(1),
            most: most.max(1),
            to_come,
        }
    }
}

/// The schedules of stages with undecided places: those of the first repetition, along the first axis that a place decides.
fn lines(config: &Config, slots: &[Slot]) -> Vec<Vec<Entry>> {
    let network = &config.network;
    let facts = Facts::new(network, &config.policy.target);
    let mut found = Vec::new();
    for stage in &facts.stages {
        for line in &stage.lines {
            for axis in 0..network.dims {
                let entries: Vec<Entry> = line
                    .along(network, axis)
                    .into_iter()
                    .filter(|entry| network.layers[entry.layer].repetition == 0)
                    .map(|entry| Entry {
                        kernel: entry.kernel,
                        dilation: slots
                            .iter()
                            .position(|slot| slot.holds(entry.layer, axis))
                            .map_or(Given::Number(entry.dilation), Given::Slot),
                    })
                    .collect();
                if entries
                    .iter()
                    .any(|entry| matches!(entry.dilation, Given::Slot(_)))
                {
                    found.push(entries);
                }
            }
        }
    }
    found
}
