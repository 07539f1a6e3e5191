//! What pictures and arrays are made of: numbers of paths in words, colours, texts of an SVG file, and the layout of an .npy file.

use degrid::draw::{Cell, Figure, Look, Panel, Slice, Tally, frame, heat, mixed, npy, paths, svg};
use degrid::network::{LayerSpec, Network};

#[test]
fn only_one_path_is_singular() {
    assert_eq!(paths(1.0), "1 path");
    assert_eq!(paths(11.0), "11 paths");
    assert_eq!(paths(0.5), "0.5 paths");
}

#[test]
fn ends_of_the_ramp() {
    assert_eq!(heat(1.0), (253, 231, 37));
    assert!(heat(0.0).2 > 100);
    assert_eq!(mixed((0, 0, 0), (255, 100, 0), 0.5), (128, 50, 0));
}

#[test]
fn any_title_is_xml() {
    let network = Network::builder(1).dilations(3, [1, 2]).build().unwrap();
    let seen = degrid::footprint(&network).unwrap();
    for (title, written) in [
        ("a < b & c", ">a &lt; b &amp; c<"),
        ("\u{1b}[31mred\0", ">\u{fffd}[31mred\u{fffd}<"),
    ] {
        let window = frame(&seen, None).unwrap();
        let panel = Panel::new(title.to_owned(), &seen, window, None).unwrap();
        let mut out = Vec::new();
        svg(&mut out, &Figure::of(vec![panel], Look::default()).scene()).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert!(out.contains(written), "{out}");
    }
}

#[test]
fn header_and_data_of_an_array() {
    let mut out = Vec::new();
    npy(&mut out, &[1, 2], [Ok(vec![1.0, 0.5])]).unwrap();
    assert_eq!(out.len(), 128 + 16);
    assert!(out.starts_with(b"\x93NUMPY\x01\x00\x76\x00{'descr': '<f8', "));
    assert_eq!(out[127], b'\n');
    assert_eq!(out[128..136], 1.0_f64.to_le_bytes());
}

/// What a panel says of cells of several positions is what it says of each.
#[test]
fn tallies_are_those_of_single_cells() {
    let branches = || {
        let conv = |kernel, dilation| LayerSpec::conv(kernel).dilation(dilation);
        LayerSpec::add([
            vec![conv(3, 1)],
            vec![conv(3, 4), conv(2, 3)],
            vec![conv(1, 1)],
        ])
    };
    for (dims, axis) in [
        (1, None),
        (2, None),
        (3, Some(0)),
        (3, Some(1)),
        (3, Some(2)),
    ] {
        let network = Network::builder(dims).layer(branches()).build().unwrap();
        let seen = degrid::footprint(&network).unwrap();
        let slice = axis.map(|axis| Slice { axis, position: 0 });
        let window = frame(&seen, slice).unwrap();
        for is_intermediate in [false, true] {
            let mut panel = Panel::new(String::new(), &seen, window.clone(), axis).unwrap();
            panel.is_intermediate = is_intermediate;
            let (rows, columns) = (panel.rows(), panel.columns());
            let mut has_between = false;
            for by in 1..=columns + 1 {
                let mut plain = Vec::new();
                for (top, left) in
                    itertools::iproduct!((0..rows).step_by(by), (0..columns).step_by(by))
                {
                    let mut tally = Tally::default();
                    let places = itertools::iproduct!(
                        top..(top + by).min(rows),
                        left..(left + by).min(columns)
                    );
                    for (row, column) in places {
                        match panel.cell(row, column) {
                            Cell::Covered(level) => {
                                tally.covered += 1;
                                tally.level = tally.level.max(level);
                            }
                            Cell::Gridding => tally.missed += 1,
                            Cell::Between => {
                                tally.missed += 1;
                                has_between = true;
                            }
                            Cell::Outside => {}
                        }
                    }
                    plain.push(tally);
                }
                assert_eq!(
                    panel.tallies(by),
                    plain,
                    "{dims} axes, cut {axis:?}, {by} positions"
                );
                // Also where no more is kept than that.
                let mut weighed =
                    Panel::unweighed(String::new(), &seen, window.clone(), axis).unwrap();
                weighed.weigh(seen.paths().unwrap(), by).unwrap();
                assert_eq!(weighed.paths, panel.paths);
                assert_eq!(
                    weighed.tallies(by),
                    plain,
                    "{dims} axes, cut {axis:?}, {by} positions"
                );
            }
            assert_eq!(panel.has_between(), has_between);
        }
    }
}

