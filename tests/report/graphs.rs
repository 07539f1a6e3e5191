//! Curves and schedules as pictures: what is drawn is what the numbers say, and no text lies on another.

use std::path::Path;

use degrid::config::{Config, parse};
use degrid::draw::{Design, Height, Look, Mark, Scene, Shape, curves, front, svg};
use degrid::planner::{Rank, Request, plan};
use degrid::report::show::{Selection, ShowReport, Wanted, scope};

use crate::scenes::assert_readable;

/// A design of a network that lives as long as the test program.
fn design(title: &str, toml: &str) -> Design<'static> {
    let config: &Config = Box::leak(Box::new(parse(toml).unwrap()));
    let selection = Selection::default();
    let scope = scope(&config.network, &selection).unwrap();
    let (mut report, seen) =
        ShowReport::new(title.to_owned(), config, &scope, selection.pools).unwrap();
    let wanted = Wanted {
        profile: true,
        spectrum: true,
    };
    report.add_curves(config, &scope.view, &seen, wanted);
    Design {
        report,
        seen,
        steps: Vec::new(),
        left_out: 0,
        gallery: Vec::new(),
    }
}

fn chain(dilations: &str) -> Design<'static> {
    let toml = format!("dims = 1\n\n[[stage]]\ndilations = [{dilations}]\n");
    design(dilations, &toml)
}

