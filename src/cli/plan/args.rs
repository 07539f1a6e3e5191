//! The options of `degrid plan`, and what they ask for.

use std::path::PathBuf;

use clap::ValueEnum;
use num_rational::Ratio;

use crate::cli::CliError;
use crate::cli::number::whole;
use crate::cli::project::ProjectArgs;
#[cfg(feature = "pictures")]
use crate::cli::show::Theme;
use crate::network::MAX_LAYERS;
use crate::planner::{Budget, Goal, MAX_TOOTH, OuterTaps, Rank, Request};

use super::parse;

/// Additions of words that go with each schedule of a budget, for the count.
const WORDS_PER_NODE: u64 = 50;

/// Find dilation schedules that leave no hole, or fill in the dilations of a file
///
/// A schedule is one tooth of rising dilations, repeated as it stands. Exit code: 0 with an answer, 1 if there is none (the output says why,
/// and what to relax), 2 if the options make no sense or the file is no valid network.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, after_long_help = [EXAMPLES, COLUMNS].concat())]
pub(in crate::cli) struct Args {
    /// A network file (- for standard input): plan every dilation written "?" in it
    #[arg(value_name = "FILE")]
    pub(super) file: Option<PathBuf>,

    /// Plan this stage of FILE anew, with as many layers and at least its receptive field
    #[arg(
        long,
        value_name = "NAME",
        requires = "file",
        help_heading = "Planning a file"
    )]
    pub(super) stage: Option<String>,

    /// Put the numbers into FILE, and change nothing else
    #[arg(long, requires = "file", help_heading = "Planning a file")]
    pub(super) write: bool,

    #[command(flatten)]
    pub(super) project: ProjectArgs,

    #[command(flatten)]
    pub(super) search: Search,

    #[command(flatten)]
    pub(super) list: List,

    /// Most work to do, in schedules looked at, those for a lobe or ripple counted too [default: 10,000,000; for a file 2,000 networks]
    #[arg(long, value_name = "NODES", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) budget: Option<u64>,

    /// Draw the listed schedules instead, receptive field against lobe (with --rank ripple against ripple): .svg, .png or .pdf
    #[cfg(feature = "pictures")]
    #[arg(short, long, value_name = "FILE", conflicts_with_all = ["file", "all", "count", "format"])]
    pub(super) out: Option<PathBuf>,

    /// Colour of the picture's paper
    #[cfg(feature = "pictures")]
    #[arg(
        long,
        value_enum,
        value_name = "THEME",
        default_value = "light",
        requires = "out"
    )]
    pub(super) theme: Theme,

    /// How to write the answer
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human")]
    pub(super) format: Format,
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "What to look for")]
pub(super) struct Search {
    /// Taps of every layer [default: 3]
    #[arg(short, long, value_name = "K", value_parser = whole, conflicts_with = "file")]
    kernel: Option<i64>,

    /// Layers of one tooth: N, or N..M for a range [default: the fewest that reach --receptive-field]
    #[arg(long, value_name = "N|N..M", value_parser = parse::layers, conflicts_with = "file")]
    pub(super) layers: Option<(i64, i64)>,

    /// How often the tooth is repeated [default: 1]
    #[arg(long, value_name = "C", value_parser = whole, conflicts_with = "file")]
    repeat: Option<i64>,

    /// Largest dilation [default: what a hole-free schedule can use, up to 2^24]
    #[arg(long, value_name = "R", value_parser = whole)]
    max_dilation: Option<i64>,

    /// Receptive field of the repeated stage, both ends allowed; in input positions if --jump is given
    #[arg(long, value_name = "A..B|A..|..B|A", value_parser = parse::field, conflicts_with = "file")]
    receptive_field: Option<(Option<i64>, Option<i64>)>,

    /// Input positions for each position of the map that the stage reads, such as 8 or 1/2 [default: 1]
    #[arg(long, value_name = "J", value_parser = parse::jump, conflicts_with = "file")]
    jump: Option<Ratio<i64>>,

    /// Allow equal dilations in a tooth; otherwise they rise strictly
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

    /// Largest peak grating lobe of the repeated stage, 0 to 1
    #[arg(long, value_name = "X", conflicts_with = "file")]
    max_lobe: Option<f64>,

    /// Largest ripple of the repeated stage, from 1 up (1: the path counts rise once and fall once)
    #[arg(long, value_name = "X", conflicts_with = "file")]
    max_ripple: Option<f64>,
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "What to list")]
pub(super) struct List {
    /// What is best [default: receptive-field]
    #[arg(long, value_enum, value_name = "ORDER", conflicts_with = "file")]
    rank: Option<RankBy>,

    /// List the schedules that no other surpasses in receptive field, lobe and largest dilation together
    #[arg(long, conflicts_with_all = ["file", "count"])]
    pareto: bool,

    /// Most schedules to list [default: 10; with --pareto all]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), conflicts_with = "file")]
    top: Option<u32>,

    /// List every schedule in lexicographic order, as it is found; lobe, ripple and overlap, which take longer, are left out
    #[arg(long, conflicts_with_all = ["file", "rank", "pareto", "top", "count"])]
    pub(super) all: bool,

    /// Only count the schedules
    #[arg(long, conflicts_with = "file")]
    count: bool,
}

const EXAMPLES: &str = "\
Examples:
  degrid plan --layers 3                                 how far can three layers see?
  degrid plan --receptive-field 65..                     the fewest layers that see 65 positions
  degrid plan --layers 4 --receptive-field 65.. --rank ripple
                                                         65 positions, the smoothest path counts first
  degrid plan -k 3 --layers 3 --repeat 2 --receptive-field 33
                                                         a sawtooth of two teeth
  degrid plan --layers 32 --max-dilation 256 --exact --allow-equal --count
  degrid plan --layers 3 --format toml                   the best as a stage to paste
  degrid plan --layers 3 --pareto --format latex         a table for a paper
  degrid plan --layers 4 --pareto -o front.svg           a picture of what can be had
  degrid plan net.toml                                   what to write for every \"?\"
  degrid plan net.toml --write                           write it
  degrid plan net.toml --stage res5 --write              plan a stage anew";

