//! Figures of networks: texts that do not touch, sizes of files, numbers as in the report, colours that all eyes keep apart.

use degrid::config::parse;
use degrid::draw::{
    Design, FigureError, FigureOptions, Look, Mark, Ramp, Rgb, curves, figure, pdf, png,
};
use serde_json::Value;

use crate::every_view::{BOTH, design, design_with};
use crate::scenes::{assert_numbers, assert_readable, assert_small, grids};

/// Colours of cells and words are in the file as they are on the screen, however many mixed ones lie between them.
#[test]
fn a_palette_keeps_the_colors_of_marks() {
    let configs = ["[2, 2, 2]", "[1, 2, 3]", "[1, 2, 5]"]
        .map(|dilations| parse(&format!("[[stage]]\ndilations = {dilations}\n")).unwrap());
    let options = FigureOptions::default();
    let designs: Vec<Design> = configs
        .iter()
        .map(|config| design_with("a network", config, &options, BOTH))
        .collect();
    for look in [false, true].map(|dark| Look {
        dark,
        ramp: Ramp::Viridis,
    }) {
        let scene = curves(&designs, look).scene();
        assert_readable("three", &scene);
        let mut file = Vec::new();
        png(&mut file, &scene).unwrap();
        let (_, colors) = pixels(file);
        assert_eq!(colors[0], look.paper());
        for series in (0..designs.len()).map(|index| look.series(index)) {
            assert!(colors.contains(&series), "{series:?} is not drawn");
        }
    }
}

#[test]
fn several_differences_share_one_legend() {
    let configs = ["[2, 2, 2]", "[1, 2, 3]", "[1, 2, 5]", "[3, 3, 3]"]
        .map(|dilations| parse(&format!("[[stage]]\ndilations = {dilations}\n")).unwrap());
    let options = FigureOptions {
        difference: true,
        ..FigureOptions::default()
    };
    let designs: Vec<Design> = configs
        .iter()
        .map(|config| design("a network", config, &options))
        .collect();
    let figure = figure(&designs, &options).unwrap();
    assert_readable("four", &figure.scene());
    for words in ["read by both", "only by the first", "only by the second"] {
        let found = figure.legend.iter().filter(|(_, own)| own == words).count();
        assert_eq!(found, 1, "{words}");
    }
}

#[test]
fn numbers_drawn_are_those_of_the_report() {
    for (dilations, as_image) in [("2, 2, 2", false), ("1, 2, 3", false), ("8, 8, 8, 8", true)] {
        let text = format!("[[stage]]\ndilations = [{dilations}]\n");
        let config = parse(&text).unwrap();
        let options = FigureOptions::default();
        let design = design("a network", &config, &options);
        let report: Value = serde_json::to_value(&design.report).unwrap();
        let scene = figure(&[design], &options).unwrap().scene();
        assert_readable(dilations, &scene);
        let grids = grids(&assert_small(dilations, &scene));
        let [grid] = &grids[..] else {
            panic!("{} grids", grids.len())
        };
        assert_eq!(grid.titles.is_empty(), as_image);
        assert_eq!(grid.images.len(), usize::from(as_image));
        assert_numbers(dilations, grid, &report);
    }
}

/// The steps of a build-up too, whose least weight is that of the output itself: one path.
#[test]
fn a_build_up_has_one_scale() {
    let config = parse("[[stage]]\ndilations = [2, 2, 2]\n").unwrap();
    let options = FigureOptions {
        layers: true,
        ..FigureOptions::default()
    };
    let scene = figure(&[design("a network", &config, &options)], &options);
    let scene = scene.unwrap().scene();
    assert_readable("build-up", &scene);
    let grids = grids(&assert_small("build-up", &scene));
    assert_eq!(grids.len(), 4);
    for grid in grids {
        assert_eq!((grid.number("least"), grid.number("most")), (1, 49));
    }
}

