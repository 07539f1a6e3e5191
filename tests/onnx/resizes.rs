//! Interpolation of maps: modes against their formulas, and those that are not followed.

use std::collections::BTreeSet;

use crate::build::{Attr, Message, node, numbers, weight};
use crate::more_operators::{after, ends, line, reads, set, size};

/// The formulas of the operator's page: `x` is where output `o` lies on the input.
#[test]
fn modes_of_resizes() {
    let resized = |mode: &str, place: &str, rounding: &str, to: i64| {
        let attributes = [
            ("mode", Attr::Text(mode)),
            ("coordinate_transformation_mode", Attr::Text(place)),
            ("nearest_mode", Attr::Text(rounding)),
        ];
        line(
            &[node("Resize", "a _ _ sizes", "y", &attributes)],
            &[numbers("sizes", &[3], &[1, 4, to])],
        )
    };
    let near = |x: f64| -> Vec<i64> {
        let neighbours = if x.fract() == 0.0 {
            vec![x]
        } else {
            vec![x.floor(), x.ceil()]
        };
        neighbours
            .into_iter()
            .map(|x| x.clamp(0.0, 11.0) as i64)
            .collect()
    };
    let half = |o: i64, to: i64| (o as f64 + 0.5) * 12.0 / to as f64 - 0.5;
    for (mode, place, rounding, to) in [
        ("nearest", "asymmetric", "floor", 30),
        ("nearest", "asymmetric", "round_prefer_floor", 24),
        ("nearest", "half_pixel", "round_prefer_floor", 36),
        ("nearest", "half_pixel", "round_prefer_ceil", 36),
        ("linear", "align_corners", "", 34),
        ("linear", "half_pixel", "", 24),
        ("linear", "pytorch_half_pixel", "", 20),
    ] {
        let import = resized(mode, place, rounding, to);
        assert_eq!(
            (ends(&import), size(&import)),
            (String::new(), vec![to]),
            "{mode} {place}"
        );
        for o in 0..to {
            let scaled = o as f64 * 12.0 / to as f64;
            let wanted = match (mode, place, rounding) {
                ("nearest", "asymmetric", "floor") => vec![scaled.floor() as i64],
                // 0, ½, 1, …: the half goes down.
                ("nearest", "asymmetric", _) => vec![(scaled - 0.5).ceil() as i64],
                ("nearest", ..) => vec![half(o, to).round() as i64],
                (_, "align_corners", _) => near(o as f64 * 11.0 / (to as f64 - 1.0)),
                _ => near(half(o, to)),
            };
            let wanted: BTreeSet<Vec<i64>> = wanted.into_iter().map(|at| vec![at]).collect();
            assert_eq!(
                reads(&import, &[o]),
                wanted,
                "{mode} {place} {rounding} at {o} of {to}"
            );
        }
    }
    for (mode, place, rounding, to) in [
        ("nearest", "asymmetric", "round_prefer_floor", 36),
        ("nearest", "half_pixel", "round_prefer_floor", 20),
        ("linear", "tf_crop_and_resize", "", 24),
    ] {
        assert!(
            !ends(&resized(mode, place, rounding, to)).is_empty(),
            "{mode} {place} {to}"
        );
    }
}

#[test]
fn resizes_that_are_not_followed() {
    let sizes = |to: i64| numbers("sizes", &[3], &[1, 4, to]);
    let linear = ("mode", Attr::Text("linear"));
    let half = ("coordinate_transformation_mode", Attr::Text("half_pixel"));
    for (attributes, to, said) in [
        (
            vec![linear, half, ("antialias", Attr::Int(1))],
            6,
            "Resize with antialias",
        ),
        (
            vec![("keep_aspect_ratio_policy", Attr::Text("not_larger"))],
            24,
            "Resize that keeps the ratio of sides",
        ),
    ] {
        let import = line(
            &[node("Resize", "a _ _ sizes", "y", &attributes)],
            &[sizes(to)],
        );
        assert_eq!(ends(&import), said);
    }
    let axes = [("axes", Attr::Ints(&[5]))];
    let import = line(
        &[node("Resize", "a _ _ sizes", "y", &axes)],
        &[numbers("sizes", &[1], &[24])],
    );
    assert_eq!(ends(&import), "Resize of axes that are not there");
    let import = line(&[node("Resize", "a", "y", &[])], &[]);
    assert_eq!(ends(&import), "Resize to a size that is not known");
    // Along its only axis, by scales.
    let scaled = |by: f32| {
        let bytes: Vec<u8> = by.to_le_bytes().to_vec();
        let attributes = [
            ("axes", Attr::Ints(&[-1])),
            ("coordinate_transformation_mode", Attr::Text("asymmetric")),
            ("nearest_mode", Attr::Text("floor")),
        ];
        line(
            &[node("Resize", "a _ by", "y", &attributes)],
            &[weight("by", &[1], 1).bytes(9, &bytes)],
        )
    };
    assert_eq!(size(&scaled(2.5)), [30]);
    assert_eq!(
        ends(&scaled(1.3)),
        "Resize by a scale that gives no whole size"
    );
    // The operator before it had scales as an attribute first.
    let packed: Vec<u8> = [1.0_f32, 1.0, 2.0]
        .iter()
        .flat_map(|x| x.to_le_bytes())
        .collect();
    let scales = Message::default()
        .text(1, "scales")
        .bytes(7, &packed)
        .varint(20, 6);
    let old = after(
        7,
        &[12],
        &[node("Upsample", "a", "y", &[]).message(5, &scales)],
        &[],
    );
    assert_eq!((size(&old), reads(&old, &[9])), (vec![24], set(&[[4]])));
    let old = after(7, &[12], &[node("Upsample", "a", "y", &[])], &[]);
    assert_eq!(ends(&old), "Upsample to a size that is not known");
}
