//! Networks and models in every view: readable, small, and with the numbers of their reports.

use std::fs::File;
use std::path::{Path, PathBuf};

use degrid::config::{Around, Config, parse};
use degrid::draw::{Design, FigureOptions, Look, Slice, curves, figure, writes_figure};
use degrid::footprint::{Footprint, View};
use degrid::report::GlobalPools;
use degrid::report::show::{Selection, ShowReport, Wanted, scope, steps};
use degrid::report::writes::WritesReport;
use degrid::{graph, onnx};
use serde_json::Value;

use crate::scenes::{Read, assert_numbers, assert_readable, assert_small, grids};

/// All curves.
pub const BOTH: Wanted = Wanted {
    profile: true,
    spectrum: true,
};

pub fn design<'a>(title: &str, config: &'a Config, options: &FigureOptions) -> Design<'a> {
    design_with(title, config, options, Wanted::default())
}

pub fn design_with<'a>(
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

/// Network files, those with a fault too, and models.
fn files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for (folder, ending) in [
        ("configs", "toml"),
        ("configs/broken", "toml"),
        ("tests/data/onnx", "onnx"),
        ("tests/data/graphs", "json"),
    ] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let entries = std::fs::read_dir(folder).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        let before = files.len();
        files.extend(paths.filter(|path| path.extension().is_some_and(|e| e == ending)));
        files[before..].sort();
    }
    files
}

fn read(path: &Path) -> Config {
    let open = || File::open(path).unwrap();
    let import = match path.extension().unwrap().to_str().unwrap() {
        "toml" => return parse(&std::fs::read_to_string(path).unwrap()).unwrap(),
        "onnx" => onnx::read(open(), &onnx::Options::default()),
        _ => graph::read(open(), &graph::Options::default()),
    };
    Config::of(import.unwrap().network, &Around::default()).unwrap()
}

/// A figure of designs, checked; its grids.
fn drawn(name: &str, designs: &[Design], options: FigureOptions) -> Vec<Read> {
    let is_volume = designs[0].report.network.dims == 3;
    let slice = is_volume.then(|| Slice {
        axis: 0,
        position: designs[0].seen.centre[0],
    });
    let scene = figure(designs, &FigureOptions { slice, ..options });
    let scene = scene
        .unwrap_or_else(|error| panic!("{name}: {error}"))
        .scene();
    assert_readable(name, &scene);
    grids(&assert_small(name, &scene))
}

#[test]
fn every_network_in_every_view() {
    let files = files();
    let every = crate::effort::few_or_all(4, u32::try_from(files.len()).unwrap());
    let step = files.len() / usize::try_from(every).unwrap();
    let plain = FigureOptions::default();
    for path in files.iter().step_by(step) {
        let name = path.file_name().unwrap().to_string_lossy();
        let config = read(path);
        let single = design(&name, &config, &plain);
        let report: Value = serde_json::to_value(&single.report).unwrap();
        let own = drawn(&name, &[single], plain);
        if let [grid] = &own[..] {
            assert_numbers(&name, grid, &report);
        } else {
            assert!(
                report["footprint"]["first"].is_null(),
                "{name}: {} grids",
                own.len()
            );
        }
        for options in [
            FigureOptions {
                layers: true,
                ..plain
            },
            FigureOptions {
                gallery: true,
                ..plain
            },
            FigureOptions { slices: 5, ..plain },
        ] {
            drawn(&name, &[design(&name, &config, &options)], options);
        }
        let text = format!(
            "dims = {}\n[[stage]]\ndilations = [2, 2, 3]\n",
            config.network.dims
        );
        let other = parse(&text).unwrap();
        let difference = FigureOptions {
            difference: true,
            ..plain
        };
        let designs = [
            design(&name, &config, &difference),
            design("2,2,3", &other, &difference),
        ];
        drawn(&name, &designs, difference);
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
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs");
    let config = read(&folder.join("ms-tcn.toml"));
    let options = FigureOptions {
        layers: true,
        ..FigureOptions::default()
    };
    let design = design("ms-tcn", &config, &options);
    let scene = figure(&[design], &options).unwrap().scene();
    assert_readable("ms-tcn", &scene);
    assert_small("ms-tcn", &scene);
    let path = folder.join("tusimple-hdc.toml");
    curves_and_writes(&path, &read(&path));
}
