//! The answer of a check: does the network grid, where, and what follows from it.

mod input;
mod words;

use num_rational::Ratio;
use serde::Serialize;

use crate::footprint::{FootprintError, leaves_pools_out};
use crate::network::{MapId, OpKind, PerAxis};
use crate::rules::{Checked, SkippedOn};

use input::sparsest;
use words::Words;

/// Most runs with gridding of which is counted what they skip.
const MOST_RUNS: usize = 256;

/// Most work of looking at outputs, in layers on the way to each: a network of thousands of outputs has the first looked at.
const MOST_WALKED: usize = 1 << 22;

/// What becomes of global pools in counts and pictures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum GlobalPools {
    /// Ways through them are left out: they read everything, and would hide what the others miss.
    #[default]
    LeftOut,
    /// They are followed.
    Kept,
}

/// One sentence that answers, and the parts of which it is made. Borders are left aside.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// The sentence.
    pub text: String,
    /// Whether any run has gridding; null where that is too large to tell.
    pub gridding: Option<bool>,
    /// Whether any layer is dilated.
    pub dilated: bool,
    /// Whether gridding is not reported because rules allow it.
    pub allowed: bool,
    /// With gridding: the map whose positions are skipped, as `degrid show --on` takes it; of several that of which most is skipped.
    pub map: Option<String>,
    /// The map whose positions skip them, as `degrid show --at` takes it.
    pub at: Option<String>,
    /// Whether `at` is what `degrid show` draws if nothing is picked.
    #[serde(skip)]
    pub is_default: bool,
    /// Positions of `map` that dense kernels would read for each of them.
    pub positions: Option<i64>,
    /// Those that are skipped.
    pub skipped: Option<i64>,
    /// Further maps whose positions are skipped.
    pub other_maps: Vec<String>,
    /// The output of which is counted what it misses of the input: of several the one that misses most.
    pub output: Option<String>,
    /// Its receptive field on the input, global pools left out; null where everything comes through one.
    pub receptive_field: Option<PerAxis<i64>>,
    /// Input positions in the box around what one output position reads; null where that is too large to tell.
    pub input_positions: Option<i64>,
    /// Those of them that it does not read.
    pub input_skipped: Option<i64>,
    /// Whether every output position reads all of its box; null where that is too large to tell.
    pub input_fully_read: Option<bool>,
    /// What became of global pools; null without one.
    pub global_pools: Option<GlobalPools>,
}

