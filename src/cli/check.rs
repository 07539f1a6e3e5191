//! `degrid check`: network files to verdicts and findings.

use std::io::Write;
use std::path::PathBuf;

use rayon::prelude::*;

use crate::report::{FileReport, GlobalPools, Report, Totals};

use super::baseline::{Baselines, report_gone};
use super::format::{Format, Options, write, write_to};
use super::gather::{FileArgs, Gathered, Search, gather, nothing_found};
use super::load::{Source, Undecided, read};
use super::model::{GRAPH, ModelArgs, ONNX};
use super::schedule::{ScheduleArgs, schedule_meant};
use super::terminal::note;
use super::{CliError, Status};

/// Check network files: do dilations leave holes in what an output sees?
///
/// Exit code, for every format: 0 if no finding is at level deny, 1 if one is, 2 if a file cannot be read or is not a valid network, or if
/// there is no network to check.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command"
)]
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Files (network files, models), folders (searched for *.toml with a `[[stage]]` and *.degrid.json), or - for standard input [default: `paths` of the project, or this folder]
    #[arg(value_name = "PATH", conflicts_with_all = ["dilations", "kernel", "dims"])]
    paths: Vec<PathBuf>,

    #[command(flatten)]
    schedule: ScheduleArgs,

    #[command(flatten)]
    model: ModelArgs,

    /// Search folders for ONNX models (*.onnx) too
    #[arg(long)]
    onnx: bool,

    /// Where the network ends in a model: a module, node or value by name, instead of its outputs
    #[arg(long, value_name = "NAME")]
    at: Vec<String>,

    /// How to write the report
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human")]
    format: Format,

    #[command(flatten)]
    files: FileArgs,

    /// Skip named files that are not networks or that the project excludes, as in folders
    #[arg(long, conflicts_with = "dilations")]
    only_networks: bool,

    /// Exit with 0, not 2, if there is no network to check
    #[arg(long)]
    allow_empty: bool,

    /// Write the report to a file, without colour
    #[arg(short, long, value_name = "FILE")]
    output_file: Option<PathBuf>,

    /// Leave out findings that this file knows; only new ones are reported and fail [default: `baseline` of the project]
    #[arg(long, value_name = "FILE", conflicts_with = "dilations")]
    baseline: Option<PathBuf>,

    /// Write what is found now to the baseline file; files not checked keep what is known of them
    #[arg(long, conflicts_with = "dilations")]
    update_baseline: bool,

    /// Fail on warnings too
    #[arg(long)]
    deny_warnings: bool,

    /// Count what global pools read too: everything, so by default they are left out
    #[arg(long)]
    with_global_pools: bool,

    /// Leave out the table of stages, and files without findings
    #[arg(short, long)]
    quiet: bool,
}

const EXAMPLES: &str = "\
Examples:
  degrid check                              every network file below this folder
  degrid check net.toml --deny-warnings     as a gate in CI
  degrid check --format github              annotations in GitHub Actions
  degrid check --format sarif -o degrid.sarif
  degrid check --format json-lines          for another program, line by line
  degrid check --baseline known.json --update-baseline    record what is found now
  degrid check --baseline known.json        report what is new since
  degrid check -d 2,2,2 -k 3                a schedule

A search of folders skips files that .gitignore, .ignore or `exclude` of the project name.
A file named on the command line is checked all the same.

Settings come from the nearest degrid.toml, or pyproject.toml with [tool.degrid], above each file.
A network file's own settings override them; --allow, --note, --warn and --deny override both.

Columns (values for each axis are written once where they are equal):
  schedule    dilations of layers with more than one tap, input side first; ×2: repeated
  gcd         their common factor
  teeth       maximal runs of the schedule that do not fall
  M₂          published maximum distance, against the kernel size
  alone       whether the stage leaves holes on its own input
  in context  the same with all layers at its resolution
  field       receptive field, in positions of the map that the stage reads
  lobe        peak grating lobe: 0 averages fine patterns out, 1 lets one pass";

