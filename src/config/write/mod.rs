//! A network as a network file.
//!
//! A stage of the file is a chain of layers, from one map, or several put together, to the next that something else reads. Layers that part and
//! meet again within a stage of the network are its branches. What is written is read again and held against the network, so that a file never
//! says something else.

mod chains;
mod entry;
mod like;
mod same;
mod unsayable;
mod values;

use std::collections::{HashMap, HashSet};
use std::fmt::Write;

use crate::network::{MapId, Network, OpKind};

use super::problem::printable;
use chains::{Chain, Cut, cut};
use entry::{Entry, entries};
use like::like;
use values::{list, one_or_list, quoted};

pub use unsayable::Unsayable;

/// The text of a network file that says what a network is: the maps, sizes and operations of [`parse`](super::parse) are the same. Repetitions
/// are written out, a concatenation may stand for a sum, and a stage that is read in its middle becomes several.
///
/// # Errors
/// [`Unsayable`] of the first layer that the format has no words for.
///
/// ```
/// use degrid::Network;
/// let network = Network::builder(2).stage("body").dilations(3, [1, 2, 5]).build().unwrap();
/// let text = degrid::config::write(&network).unwrap();
/// assert_eq!(text, "dims = 2\n\n[[stage]]\nname = \"body\"\nkernel = 3\ndilations = [1, 2, 5]\n");
/// ```
pub fn write(network: &Network) -> Result<String, Unsayable> {
    let likes: Vec<Option<MapId>> = (0..network.layers.len())
        .map(|layer| like(network, layer))
        .collect();
    let Cut { chains, forks } = cut(network, &likes);
    let names = names(network, &chains);
    let mut named = HashMap::from([(MapId::INPUT, "input".to_owned())]);
    named.extend(chains.iter().map(|c| c.output).zip(names));
    let mut text = Text {
        network,
        forks: &forks,
        likes: &likes,
        named: &named,
        maps: vec![None; network.maps.len()],
        layers: 0,
        out: String::new(),
    };
    text.maps[MapId::INPUT.0] = Some(MapId::INPUT);
    text.head(chains.last());
    let mut before = MapId::INPUT;
    for chain in &chains {
        text.stage(chain, before)?;
        before = chain.output;
    }
    let Text { maps, out, .. } = text;
    same::check(network, &out, &maps)?;
    Ok(out)
}

/// A name for each chain: that of its stage, with a number where it is taken.
fn names(network: &Network, chains: &[Chain]) -> Vec<String> {
    let own: Vec<String> = network.stages.iter().map(|s| printable(&s.name)).collect();
    let mut free: HashSet<&String> = own.iter().filter(|name| *name != "input").collect();
    let mut taken: HashSet<String> = own.iter().cloned().collect();
    taken.insert("input".to_owned());
    let mut next = vec![2; own.len()];
    let mut name = |chain: &Chain| {
        let name = &own[chain.stage];
        if free.remove(name) {
            return name.clone();
        }
        loop {
            let candidate = format!("{name} ({})", next[chain.stage]);
            next[chain.stage] += 1;
            if taken.insert(candidate.clone()) {
                return candidate;
            }
        }
    };
    chains.iter().map(&mut name).collect()
}

struct Text<'a> {
    network: &'a Network,
    forks: &'a [Option<chains::Fork>],
    likes: &'a [Option<MapId>],
    named: &'a HashMap<MapId, String>,
    /// The map of the file for each map of the network.
    maps: Vec<Option<MapId>>,
    /// Layers of the file so far.
    layers: usize,
    out: String,
}

