//! `degrid show`: what an output reads, as a grid, a picture or numbers.

mod files;
mod picture;

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
#[cfg(feature = "pictures")]
pub(super) use files::{ending, picture};

use crate::config::{Around, Config};
use crate::draw::{Design, FigureOptions, Slice, axes};
use crate::footprint::FootprintError;
use crate::network::{Network, counted};
use crate::render::{Canvas, Depth, DrawError, Glyphs, ShowOptions, show, writes};
use crate::report::json;
use crate::report::show::{Scope, Selection, ShowReport, Wanted, scope, steps};
use crate::report::writes::WritesReport;

use super::check::pools;
use super::load::load;
use super::model::{ModelArgs, is_model};
use super::schedule::{ScheduleArgs, schedule_meant};
use super::{CliError, Status, number, terminal};
use picture::{PictureArgs, gallery};

/// Show what an output reads: the coverage grid, its holes, and measures of every stage.
///
/// Draws one output position: the middle one, clipped at the borders, if the file gives `input`; otherwise position 0 without borders, with
/// positions relative to it. Weights are numbers of paths.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command"
)]
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// A network file, or - for standard input
    #[arg(value_name = "FILE", conflicts_with_all = ["dilations", "kernel", "dims"])]
    file: Option<PathBuf>,

    #[command(flatten)]
    schedule: ScheduleArgs,

    #[command(flatten)]
    model: ModelArgs,

    /// Another design beside the first: a network file, or dilations such as 1,2,5; may be repeated
    #[arg(long, value_name = "FILE|DILATIONS")]
    compare: Vec<String>,

    /// The output position, a number for each axis
    #[arg(
        long,
        value_name = "Y,X",
        value_parser = number::whole,
        value_delimiter = ',',
        allow_hyphen_values = true
    )]
    unit: Vec<i64>,

    /// The map of the output position: after a stage (STAGE), or after the second layer of one (STAGE/2); of an ONNX model a module, node or value.
    /// With --compare: once for all designs, or once for each
    #[arg(long, value_name = "MAP", conflicts_with = "stage")]
    at: Vec<String>,

    /// The map on which to draw what it reads, instead of the input; with --compare as --at
    #[arg(long, value_name = "MAP", conflicts_with = "stage")]
    on: Vec<String>,

    /// One stage, on its own input; with --compare as --at
    #[arg(long, value_name = "NAME")]
    stage: Vec<String>,

    /// Follow global pools too: they read everything, so by default they are left out
    #[arg(long)]
    with_global_pools: bool,

    /// Draw the build-up: what the output position reads of each map on the way back
    #[arg(long)]
    layers: bool,

    /// Draw the path weights along each axis as a curve, of the output position and of every stage
    #[arg(long, conflicts_with_all = ["layers", "slice", "crop"])]
    profile: bool,

    /// Draw how much of a pattern passes by its frequency, with the grating lobes, of the output position and of every stage
    #[arg(long, conflicts_with_all = ["layers", "slice", "crop"])]
    spectrum: bool,

    /// How often transposed layers write each output position: per phase, as a grid, and against the borders
    #[arg(
        long,
        conflicts_with_all = ["compare", "unit", "at", "on", "with_global_pools", "layers", "slice", "crop", "profile", "spectrum", "gallery"]
    )]
    writes: bool,

    /// Where to cut a volume: a position along z, or an axis and a position such as y=4
    #[arg(long, value_name = "[AXIS=]N", value_parser = slice, allow_hyphen_values = true)]
    slice: Option<Slice>,

    #[command(flatten)]
    picture: PictureArgs,

    /// Crop a large grid around the output's own position instead of scaling it down
    #[arg(long)]
    crop: bool,

    /// Draw with ASCII characters only, as in the locale C
    #[arg(long)]
    ascii: bool,

    /// Write a file instead: .svg, .png, .pdf, .npy (float64 path weights), .csv or .json
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// How to write
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human")]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  degrid show net.toml                          the middle output of a network
  degrid show net.toml --stage aspp             one stage on its own input
  degrid show net.toml --at res5 --on res3      a position after res5, on the map after res3
  degrid show -d 2,2,2 --compare 1,2,3          two schedules side by side
  degrid show -d 1,2,4,8 -k 2 --dims 1 --layers
  degrid show net.toml --spectrum --profile     which patterns pass, and how paths spread
  degrid show net.toml --writes                 the overlap of transposed layers
  degrid show net.toml -o coverage.svg