/// The numbers in a value of a graph's data.
fn numbers(data: &[(&'static str, String)], name: &str) -> Vec<f64> {
    let value = &data.iter().find(|entry| entry.0 == name).unwrap().1;
    value.split(',').map(|n| n.parse().unwrap()).collect()
}

/// The data of a graph, and what it draws.
type Graph<'a> = (&'a [(&'static str, String)], &'a [Mark]);

/// The graphs of a picture: their data and what they draw.
fn graphs(scene: &Scene) -> Vec<Graph<'_>> {
    let groups = scene.marks.iter().filter_map(|mark| match mark {
        Mark::Group(data, marks) => Some((&data[..], &marks[..])),
        _ => None,
    });
    groups.collect()
}

/// A point of a graph in values of its axes.
fn value(data: &[(&'static str, String)], (x, y): (f32, f32)) -> (f64, f64) {
    let frame = numbers(data, "frame");
    let (across, up) = (numbers(data, "across"), numbers(data, "up"));
    (
        across[0] + (f64::from(x) - frame[0]) / frame[2] * (across[1] - across[0]),
        up[1] - (f64::from(y) - frame[1]) / frame[3] * (up[1] - up[0]),
    )
}

#[test]
fn areas_are_the_weights() {
    for dilations in ["1, 2, 9", "2, 2, 2", "1, 2, 5", "5, 9, 17"] {
        let design = chain(dilations);
        let profile = design.report.footprint.curves.profile.as_ref().unwrap();
        let profile = profile[0].clone().unwrap();
        let scene = curves(&[design], Look::default()).scene();
        assert_readable(dilations, &scene);
        let (data, marks) = graphs(&scene)[0];
        let area = marks.iter().find_map(|mark| match mark {
            Mark::Shape(Shape { points, .. }) => Some(points),
            _ => None,
        });
        // Two corners a position, and two at the foot.
        let corners = &area.unwrap()[..2 * profile.weights.len()];
        for (index, (pair, weight)) in corners.chunks(2).zip(&profile.weights).enumerate() {
            let (left, right) = (value(data, pair[0]), value(data, pair[1]));
            let place = (profile.first + index as i64) as f64;
            assert!(
                (left.0 - (place - 0.5)).abs() < 1e-3 && (right.0 - (place + 0.5)).abs() < 1e-3
            );
            let near = |drawn: f64| (drawn - weight).abs() < 1e-3 * profile.most();
            assert!(
                near(left.1) && near(right.1),
                "{dilations}: {weight} at {place}"
            );
        }
    }
}

#[test]
fn curves_are_the_spectrum() {
    for dilations in ["1, 2, 9", "2, 2, 2", "5, 9, 17"] {
        let design = chain(dilations);
        let spectrum = design.report.footprint.curves.spectrum.as_ref().unwrap();
        let spectrum = spectrum[0].clone().unwrap();
        let scene = curves(&[design], Look::default()).scene();
        let (data, marks) = graphs(&scene)[1];
        assert!((numbers(data, "peak")[0] - spectrum.peak.value).abs() < 1e-12);
        let line = marks.iter().find_map(|mark| match mark {
            Mark::Line(line) if line.points.len() > 2 => Some(&line.points),
            _ => None,
        });
        let line = line.unwrap();
        assert_eq!(line.len(), spectrum.values.len());
        for (point, expected) in line.iter().zip(&spectrum.values) {
            let (_, drawn) = value(data, *point);
            assert!(
                (drawn - expected).abs() < 1e-3,
                "{dilations}: {drawn} is not {expected}"
            );
        }
        assert!(
            (value(data, line[0]).1 - 1.0).abs() < 1e-6,
            "1 at frequency 0"
        );
    }
}

/// Published networks and comparisons: nothing is cut off, nothing overlaps, and files stay small.
#[test]
fn curves_can_be_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs");
    for name in ["tusimple-hdc", "deeplabv3", "wavenet"] {
        let toml = std::fs::read_to_string(folder.join(format!("{name}.toml"))).unwrap();
        let scene = curves(&[design(name, &toml)], Look::default()).scene();
        assert_readable(name, &scene);
        let mut file = Vec::new();
        svg(&mut file, &scene).unwrap();
        assert!(file.len() < 500_000, "{name}: {} bytes", file.len());
    }
    let compared = ["2, 2, 2", "1, 2, 3", "1, 2, 5"].map(chain);
    assert_readable("compared", &curves(&compared, Look::default()).scene());
}

#[test]
fn every_schedule_of_a_front_has_its_place() {
    for (layers, pareto, rank, height) in [
        (3, true, Rank::ReceptiveField, Height::Lobe),
        (4, true, Rank::ReceptiveField, Height::Lobe),
        (4, false, Rank::Ripple, Height::Ripple),
    ] {
        let request = Request {
            pareto,
            rank,
            top: 200,
            ..Request::new(3, layers)
        };
        let plan = plan(&request).unwrap();
        let figure = front("front".to_owned(), &plan.schedules, height, Look::default());
        let scene = figure.scene();
        assert_readable("front", &scene);
        let (data, marks) = graphs(&scene)[0];
        let dots: Vec<&Shape> = (marks.iter())
            .filter_map(|mark| match mark {
                Mark::Shape(shape) => Some(shape),
                _ => None,
            })
            .collect();
        assert_eq!(dots.len(), plan.schedules.len());
        for (dot, schedule) in dots.iter().zip(&plan.schedules) {
            let count = dot.points.len() as f32;
            let x = dot.points.iter().map(|point| point.0).sum::<f32>() / count;
            let y = dot.points.iter().map(|point| point.1).sum::<f32>() / count;
            let (field, drawn) = value(data, (x, y));
            let expected = match height {
                Height::Lobe => schedule.lobe,
                Height::Ripple => schedule.ripple.unwrap(),
            };
            assert!((field - schedule.receptive_field as f64).abs() < 0.01);
            assert!(
                (drawn - expected).abs() < 0.01 * expected.max(0.1),
                "{drawn} is not {expected}"
            );
            let list = listed(&schedule.dilations);
            assert_eq!(dot.title.as_deref(), Some(list.as_str()));
        }
        let is_label = |mark: &&Mark| match mark {
            Mark::Text(text) => {
                let mut lists = plan.schedules.iter().map(|own| listed(&own.dilations));
                lists.any(|list| list == text.text)
            }
            _ => false,
        };
        let labels = scene.flat().filter(is_label).count();
        assert!(labels > 0);
        let words = format!(
            "{labels} of {} schedules are labelled",
            plan.schedules.len()
        );
        let said = scene.flat().any(|mark| match mark {
            Mark::Text(text) => text.text.starts_with(&words),
            _ => false,
        });
        assert_eq!(said, labels < plan.schedules.len(), "{words}");
        if pareto && layers == 3 {
            let labels = scene.flat().filter(|mark| match mark {
                Mark::Text(text) => plan
                    .schedules
                    .iter()
                    .any(|own| text.text == listed(&own.dilations)),
                _ => false,
            });
            assert_eq!(labels.count(), plan.schedules.len());
        }
    }
}

fn listed(dilations: &[i64]) -> String {
    let words: Vec<String> = dilations.iter().map(ToString::to_string).collect();
    words.join(",")
}
