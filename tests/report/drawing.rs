//! What pictures and arrays are made of: numbers of paths in words, colours, texts of an SVG file, and the layout of an .npy file.

use degrid::draw::{Figure, Look, Panel, frame, heat, mixed, npy, paths, svg};
use degrid::network::Network;

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
