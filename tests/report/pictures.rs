//! Figures of networks: texts that do not touch, sizes of files, numbers as in the report, colours that all eyes keep apart.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use degrid::config::{Config, parse};
use degrid::draw::{
    Design, FigureError, FigureOptions, Look, Mark, Ramp, Rect, Rgb, Scene, curves, figure, pdf,
    png, svg, writes_figure,
};
use degrid::footprint::{Footprint, View};
use degrid::report::GlobalPools;
use degrid::report::show::{Selection, ShowReport, Wanted, scope, steps};
use degrid::report::writes::WritesReport;
use quick_xml::events::Event;
use serde_json::Value;

/// All curves.
const BOTH: Wanted = Wanted {
    profile: true,
    spectrum: true,
};

/// Most bytes of a picture.
const SVG: usize = 500_000;
const PNG: usize = 300_000;

fn design<'a>(title: &str, config: &'a Config, options: &FigureOptions) -> Design<'a> {
    design_with(title, config, options, Wanted::default())
}

fn design_with<'a>(
    title: &str,
    config: &'a Config,
    options: &FigureOptions,
    curves: Wanted,
) -> Design<'a> {
    let selection = Selection::default();
    let scope = scope(&config.network, &selection).unwrap();
    let (mut report, seen) =
        ShowReport::new(title.to_owned(), config, &scope, GlobalPools::default()).unwrap();
    report.add_curves(config, &scope.view, &seen, curves);
    let (steps, left_out) = if options.layers {
        steps(&scope.view).unwrap()
    } else {
        (Vec::new(), 0)
    };
    let network = &config.network;
    let stages = network.stages.iter().enumerate();
    let gallery = stages.filter(|(index, _)| report.stages[*index].measures.covered > Some(1));
    let gallery = gallery.map(|(index, stage)| {
        let view = View::unclipped(network, stage.output, stage.input);
        (index, Footprint::new(&view).unwrap())
    });
    Design {
        gallery: if options.gallery {
            gallery.collect()
        } else {
            Vec::new()
        },
        report,
        seen,
        steps,
        left_out,
    }
}

fn published() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .collect();
    files.sort();
    files
}

fn views() -> [FigureOptions; 3] {
    let plain = FigureOptions::default();
    [
        plain,
        FigureOptions {
            layers: true,
            ..plain
        },
        FigureOptions {
            gallery: true,
            ..plain
        },
    ]
}

/// Boxes of texts lie on the page and apart from each other.
fn assert_readable(name: &str, scene: &Scene) {
    let texts: Vec<(&str, Rect)> = scene
        .flat()
        .filter_map(|mark| match mark {
            Mark::Text(text) => Some((text.text.as_str(), text.bounds())),
            _ => None,
        })
        .collect();
    for (index, (text, own)) in texts.iter().enumerate() {
        let fits = own.x >= 0.0
            && own.y >= 0.0
            && own.x + own.width <= scene.width
            && own.y + own.height <= scene.height;
        assert!(fits, "{name}: {text:?} leaves the page: {own:?}");
        for (other, place) in &texts[index + 1..] {
            let apart = own.x + own.width <= place.x
                || place.x + place.width <= own.x
                || own.y + own.height <= place.y
                || place.y + place.height <= own.y;
            assert!(apart, "{name}: {text:?} and {other:?} overlap");
        }
    }
}

fn assert_small(name: &str, scene: &Scene) -> String {
    let (mut first, mut second) = (Vec::new(), Vec::new());
    svg(&mut first, scene).unwrap();
    png(&mut second, scene).unwrap();
    assert!(first.len() <= SVG, "{name}: SVG of {} bytes", first.len());
    assert!(second.len() <= PNG, "{name}: PNG of {} bytes", second.len());
    String::from_utf8(first).unwrap()
}

#[test]
fn every_network_in_every_view() {
    let files = published();
    let every = crate::effort::few_or_all(4, u32::try_from(files.len()).unwrap());
    let step = files.len() / usize::try_from(every).unwrap();
    for path in files.iter().step_by(step) {
        let config = parse(&std::fs::read_to_string(path).unwrap()).unwrap();
        for options in views() {
            let name = path.file_stem().unwrap().to_string_lossy();
            let name = format!(
                "{name}, layers {}, gallery {}",
                options.layers, options.gallery
            );
            let design = design(&name, &config, &options);
            let cut = (config.network.dims == 3).then(|| degrid::draw::Slice {
                axis: 0,
                position: design.seen.centre[0],
            });
            let options = FigureOptions {
                slice: cut,
                ..options
            };
            let scene = figure(&[design], &options).unwrap().scene();
            assert_readable(&name, &scene);
            assert_small(&name, &scene);
        }
        curves_and_writes(path, &config);
    }
}

fn curves_and_writes(path: &Path, config: &Config) {
    let name = path.file_stem().unwrap().to_string_lossy();
    let options = FigureOptions::default();
    let design = design_with(&name, config, &options, BOTH);
    let scene = curves(&[design], Look::default()).scene();
    assert_readable(&name, &scene);
    assert_small(&name, &scene);
    // A network without transposed layers has none to draw.
    let writes = WritesReport::new(name.to_string(), &config.network, None).unwrap();
    let scene = writes_figure(&writes, Look::default()).scene();
    assert_readable(&name, &scene);
    assert_small(&name, &scene);
}

