//! `degrid plan`: schedules that leave no hole, best first, or why there are none; and the undecided dilations of a file.

mod args;
mod file;
mod filled;
mod formats;
mod human;
mod listed;
mod paper;
mod parse;
#[cfg(feature = "pictures")]
mod picture;
mod stream;
mod watch;

use std::io::Write;

use crate::planner::Goal;

use super::{CliError, Status};

pub(super) use args::Args;

use args::Format;
use formats::refused;
use listed::Listed;
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
    #[cfg(feature = "pictures")]
    if let Some(path) = &args.out {
        picture::checked(path)?;
    }
    let asked = Goal::new(args.request()?).map_err(CliError::usage)?;
    let mut watch = Watch::new("schedules");
    let fewest = if asked.is_open() {
        let fewest = asked.fewest(&args.work(), |nodes| watch.update(nodes));
        match fewest {
            Ok(fewest) => Some(fewest),
            Err(refusal) => {
                watch.done();
                return refused(args.format, &asked, &refusal, out);
            }
        }
    } else {
        None
    };
    let goal = fewest.as_ref().map_or(&asked, |fewest| &fewest.goal);
    if args.list.all {
        return stream::run(goal, fewest.as_ref(), args, &mut watch, out);
    }
    let answer = goal.plan(&args.work(), |nodes| watch.update(nodes));
    watch.done();
    let mut plan = match answer {
        Ok(plan) => plan,
        Err(refusal) => return refused(args.format, goal, &refusal, out),
    };
    let front = goal.request().pareto.then_some(plan.schedules.len());
    if let Some(most) = args.most_listed() {
        plan.schedules.truncate(most);
    }
    let listed = Listed {
        goal,
        plan: &plan,
        fewest: fewest.as_ref(),
        front,
        interrupted: watch.interrupted(),
    };
    #[cfg(feature = "pictures")]
    if let Some(path) = &args.out {
        picture::write(path, args.theme, &listed, out)?;
        return Ok(Status::Clean);
    }
    match args.format {
        Format::Human => human::plan(out, &listed)?,
        Format::Json => formats::json(out, &listed)?,
        Format::Csv => formats::csv(out, goal, &plan)?,
        Format::Toml => formats::toml(out, &listed)?,
        Format::Markdown => paper::markdown(out, &listed)?,
        Format::Latex => paper::latex(out, &listed)?,
    }
    // A count that the budget ended is no answer where only the count was asked.
    let answered = goal.request().top > 0 || plan.count.is_some();
    Ok(if answered {
        Status::Clean
    } else {
        Status::Findings
    })
}