const COLUMNS: &str = "

Columns:
  schedule  the dilations of one tooth, input side first; ×2: the tooth is repeated
  field     receptive field, in positions of the map that the stage reads
  in input  the same in input positions, with --jump
  largest   the largest dilation
  lobe      peak grating lobe, 0 to 1: how much of the strongest regular pattern, finer than the
            stage should pass, still comes through. One 3-tap layer has 0.333
  ripple    ups and downs of the path counts across the receptive field, from 1: they rise once
            and fall once
  overlap   share of positions that neighbouring outputs both see, 0 to 1
  M₂        the published maximum distance; it must not exceed the kernel size";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// A table
    Human,
    /// One JSON object
    Json,
    /// A line for each schedule, with all measures
    Csv,
    /// A `[[stage]]` to paste: the best, others in comments
    Toml,
    /// A table for a README or an issue
    Markdown,
    /// A `tabular` for a paper; needs no package
    Latex,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum RankBy {
    /// The largest receptive field
    ReceptiveField,
    /// The smallest receptive field: the nearest above the least asked
    Smallest,
    /// The lowest peak grating lobe
    Lobe,
    /// The lowest ripple: the smoothest path counts
    Ripple,
    /// The smallest largest dilation
    Compact,
}

impl From<RankBy> for Rank {
    fn from(rank: RankBy) -> Self {
        match rank {
            RankBy::ReceptiveField => Self::ReceptiveField,
            RankBy::Smallest => Self::Smallest,
            RankBy::Lobe => Self::Lobe,
            RankBy::Ripple => Self::Ripple,
            RankBy::Compact => Self::Compact,
        }
    }
}

impl Args {
    /// The largest dilation for a file, checked.
    pub(super) fn max_dilation(&self) -> Result<Option<i64>, CliError> {
        let request = Request {
            max_dilation: self.search.max_dilation,
            ..Request::new(3, 1)
        };
        Goal::new(request).map_err(CliError::usage)?;
        Ok(self.search.max_dilation)
    }

    pub(super) fn request(&self) -> Result<Request, CliError> {
        let (search, list) = (&self.search, &self.list);
        let kind = match self.format {
            Format::Toml => Some(("stage", "toml")),
            Format::Markdown => Some(("table", "markdown")),
            Format::Latex => Some(("table", "latex")),
            Format::Human | Format::Json | Format::Csv => None,
        };
        if let Some((kind, format)) = kind.filter(|_| list.count || list.all) {
            let (option, instead) = if list.count {
                ("--count", "leave one of them out")
            } else {
                ("--all", "say `--top N`, or take `--format csv`")
            };
            return Err(CliError::Usage(format!(
                "`{option}` makes no {kind} for `--format {format}`: {instead}"
            )));
        }
        let outer_taps = search
            .input
            .zip(search.min_outer_taps)
            .map(|(input, share)| OuterTaps { input, share });
        let default = Request::new(search.kernel.unwrap_or(3), 1);
        Ok(Request {
            layers: match search.layers {
                Some(layers) => layers,
                None => self.any_layers()?,
            },
            fewest: search.layers.is_none(),
            repeat: search.repeat.unwrap_or(default.repeat),
            max_dilation: search.max_dilation,
            receptive_field: search.receptive_field.unwrap_or(default.receptive_field),
            jump: search.jump.unwrap_or(default.jump),
            allow_equal: search.allow_equal,
            exact: search.exact,
            outer_taps,
            max_lobe: search.max_lobe,
            max_ripple: search.max_ripple,
            rank: list.rank.map_or(default.rank, Rank::from),
            pareto: list.pareto,
            top: if list.count {
                0
            } else {
                self.most_listed().unwrap_or(default.top)
            },
            ..default
        })
    }

    /// The layers that may be tried where none are asked for.
    fn any_layers(&self) -> Result<(i64, i64), CliError> {
        match self.search.receptive_field {
            Some((Some(_), _)) => {
                let all = i64::try_from(MAX_LAYERS).unwrap_or(i64::MAX);
                let repeat = self.search.repeat.unwrap_or(1).max(1);
                Ok((1, (all / repeat).clamp(1, MAX_TOOTH)))
            }
            Some((None, most)) => {
                let most = most.map_or_else(String::new, |most| most.to_string());
                Err(CliError::Usage(format!(
                    "`--receptive-field ..{most}` has no lower end, so one layer is enough: write `A..{most}` for the fewest layers that see A, or add `--layers N`"
                )))
            }
            None => Err(CliError::Usage(
                "say what to plan: `--receptive-field N..` for the fewest layers that see N positions, `--layers N` for a number of layers, or a FILE with dilations written \"?\"; `degrid plan --help` has examples".to_owned(),
            )),
        }
    }

    /// Most schedules to list of those that no other surpasses, and of others.
    pub(super) fn most_listed(&self) -> Option<usize> {
        let top = self.list.top?;
        Some(usize::try_from(top).unwrap_or(usize::MAX))
    }

    /// How much work the plan of a schedule may take.
    pub(super) fn work(&self) -> Budget {
        let default = Budget::default();
        self.budget.map_or(default, |nodes| Budget {
            nodes,
            words: default.words.max(nodes.saturating_mul(WORDS_PER_NODE)),
        })
    }
}