Columns (each stage on its own input, without borders; equal axes share one value):
  field     receptive field in positions       gap      most positions missing in a row
  jump      input positions per position       map      positions after the stage
  core      width of the hole-free middle      lobe     peak grating lobe, 0 (best) to 1
  ripple    ups and downs of paths, from 1     overlap  share that neighbouring outputs both read
  weights   of the layers : of one dense kernel that sees as far (C² unless channels are given)
  all taps  share of positions where every tap lies inside the map; the least of all layers

Columns of --writes (each stage from its own input; `together`: from the first to the output):
  phases    how often the positions of a period are written in turn, along one axis
  contrast  greatest count over least, along one axis and over all
  interior  first to last position that borders do not touch
  border    counts outside of it; if there are many paths, as a share of the least count inside";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Tables and a grid
    Human,
    /// One JSON object
    Json,
}

fn slice(text: &str) -> Result<Slice, &'static str> {
    let (axis, number) = text.split_once('=').unwrap_or(("z", text));
    let axis = axes(3).iter().position(|name| *name == axis.trim());
    let position = number.trim().parse();
    Ok(Slice {
        axis: axis.ok_or("an axis is z, y or x")?,
        position: position.map_err(|_| "a position is a whole number")?,
    })
}

pub(super) fn run(args: &Args, out: &mut dyn Write) -> Result<Status, CliError> {
    let at = args.at.get(..1).unwrap_or_default();
    for (name, given) in [
        ("--at", &args.at),
        ("--on", &args.on),
        ("--stage", &args.stage),
    ] {
        if given.len() > 1 && given.len() != 1 + args.compare.len() {
            return Err(CliError::Usage(format!(
                "{name} is given {} times, for {}: give it once for all, or once for each design",
                given.len(),
                counted(1 + args.compare.len(), "design")
            )));
        }
    }
    let first = if let Some(file) = args.file.as_ref().filter(|file| is_model(file)) {
        Some(model(args, file, at)?)
    } else if let Some(file) = &args.file {
        if let Some(error) = schedule_meant(std::slice::from_ref(file)) {
            return Err(error);
        }
        args.model.refused(false)?;
        load(file)?
    } else if args.schedule.is_given() {
        args.model.refused(false)?;
        Some((args.schedule.title(), args.schedule.config()?))
    } else {
        return Err(CliError::Usage(
            "nothing to show: name a network file, or give a schedule such as `-d 1,2,5 -k 3`"
                .to_owned(),
        ));
    };
    let Some(first) = first else {
        return Ok(Status::Invalid);
    };
    if args.writes {
        let (title, config) = first;
        let report = WritesReport::new(title.clone(), &config.network, of_design(&args.stage, 0))
            .map_err(|error| CliError::Usage(format!("{title}: {error}")))?;
        match (&args.out, args.format) {
            (Some(path), _) => files::write_writes(path, &report, args.picture.look(), out)?,
            (None, Format::Human) => writes(out, &report, &canvas(args))?,
            (None, Format::Json) => json(out, &report)?,
        }
        return Ok(Status::Clean);
    }
    let dims = first.1.network.dims;
    let mut configs = vec![first];
    for (index, other) in args.compare.iter().enumerate() {
        let Some(second) = second(args, index + 1, other, dims)? else {
            return Ok(Status::Invalid);
        };
        if second.1.network.dims != dims {
            return Err(CliError::Usage(format!(
                "a network of {dims} and one of {} axes cannot be compared",
                second.1.network.dims
            )));
        }
        configs.push(second);
    }
    let designs = configs
        .iter()
        .enumerate()
        .map(|(index, (title, config))| design(args, index, title, config))
        .collect::<Result<Vec<Design>, _>>()?;
    if let Some(path) = &args.out {
        files::write(path, &designs, &options(args, &designs)?.figure, out)?;
    } else if args.format == Format::Json {
        files::json(out, &designs)?;
    } else {
        show(out, &designs, &options(args, &designs)?).map_err(error)?;
    }
    Ok(Status::Clean)
}

/// A model, and what it is called.
fn model(args: &Args, path: &Path, at: &[String]) -> Result<(String, Config), CliError> {
    let title = path.display().to_string();
    let model = args.model.load(path, at, &Around::default());
    let model = model.map_err(|problems| {
        let message = itertools::join(problems.iter().map(|problem| &problem.message), "; ");
        CliError::Usage(format!("{title}: {message}"))
    })?;
    for line in model.notes(&title) {
        terminal::note(&line);
    }
    Ok((title, model.config))
}

/// What is given for a design: once for all, or once for each.
fn of_design(given: &[String], index: usize) -> Option<&str> {
    given.get(index).or(given.first()).map(String::as_str)
}