impl Text<'_> {
    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        // A text takes all that is written to it.
        let _ = writeln!(self.out, "{line}");
    }

    fn head(&mut self, last: Option<&Chain>) {
        if let Some(name) = &self.network.name {
            self.line(format_args!("name = {}", quoted(name)));
        }
        match &self.network.input {
            Some(input) => {
                let sizes: Vec<String> = input.iter().map(i64::to_string).collect();
                self.line(format_args!("input = {}", list(&sizes)));
            }
            None => self.line(format_args!("dims = {}", self.network.dims)),
        }
        let outputs = &self.network.outputs;
        if last.is_none_or(|last| outputs[..] != [last.output]) {
            let names = outputs.iter().map(|map| quoted(&self.named[map]));
            let names = one_or_list(&names.collect::<Vec<_>>());
            self.line(format_args!("outputs = {names}"));
        }
    }

    fn stage(&mut self, chain: &Chain, before: MapId) -> Result<(), Unsayable> {
        let name = quoted(&self.named[&chain.output]);
        self.line(format_args!("\n[[stage]]\nname = {name}"));
        if chain.from != [before] {
            let names: Vec<String> = chain.from.iter().map(|m| quoted(&self.named[m])).collect();
            let from = one_or_list(&names);
            self.line(format_args!("from = {from}"));
        }
        if let Some(merge) = chain.merge {
            self.wrote(merge, usize::from(chain.from.len() > 1), chain.from[0]);
        }
        let (items, plain) = self.items(&chain.layers, 1)?;
        if let Some((kernel, dilations)) = short_form(&plain, items.len()) {
            self.line(format_args!("kernel = {kernel}\ndilations = {dilations}"));
            return Ok(());
        }
        match &items[..] {
            [] => self.line(format_args!("layers = [{{ branches = [[]] }}]")),
            [one] if plain.len() == 1 => self.line(format_args!("layers = [{one}]")),
            several => {
                let lines = several.iter().map(|item| format!("  {item},\n"));
                let lines: String = lines.collect();
                self.line(format_args!("layers = [\n{lines}]"));
            }
        }
        Ok(())
    }

    /// The entries of a list of layers at a depth, and those of them that are no branches.
    fn items(
        &mut self,
        layers: &[usize],
        depth: usize,
    ) -> Result<(Vec<String>, Vec<Entry>), Unsayable> {
        let (mut items, mut plain) = (Vec::new(), Vec::new());
        for &layer in layers {
            if self.forks[layer].is_some() {
                items.push(self.branches(layer, depth)?);
                continue;
            }
            let like = self.likes[layer].map(|map| self.named[&map].as_str());
            let made = entries(self.network, layer, like)
                .map_err(|why| Unsayable::new(self.network, Some(layer), why))?;
            let input = self.network.layers[layer].inputs.first();
            self.wrote(layer, made.len(), input.copied().unwrap_or(MapId::INPUT));
            items.extend(made.iter().map(Entry::to_string));
            plain.extend(made);
        }
        Ok((items, plain))
    }

    /// Branches over several lines, each one on its own.
    fn branches(&mut self, merge: usize, depth: usize) -> Result<String, Unsayable> {
        let forks = self.forks;
        let Some(fork) = &forks[merge] else {
            return Ok(String::new());
        };
        let indent = "  ".repeat(depth + 1);
        let mut text = "{ branches = [\n".to_owned();
        for branch in &fork.branches {
            let (items, _) = self.items(branch, depth + 1)?;
            let _ = writeln!(text, "{indent}[{}],", items.join(", "));
        }
        let last = fork.branches.len() > 1;
        self.wrote(merge, usize::from(last), fork.start);
        let end = "  ".repeat(depth);
        let kind = self.network.layers[merge].op.kind;
        let added = if kind == OpKind::Add {
            ", merge = \"add\""
        } else {
            ""
        };
        let _ = write!(text, "{end}]{added} }}");
        Ok(text)
    }

    /// Notes the map of the file that a layer's last entry writes; `input` where it has none.
    fn wrote(&mut self, layer: usize, entries: usize, input: MapId) {
        self.layers += entries;
        self.maps[layer + 1] = match entries {
            0 => self.maps[input.0],
            _ => Some(MapId(self.layers)),
        };
    }
}

/// Kernel and dilations of convolutions that keep sizes, if these are all entries.
fn short_form(plain: &[Entry], entries: usize) -> Option<(String, String)> {
    let kernel = plain.first()?.get("kernel")?;
    let is_short = |entry: &Entry| {
        let mut keys = entry.0.iter().map(|(key, _)| *key);
        keys.all(|key| key == "kernel" || key == "dilation") && entry.get("kernel") == Some(kernel)
    };
    let fits = plain.len() == entries && plain.iter().all(is_short) && kernel != "1";
    let dilations: Vec<String> = plain
        .iter()
        .map(|entry| entry.get("dilation").unwrap_or("1").to_owned())
        .collect();
    fits.then(|| (kernel.to_owned(), list(&dilations)))
}
