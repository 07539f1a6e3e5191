//! Networks made up at random for property tests, and a plain reckoning of what their outputs see.
//!
//! A [`Net`] is written out as a network file, and its footprint is reckoned forward as a sum of offsets: a convolution adds each of
//! its taps to every offset, branches and sources are united. Nothing here calls the code under test.
#![allow(dead_code)]

use std::collections::HashMap;

use degrid::config::{Config, parse};
use degrid::rules::{Checked, Verdict};
use proptest::prelude::*;

/// An offset from an output's own position, zeros on axes that a network has not.
pub type Offset = [i64; 3];

/// Offsets and the number of paths to each.
pub type Paths = HashMap<Offset, f64>;

/// A convolution of stride 1 that keeps the size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conv {
    pub kernel: Vec<i64>,
    pub dilation: Vec<i64>,
    /// Padding before the first position; the rest of the extent stands after the last.
    pub low: Vec<i64>,
}

/// An entry of a stage's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    Conv(Conv),
    Branches(Vec<Vec<Item>>),
}

/// A stage; `from` counts earlier stages from 0, and none is the input.
#[derive(Clone, Debug)]
pub struct Stage {
    pub from: Vec<usize>,
    pub items: Vec<Item>,
    pub repeat: usize,
    pub residual: bool,
}

/// A network at one resolution.
#[derive(Clone, Debug)]
pub struct Net {
    pub dims: usize,
    pub stages: Vec<Stage>,
}

impl Conv {
    fn total(&self, axis: usize) -> i64 {
        (self.kernel[axis] - 1) * self.dilation[axis]
    }

    fn toml(&self) -> String {
        let padding: Vec<String> = (0..self.low.len())
            .map(|a| format!("[{}, {}]", self.low[a], self.total(a) - self.low[a]))
            .collect();
        format!(
            "{{ kernel = {:?}, dilation = {:?}, padding = [{}] }}",
            self.kernel,
            self.dilation,
            padding.join(", ")
        )
    }

    fn apply(&self, paths: &Paths, dense: bool) -> Paths {
        let mut paths = paths.clone();
        for axis in 0..self.low.len() {
            let step = if dense { 1 } else { self.dilation[axis] };
            let mut next = Paths::new();
            for (at, weight) in &paths {
                let mut tap = 0;
                while tap <= self.total(axis) {
                    let mut to = *at;
                    to[axis] += tap - self.low[axis];
                    *next.entry(to).or_default() += weight;
                    tap += step;
                }
            }
            paths = next;
        }
        paths
    }
}

impl Item {
    pub fn toml(&self) -> String {
        match self {
            Self::Conv(conv) => conv.toml(),
            Self::Branches(branches) => {
                let lists: Vec<String> = branches.iter().map(|b| items_toml(b)).collect();
                format!("{{ branches = [{}], merge = \"add\" }}", lists.join(", "))
            }
        }
    }

    /// Whether it makes a map: a single branch of nothing is what it reads.
    fn writes(&self) -> bool {
        match self {
            Self::Conv(_) => true,
            Self::Branches(branches) => {
                branches.len() > 1 || branches.iter().flatten().any(Self::writes)
            }
        }
    }

    fn apply(&self, paths: &Paths, dense: bool) -> Paths {
        match self {
            Self::Conv(conv) => conv.apply(paths, dense),
            Self::Branches(branches) => {
                let mut sum = Paths::new();
                for branch in branches {
                    add(&mut sum, &through(branch, paths, dense));
                }
                sum
            }
        }
    }

    /// Whether any convolution in it has more than one tap.
    pub fn has_taps(&self) -> bool {
        match self {
            Self::Conv(conv) => conv.kernel.iter().any(|&k| k > 1),
            Self::Branches(branches) => branches.iter().flatten().any(Item::has_taps),
        }
    }
}

fn items_toml(items: &[Item]) -> String {
    let items: Vec<String> = items.iter().map(Item::toml).collect();
    format!("[{}]", items.join(", "))
}

fn add(sum: &mut Paths, more: &Paths) {
    for (at, weight) in more {
        *sum.entry(*at).or_default() += weight;
    }
}

/// What a list of items makes of paths.
pub fn through(items: &[Item], paths: &Paths, dense: bool) -> Paths {
    items
        .iter()
        .fold(paths.clone(), |paths, item| item.apply(&paths, dense))
}

/// One path to an output's own position.
pub fn origin() -> Paths {
    Paths::from([([0; 3], 1.0)])
}

impl Net {
    /// A chain of one stage.
    pub fn chain(dims: usize, items: Vec<Item>) -> Self {
        let stage = Stage {
            from: Vec::new(),
            items,
            repeat: 1,
            residual: false,
        };
        Self {
            dims,
            stages: vec![stage],
        }
    }

    /// The network file; `input` positions on each axis where given.
    pub fn toml(&self, input: Option<i64>) -> String {
        let mut lines = vec![match input {
            Some(n) => format!("input = {:?}", vec![n; self.dims]),
            None => format!("dims = {}", self.dims),
        }];
        for (index, stage) in self.stages.iter().enumerate() {
            lines.push(format!("\n[[stage]]\nname = \"s{index}\""));
            let names: Vec<String> = stage.from.iter().map(|s| format!("s{s}")).collect();
            if !names.is_empty() {
                lines.push(format!("from = {names:?}"));
            }
            let (repeat, residual) = (stage.repeat, stage.residual);
            lines.push(format!("repeat = {repeat}\nresidual = {residual}"));
            lines.push(format!("layers = {}\n", items_toml(&stage.items)));
        }
        lines.join("\n")
    }

