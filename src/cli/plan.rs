//! `degrid plan`: schedules that leave no hole, best first, or why there are none; and the undecided dilations of a file.

mod file;
mod goal;
mod human;
mod json;
mod stream;
mod text;
mod told;
mod watch;

use std::io::Write;
use std::path::PathBuf;

use clap::ValueEnum;
use num_rational::Ratio;

use crate::planner::{Budget, Goal, Refusal};

use self::goal::RankBy;
use self::watch::Watch;
use super::number::whole;
use super::{CliError, Status};

/// Find dilation schedules that leave no hole, or fill in the dilations of a file
///
/// A schedule is one tooth of rising dilations, repeated as a whole. Exit code: 0 with an answer, 1 if there is none (the output says why,
/// and what to relax), 2 if the options make no sense or the file is no valid network.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// A network file (- for standard input): plan every dilation written "?" in it
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,

    /// Plan this stage of FILE anew, with as many layers and at least its receptive field
    #[arg(
        long,
        value_name = "NAME",
        requires = "file",
        help_heading = "Planning a file"
    )]
    stage: Option<String>,

    /// Put the numbers into FILE, and change nothing else
    #[arg(long, requires = "file", help_heading = "Planning a file")]
    write: bool,

    #[command(flatten)]
    search: Search,

    #[command(flatten)]
    list: List,

    /// Most work to do, in schedules looked at [default: 20,000,000 schedules; for a file 2,000 networks]
    #[arg(long, value_name = "NODES", value_parser = clap::value_parser!(u64).range(1..))]
    budget: Option<u64>,

    /// How to write the answer
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human")]
    format: Format,
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "What to look for")]
struct Search {
    /// Taps of every layer [default: 3]
    #[arg(short, long, value_name = "K", value_parser = whole, conflicts_with = "file")]
    kernel: Option<i64>,

    /// Layers of one tooth: N, or N..M for a range
    #[arg(long, value_name = "N|N..M", value_parser = goal::layers, conflicts_with = "file")]
    layers: Option<(i64, i64)>,

    /// How often the tooth is repeated [default: 1]
    #[arg(long, value_name = "C", value_parser = whole, conflicts_with = "file")]
    repeat: Option<i64>,

    /// Largest dilation [default: what a hole-free schedule can use, up to 2^24]
    #[arg(long, value_name = "R", value_parser = whole)]
    max_dilation: Option<i64>,

    /// Receptive field of the whole stage, both ends allowed; in input positions if --jump is given
    #[arg(long, value_name = "A..B|A..|..B|A", value_parser = goal::field, conflicts_with = "file")]
    receptive_field: Option<(Option<i64>, Option<i64>)>,

    /// Input positions for each position of the map that the stage reads, such as 8 or 1/2 [default: 1]
    #[arg(long, value_name = "J", value_parser = goal::jump, conflicts_with = "file")]
    jump: Option<Ratio<i64>>,

    /// Allow equal dilations in a tooth; else they rise strictly
    #[arg(long, conflicts_with = "file")]
    allow_equal: bool,

    /// Ask the exact test alone, not the published maximum distance
    #[arg(long, conflicts_with = "file")]
    exact: bool,

    /// Positions of the map along an axis, for --min-outer-taps
    #[arg(
        long,
        value_name = "N",
        value_parser = whole,
        requires = "min_outer_taps",
        conflicts_with = "file"
    )]
    input: Option<i64>,

    /// Least share (0 to 1) of output positions for which the outer taps lie on the map
    #[arg(
        long,
        value_name = "SHARE",
        requires = "input",
        conflicts_with = "file"
    )]
    min_outer_taps: Option<f64>,

    /// Largest peak grating lobe of the whole stage, 0 to 1 (lower is more even)
    #[arg(long, value_name = "X", conflicts_with = "file")]
    max_lobe: Option<f64>,
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "What to list")]
struct List {
    /// What is best [default: receptive-field]
    #[arg(long, value_enum, value_name = "ORDER", conflicts_with = "file")]
    rank: Option<RankBy>,