/// One character for each, so that columns keep their places; what has no likeness is a question mark.
#[test]
fn texts_in_ascii() {
    for (text, plain) in [
        ("3×3, a²·b", "3x3, a2.b"),
        ("1, 2, …", "1, 2, ~"),
        ("1 − 2 – 3 → 4", "1 - 2 - 3 > 4"),
        ("▁▄█░│┼▼", "_=#:|+V"),
        ("größe 模型", "gr??e ??"),
        ("a?b", "a?b"),
    ] {
        assert_eq!(degrid::draw::ascii(text), plain);
        assert!(degrid::draw::ascii(text).is_ascii());
    }
}

/// Behind cubic interpolation paths cancel, and what is noise is known once all were seen.
#[test]
fn cells_of_weights_below_zero() {
    let layers = "{ op = \"upsample\", factor = 2, mode = \"cubic\" }, { dilation = 2 }";
    let text = format!("[[stage]]\nlayers = [{{ dilation = 3 }}, {layers}]\n");
    let network = degrid::config::parse(&text).unwrap().network;
    let seen = degrid::footprint(&network).unwrap();
    let window = frame(&seen, None).unwrap();
    let panel = Panel::new(String::new(), &seen, window.clone(), None).unwrap();
    let places = itertools::iproduct!(0..panel.rows(), 0..panel.columns());
    let mut weights = places.filter_map(|(row, column)| panel.weight(row, column));
    assert!(weights.any(|weight| weight < 0.0));
    for by in 2..=panel.columns() {
        let mut weighed = Panel::unweighed(String::new(), &seen, window.clone(), None).unwrap();
        weighed.weigh(seen.paths().unwrap(), by).unwrap();
        assert_eq!(weighed.paths, panel.paths);
        assert_eq!(weighed.tallies(by), panel.tallies(by));
    }
}

/// Of so many positions a row of weights is made when it is asked for.
#[test]
fn weights_of_millions_of_positions() {
    let dilations = [1, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 425];
    let network = Network::builder(2).dilations(3, dilations).build().unwrap();
    let seen = degrid::footprint(&network).unwrap();
    let panel = Panel::new(String::new(), &seen, frame(&seen, None).unwrap(), None).unwrap();
    // Both axes are alike, and each is a polynomial: the product of 1 + z^d + z^2d.
    let mut along = vec![1.0];
    for dilation in dilations {
        let mut longer = vec![0.0; along.len() + 2 * usize::try_from(dilation).unwrap()];
        for (place, weight) in along.iter().enumerate() {
            for tap in 0..3 {
                longer[place + tap * usize::try_from(dilation).unwrap()] += weight;
            }
        }
        along = longer;
    }
    assert_eq!((panel.rows(), panel.columns()), (along.len(), along.len()));
    assert!(along.len() * along.len() > 1 << 23);
    let least = along.iter().copied().fold(f64::INFINITY, f64::min);
    let most = along.iter().copied().fold(0.0, f64::max);
    assert_eq!(panel.paths, Some((least * least, most * most)));
    for row in [0, 1, along.len() / 3, along.len() / 2, along.len() - 1] {
        for (column, weight) in along.iter().enumerate() {
            assert_eq!(panel.weight(row, column), Some(along[row] * weight));
        }
    }
}