/// Holes of a grid that is one image are openings, behind which lines are drawn; so are they in files of pixels.
#[test]
fn holes_of_images_are_hatched() {
    let config = parse("[[stage]]\ndilations = [8, 8, 8, 8]\n").unwrap();
    let options = FigureOptions::default();
    let scene = figure(&[design("a network", &config, &options)], &options);
    let scene = scene.unwrap().scene();
    let hatch = scene.flat().find_map(|mark| match mark {
        Mark::Hatch(hatch) if hatch.place.width > 100.0 => Some(*hatch),
        _ => None,
    });
    let place = hatch.unwrap().place;
    let mut file = Vec::new();
    png(&mut file, &scene).unwrap();
    let (width, colors) = pixels(file);
    // Two pixels of the file a pixel of the layout; the cells of all holes but the first row and column.
    let cell = place.width / 65.0;
    let at = |row: usize, column: usize| {
        let pixel = |from: f32, n: usize| ((from + (n as f32) * cell) * 2.0) as usize;
        let (x, y) = (pixel(place.x, column), pixel(place.y, row));
        let side = (cell * 2.0) as usize;
        let rows = (y..y + side).map(|y| &colors[y * width + x..][..side]);
        rows.flatten()
            .copied()
            .collect::<std::collections::HashSet<Rgb>>()
    };
    let look = Look::default();
    for (row, column) in [(1, 1), (2, 5), (31, 33), (63, 9)] {
        let colors = at(row, column);
        assert!(
            colors.contains(&look.hole()) && colors.len() > 1,
            "{row}, {column}: {colors:?}"
        );
    }
    // A position that is read has its colour alone: that of its paths.
    assert_eq!(at(8, 16).len(), 1);
    let of_paths = |row: usize, column: usize| {
        let colors: Vec<Rgb> = at(row, column).into_iter().collect();
        assert_eq!(colors.len(), 1, "{row}, {column}");
        colors[0]
    };
    let (corner, inner) = (of_paths(0, 0), of_paths(24, 24));
    assert!(of_paths(64, 0) == corner && of_paths(40, 24) == inner);
    for (row, column) in [(0, 0), (0, 24), (24, 0)] {
        assert_ne!(of_paths(row, column), inner, "{row}, {column}");
    }
}

/// The same grid in a PDF file: an indexed image, the places of the palette cell by cell, with its holes left clear.
#[test]
fn images_of_pages_hold_every_cell() {
    let config = parse("[[stage]]\ndilations = [8, 8, 8, 8]\n").unwrap();
    let options = FigureOptions::default();
    let scene = figure(&[design("a network", &config, &options)], &options);
    let scene = scene.unwrap().scene();
    let image = scene.flat().find_map(|mark| match mark {
        Mark::Image(image) if image.columns == 65 => Some(image.clone()),
        _ => None,
    });
    let image = image.unwrap();
    let mut file = Vec::new();
    pdf(&mut file, &scene).unwrap();
    let find = |from: usize, word: &[u8]| {
        let mut rest = file[from..].windows(word.len());
        from + rest.position(|at| at == word).unwrap()
    };
    let number = |from: usize, word: &str| -> usize {
        let at = find(from, word.as_bytes()) + word.len();
        let digits = file[at..].iter().skip_while(|b| !b.is_ascii_digit());
        let digits: Vec<u8> = digits.take_while(|b| b.is_ascii_digit()).copied().collect();
        String::from_utf8(digits).unwrap().parse().unwrap()
    };
    // The legend may have images of its own.
    let mut start = 0;
    let (width, height) = loop {
        start = find(start + 1, b"/Subtype /Image");
        let size = (number(start, "/Width"), number(start, "/Height"));
        if size.0 % 65 == 0 && size.0 == size.1 {
            break size;
        }
    };
    assert_eq!(number(start, "/Mask"), usize::from(image.clear.unwrap()));
    let data = find(start, b"stream\n") + 7;
    let pixels = miniz_oxide::inflate::decompress_to_vec_zlib(&file[data..]).unwrap();
    assert_eq!(pixels.len(), width * height);
    for (at, pixel) in pixels.iter().enumerate() {
        let (row, column) = (at / width * 65 / height, at % width * 65 / width);
        assert_eq!(*pixel, image.pixels[row * 65 + column], "{row}, {column}");
    }
    // Nine positions of 65 are read along each axis.
    let read = image
        .pixels
        .iter()
        .filter(|pixel| Some(**pixel) != image.clear);
    assert_eq!(read.count(), 81);
}

/// Width of a PNG file, and its colours.
fn pixels(file: Vec<u8>) -> (usize, Vec<Rgb>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(file))
        .read_info()
        .unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut pixels).unwrap();
    let info = reader.info();
    assert_eq!(info.color_type, png::ColorType::Indexed);
    let palette: Vec<Rgb> = (info.palette.as_ref().unwrap().chunks(3))
        .map(|color| (color[0], color[1], color[2]))
        .collect();
    let colors = pixels.iter().map(|place| palette[usize::from(*place)]);
    (info.width as usize, colors.collect())
}

#[test]
fn compared_designs_share_a_scale() {
    let one = parse("[[stage]]\ndilations = [2, 2, 2]\n").unwrap();
    let other = parse("[[stage]]\ndilations = [1, 2, 3]\n").unwrap();
    let options = FigureOptions {
        difference: true,
        ..FigureOptions::default()
    };
    let designs = [
        design("2,2,2", &one, &options),
        design("1,2,3", &other, &options),
    ];
    let most = |design: &Design<'_>| {
        let (first, extent) = design.seen.bounds.clone().unwrap();
        let paths = design.seen.paths().unwrap().array(&first, &extent);
        paths.unwrap().iter().copied().fold(0.0, f64::max)
    };
    let greatest = most(&designs[0]).max(most(&designs[1]));
    let scene = figure(&designs, &options).unwrap().scene();
    assert_readable("compared", &scene);
    let grids = grids(&assert_small("compared", &scene));
    assert_eq!(grids.len(), 3);
    for grid in &grids[..2] {
        let found = grid.data.iter().find(|(name, _)| name == "most").unwrap();
        assert_eq!(found.1, greatest.to_string());
    }
    let difference = &grids[2];
    assert_eq!(difference.number("both"), 49);
    assert_eq!(difference.number("only-first"), 0);
    assert_eq!(difference.number("only-second"), 169 - 49);
}

