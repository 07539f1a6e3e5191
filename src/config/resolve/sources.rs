//! The maps that a stage reads, by name.

use std::ops::Range;

use crate::config::problem::{Problem, cropped};
use crate::config::raw::RawStage;
use crate::config::read::At;
use crate::config::suggest::suggestion;
use crate::network::{MapId, times};

use super::Resolver;

impl Resolver<'_> {
    /// The maps a stage reads: those of `from`, else of the stage before, else the input.
    pub(super) fn sources(&mut self, index: usize, stage: &At<RawStage>) -> Vec<MapId> {
        let raw = &stage.value;
        if let Some(name) = &raw.name {
            let first = self.all_names.get(&name.value).cloned();
            if let Some(first) = first.filter(|first| *first != name.span) {
                let problem = name
                    .problem(format!("two stages are named \"{}\"", name.value))
                    .label("name already taken")
                    .related(first, "first used here");
                self.reader
                    .report(problem.help("give each stage its own name"));
            }
            if name.value == "input" {
                let problem = name.problem("a stage cannot be named \"input\"");
                let help = "\"input\" is the input of the network";
                self.reader.report(problem.help(help));
            }
        }
        let Some(from) = &raw.from else {
            if raw.has("from") {
                return vec![self.unread(index)];
            }
            return vec![self.stages.last().map_or(MapId::INPUT, |s| s.output)];
        };
        if from.value.0.is_empty() {
            let problem = from.problem("`from` needs at least one stage");
            self.reader
                .report(problem.help("leave out `from` to read the previous stage"));
            return vec![self.unread(index)];
        }
        let found: Vec<Option<MapId>> = from.value.0.iter().map(|name| self.find(name)).collect();
        found
            .into_iter()
            .map(|map| map.unwrap_or_else(|| self.unread(index)))
            .collect()
    }

    /// A map in place of one that a stage should read.
    pub(super) fn unread(&mut self, stage: usize) -> MapId {
        self.spans.push_layer(None);
        self.builder.push_unread(MapId::INPUT, stage)
    }

    /// The map of an earlier stage, or the input, by name.
    pub(super) fn find(&mut self, name: &At<String>) -> Option<MapId> {
        if name.value == "input" {
            return Some(MapId::INPUT);
        }
        if let Some(&index) = self.names.get(&name.value)
            && let Some(stage) = self.stages.get(index)
        {
            return Some(stage.output);
        }
        if self.current.as_ref() == Some(&name.value) {
            let problem = name
                .problem("a stage cannot read itself")
                .label("the name of this stage");
            self.reader.report(problem.help(self.readable()));
            return None;
        }
        if let Some(later) = self.all_names.get(&name.value) {
            let shown = &name.value;
            let message =
                format!("stage \"{shown}\" is defined later; a stage can only read earlier ones");
            let problem = name
                .problem(message)
                .label("not defined yet")
                .related(later.clone(), "defined here");
            self.reader
                .report(problem.help("move it before this stage"));
            return None;
        }
        if self.names_missing {
            return None;
        }
        let known = self.stages.iter().map(|s| s.name.as_str()).chain(["input"]);
        let may_suggest = self.reader.may_suggest();
        let found = may_suggest
            .then(|| suggestion(&name.value, known))
            .flatten();
        let help = found.map(|found| format!("did you mean \"{found}\"?"));
        let problem = name
            .problem(format!("unknown stage \"{}\"", cropped(&name.value)))
            .label("unknown stage")
            .help(help.unwrap_or_else(|| self.readable()));
        self.reader.report(problem);
        None
    }

    /// The problem of maps of different resolutions in the `from` of a stage.
    pub(super) fn unlike(&self, maps: &[MapId], from: Range<usize>) -> Option<Problem> {
        let mut jumps = maps.iter().filter_map(|&map| {
            let facts = self.builder.facts(map);
            let position = facts.position.filter(|_| !facts.is_pooled())?;
            Some((map, position.map(|p| p.jump)))
        });
        let first = jumps.next()?;
        let other = jumps.find(|other| other.1 != first.1)?;
        let named = |map: MapId| {
            if map == MapId::INPUT {
                return Some("input".to_owned());
            }
            let stage = self.stages.iter().find(|stage| stage.output == map)?;
            Some(cropped(&stage.name))
        };
        let (a, b) = (named(first.0)?, named(other.0)?);
        let message = format!(
            "merged maps differ in resolution: \"{a}\" has one position per {} input positions, \"{b}\" one per {}",
            times(&first.1),
            times(&other.1)
        );
        let finer = |x: usize| first.1[x] <= other.1[x];
        let coarser = |x: usize| first.1[x] >= other.1[x];
        let dims = self.builder.dims();
        let own = "a stage merges its maps before its first layer, so upsample in a separate stage before it";
        let help = if (0..dims).all(finer) {
            format!("{own}: `from = \"{b}\"` with `{{ op = \"upsample\", like = \"{a}\" }}`")
        } else if (0..dims).all(coarser) {
            format!("{own}: `from = \"{a}\"` with `{{ op = \"upsample\", like = \"{b}\" }}`")
        } else {
            own.to_owned()
        };
        Some(Problem::new(message, from).help(help))
    }

    /// The names that a stage may read here, the last of many.
    pub(super) fn readable(&self) -> String {
        const MOST: usize = 8;
        let names = self.stages.iter().rev().map(|s| s.name.as_str());
        let shown = names.take(MOST).chain(["input"]);
        let shown = itertools::join(shown.map(|n| format!("\"{}\"", cropped(n))), ", ");
        if self.stages.len() > MOST {
            format!("known here: the input, and among earlier stages {shown}")
        } else {
            format!("known here: {shown}")
        }
    }
}
