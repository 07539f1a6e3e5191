//! `degrid show`: what an output reads, as a grid, a picture or numbers.

mod files;

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::config::{Around, Config};
use crate::draw::{Design, FigureOptions, Slice, axes};
use crate::footprint::FootprintError;
use crate::network::Network;
use crate::render::{Canvas, Depth, DrawError, Glyphs, ShowOptions, show, writes};
use crate::report::json;
use crate::report::show::{Scope, Selection, ShowReport, scope, steps};
use crate::report::writes::WritesReport;

use super::check::pools;
use super::files::input;
use super::load::load;
use super::model::{ModelArgs, ModelFile};
use super::schedule::{ScheduleArgs, schedule_meant};
use super::{CliError, Status, number, terminal};

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

    /// What a network on standard input is called
    #[arg(long, value_name = "PATH", requires = "file")]
    stdin_filename: Option<PathBuf>,

    /// A second design beside the first: a network file, or dilations such as 1,2,5
    #[arg(long, value_name = "FILE|DILATIONS")]
    compare: Option<String>,

    /// The output position, a number for each axis
    #[arg(
        long,
        value_name = "Y,X",
        value_parser = number::whole,
        value_delimiter = ',',
        allow_hyphen_values = true
    )]
    unit: Vec<i64>,

    /// The map of the output position: after a stage (STAGE), or after the second layer of one (STAGE/2); of a model a module, node or value
    #[arg(long, value_name = "MAP", conflicts_with = "stage")]
    at: Option<String>,

    /// The map on which to draw what it reads, instead of the input
    #[arg(long, value_name = "MAP", conflicts_with = "stage")]
    on: Option<String>,

    /// One stage, on its own input
    #[arg(long, value_name = "NAME")]
    stage: Option<String>,

    /// Follow global pools too: they read everything, so by default they are left out
    #[arg(long)]
    with_global_pools: bool,

    /// Draw the build-up: what the output position reads of each map on the way back
    #[arg(long)]
    layers: bool,

    /// How often transposed layers write each output position: per phase, as a grid, and against the borders
    #[arg(
        long,
        conflicts_with_all = ["compare", "unit", "at", "on", "with_global_pools", "layers", "slice", "fit", "out"]
    )]
    writes: bool,

    /// Where to cut a volume: a position along z, or an axis and a position such as y=4
    #[arg(long, value_name = "[AXIS=]N", value_parser = slice, allow_hyphen_values = true)]
    slice: Option<Slice>,

    /// Scale a large grid down instead of cropping it
    #[arg(long)]
    fit: bool,

    /// Draw with ASCII characters only
    #[arg(long)]
    ascii: bool,

    /// Write a file instead: .png, .svg, .npy (float64 path weights), .csv or .json
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Into an .npy file: which positions are read (bool), not their path weights
    #[arg(long, requires = "out")]
    coverage: bool,

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
    let at = args.at.as_slice();
    let mut is_of_model = false;
    let first = if let Some(file) = &args.file {
        if let Some(error) = schedule_meant(std::slice::from_ref(file)) {
            return Err(error);
        }
        let input = input(file, args.stdin_filename.as_deref())?;
        is_of_model = input.model.is_some();
        if let Some(file) = &input.model {
            Some(model(args, input.path, file, at)?)
        } else {
            args.model.refused(false)?;
            load(input)?
        }
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
        let report = WritesReport::new(title.clone(), &config.network, args.stage.as_deref())
            .map_err(|error| CliError::Usage(format!("{title}: {error}")))?;
        match args.format {
            Format::Human => writes(out, &report, &canvas(args))?,
            Format::Json => json(out, &report)?,
        }
        return Ok(Status::Clean);
    }
    let dims = first.1.network.dims;
    let mut configs = vec![first];
    if let Some(other) = &args.compare {
        let Some(second) = second(args, other, dims)? else {
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
        .map(|(title, config)| design(args, title, config, is_of_model))
        .collect::<Result<Vec<Design>, _>>()?;
    if let Some(path) = &args.out {
        let figure = options(args, &designs)?.figure;
        files::write(path, &designs, &figure, args.coverage, out)?;
    } else if args.format == Format::Json {
        files::json(out, &designs)?;
    } else {
        show(out, &designs, &options(args, &designs)?).map_err(error)?;
    }
    Ok(Status::Clean)
}

/// A model, and what it is called.
fn model(
    args: &Args,
    title: String,
    file: &ModelFile,
    at: &[String],
) -> Result<(String, Config), CliError> {
    let model = args.model.load(file, at, &Around::default());
    let model = model.map_err(|problems| {
        let message = itertools::join(problems.iter().map(|problem| &problem.message), "; ");
        CliError::Usage(format!("{title}: {message}"))
    })?;
    for line in model.notes(&title, false) {
        terminal::note(&line);
    }
    Ok((title, model.config))
}

/// The design to compare with; `None` if its file is none.
fn second(args: &Args, other: &str, dims: usize) -> Result<Option<(String, Config)>, CliError> {
    let path = Path::new(other);
    let is_list = other
        .chars()
        .all(|c| c.is_ascii_digit() || c == ',' || c == ' ');
    if path.exists() || !is_list {
        let input = input(path, None)?;
        return match &input.model {
            Some(file) => model(args, input.path, file, &[]).map(Some),
            None => Ok(load(input)?),
        };
    }
    let schedule = args.schedule.other(other, dims);
    let schedule = schedule.map_err(CliError::Usage)?;
    Ok(Some((schedule.title(), schedule.config()?)))
}

/// What is drawn. A model ends at the map that was asked for.
fn design(
    args: &Args,
    title: &str,
    config: &Config,
    is_of_model: bool,
) -> Result<Design, CliError> {
    let network: &Network = &config.network;
    let selection = Selection {
        stage: args.stage.clone(),
        at: args.at.clone().filter(|_| !is_of_model),
        on: args.on.clone(),
        unit: (!args.unit.is_empty()).then(|| args.unit.clone()),
        pools: pools(args.with_global_pools),
    };
    let scope: Scope<'_> =
        scope(network, &selection).map_err(|e| CliError::Usage(format!("{title}: {e}")))?;
    let limit = |e: FootprintError| CliError::Usage(format!("{title}: {e}"));
    let (report, seen) =
        ShowReport::new(title.to_owned(), config, &scope, selection.pools).map_err(limit)?;
    let wanted =
        args.format == Format::Human && (args.layers || (network.dims == 1 && args.out.is_none()));
    let (steps, left_out) = if wanted {
        steps(&scope.view).map_err(limit)?
    } else {
        (Vec::new(), 0)
    };
    Ok(Design {
        report,
        seen,
        steps,
        left_out,
    })
}

fn canvas(args: &Args) -> Canvas {
    let depth = terminal::depth();
    Canvas {
        width: terminal::width(),
        height: terminal::height(),
        depth,
        glyphs: if args.ascii || (depth == Depth::None && terminal::is_dumb()) {
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
        fit: args.fit,
        figure: FigureOptions {
            slice,
            layers: args.layers,
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
