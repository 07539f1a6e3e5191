//! The peak grating lobe, by formula, against the discrete Fourier transform of path counts, taken at many frequencies.
//!
//! A lobe may nowhere lie below the transform, and above it only by as much as the transform can rise between two of the frequencies:
//! with extent E and frequencies h apart, by (π E h)² / 2 (Bernstein's inequality, twice).

use std::collections::BTreeMap;
use std::f64::consts::PI;

use degrid::footprint::{Comb, Spectrum, chain_peak, lobe, lobe_between};
use degrid::network::{AxisOp, MapId, Network};
use proptest::prelude::*;

use super::common::{cases, config, net_of};
use crate::effort::few_or_all;

const FREQUENCIES: u32 = 2_000;

type Counts = BTreeMap<i64, f64>;

/// Size of the transform of counts at a frequency, 1 at frequency 0.
fn transform(counts: &Counts, f: f64) -> f64 {
    let (mut re, mut im) = (0.0, 0.0);
    for (&at, &count) in counts {
        let angle = 2.0 * PI * f * at as f64;
        re += count * angle.cos();
        im += count * angle.sin();
    }
    f64::hypot(re, im) / counts.values().sum::<f64>()
}

fn check(found: f64, counts: &Counts, combs: &[Comb]) -> Result<(), TestCaseError> {
    let longest = combs
        .iter()
        .filter(|c| c.taps > 1)
        .map(|c| c.taps * c.step)
        .max()
        .unwrap();
    let start = 1.0 / longest as f64;
    let width = (0.5 - start) / f64::from(FREQUENCIES);
    let peak = (0..=FREQUENCIES)
        .map(|i| transform(counts, start + width * f64::from(i)))
        .fold(0.0, f64::max);
    let extent = (counts.keys().last().unwrap() - counts.keys().next().unwrap()) as f64;
    prop_assert!(found >= peak - 1e-8, "{found} is below {peak}: {combs:?}");
    let slack = (PI * extent * width).powi(2) / 2.0 + 1e-8;
    prop_assert!(found <= peak + slack, "{found} is above {peak}: {combs:?}");
    Ok(())
}

/// A spectrum is the transform at every frequency, its peak the lobe, and its lobes are where the transform turns.
fn check_spectrum(spectrum: &Spectrum, lobe: f64, counts: &Counts) -> Result<(), TestCaseError> {
    let samples = spectrum.samples();
    prop_assert!((samples[0] - 1.0).abs() < 1e-12, "{} at 0", samples[0]);
    let steps = samples.len() - 1;
    for (index, value) in samples.iter().enumerate().step_by(7) {
        let f = 0.5 * index as f64 / steps as f64;
        let expected = transform(counts, f);
        prop_assert!(
            (value - expected).abs() < 1e-9,
            "{value} is not {expected} at {f}"
        );
    }
    let (peak, is_proved) = spectrum.peak();
    prop_assert!(is_proved);
    prop_assert!((peak.value - lobe).abs() < 1e-9, "{peak:?} is not {lobe}");
    let there = transform(counts, peak.frequency);
    prop_assert!((there - lobe).abs() < 1e-7, "{peak:?} is {there} high");
    prop_assert!(
        (spectrum.first_zero - 1e-12..=0.5).contains(&peak.frequency),
        "{peak:?}"
    );
    for found in spectrum.lobes(&samples, usize::MAX) {
        let at = |f: f64| transform(counts, f.abs());
        let beside = at(found.frequency - 1e-4).max(at(found.frequency + 1e-4));
        let is_turn = found.frequency - 1e-4 < spectrum.first_zero || found.frequency > 0.5 - 1e-4;
        prop_assert!(
            (at(found.frequency) - found.value).abs() < 1e-9,
            "{found:?}"
        );
        prop_assert!(
            is_turn || found.value >= beside - 1e-9,
            "{found:?}: {beside} beside it"
        );
        prop_assert!(found.value <= lobe + 1e-8, "{found:?} is above {lobe}");
    }
    Ok(())
}

