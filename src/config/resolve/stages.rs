//! Stages, repetition by repetition.

use std::collections::HashSet;

use crate::config::layer::Defaults;
use crate::config::problem::Problem;
use crate::config::raw::RawStage;
use crate::config::read::{At, Int};
use crate::network::{MAX_STAGES, OpKind, Stage};
use crate::rules::{Part, Subject};

use super::Resolver;

impl Resolver<'_> {
    pub(super) fn stages(&mut self, stages: &[At<RawStage>], defaults: &Defaults) {
        if let Some(extra) = stages.get(MAX_STAGES) {
            self.reader.report(Problem::new(
                format!("{} stages, but the limit is {MAX_STAGES}", stages.len()),
                extra.span.clone(),
            ));
            return;
        }
        for stage in stages {
            if let Some(name) = &stage.value.name {
                self.all_names
                    .entry(name.value.clone())
                    .or_insert_with(|| name.span.clone());
            }
        }
        for (index, stage) in stages.iter().enumerate() {
            self.stage(index, stage, defaults);
        }
    }

    fn stage(&mut self, index: usize, stage: &At<RawStage>, defaults: &Defaults) {
        let raw = &stage.value;
        self.current = raw.name.as_ref().map(|name| name.value.clone());
        let entry = self
            .spans
            .add_subject(Subject::Stage(index), stage.span.clone());
        for (part, span) in [
            (Part::Repeat, raw.repeat.as_ref().map(|a| &a.span)),
            (Part::Name, raw.name.as_ref().map(|a| &a.span)),
            (Part::From, raw.from.as_ref().map(|a| &a.span)),
            (Part::Dilations, raw.dilations.as_ref().map(|a| &a.span)),
            (Part::Kernel, raw.kernel.as_ref().map(|a| &a.span)),
        ] {
            if let Some(span) = span {
                self.spans.note(entry, part, None, span.clone());
            }
        }
        let sources = self.sources(stage);
        let (kernel, stride) = (raw.kernel.as_ref(), raw.stride.as_ref());
        let defaults = self.overlaid(defaults, kernel, stride, raw.padding.as_ref());
        let start = self.builder.len();
        self.repetition = 0;
        let from_span = raw.from.as_ref().map_or(&stage.span, |f| &f.span).clone();
        let input = self.merge(OpKind::Concat, &sources, None, entry, from_span);
        let entries = self.entries(stage);
        let mut map = match entries {
            Some(_) => input,
            None => self.faulty(input),
        };
        let entries = entries.unwrap_or_default();
        let repeat = self.repeat(raw, &entries);
        // Of a number that is at fault nothing is known.
        let is_known = |at: &At<Int>| usize::try_from(at.value.0) == Ok(repeat);
        let is_known = raw.repeat.as_ref().map_or(!raw.has("repeat"), is_known);
        self.repeat = if is_known { repeat } else { usize::MAX };
        let residual = raw.residual.as_ref().filter(|r| r.value);
        for repetition in 0..repeat {
            let before = map;
            self.repetition = repetition;
            if repetition > 0 {
                self.quiet_again(|this| map = this.list(&entries, before, &defaults));
            } else {
                map = self.list(&entries, before, &defaults);
            }
            if let Some(residual) = residual {
                let span = residual.span.clone();
                map = self.merge(OpKind::Add, &[map, before], None, entry, span);
            }
        }
        let name = raw
            .name
            .as_ref()
            .map_or_else(|| format!("stage {}", index + 1), |n| n.value.clone());
        self.names.entry(name.clone()).or_insert(index);
        self.stages.push(Stage {
            name,
            sources,
            input,
            output: map,
            layers: (start..self.builder.len()).collect(),
            repeat,
        });
    }

    /// Runs `body` for a further repetition: a place that was reported before is not reported again.
    fn quiet_again(&mut self, body: impl FnOnce(&mut Self)) {
        let before = self.reader.problems.len();
        body(self);
        if self.reader.problems.len() == before {
            return;
        }
        let problems = &mut self.reader.problems;
        let added = problems.split_off(before);
        let known: HashSet<_> = problems.iter().map(|p| p.span.clone()).collect();
        problems.extend(added.into_iter().filter(|p| !known.contains(&p.span)));
    }
}
