//! Figures of single rows: how they are broken into lines, and what the legend of writes says.

use degrid::config::parse;
use degrid::draw::{FigureOptions, Look, Mark, figure, writes_figure};
use degrid::report::writes::WritesReport;

use crate::every_view::design;
use crate::scenes::assert_readable;

/// A row that is broken into lines: cells beside each other from the start of each line, and none on another.
#[test]
fn broken_rows_keep_their_cells_in_lines() {
    let config = parse("dims = 1\n[[stage]]\ndilations = [1, 3, 9, 27, 81, 243, 300]\n").unwrap();
    let options = FigureOptions::default();
    let scene = figure(&[design("a network", &config, &options)], &options);
    let scene = scene.unwrap().scene();
    assert_readable("broken", &scene);
    let cells: Vec<_> = scene
        .flat()
        .filter_map(|mark| match mark {
            Mark::Rect(place, _, Some(_)) => Some(*place),
            _ => None,
        })
        .collect();
    assert_eq!(cells.len(), 1 + 2 * (1 + 3 + 9 + 27 + 81 + 243 + 300));
    let left = cells[0].x;
    let (mut lines, mut last) = (1, cells[0]);
    for cell in &cells[1..] {
        if cell.y > last.y {
            assert!((cell.x - left).abs() < 1e-3, "a line begins at {}", cell.x);
            lines += 1;
        } else {
            assert!(cell.x > last.x && (cell.y - last.y).abs() < 1e-3);
        }
        assert!(cell.x + cell.width <= scene.width);
        last = *cell;
    }
    assert!(lines > 2, "{lines}");
}

/// The scale of writes is explained where some positions are written more often than others, and only there.
#[test]
fn the_legend_of_writes_says_what_is_drawn() {
    for (kernel, stride, levels, holes) in [
        (4, 2, false, false),
        (3, 2, true, false),
        (2, 3, false, true),
    ] {
        let layer = format!("{{ op = \"transposed\", kernel = {kernel}, stride = {stride} }}");
        let config = parse(&format!("dims = 1\n[[stage]]\nlayers = [{layer}]\n")).unwrap();
        let report = WritesReport::new("net".to_owned(), &config.network, None).unwrap();
        let figure = writes_figure(&report, Look::default());
        let says = |words: &str| figure.legend.iter().any(|(_, own)| own.contains(words));
        assert_eq!(says("few to many writes"), levels, "{layer}");
        assert_eq!(says("never written"), holes, "{layer}");
    }
}