#[test]
fn too_large_is_refused_before_it_is_drawn() {
    // 2·20,000 + 1 positions along each of two axes.
    let config = parse("[[stage]]\ndilations = [20000]\n").unwrap();
    let options = FigureOptions::default();
    let design = design("wide", &config, &options);
    let refused = figure(&[design], &options);
    let cells = 40_001 * 40_001;
    assert!(matches!(refused, Err(FigureError::TooLarge { positions: n }) if n == cells));
}

#[test]
fn any_title_fits() {
    let config = parse("[[stage]]\ndilations = [1]\n").unwrap();
    let options = FigureOptions::default();
    let names = [
        "a/very/long/path/without/any/blank/that/would/leave/the/page/of/a/small/picture/net.toml",
        "many short words that together are far wider than a grid of three by three positions is",
        "模型/網絡.toml",
        "",
    ];
    let designs: Vec<Design> = names.map(|name| design(name, &config, &options)).into();
    let scene = figure(&designs, &options).unwrap().scene();
    assert_readable("titles", &scene);
    let mut file = Vec::new();
    pdf(&mut file, &scene).unwrap();
    assert!(file.starts_with(b"%PDF-"));
}

/// Linear light of a colour's parts (IEC 61966-2-1).
fn linear((r, g, b): Rgb) -> [f64; 3] {
    [r, g, b].map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.040_45 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    })
}

/// CIE L*a*b* of linear light, white D65.
fn lab([r, g, b]: [f64; 3]) -> [f64; 3] {
    let x = 0.412_456_4 * r + 0.357_576_1 * g + 0.180_437_5 * b;
    let y = 0.212_672_9 * r + 0.715_152_2 * g + 0.072_175_0 * b;
    let z = 0.019_333_9 * r + 0.119_192_0 * g + 0.950_304_1 * b;
    let f = |t: f64| {
        if t > 0.008_856 {
            t.cbrt()
        } else {
            7.787 * t + 16.0 / 116.0
        }
    };
    let (x, y, z) = (f(x / 0.950_47), f(y), f(z / 1.088_83));
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// What those see who lack one kind of cones: Machado, Oliveira and Fernandes 2009, "A Physiologically-based Model for Simulation of Color
/// Vision Deficiency", table 1, severity 1.0.
const EYES: [[[f64; 3]; 3]; 4] = [
    [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
    [
        [0.152_286, 1.052_583, -0.204_868],
        [0.114_503, 0.786_281, 0.099_216],
        [-0.003_882, -0.048_116, 1.051_998],
    ],
    [
        [0.367_322, 0.860_646, -0.227_968],
        [0.280_085, 0.672_501, 0.047_413],
        [-0.011_820, 0.042_940, 0.968_881],
    ],
    [
        [1.255_528, -0.076_749, -0.178_779],
        [-0.078_411, 0.930_809, 0.147_602],
        [0.004_733, 0.691_367, 0.303_900],
    ],
];

fn seen(eye: &[[f64; 3]; 3], color: Rgb) -> [f64; 3] {
    let light = linear(color);
    let part = |row: &[f64; 3]| -> f64 { row.iter().zip(light).map(|(a, b)| a * b).sum() };
    lab([part(&eye[0]), part(&eye[1]), part(&eye[2])].map(|part| part.clamp(0.0, 1.0)))
}

#[test]
fn holes_are_told_apart_by_all_eyes_and_in_grey() {
    for dark in [false, true] {
        for ramp in [Ramp::Viridis, Ramp::Cividis, Ramp::Gray] {
            let look = Look { dark, ramp };
            let levels = (0..=63_u8).map(|step| ramp.color(f64::from(step) / 63.0));
            let others: Vec<Rgb> = levels.chain([look.outside(), look.paper()]).collect();
            for (index, eye) in EYES.iter().enumerate() {
                let hole = seen(eye, look.hole());
                for other in &others {
                    let own = seen(eye, *other);
                    // What grey print keeps is lightness; 10 is about four just noticeable steps.
                    let grey = (hole[0] - own[0]).abs();
                    assert!(
                        grey >= 10.0,
                        "{look:?}, eye {index}: {other:?} differs by {grey} in L*"
                    );
                    let all: f64 = hole.iter().zip(own).map(|(a, b)| (a - b).powi(2)).sum();
                    assert!(all.sqrt() >= 20.0, "{look:?}, eye {index}: {other:?}");
                }
            }
        }
    }
}