fn counted(combs: &[Comb]) -> Counts {
    combs.iter().fold(Counts::from([(0, 1.0)]), |counts, c| {
        let mut next = Counts::new();
        for (at, count) in counts {
            for tap in 0..c.taps {
                *next.entry(at + tap * c.step).or_default() += count;
            }
        }
        next
    })
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn of_chains(layers in prop::collection::vec((1..6_i64, 1..10_i64), 1..6), more in 2..6_i64, step in 1..10_i64) {
        let mut combs: Vec<Comb> = layers.iter().map(|&(taps, step)| Comb { taps, step }).collect();
        combs.push(Comb { taps: more, step });
        check(lobe(&combs).exact().unwrap(), &counted(&combs), &combs)?;
    }

    #[test]
    fn of_stages_with_branches(net in prop_oneof![net_of(1, 4, 6), net_of(2, 3, 3)]) {
        let config = config(&net.toml(None));
        let network = &config.network;
        let end = net.paths(false).pop().unwrap();
        for axis in 0..net.dims {
            let mut counts = Counts::new();
            for (at, weight) in &end {
                *counts.entry(at[axis]).or_default() += weight;
            }
            // The layers on the way from the input to the output.
            let mut open = vec![network.outputs[0]];
            let mut combs = Vec::new();
            while let Some(layer) = open.pop().and_then(|map| network.writer(map)) {
                open.extend(&layer.inputs);
                open.sort_unstable();
                open.dedup();
                open.retain(|m| *m != MapId::INPUT);
                if let AxisOp::Window(w) = layer.op.axes[axis] && w.kernel.get() > 1 {
                    combs.push(Comb { taps: w.kernel.into(), step: w.dilation.into() });
                }
            }
            let found = lobe_between(network, MapId::INPUT, network.outputs[0], axis);
            prop_assert_eq!(found.is_some(), !combs.is_empty(), "{}", net.toml(None));
            if let Some(found) = found {
                check(found.exact().unwrap(), &counts, &combs)?;
                let spectrum = Spectrum::between(network, MapId::INPUT, network.outputs[0], axis).unwrap();
                check_spectrum(&spectrum, found.exact().unwrap(), &counts)?;
            }
        }
    }
}

/// What bounds a layer's answer between two frequencies hides no peak.
#[test]
fn of_one_and_two_layers() {
    let all = || (2..8).flat_map(|taps| [1, 2, 5, 9].map(|step| Comb { taps, step }));
    for one in all() {
        check(lobe(&[one]).exact().unwrap(), &counted(&[one]), &[one]).unwrap();
        for other in all().take(few_or_all(5, 24) as usize) {
            let both = [one, other];
            check(lobe(&both).exact().unwrap(), &counted(&both), &both).unwrap();
        }
    }
}

#[test]
fn known_places() {
    let of = |dilations: &[i64]| {
        let network = Network::builder(1)
            .dilations(3, dilations.to_vec())
            .build()
            .unwrap();
        Spectrum::between(&network, MapId::INPUT, network.outputs[0], 0).unwrap()
    };
    let near = |found: f64, expected: f64| {
        assert!((found - expected).abs() < 1e-6, "{found} is not {expected}");
    };
    // Every second position: the finest pattern passes whole, with a period of two positions.
    near(of(&[2, 2, 2]).peak().0.frequency, 0.5);
    near(of(&[3]).peak().0.frequency, 1.0 / 3.0);
    // One plain layer is (1 + 2 cos 2πf) / 3: zero at a third, and a third at its end.
    let plain = of(&[1]);
    near(plain.first_zero, 1.0 / 3.0);
    near(plain.peak().0.value, 1.0 / 3.0);
    near(plain.at(0.25), 1.0 / 3.0);
    assert_eq!(plain.lobes(&plain.samples(), 8).len(), 1);
}

#[test]
fn known_values() {
    let of = |taps, steps: &[i64]| {
        let combs = steps.iter().map(|&step| Comb { taps, step });
        lobe(&combs.collect::<Vec<_>>()).exact().unwrap()
    };
    for (steps, value) in [
        (&[2, 2, 2][..], 1.0),
        (&[5, 9, 17], 0.609),
        (&[1, 2, 9], 0.415),
        (&[1, 2, 4], 0.333),
        (&[1], 0.333),
        (&[1, 3, 9, 27], 0.217),
        (&[1, 2, 5], 0.168),
        (&[1, 2, 3], 0.111),
        (&[1, 2, 5, 1, 2, 5], 0.028),
    ] {
        let found = of(3, steps);
        assert!(
            (found - value).abs() < 6e-4,
            "{steps:?}: {found} is not {value}"
        );
    }
    assert!(of(2, &[1]).abs() < 1e-9);
    // Nothing is claimed of steps whose phases pass the digits of a float, and a higher answer is known.
    let coarse = [
        (5, 32_827_791_372),
        (5, 18_011_896),
        (5, 970_449_689_278),
        (3, 9),
        (3, 3),
    ];
    let coarse = coarse.map(|(taps, step)| Comb { taps, step });
    assert!(!chain_peak(&coarse, f64::INFINITY, 400_000).is_sure);
    assert!(
        lobe(&coarse)
            .exact()
            .is_none_or(|lobe| lobe > 0.999_999_541)
    );
    for step in [1 << 24, (1 << 24) + 1, 1 << 40] {
        assert!((of(3, &[step; 3]) - 1.0).abs() < 1e-8, "{step}");
    }
}
