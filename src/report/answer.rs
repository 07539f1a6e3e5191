//! The answer of a check: does the network grid, where, and what follows from it.

use itertools::Itertools;
use num_rational::Ratio;
use serde::Serialize;

use crate::footprint::{FootprintError, Reading, receptive_field_beside_pools};
use crate::network::{MapId, Network, PerAxis, times_once};
use crate::rules::{Checked, SkippedOn, Verdict, along};

/// Most maps that are named after the first.
const MOST_NAMED: usize = 3;

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

/// What a network's outputs read of the input.
struct Input {
    output: MapId,
    field: Option<PerAxis<i64>>,
    reading: Result<Reading, FootprintError>,
}

impl Answer {
    /// Answers for a network.
    #[must_use]
    pub fn new(checked: &Checked<'_>, pools: GlobalPools) -> Self {
        let facts = &checked.facts;
        let network = facts.network;
        let mut worst: Vec<(SkippedOn, MapId)> = Vec::new();
        for run in &facts.broken {
            let Some(skipped) = run.skipped(network) else {
                continue;
            };
            match worst.iter_mut().find(|(other, _)| other.map == skipped.map) {
                Some(other) if share(&skipped) > share(&other.0) => {
                    *other = (skipped, run.output())
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
        let through_pool = |output: &&MapId| {
            !network.has_position(**output)
                || (pools == GlobalPools::Kept
                    && network.passes_global_pool(MapId::INPUT, **output))
        };
        let input = sparsest(checked, network.outputs.iter().filter(|o| !through_pool(o)));
        let has_pool = network.outputs.iter().any(|&output| {
            !network.has_position(output) || network.passes_global_pool(MapId::INPUT, output)
        });
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
            answer: &answer,
            input: input.as_ref(),
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
        if input.is_some() && has_pool && pools == GlobalPools::LeftOut {
            text.push_str("; a global pool, which reads the whole input, is left out");
        }
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

/// Of some outputs the one that misses the largest share of the input, or of which that is not known; where none misses any the one with
/// the largest receptive field.
fn sparsest<'o>(checked: &Checked<'_>, outputs: impl Iterator<Item = &'o MapId>) -> Option<Input> {
    let facts = &checked.facts;
    let inputs = outputs.map(|&output| Input {
        output,
        field: receptive_field_beside_pools(facts.network, MapId::INPUT, output),
        reading: facts.runs.reading(output),
    });
    let key = |input: &Input| {
        let volume = input.field.map_or(0, |field| {
            field.iter().fold(1_i64, |v, &n| v.saturating_mul(n))
        });
        match &input.reading {
            Ok(reading) if reading.skipped > 0 => {
                (2, Ratio::new(reading.skipped, reading.positions), volume)
            }
            Err(_) => (1, Ratio::from_integer(0), volume),
            Ok(_) => (0, Ratio::from_integer(0), volume),
        }
    };
    // Of equal ones the first.
    inputs
        .map(|input| (key(&input), input))
        .reduce(|a, b| if b.0 > a.0 { b } else { a })
        .map(|(_, input)| input)
}

/// The sentence of an answer.
struct Words<'a> {
    checked: &'a Checked<'a>,
    network: &'a Network,
    answer: &'a Answer,
    input: Option<&'a Input>,
}

impl Words<'_> {
    fn gridding(&self, worst: &[(SkippedOn, MapId)]) -> String {
        let network = self.network;
        let Some((on, at)) = worst.first() else {
            return "gridding: outputs skip positions that dense kernels would read".to_owned();
        };
        let there = if on.map == MapId::INPUT { "" } else { " there" };
        let counts = match on.counts {
            Some((dense, skipped)) => format!("{skipped} of {dense} positions"),
            None => "positions".to_owned(),
        };
        let mut text = format!(
            "gridding on {}{}: {} skips {counts}{there}{}",
            network.map_words(on.map),
            stride(network, on.map),
            self.each_output(*at),
            along(network, &on.axes)
        );
        let others: Vec<String> = worst[1..]
            .iter()
            .take(MOST_NAMED)
            .map(|(on, _)| network.map_words(on.map))
            .collect();
        if !others.is_empty() {
            let more = worst.len() - 1 - others.len();
            let more = (more > 0).then(|| format!("{more} more maps"));
            let list = listed(&others.into_iter().chain(more).collect::<Vec<_>>());
            text.push_str(&format!("; also on {list}"));
        }
        let is_said = on.map == MapId::INPUT && network.outputs.contains(at);
        if !is_said {
            text.push_str(&self.rest());
        }
        if self.answer.allowed {
            text.push_str("; the rules of the file allow it");
        }
        text
    }

    /// What follows for the input where a later map has gridding.
    fn rest(&self) -> String {
        match self.input.map(|input| &input.reading) {
            None => "; the input itself is fully read, through a global pool".to_owned(),
            Some(Ok(Reading { skipped: 0, .. })) => "; the input itself is fully read".to_owned(),
            Some(Ok(reading)) => {
                let misses = self.misses(reading, " of the network");
                format!(
                    "; {misses} of the {} input positions in its receptive field",
                    reading.positions
                )
            }
            Some(Err(_)) => {
                "; whether the input itself is fully read is too large to tell".to_owned()
            }
        }
    }

    fn no_gridding(&self) -> String {
        let begin = if self.answer.dilated {
            "no gridding"
        } else {
            "no gridding, as no layer is dilated"
        };
        let Some(input) = self.input else {
            return format!("{begin}: every output reads the whole input through a global pool");
        };
        let field = input.field.unwrap_or(PerAxis::splat(self.network.dims, 0));
        let field = itertools::join(field.iter(), " × ");
        match &input.reading {
            Ok(Reading { skipped: 0, .. }) => match self.network.outputs.len() {
                0 | 1 => format!("{begin}: every output reads its whole receptive field ({field})"),
                n => format!(
                    "{begin}: each of the {n} outputs reads its whole receptive field (the largest {field})"
                ),
            },
            Ok(reading) => format!(
                "{begin}, but {} of the {} positions of its receptive field ({field}): {}",
                self.misses(reading, ""),
                reading.positions,
                self.cause(input.output)
            ),
            Err(_) => format!(
                "{begin}; whether every output reads its whole receptive field ({field}) is too large to tell"
            ),
        }
    }

    /// `each output misses 12`; `of` says of which map, where the network has one output.
    fn misses(&self, reading: &Reading, of: &str) -> String {
        let of = match self.input {
            Some(input) if self.network.outputs.len() > 1 => {
                let words = self.network.map_words(input.output);
                format!(" of {}", after(&words))
            }
            _ => of.to_owned(),
        };
        if reading.is_uniform {
            format!("each output{of} misses {}", reading.skipped)
        } else {
            format!("some outputs{of} miss {}", reading.skipped)
        }
    }

    /// Why positions of the input are missed, where it is not by dilation.
    fn cause(&self, output: MapId) -> &'static str {
        let runs = &self.checked.facts.runs;
        let mut axes = 0..self.network.dims;
        let is_chain = axes.all(|axis| runs.combs(MapId::INPUT, output, axis).is_some());
        let column = crate::rules::RULES
            .iter()
            .position(|r| r.id == "unread-input");
        let fails = |verdicts: &Vec<Verdict>| column.is_some_and(|c| verdicts[c] == Verdict::Fail);
        let strides_skip = self.checked.verdicts.iter().any(fails);
        match (is_chain, strides_skip) {
            (true, _) => "strided layers skip them",
            (false, true) => {
                "strided layers skip some, or the parallel paths do not cover it together"
            }
            (false, false) => "the parallel paths do not cover it together",
        }
    }

    /// `each output`, with the map where it is not the only output of the network.
    fn each_output(&self, map: MapId) -> String {
        if self.network.outputs[..] == [map] {
            return "each output".to_owned();
        }
        let words = self.network.map_words(map);
        format!("each output of {}", after(&words))
    }
}

/// What a map comes after, of the words for it.
fn after(words: &str) -> &str {
    words.strip_prefix("the map after ").unwrap_or(words)
}

/// `a, b and c`.
fn listed(words: &[String]) -> String {
    match words {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.iter().join(", ")),
        _ => words.concat(),
    }
}

/// How far apart positions of a map stand on the input, where that is not 1.
fn stride(network: &Network, map: MapId) -> String {
    let Some(position) = network.facts(map).position else {
        return String::new();
    };
    let jumps: Vec<Ratio<i128>> = position.iter().map(|p| p.jump).collect();
    let one = Ratio::from_integer(1);
    let by = times_once(&jumps);
    if jumps.iter().all(|jump| *jump == one) {
        String::new()
    } else if jumps.iter().all(|jump| *jump.numer() == 1) {
        let factors: Vec<i128> = jumps.iter().map(|jump| *jump.denom()).collect();
        format!(" (upsampled by {})", times_once(&factors))
    } else {
        format!(" (stride {by})")
    }
}