/// Forty rows of thousands of positions, the longest build-up of the published networks; and the one with the most curves.
#[test]
fn the_longest_pictures_stay_small() {
    let read = |name: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs");
        parse(&std::fs::read_to_string(folder.join(name)).unwrap()).unwrap()
    };
    let config = read("ms-tcn.toml");
    let options = FigureOptions {
        layers: true,
        ..FigureOptions::default()
    };
    let design = design("ms-tcn", &config, &options);
    let scene = figure(&[design], &options).unwrap().scene();
    assert_readable("ms-tcn", &scene);
    assert_small("ms-tcn", &scene);
    curves_and_writes(Path::new("tusimple-hdc.toml"), &read("tusimple-hdc.toml"));
}

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
        let mut reader = png::Decoder::new(std::io::Cursor::new(file))
            .read_info()
            .unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        let info = reader.info();
        assert_eq!(info.color_type, png::ColorType::Indexed);
        let palette = info.palette.as_deref().unwrap();
        let paper = look.paper();
        assert_eq!(
            palette[3 * usize::from(pixels[0])..][..3],
            [paper.0, paper.1, paper.2]
        );
        for series in (0..designs.len()).map(|index| look.series(index)) {
            let of = [series.0, series.1, series.2];
            let place = palette.chunks(3).position(|color| color == of);
            let place = u8::try_from(place.unwrap()).unwrap();
            assert!(pixels.contains(&place), "{series:?} is not drawn");
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

/// A grid of an SVG file: its data, its words, and its image where it has one.
#[derive(Debug, Default)]
struct Read {
    data: Vec<(String, String)>,
    titles: Vec<String>,
    images: Vec<Vec<u8>>,
}

impl Read {
    fn number(&self, name: &str) -> i64 {
        let found = self.data.iter().find(|(own, _)| own == name);
        found
            .unwrap_or_else(|| panic!("no {name}"))
            .1
            .parse()
            .unwrap()
    }
}

/// Reads the grids of an SVG file back.
fn grids(text: &str) -> Vec<Read> {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut grids: Vec<Read> = Vec::new();
    let mut is_title = false;
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) if tag.name().as_ref() == b"g" => {
                let data = tag.attributes().map(|a| {
                    let a = a.unwrap();
                    let name = String::from_utf8(a.key.as_ref().to_vec()).unwrap();
                    let value = String::from_utf8(a.value.to_vec()).unwrap();
                    (name.trim_start_matches("data-").to_owned(), value)
                });
                grids.push(Read {
                    data: data.collect(),
                    ..Read::default()
                });
            }
            Event::Empty(tag) if tag.name().as_ref() == b"image" => {
                let href = tag.try_get_attribute("href").unwrap().unwrap();
                let href = String::from_utf8(href.value.to_vec()).unwrap();
                let data = href.strip_prefix("data:image/png;base64,").unwrap();
                let file = base64::engine::general_purpose::STANDARD.decode(data);
                let file = std::io::Cursor::new(file.unwrap());
                let mut reader = png::Decoder::new(file).read_info().unwrap();
                let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
                reader.next_frame(&mut pixels).unwrap();
                // The ramp of the legend is no grid.
                if let Some(grid) = grids.last_mut() {
                    grid.images.push(pixels);
                }
            }
            Event::Start(tag) => is_title = tag.name().as_ref() == b"title",
            Event::Text(words) if is_title => {
                if let Some(grid) = grids.last_mut() {
                    grid.titles.push(String::from_utf8(words.to_vec()).unwrap());
                }
            }
            Event::End(_) => is_title = false,
            Event::Eof => return grids,
            _ => {}
        }
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
        for name in ["covered", "gridding"] {
            assert_eq!(
                grid.number(name),
                report["footprint"][name].as_i64().unwrap()
            );
        }
        let extent = itertools::join(report["footprint"]["extent"].as_array().unwrap(), ",");
        assert!(grid.data.contains(&("extent".to_owned(), extent)));
        let first = itertools::join(report["footprint"]["first"].as_array().unwrap(), ",");
        assert!(grid.data.contains(&("first".to_owned(), first)));
        // And the cells themselves.
        let (holes, read) = if as_image {
            assert!(grid.titles.is_empty());
            // The image of the grid is the first; numbers of colours as in the palette: 1 for holes, levels from 5 on.
            let count = |is: &dyn Fn(u8) -> bool| grid.images[0].iter().filter(|p| is(**p)).count();
            (count(&|p| p == 1), count(&|p| p >= 5))
        } else {
            assert!(grid.images.len() <= 1);
            let count = |words: &str| grid.titles.iter().filter(|t| t.contains(words)).count();
            (count(": hole from dilation"), count(": paths "))
        };
        assert_eq!(i64::try_from(holes).unwrap(), grid.number("gridding"));
        assert_eq!(i64::try_from(read).unwrap(), grid.number("covered"));
    }
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
