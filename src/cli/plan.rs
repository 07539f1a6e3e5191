//! `degrid plan`: schedules that leave no hole, best first, or why there are none; and the undecided dilations of a file.

mod args;
mod file;
mod filled;
mod formats;
mod human;
mod parse;
mod stream;
mod watch;

use std::io::Write;

use crate::planner::Goal;

use super::{CliError, Status};

pub(super) use args::Args;

use args::Format;
use formats::refused;
use watch::Watch;

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
    let answer = goal.plan(&args.work(), |nodes| watch.update(nodes));
    watch.done();
    let plan = match answer {
        Ok(plan) => plan,
        Err(refusal) => return refused(args.format, &goal, &refusal, out),
    };
    match args.format {
        Format::Human => human::plan(out, &goal, &plan, watch.interrupted())?,
        Format::Json => formats::json(out, &goal, &plan)?,
        Format::Csv => formats::csv(out, &goal, &plan)?,
        Format::Toml => formats::toml(out, &goal, &plan)?,
    }
    // A count that the budget ended is no answer where only the count was asked.
    let answered = goal.request().top > 0 || plan.count.is_some();
    Ok(if answered {
        Status::Clean
    } else {
        Status::Findings
    })
}