/// A design to compare with; `None` if its file is none.
fn second(
    args: &Args,
    index: usize,
    other: &str,
    dims: usize,
) -> Result<Option<(String, Config)>, CliError> {
    let path = Path::new(other);
    let is_list = other
        .chars()
        .all(|c| c.is_ascii_digit() || c == ',' || c == ' ');
    if is_model(path) {
        let own = args.at.get(index).map(std::slice::from_ref);
        return model(args, path, own.unwrap_or_default()).map(Some);
    }
    if path.exists() || !is_list {
        return load(path);
    }
    let schedule = args.schedule.other(other, dims);
    let schedule = schedule.map_err(CliError::Usage)?;
    Ok(Some((schedule.title(), schedule.config()?)))
}

fn design(args: &Args, index: usize, title: &str, config: &Config) -> Result<Design, CliError> {
    let network: &Network = &config.network;
    // A model ends at the map that was asked for.
    let file = match index {
        0 => args.file.as_deref(),
        _ => args.compare.get(index - 1).map(Path::new),
    };
    let is_of_model = file.is_some_and(is_model);
    let given = |given: &[String]| of_design(given, index).map(str::to_owned);
    let selection = Selection {
        stage: given(&args.stage),
        at: given(&args.at).filter(|_| !is_of_model),
        on: given(&args.on),
        unit: (!args.unit.is_empty()).then(|| args.unit.clone()),
        pools: pools(args.with_global_pools),
    };
    let scope: Scope<'_> =
        scope(network, &selection).map_err(|e| CliError::Usage(format!("{title}: {e}")))?;
    let limit = |e: FootprintError| CliError::Usage(format!("{title}: {e}"));
    let (mut report, seen) =
        ShowReport::new(title.to_owned(), config, &scope, selection.pools).map_err(limit)?;
    report.add_curves(config, &scope.view, &seen, wanted(args));
    let with_steps =
        args.format == Format::Human && (args.layers || (network.dims == 1 && args.out.is_none()));
    let (steps, left_out) = if with_steps {
        steps(&scope.view).map_err(limit)?
    } else {
        (Vec::new(), 0)
    };
    let gallery = if args.picture.gallery {
        gallery(network, &report).map_err(limit)?
    } else {
        Vec::new()
    };
    Ok(Design {
        report,
        seen,
        steps,
        left_out,
        gallery,
    })
}

/// The curves that are asked for.
fn wanted(args: &Args) -> Wanted {
    Wanted {
        profile: args.profile,
        spectrum: args.spectrum,
    }
}

fn canvas(args: &Args) -> Canvas {
    let depth = terminal::depth();
    Canvas {
        width: terminal::width(),
        height: terminal::height(),
        depth,
        glyphs: if args.ascii
            || terminal::is_plain_locale()
            || (depth == Depth::None && terminal::is_dumb())
        {
            Glyphs::ASCII
        } else {
            Glyphs::UNICODE
        },
    }
}

fn options(args: &Args, designs: &[Design]) -> Result<ShowOptions, CliError> {
    let dims = designs.first().map_or(2, |d| d.report.network.dims);
    let slice = match (dims, args.slice) {
        // Through the centre.
        (3, None) => designs.first().map(|design| Slice {
            axis: 0,
            position: design.seen.centre[0],
        }),
        (3, Some(slice)) => Some(on_axis(designs, slice)?),
        (_, Some(_)) => {
            return Err(CliError::Usage(format!(
                "`--slice` is for networks of 3 axes; this one has {dims}"
            )));
        }
        (_, None) => None,
    };
    Ok(ShowOptions {
        canvas: canvas(args),
        crop: args.crop,
        figure: FigureOptions {
            slice,
            layers: args.layers,
            ..args.picture.options(dims)?
        },
    })
}

/// A cut, unless it lies outside of all that is drawn.
fn on_axis(designs: &[Design], slice: Slice) -> Result<Slice, CliError> {
    let Slice { axis, position } = slice;
    let ends = designs.iter().filter_map(|design| {
        let (first, extent) = design.seen.twin.bounds()?;
        Some((first[axis], first[axis] + extent[axis] - 1))
    });
    let bounds = ends.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
    match bounds {
        Some((first, last)) if !(first..=last).contains(&position) => {
            let name = axes(3)[axis];
            Err(CliError::Usage(format!(
                "`--slice`: {name} = {position} is outside of what is seen, {name} {first} to {last}"
            )))
        }
        _ => Ok(slice),
    }
}

fn error(error: DrawError) -> CliError {
    match error {
        DrawError::Output(error) => CliError::Output(error),
        DrawError::Footprint(error) => CliError::Usage(error.to_string()),
    }
}
