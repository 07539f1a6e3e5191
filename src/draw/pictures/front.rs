//! Schedules as points: receptive field against lobe or ripple, with the front that none surpasses.

use itertools::Itertools;

use crate::footprint::real;
use crate::network::schedule;
use crate::planner::Scored;

use super::super::theme::Look;
use super::figure::{Figure, Plot, Row, Sign};
use super::graph::{Axis, Graph, Item, Tone};

/// What schedules are held against their receptive field with; lower is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Height {
    /// The peak grating lobe.
    Lobe,
    /// The ripple of path counts.
    Ripple,
}

impl Height {
    fn of(self, schedule: &Scored) -> Option<f64> {
        match self {
            Self::Lobe => Some(schedule.lobe),
            Self::Ripple => schedule.ripple,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Lobe => "peak grating lobe",
            Self::Ripple => "ripple",
        }
    }
}

/// Draws schedules; each point is labelled where its label touches no other.
#[must_use]
pub fn front(title: String, schedules: &[Scored], height: Height, look: Look) -> Figure {
    let measured = schedules.iter().filter_map(|schedule| {
        let point = (real(schedule.receptive_field), height.of(schedule)?);
        Some((
            point,
            schedule::text(
                &schedule.dilations,
                usize::try_from(schedule.repeat).unwrap_or(1),
            ),
        ))
    });
    let measured: Vec<((f64, f64), String)> = measured.collect();
    let points = || measured.iter().map(|(point, _)| *point);
    let (first, last) = points()
        .map(|point| point.0)
        .minmax()
        .into_option()
        .unwrap_or((0.0, 1.0));
    let values = points().map(|point| point.1).minmax().into_option();
    let (least, most) = values.unwrap_or((0.0, 1.0));
    // Some room about the points, not below the least that there is, which is shown where it is near.
    let aside = ((last - first) * 0.06).max(1.0);
    let beside = ((most - least) * 0.15).max(most * 0.05).max(1e-6);
    let end = if height == Height::Ripple { 1.0 } else { 0.0 };
    let low = if least - end < 0.5 * (most - end) {
        end
    } else {
        least - beside
    };
    let mut items = vec![Item::Curve(stairs(points()), Tone::Muted)];
    let dots = measured
        .iter()
        .map(|(point, label)| Item::Dot(*point, label.clone()));
    items.extend(dots);
    let graph = Graph {
        frame: (720.0, 400.0),
        across: Axis {
            name: "receptive field".to_owned(),
            ends: (first - aside, last + aside),
            whole: true,
        },
        up: Axis {
            name: height.name().to_owned(),
            ends: (low, most + beside),
            whole: false,
        },
        items,
        data: vec![
            ("kind", "front".to_owned()),
            ("points", measured.len().to_string()),
        ],
    };
    let labelled = graph.labelled(look);
    let mut captions = Vec::new();
    if labelled < measured.len() {
        captions.push(format!(
            "{labelled} of {} schedules are labelled, where there is room; in an SVG file every point says its own",
            measured.len()
        ));
    }
    if measured.len() < schedules.len() {
        let left = schedules.len() - measured.len();
        captions.push(format!(
            "{left} schedules are too wide for their ripple to be measured"
        ));
    }
    Figure {
        title: Some(title),
        rows: vec![Row {
            label: None,
            plots: vec![Plot {
                title: String::new(),
                notes: Vec::new(),
                captions,
                body: Box::new(graph),
            }],
        }],
        legend: vec![(
            Sign::Line(look.muted(), None),
            format!(
                "no schedule listed has a larger receptive field and a lower {}",
                height.name()
            ),
        )],
        captions: Vec::new(),
        look,
    }
}

/// The stairs of points that no other surpasses: none has a larger first and a lower second value.
fn stairs(points: impl Iterator<Item = (f64, f64)>) -> Vec<(f64, f64)> {
    let mut sorted: Vec<(f64, f64)> = points.collect();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.total_cmp(&b.1)));
    let mut stairs: Vec<(f64, f64)> = Vec::new();
    for (x, y) in sorted {
        match stairs.last() {
            Some(&(_, least)) if y >= least => {}
            Some(&(_, least)) => stairs.extend([(x, least), (x, y)]),
            None => stairs.push((x, y)),
        }
    }
    stairs
}

#[cfg(test)]
mod tests {
    use super::stairs;

    #[test]
    fn only_points_that_none_surpasses_are_steps() {
        let points = [(5.0, 0.3), (9.0, 0.5), (7.0, 0.6), (7.0, 0.4), (3.0, 0.3)];
        let expected = [(9.0, 0.5), (7.0, 0.5), (7.0, 0.4), (5.0, 0.4), (5.0, 0.3)];
        assert_eq!(stairs(points.into_iter()), expected);
        assert_eq!(stairs([].into_iter()), []);
    }
}
