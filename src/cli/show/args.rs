//! The options of `degrid show`.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::cli::model::ModelArgs;
use crate::cli::number;
use crate::cli::schedule::ScheduleArgs;
use crate::draw::{Slice, axes};

use super::picture::PictureArgs;

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
pub(in crate::cli) struct Args {
    /// A network file, or - for standard input
    #[arg(value_name = "FILE", conflicts_with_all = ["dilations", "kernel", "dims"])]
    pub(super) file: Option<PathBuf>,

    #[command(flatten)]
    pub(super) schedule: ScheduleArgs,

    #[command(flatten)]
    pub(super) model: ModelArgs,

    /// What a network on standard input is called
    #[arg(long, value_name = "PATH", requires = "file")]
    pub(super) stdin_filename: Option<PathBuf>,

    /// Another design beside the first: a network file, or dilations such as 1,2,5; may be repeated
    #[arg(long, value_name = "FILE|DILATIONS")]
    pub(super) compare: Vec<String>,

    /// The output position, a number for each axis
    #[arg(
        long,
        value_name = "Y,X",
        value_parser = number::whole,
        value_delimiter = ',',
        allow_hyphen_values = true
    )]
    pub(super) unit: Vec<i64>,

    /// The map of the output position: after a stage (STAGE), or after the second layer of one (STAGE/2); of a model a module, node or value.
    /// With --compare: once for all designs, or once for each
    #[arg(long, value_name = "MAP", conflicts_with = "stage")]
    pub(super) at: Vec<String>,

    /// The map on which to draw what it reads, instead of the input; with --compare as --at
    #[arg(long, value_name = "MAP", conflicts_with = "stage")]
    pub(super) on: Vec<String>,

    /// One stage, on its own input; with --compare as --at
    #[arg(long, value_name = "NAME")]
    pub(super) stage: Vec<String>,

    /// Follow global pools too: they read everything, so by default they are left out
    #[arg(long)]
    pub(super) with_global_pools: bool,

    /// Draw the build-up: what the output position reads of each map on the way back
    #[arg(long)]
    pub(super) layers: bool,

    /// Draw the path weights along each axis as a curve, of the output position and of every stage
    #[arg(long, conflicts_with_all = ["layers", "slice", "crop"])]
    pub(super) profile: bool,

    /// Draw how much of a pattern passes by its frequency, with the grating lobes, of the output position and of every stage
    #[arg(long, conflicts_with_all = ["layers", "slice", "crop"])]
    pub(super) spectrum: bool,

    /// How often transposed layers write each output position: per phase, as a grid, and against the borders
    #[arg(
        long,
        conflicts_with_all = ["compare", "unit", "at", "on", "with_global_pools", "layers", "slice", "crop", "profile", "spectrum", "gallery"]
    )]
    pub(super) writes: bool,

    /// Where to cut a volume: a position along z, or an axis and a position such as y=4
    #[arg(long, value_name = "[AXIS=]N", value_parser = slice, allow_hyphen_values = true)]
    pub(super) slice: Option<Slice>,

    #[command(flatten)]
    pub(super) picture: PictureArgs,

    /// Crop a large grid around the output's own position instead of scaling it down
    #[arg(long)]
    pub(super) crop: bool,

    /// Draw with ASCII characters only, as in the locale C
    #[arg(long)]
    pub(super) ascii: bool,

    /// Write a file instead: .svg, .png, .pdf, .npy (float64 path weights), .csv or .json
    #[arg(short, long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,

    /// Into an .npy file: which positions are read (bool), not their path weights
    #[arg(long, requires = "out")]
    pub(super) coverage: bool,

    /// How to write
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human")]
    pub(super) format: Format,
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
pub(super) enum Format {
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