    /// List the schedules that no other surpasses in receptive field, lobe and largest dilation together
    #[arg(long, conflicts_with_all = ["file", "count"])]
    pareto: bool,

    /// Most schedules to list [default: 10]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), conflicts_with_all = ["file", "pareto"])]
    top: Option<u32>,

    /// List every schedule in lexicographic order, as it is found
    #[arg(long, conflicts_with_all = ["file", "rank", "pareto", "top", "count"])]
    all: bool,

    /// Only count the schedules
    #[arg(long, conflicts_with = "file")]
    count: bool,
}

const EXAMPLES: &str = "\
Examples:
  degrid plan --layers 3                                 how far can three 3-tap layers see without a hole?
  degrid plan --layers 4 --receptive-field 65.. --rank lobe
                                                         65 positions, the most even coverage first
  degrid plan -k 3 --layers 3 --repeat 2 --receptive-field 33
                                                         a sawtooth of two teeth
  degrid plan --layers 32 --max-dilation 256 --exact --allow-equal --count
  degrid plan --layers 3 --format toml                   the best as a stage to paste
  degrid plan net.toml                                   what to put for every \"?\"
  degrid plan net.toml --write                           put it in
  degrid plan net.toml --stage res5 --write              plan a stage anew";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table
    Human,
    /// One JSON object
    Json,
    /// A line for each schedule
    Csv,
    /// A `[[stage]]` to paste: the best, others in comments
    Toml,
}

/// Additions of words that go with each schedule of a budget, for the count.
const WORDS_PER_NODE: u64 = 50;

pub(super) fn run(args: &Args, out: &mut dyn Write) -> Result<Status, CliError> {
    if let Some(path) = &args.file {
        return file::run(args, path, out);
    }
    // The parser lets these pass where options that exclude a file are given too.
    if args.write || args.stage.is_some() {
        let option = if args.write { "--write" } else { "--stage" };
        return Err(CliError::Usage(format!(
            "{option} plans a file: name the FILE, without options for a schedule"
        )));
    }
    if args.search.layers.is_none() {
        return Err(CliError::Usage(
            "say what to plan: `--layers N` for a schedule, or a FILE with dilations written \"?\"; `degrid plan --help` has examples".to_owned(),
        ));
    }
    let goal = Goal::new(args.request()?).map_err(|error| CliError::Usage(error.to_string()))?;
    let mut watch = Watch::new("schedules");
    if args.list.all {
        return stream::run(&goal, args, &mut watch, out);
    }
    let answer = goal.plan(&args.work(), |nodes| watch.told(nodes));
    watch.done();
    match answer {
        Ok(plan) => {
            match args.format {
                Format::Human => human::plan(out, &goal, &plan, watch.interrupted())?,
                Format::Json => json::plan(out, &goal, &plan)?,
                Format::Csv => text::csv(out, &goal, &plan)?,
                Format::Toml => text::toml(out, &goal, &plan)?,
            }
            // A count that the budget ended is no answer where only the count was asked.
            let answered = goal.request().top > 0 || plan.count.is_some();
            Ok(if answered {
                Status::Clean
            } else {
                Status::Findings
            })
        }
        Err(refusal) => refused(args, &goal, &refusal, out),
    }
}

fn refused(
    args: &Args,
    goal: &Goal,
    refusal: &Refusal,
    out: &mut dyn Write,
) -> Result<Status, CliError> {
    match args.format {
        Format::Json => json::refusal(out, goal, refusal)?,
        // Nothing to paste, and no line: the reason still has to be read.
        Format::Human | Format::Csv | Format::Toml => {
            let mut err = anstream::AutoStream::auto(std::io::stderr().lock());
            let to: &mut dyn Write = if args.format == Format::Human {
                out
            } else {
                &mut err
            };
            human::refusal(to, goal, refusal)?;
        }
    }
    Ok(Status::Findings)
}

impl Args {
    fn work(&self) -> Budget {
        let default = Budget::default();
        match self.budget {
            None => default,
            Some(nodes) => Budget {
                nodes,
                words: default.words.max(nodes.saturating_mul(WORDS_PER_NODE)),
            },
        }
    }
}
