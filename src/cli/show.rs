//! `degrid show`: what an output reads, as a grid, a picture or numbers.

mod args;
mod files;
mod picture;

use std::io::Write;
use std::path::Path;

pub(super) use args::Args;
use args::Format;
#[cfg(feature = "pictures")]
pub(super) use files::picture;

use crate::config::{Around, Config};
use crate::draw::{Design, FigureOptions, Slice, axes};
use crate::network::{Network, counted};
use crate::render::{Canvas, Depth, DrawError, Glyphs, ShowOptions, show, writes};
use crate::report::json;
use crate::report::show::{Scope, Selection, ShowReport, Wanted, scope, steps};
use crate::report::writes::WritesReport;

use super::check::pools;
use super::files::{Input, input};
use super::load::{load, messages};
use super::schedule::schedule_meant;
use super::{CliError, Status, terminal};
#[cfg(feature = "pictures")]
pub(super) use picture::Theme;
use picture::gallery;

pub(super) fn run(args: &Args, out: &mut dyn Write) -> Result<Status, CliError> {
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
    let first = if let Some(file) = &args.file {
        if let Some(error) = schedule_meant(std::slice::from_ref(file)) {
            return Err(error);
        }
        let input = input(file, args.stdin_filename.as_deref())?;
        if input.model.is_none() {
            args.model.refused(false)?;
        }
        network(args, 0, input)?
    } else if args.schedule.is_given() {
        args.model.refused(false)?;
        Some(Asked::file(args.schedule.title(), args.schedule.config()?))
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
        let Asked { title, config, .. } = first;
        let report = WritesReport::new(title.clone(), &config.network, of_design(&args.stage, 0))
            .map_err(CliError::of(title))?;
        match (&args.out, args.format) {
            (Some(path), _) => files::write_writes(path, &report, args.picture.look(), out)?,
            (None, Format::Human) => writes(out, &report, &canvas(args))?,
            (None, Format::Json) => json(out, &report)?,
        }
        return Ok(Status::Clean);
    }
    let dims = first.config.network.dims;
    let mut asked = vec![first];
    for (index, other) in args.compare.iter().enumerate() {
        let Some(second) = second(args, index + 1, other, dims)? else {
            return Ok(Status::Invalid);
        };
        if second.config.network.dims != dims {
            let axes = |asked: &Asked| {
                format!(
                    "{} has {}",
                    asked.title,
                    counted(asked.config.network.dims, "axis")
                )
            };
            return Err(CliError::Usage(format!(
                "{}, {}: designs that are compared need as many axes",
                axes(&asked[0]),
                axes(&second)
            )));
        }
        asked.push(second);
    }
    let designs = asked
        .iter()
        .enumerate()
        .map(|(index, asked)| design(args, index, asked))
        .collect::<Result<Vec<Design<'_>>, _>>()?;
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

/// A network to draw.
struct Asked {
    title: String,
    config: Config,
    /// Whether it is a model, which ends at the map that was asked for.
    is_model: bool,
}

impl Asked {
    fn file(title: String, config: Config) -> Self {
        Self {
            title,
            config,
            is_model: false,
        }
    }
}

/// The network of a file, as the design of an index; `None` if it is none.
fn network(args: &Args, index: usize, input: Input) -> Result<Option<Asked>, CliError> {
    let Some(file) = &input.model else {
        return Ok(load(input)?.map(|(title, config)| Asked::file(title, config)));
    };
    let title = input.path;
    let at: Vec<String> = of_design(&args.at, index)
        .map(str::to_owned)
        .into_iter()
        .collect();
    let model = args.model.load(file, &at, &Around::default());
    let model = model.map_err(|problems| CliError::of(&title)(messages(&problems)))?;
    for line in model.notes(&title, false) {
        terminal::note(&line);
    }
    Ok(Some(Asked {
        title,
        config: model.config,
        is_model: true,
    }))
}

/// What is given for a design: once for all, or once for each.
fn of_design(given: &[String], index: usize) -> Option<&str> {
    given.get(index).or(given.first()).map(String::as_str)
}

/// A design to compare with; `None` if its file is none.
fn second(args: &Args, index: usize, other: &str, dims: usize) -> Result<Option<Asked>, CliError> {
    let path = Path::new(other);
    let is_list = other
        .chars()
        .all(|c| c.is_ascii_digit() || c == ',' || c == ' ');
    if path.exists() || !is_list {
        return network(args, index, input(path, None)?);
    }
    let schedule = args.schedule.other(other, dims);
    let schedule = schedule.map_err(CliError::Usage)?;
    Ok(Some(Asked::file(schedule.title(), schedule.config()?)))
}

fn design<'a>(args: &Args, index: usize, asked: &'a Asked) -> Result<Design<'a>, CliError> {
    let (title, config) = (&asked.title, &asked.config);
    let network: &Network = &config.network;
    let given = |given: &[String]| of_design(given, index).map(str::to_owned);
    let selection = Selection {
        stage: given(&args.stage),
        at: given(&args.at).filter(|_| !asked.is_model),
        on: given(&args.on),
        unit: (!args.unit.is_empty()).then(|| args.unit.clone()),
        pools: pools(args.with_global_pools),
    };
    let scope: Scope<'a> = scope(network, &selection).map_err(CliError::of(title))?;
    let limit = CliError::of(title);
    let (mut report, seen) =
        ShowReport::new(title.clone(), config, &scope, selection.pools).map_err(&limit)?;
    report.add_curves(config, &scope.view, &seen, wanted(args));
    let with_steps =
        args.format == Format::Human && (args.layers || (network.dims == 1 && args.out.is_none()));
    let (steps, left_out) = if with_steps {
        steps(&scope.view).map_err(&limit)?
    } else {
        (Vec::new(), 0)
    };
    let gallery = if args.picture.gallery {
        gallery(network, &report).map_err(&limit)?
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
        DrawError::Footprint(error) => CliError::usage(error),
    }
}
