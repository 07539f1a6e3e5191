//! The sentence of an answer.

use itertools::Itertools;
use num_rational::Ratio;

use crate::footprint::Reading;
use crate::network::{MapId, Network, PerAxis, counted, times_once};
use crate::rules::{Checked, RULES, SkippedOn, Verdict, along};

use super::input::Input;

/// Most maps that are named after the first.
const MOST_NAMED: usize = 3;

/// The sentence of an answer.
pub(super) struct Words<'a> {
    pub checked: &'a Checked<'a>,
    pub network: &'a Network,
    pub input: Option<&'a Input>,
    /// Whether any layer is dilated.
    pub dilated: bool,
    /// Whether rules allow the gridding.
    pub allowed: bool,
}

impl Words<'_> {
    /// Of a network with gridding: for each map of which positions are skipped, the map whose outputs skip most of it; the worst first.
    pub fn gridding(&self, worst: &[(SkippedOn, MapId)]) -> String {
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
            let more = (more > 0).then(|| counted(more, "more map"));
            let list = listed(&others.into_iter().chain(more).collect::<Vec<_>>());
            text = format!("{text}; also on {list}");
        }
        let is_said = on.map == MapId::INPUT && network.outputs.contains(at);
        if !is_said {
            text.push_str(&self.rest());
        }
        if self.allowed {
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
                    "; {misses} of the {} input positions in {} receptive field",
                    reading.positions,
                    if reading.is_uniform { "its" } else { "their" }
                )
            }
            Some(Err(_)) => {
                "; whether the input itself is fully read is too large to tell".to_owned()
            }
        }
    }

    /// Of a network without.
    pub fn no_gridding(&self) -> String {
        let begin = if self.dilated || !self.network.cut.is_empty() {
            "no gridding"
        } else {
            "no gridding, as no layer is dilated"
        };
        let Some(input) = self.input else {
            return format!("{begin}: every output reads the whole input through a global pool");
        };
        let sides = input.field.unwrap_or(PerAxis::splat(self.network.dims, 0));
        let field = itertools::join(sides.iter(), " × ");
        match &input.reading {
            Ok(Reading { skipped: 0, .. }) => match self.network.outputs.len() {
                0 | 1 => format!("{begin}: every output reads its whole receptive field ({field})"),
                n => format!(
                    "{begin}: each of the {n} outputs reads its whole receptive field (the largest {field})"
                ),
            },
            Ok(reading) => {
                let misses = self.misses(reading, "");
                let volume = sides.iter().try_fold(1_i64, |v, &n| v.checked_mul(n));
                let [its, they] = if reading.is_uniform {
                    ["its", "it reads"]
                } else {
                    ["their", "they read"]
                };
                let positions = reading.positions;
                // Where outputs differ, what these read may be smaller.
                let of = if volume == Some(positions) {
                    format!("of {its} receptive field ({field})")
                } else {
                    format!("between the first and the last that {they} (receptive field {field})")
                };
                format!(
                    "{begin}, but {misses} of the {positions} positions {of}: {}",
                    self.cause(input.output)
                )
            }
            Err(_) => format!(
                "{begin}; whether every output reads its whole receptive field ({field}) is too large to tell"
            ),
        }
    }

    /// What global pools read, as an addition to a sentence; `is_left_out` says whether ways through one are left out.
    pub fn pools(&self, is_left_out: bool) -> String {
        let mut text = String::new();
        if is_left_out {
            text.push_str("; a global pool, which reads the whole input, is left out");
        }
        let pooled = self
            .input
            .map(|input| self.network.facts(input.output).pooled);
        let pooled = pooled.iter().flat_map(|axes| axes.iter().enumerate());
        let axes: Vec<usize> = pooled
            .filter(|(_, is)| **is)
            .map(|(axis, _)| axis)
            .collect();
        if !axes.is_empty() {
            text.push_str("; a global pool reads everything");
            text.push_str(&along(self.network, &axes));
        }
        text
    }

    /// Where the network was cut off, as an addition to a sentence.
    pub fn cut(&self) -> Option<String> {
        let cut = &self.network.cut;
        let named = cut.iter().take(MOST_NAMED);
        let named = named.map(|&map| format!("\"{}\"", self.network.map_name(map)));
        let more = cut.len().saturating_sub(MOST_NAMED);
        let more = (more > 0).then(|| counted(more, "more map"));
        let list: Vec<String> = named.chain(more).collect();
        (!list.is_empty()).then(|| format!("; layers behind {} are not followed", listed(&list)))
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
        let column = RULES.iter().position(|r| r.id == "unread-input");
        let fails = |verdicts: &Vec<Verdict>| column.is_some_and(|c| verdicts[c] == Verdict::Fail);
        let strides_skip = self.checked.verdicts.iter().any(fails);
        let mut layers = self.network.layers.iter();
        let has_branches = layers.any(|layer| layer.inputs.len() > 1);
        match (is_chain, strides_skip, has_branches) {
            (true, ..) => "strided layers skip them",
            (false, true, true) => {
                "strided layers skip some, or the parallel paths do not cover it together"
            }
            (false, false, true) => "the parallel paths do not cover it together",
            (false, true, false) => "strided layers skip some",
            (false, false, false) => {
                "those that stand on a single position of the map before the resize see the holes of its dilated layers"
            }
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