impl Answer {
    /// Answers for a network.
    #[must_use]
    pub fn new(checked: &Checked<'_>, pools: GlobalPools) -> Self {
        let facts = &checked.facts;
        let network = facts.network;
        let mut worst: Vec<(SkippedOn, MapId)> = Vec::new();
        for run in facts.broken.iter().take(MOST_RUNS) {
            let Some(skipped) = run.skipped(network) else {
                continue;
            };
            match worst.iter_mut().find(|(other, _)| other.map == skipped.map) {
                Some(other) if share(&skipped) > share(&other.0) => {
                    *other = (skipped, run.output());
                }
                Some(_) => {}
                None => worst.push((skipped, run.output())),
            }
        }
        // The sort keeps the order of equal ones.
        worst.sort_by_key(|(skipped, _)| std::cmp::Reverse(share(skipped)));
        let undecided = facts.stages.iter().find(|stage| stage.undecided);
        let gridding = match (facts.broken.is_empty(), undecided) {
            (false, _) => Some(true),
            (true, Some(_)) => None,
            (true, None) => Some(false),
        };
        let mut layers = network.layers.iter();
        let has_pools = layers.any(|layer| layer.op.kind == OpKind::GlobalPool);
        let is_pooled = |output: MapId| {
            has_pools
                && (!network.has_position(output)
                    || network.passes_global_pool(MapId::INPUT, output))
        };
        let most = (MOST_WALKED / network.layers.len().max(1)).max(1);
        let looked_at = || network.outputs.iter().copied().take(most);
        let has_pool = looked_at().any(is_pooled);
        let is_open = |output: &MapId| {
            network.has_position(*output) && (pools == GlobalPools::LeftOut || !is_pooled(*output))
        };
        let mut input = sparsest(facts, looked_at().filter(is_open));
        if let (Some(input), true) = (&mut input, network.outputs.len() > most)
            && matches!(input.reading, Ok(reading) if reading.skipped == 0)
        {
            input.reading = Err(FootprintError::TooLarge { cells: i64::MAX });
        }
        let reading = input.as_ref().map(|input| &input.reading);
        let counts = reading.and_then(|reading| reading.as_ref().ok());
        let name = |map: MapId| network.map_name(map);
        let mut answer = Self {
            text: String::new(),
            gridding,
            dilated: network.layers.iter().any(|layer| !layer.op.is_dense()),
            allowed: gridding == Some(true)
                && !checked.findings.iter().any(|f| f.rule.id == "gridding"),
            map: worst.first().map(|(skipped, _)| name(skipped.map)),
            at: worst.first().map(|&(_, at)| name(at)),
            is_default: worst.first().map(|(_, at)| at) == network.outputs.first(),
            positions: worst.first().and_then(|(on, _)| Some(on.counts?.0)),
            skipped: worst.first().and_then(|(on, _)| Some(on.counts?.1)),
            other_maps: worst.iter().skip(1).map(|(on, _)| name(on.map)).collect(),
            output: input.as_ref().map(|input| name(input.output)),
            receptive_field: input.as_ref().and_then(|input| input.field),
            input_positions: counts.map(|reading| reading.positions),
            input_skipped: counts.map(|reading| reading.skipped),
            input_fully_read: match reading {
                None => Some(true),
                Some(reading) => reading.as_ref().ok().map(|reading| reading.skipped == 0),
            },
            global_pools: has_pool.then_some(pools),
        };
        let words = Words {
            checked,
            network,
            input: input.as_ref(),
            dilated: answer.dilated,
            allowed: answer.allowed,
        };
        let mut text = match gridding {
            Some(true) => words.gridding(&worst),
            Some(false) => words.no_gridding(),
            None => {
                let stage = undecided.map_or(0, |stage| stage.index);
                format!(
                    "too large to tell: what the branches up to the end of \"{}\" read passes a limit; no gridding was found elsewhere",
                    network.stages[stage].name
                )
            }
        };
        if input.is_some() && pools == GlobalPools::LeftOut {
            let is_left_out = |output: MapId| {
                let from = MapId::INPUT;
                is_pooled(output)
                    && (!network.has_position(output) || leaves_pools_out(network, from, output))
            };
            text.push_str(&words.pools(looked_at().any(is_left_out)));
        }
        text.extend(words.cut());
        if counts.is_some_and(|reading| reading.some_read_nothing) {
            text.push_str("; some outputs read nothing at all");
        }
        answer.text = text;
        answer
    }

    /// The command that draws the map whose positions are skipped, for the network file at `path`.
    #[must_use]
    pub fn drawn_by(&self, path: &str) -> Option<String> {
        let (map, at) = (self.map.as_ref()?, self.at.as_ref()?);
        let mut words = vec!["degrid show".to_owned(), quoted(path)];
        if !self.is_default {
            words.extend(["--at".to_owned(), quoted(at)]);
        }
        if map != "input" {
            words.extend(["--on".to_owned(), quoted(map)]);
        }
        Some(words.join(" "))
    }
}

/// A word of a command line, in quotes where a shell would take it apart.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+,=@%".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// The share of positions that are skipped; unknown ones come last.
fn share(skipped: &SkippedOn) -> Option<Ratio<i64>> {
    let (dense, skipped) = skipped.counts?;
    (dense > 0).then(|| Ratio::new(skipped, dense))
}