    /// Paths from the input to the end of each stage, of the network or of its dense twin.
    pub fn paths(&self, dense: bool) -> Vec<Paths> {
        let mut ends: Vec<Paths> = Vec::new();
        for (index, stage) in self.stages.iter().enumerate() {
            let mut here = Paths::new();
            match (&stage.from[..], index) {
                ([], 0) => here = origin(),
                ([], _) => here.clone_from(&ends[index - 1]),
                (from, _) => from.iter().for_each(|&s| add(&mut here, &ends[s])),
            }
            for _ in 0..stage.repeat {
                let mut next = through(&stage.items, &here, dense);
                if stage.residual {
                    add(&mut next, &here);
                }
                here = next;
            }
            ends.push(here);
        }
        ends
    }

    /// The stage that writes the map at the end of a stage, `None` for the input: a stage without a layer ends where it begins.
    fn writer(&self, stage: usize) -> Option<usize> {
        let Stage {
            from,
            items,
            residual,
            ..
        } = &self.stages[stage];
        let before = from.first().copied().or(stage.checked_sub(1));
        if from.len() > 1 || *residual || items.iter().any(Item::writes) {
            Some(stage)
        } else {
            before.and_then(|before| self.writer(before))
        }
    }

    /// Whether the end of a stage leaves the network: it is the last, or nothing reads it.
    pub fn is_end(&self, stage: usize) -> bool {
        let map = self.writer(stage);
        let reads = |later: usize| {
            let own = &self.stages[later].from;
            let before = later.checked_sub(1).filter(|_| own.is_empty());
            let mut from = own.iter().copied().chain(before);
            self.writer(later) == Some(later) && from.any(|s| self.writer(s) == map)
        };
        let last = self.stages.len() - 1;
        map == self.writer(last) || !(0..=last).any(reads)
    }

    /// Whether some output misses a position that its dense twin reads.
    pub fn has_gridding(&self) -> bool {
        let (actual, dense) = (self.paths(false), self.paths(true));
        (0..self.stages.len())
            .filter(|&s| self.is_end(s))
            .any(|s| actual[s].len() < dense[s].len())
    }
}

/// So many cases; a failing one is made smaller for a while only, and printed, not stored.
pub fn cases(count: u32) -> ProptestConfig {
    ProptestConfig {
        cases: count,
        max_shrink_iters: 1_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// A network file that must be right.
pub fn config(text: &str) -> Config {
    parse(text).unwrap_or_else(|problems| panic!("{problems:#?}\n{text}"))
}

/// Whether a rule reports anything, at whatever place.
pub fn reports(checked: &Checked<'_>, rule: &str) -> bool {
    checked.findings.iter().any(|f| f.rule.id == rule)
}

/// Whether a rule fails on any stage.
pub fn fails(checked: &Checked<'_>, rule: &str) -> bool {
    (0..checked.facts.stages.len()).any(|s| checked.verdict(s, rule) == Verdict::Fail)
}

/// A convolution: mostly the same on all axes and centred, sometimes neither.
pub fn conv(dims: usize, most_taps: i64, most_dilation: i64) -> BoxedStrategy<Conv> {
    let axis = (1..=most_taps, 1..=most_dilation, 0..=100_i64);
    let centred = Just(50_i64);
    let same = (2..=most_taps, 1..=most_dilation, centred).prop_map(move |a| vec![a; dims]);
    let own = prop::collection::vec(axis, dims);
    prop_oneof![3 => same, 2 => own]
        .prop_map(|axes| Conv {
            kernel: axes.iter().map(|a| a.0).collect(),
            dilation: axes.iter().map(|a| a.1).collect(),
            low: axes.iter().map(|a| (a.0 - 1) * a.1 * a.2 / 100).collect(),
        })
        .boxed()
}

/// An entry: mostly a convolution, sometimes branches of them, which may hold branches again.
pub fn item(dims: usize, most_taps: i64, most_dilation: i64) -> BoxedStrategy<Item> {
    let plain = conv(dims, most_taps, most_dilation).prop_map(Item::Conv);
    let branches = |inner: BoxedStrategy<Item>| {
        let branch = prop::collection::vec(inner, 0..3);
        prop::collection::vec(branch, 1..4).prop_map(Item::Branches)
    };
    let once = branches(plain.clone().boxed());
    let twice = branches(prop_oneof![4 => plain.clone(), 1 => once.clone()].boxed());
    prop_oneof![6 => plain, 2 => once, 1 => twice].boxed()
}

/// A network of a few stages that read any earlier ones. In 2-D smaller, so that it can be reckoned position by position.
pub fn net() -> BoxedStrategy<Net> {
    prop_oneof![net_of(1, 4, 7), net_of(2, 3, 3)].boxed()
}

/// A network of `dims` axes.
pub fn net_of(dims: usize, most_taps: i64, most_dilation: i64) -> BoxedStrategy<Net> {
    let items = prop::collection::vec(item(dims, most_taps, most_dilation), 1..4);
    let from = prop::collection::vec(any::<prop::sample::Index>(), 0..3);
    let stage = (items, from, 1..3_usize, prop::bool::weighted(0.25));
    prop::collection::vec(stage, 1..4)
        .prop_map(move |drafts| {
            let draft = |(index, (items, from, repeat, residual)): (usize, _)| {
                let from: Vec<prop::sample::Index> = from;
                let mut sources: Vec<usize> = match index {
                    0 => Vec::new(),
                    _ => from.iter().map(|f| f.index(index)).collect(),
                };
                sources.sort_unstable();
                sources.dedup();
                Stage {
                    from: sources,
                    items,
                    repeat,
                    residual,
                }
            };
            Net {
                dims,
                stages: drafts.into_iter().enumerate().map(draft).collect(),
            }
        })
        .boxed()
}
