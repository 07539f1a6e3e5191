//! The nearest kernel of a transposed layer with which it writes every output equally often.
//!
//! That is a multiple of the stride, with a dilation that shares no factor with it (see [`crate::footprint::writes_evenly()`]). Padding
//! and output padding follow, so that the output keeps its size.

use itertools::Itertools;

use crate::config::Config;
use crate::network::{AxisOp, Kernel, Transposed};
use crate::rules::{Finding, Part, Site, Subject};

use super::Edit;
use super::padding::sides_text;

/// A way to mend a layer.
#[derive(Clone, Debug)]
pub(super) struct Way {
    pub edits: Vec<Edit>,
    /// One line: what it is.
    pub text: String,
    /// How much kernel and dilation change in all.
    pub change: i64,
}

/// New numbers of a layer along each axis.
type Numbers = Vec<(i64, i64)>;

/// Ways to mend a layer, the nearest first: the smallest change of kernel and dilation, then the receptive field closest to what it was,
/// then the smaller numbers.
pub(super) fn ways(config: &Config, source: &str, finding: &Finding) -> Vec<Way> {
    let subject = finding.draft.site.subject;
    let Subject::Layer(layer) = subject else {
        return Vec::new();
    };
    let layer = &config.network.layers[layer];
    let axes: Option<Vec<Transposed>> = layer.op.axes.iter().map(transposed).collect();
    let Some(axes) = axes else {
        return Vec::new();
    };
    let place = Place {
        config,
        source,
        subject,
    };
    let kernels = place.choices(Part::Kernel, &axes, near_kernels);
    let dilations = place.choices(Part::Dilation, &axes, near_dilations);
    let field = |(t, (kernel, dilation)): (&Transposed, &(i64, i64))| {
        let stride = i64::from(t.stride);
        dilation * ((kernel - 1) / stride)
    };
    let now: Numbers = axes
        .iter()
        .map(|t| (t.kernel.into(), t.dilation.into()))
        .collect();
    let field_now: Vec<i64> = axes.iter().zip(&now).map(field).collect();
    let mut ranked: Vec<(i64, i64, Numbers)> = kernels
        .into_iter()
        .cartesian_product(dilations)
        .map(|((kernels, by_kernel), (dilations, by_dilation))| {
            let numbers: Numbers = kernels.into_iter().zip(dilations).collect();
            let fields = axes.iter().zip(&numbers).map(field);
            let away = fields
                .zip(&field_now)
                .map(|(field, now)| (field - now).abs())
                .sum();
            (by_kernel + by_dilation, away, numbers)
        })
        .collect();
    ranked.sort();
    ranked
        .into_iter()
        .filter_map(|(change, _, numbers)| place.way(&axes, &now, &numbers, change))
        .collect()
}

fn transposed(op: &AxisOp) -> Option<Transposed> {
    match op {
        AxisOp::Transposed(transposed) => Some(*transposed),
        _ => None,
    }
}

/// Kernels near the one of some axes that all of their strides divide.
fn near_kernels(axes: &[Transposed]) -> Vec<i64> {
    let all = axes
        .iter()
        .fold(1_i64, |all, t| num_integer::lcm(all, i64::from(t.stride)));
    let now = i64::from(axes[0].kernel);
    let below = now / all * all;
    let limit = i64::from(Kernel::LIMIT);
    let near = [below, below + all].into_iter();
    near.filter(|&kernel| kernel >= all && kernel <= limit)
        .collect()
}

/// Dilations near the one of some axes that share no factor with any of their strides.
fn near_dilations(axes: &[Transposed]) -> Vec<i64> {
    let fits = |dilation: &i64| {
        let coprime = |t: &Transposed| num_integer::gcd(*dilation, i64::from(t.stride)) == 1;
        axes.iter().all(coprime)
    };
    let now = i64::from(axes[0].dilation);
    let below = (1..=now).rev().find(fits);
    let above = (now..2 * now + 2).find(fits);
    let mut near: Vec<i64> = below.into_iter().chain(above).collect();
    near.dedup();
    near
}

/// A layer in its file.
struct Place<'a> {
    config: &'a Config,
    source: &'a str,
    subject: Subject,
}