pub(super) fn run(args: &Args, out: &mut dyn Write) -> Result<Status, CliError> {
    let report = report(args)?;
    let options = Options {
        format: args.format,
        quiet: args.quiet,
        deny_warnings: args.deny_warnings,
    };
    if let Some(path) = &args.output_file {
        write_to(path, &report, options)?;
        // A log that shows nothing does not say why the step failed.
        note(&format!("{}: {}", path.display(), Totals::new(&report)));
    } else {
        write(out, &report, options)?;
        if !args.format.has_totals() {
            report_gone(&report);
        }
    }
    let is_network = |file: &FileReport| file.is_network();
    out.flush()?;
    if !args.allow_empty && !report.files.iter().any(is_network) {
        return Err(CliError::Usage(nothing_found(&args.paths)));
    }
    Ok(status(&report, args.deny_warnings))
}

/// What `--with-global-pools` says.
pub(super) fn pools(are_kept: bool) -> GlobalPools {
    if are_kept {
        GlobalPools::Kept
    } else {
        GlobalPools::LeftOut
    }
}

/// The report, without what baselines know.
fn report(args: &Args) -> Result<Report, CliError> {
    if args.schedule.is_given() {
        args.model.refused(!args.at.is_empty())?;
        let around = args.files.around_schedule()?;
        let (title, text) = (args.schedule.title(), args.schedule.text());
        let config = args.schedule.config_in(&around)?;
        return Ok(Report::new(vec![FileReport::of_schedule(
            title, text, &config,
        )]));
    }
    let mut baselines = Baselines::new(
        args.baseline.as_deref(),
        args.update_baseline,
        args.output_file.as_deref(),
    );
    if let Some(error) = schedule_meant(&args.paths) {
        return Err(error);
    }
    let search = Search {
        is_hook: args.only_networks,
        models: if args.onnx { &[GRAPH, ONNX] } else { &[GRAPH] },
    };
    let gathered = gather(&args.paths, &args.files, search)?;
    for one in &gathered {
        baselines.push(one.project())?;
    }
    let has_model = gathered.iter().any(Gathered::is_model);
    let check = |one| check_file(one, args);
    // One file is no work for other threads.
    let checked: Vec<(FileReport, Vec<String>)> = match gathered.len() {
        0 | 1 => gathered.into_iter().map(check).collect(),
        _ => gathered.into_par_iter().map(check).collect(),
    };
    let mut files = Vec::new();
    for (file, notes) in checked {
        for line in &notes {
            note(line);
        }
        files.push(file);
    }
    if files.is_empty() && !args.allow_empty {
        return Err(CliError::Usage(nothing_found(&args.paths)));
    }
    if !has_model {
        args.model.refused(!args.at.is_empty())?;
    }
    // A baseline knows single findings, so that a new one is seen among known ones like it.
    Ok(baselines.apply(Report::new(files))?.merged())
}

fn status(report: &Report, deny_warnings: bool) -> Status {
    let summary = report.summary;
    if summary.errors > 0 {
        Status::Invalid
    } else if summary.deny > 0 || (deny_warnings && summary.warn > 0) {
        Status::Findings
    } else {
        Status::Clean
    }
}

/// The report of a file, and what to say beside it.
fn check_file(gathered: Gathered, args: &Args) -> (FileReport, Vec<String>) {
    let network = match gathered {
        Gathered::Other(report) => return (*report, Vec::new()),
        Gathered::Network(network) => *network,
    };
    let pools = pools(args.with_global_pools);
    if let Some(model) = &network.input.model {
        let shown = network.input.path;
        return match args.model.load(model, &args.at, &network.around) {
            Ok(model) => {
                let notes = model.notes(&shown, true);
                (model.checked(shown, pools), notes)
            }
            Err(problems) => (FileReport::unreadable(shown, None, &problems), Vec::new()),
        };
    }
    let report = match read(network.input, Undecided::Refused, &network.around) {
        Ok(Source { path, text, config }) => {
            FileReport::checked_with(path, Some(text), &config, pools, None)
        }
        Err(broken) => *broken,
    };
    (report, Vec::new())
}