impl Place<'_> {
    /// Values for each axis, with how much the numbers of the file change: one number for all axes stays one.
    fn choices(
        &self,
        part: Part,
        axes: &[Transposed],
        near: fn(&[Transposed]) -> Vec<i64>,
    ) -> Vec<(Vec<i64>, i64)> {
        let now = |t: &Transposed| match part {
            Part::Kernel => i64::from(t.kernel),
            _ => i64::from(t.dilation),
        };
        let is_list = self
            .source_of(part)
            .is_some_and(|text| text.starts_with('['));
        let is_same = axes.iter().map(now).all_equal();
        if !is_list && is_same {
            let spread = |value: i64| (vec![value; axes.len()], (value - now(&axes[0])).abs());
            return near(axes).into_iter().map(spread).collect();
        }
        let each = axes.iter().map(|t| near(&[*t]));
        let change = |values: &Vec<i64>| {
            let away = axes
                .iter()
                .zip(values)
                .map(|(t, value)| (value - now(t)).abs());
            away.sum()
        };
        each.multi_cartesian_product()
            .map(|values| {
                let change = change(&values);
                (values, change)
            })
            .collect()
    }

    fn source_of(&self, part: Part) -> Option<&str> {
        if !self.config.spans.is_written(self.subject, part) {
            return None;
        }
        let span = self.config.spans.locate(Site::new(self.subject, part))?;
        self.source.get(span)
    }

    /// The edits that put new numbers into the file. `None` where they change nothing, or no padding keeps the size.
    fn way(&self, axes: &[Transposed], now: &Numbers, new: &Numbers, change: i64) -> Option<Way> {
        if now == new {
            return None;
        }
        let sizes: Vec<((i64, i64), i64)> = axes
            .iter()
            .zip(new)
            .map(|(t, new)| same_size(t, *new))
            .collect::<Option<_>>()?;
        let kernels: Vec<i64> = new.iter().map(|(kernel, _)| *kernel).collect();
        let dilations: Vec<i64> = new.iter().map(|(_, dilation)| *dilation).collect();
        let sides: Vec<(i64, i64)> = sizes.iter().map(|(sides, _)| *sides).collect();
        let added: Vec<i64> = sizes.iter().map(|(_, added)| *added).collect();
        let olds = |old: fn(&Transposed) -> i64| axes.iter().map(old).collect::<Vec<i64>>();
        let mut keys: Vec<(&str, Part, String, bool)> = vec![
            (
                "kernel",
                Part::Kernel,
                numbers(&kernels),
                kernels == olds(|t| t.kernel.into()),
            ),
            (
                "dilation",
                Part::Dilation,
                numbers(&dilations),
                dilations == olds(|t| t.dilation.into()),
            ),
            (
                "padding",
                Part::Padding,
                sides_text(&sides),
                axes.iter().map(|t| (t.low, t.high)).eq(sides),
            ),
            (
                "output_padding",
                Part::OutputPadding,
                numbers(&added),
                added == olds(|t| t.output_padding),
            ),
        ];
        keys.retain(|(.., is_old)| !is_old);
        let text = keys
            .iter()
            .map(|(key, _, value, _)| format!("{key} {value}"))
            .join(", ");
        let mut edits = Vec::new();
        let mut missing = Vec::new();
        for (key, part, value, _) in keys {
            if self.config.spans.is_written(self.subject, part) {
                let span = self.config.spans.locate(Site::new(self.subject, part))?;
                edits.push(Edit { span, text: value });
            } else {
                missing.push(format!("{key} = {value}"));
            }
        }
        if !missing.is_empty() {
            edits.push(self.inserted(&missing)?);
        }
        Some(Way {
            edits,
            text,
            change,
        })
    }

    /// Keys that the layer does not have yet, put last in its inline table, or below its header.
    fn inserted(&self, keys: &[String]) -> Option<Edit> {
        let whole = self
            .config
            .spans
            .locate(Site::new(self.subject, Part::All))?;
        let table = self.source.get(whole.clone())?;
        let rest = self.source.get(whole.start..)?;
        if let Some(entries) = table.strip_suffix('}').filter(|_| table.starts_with('{')) {
            let at = whole.start + entries.trim_end().len();
            return Some(Edit {
                span: at..at,
                text: format!(", {}", keys.join(", ")),
            });
        }
        let header = rest.lines().next()?;
        let at = whole.start + header.len();
        let end = if rest[header.len()..].starts_with('\r') {
            "\r\n"
        } else {
            "\n"
        };
        let lines = keys.iter().map(|key| format!("{end}{key}")).join("");
        rest.starts_with("[[").then_some(Edit {
            span: at..at,
            text: lines,
        })
    }
}

/// One number, or one for each axis.
fn numbers(values: &[i64]) -> String {
    if values.iter().all_equal() {
        values[0].to_string()
    } else {
        format!("[{}]", values.iter().join(", "))
    }
}

/// Padding and output padding with which a layer's output keeps its size: without output padding where the padding can be even without it.
fn same_size(t: &Transposed, (kernel, dilation): (i64, i64)) -> Option<((i64, i64), i64)> {
    let extent = i64::from(t.dilation) * (i64::from(t.kernel) - 1);
    let grown = dilation * (kernel - 1) - extent;
    if grown == 0 {
        return Some(((t.low, t.high), t.output_padding));
    }
    // size = (n − 1)·s − low − high + d·(k − 1) + output padding + 1
    let cut = t.low + t.high - t.output_padding + grown;
    let most = i64::from(t.stride).max(dilation) - 1;
    let lean = t.low - t.high;
    let fits = |added: &i64| cut + added >= lean.abs();
    let even = |added: &i64| (cut + added + lean) % 2 == 0;
    let added = (0..=most)
        .find(|added| fits(added) && even(added))
        .or_else(|| (0..=most).find(fits))?;
    let total = cut + added;
    let low = (total + lean).div_euclid(2);
    Some(((low, total - low), added))
}
