//! A schedule given on the command line, as a network.

use std::path::PathBuf;

use clap::Args;

use crate::config::{Around, Config, parse_in};
use crate::network::{Dilation, Kernel};

use super::CliError;
use super::load::messages;

/// A schedule instead of a file.
#[derive(Debug, Args)]
pub(super) struct ScheduleArgs {
    /// Dilations of a schedule, input side first
    #[arg(short, long, value_name = "LIST", value_delimiter = ',', value_parser = dilation, help_heading = "Schedule")]
    pub dilations: Vec<Dilation>,

    /// Kernel size of every layer of the schedule
    #[arg(short, long, value_name = "K", default_value = "3", value_parser = kernel, requires = "dilations", help_heading = "Schedule")]
    kernel: Kernel,

    /// Number of axes of the schedule
    #[arg(long, value_name = "N", default_value = "2", value_parser = clap::value_parser!(u8).range(1..=3), requires = "dilations", help_heading = "Schedule")]
    dims: u8,
}

fn dilation(text: &str) -> Result<Dilation, String> {
    let value: i128 = text.trim().parse().map_err(|_| {
        let parts: Vec<&str> = text.split_whitespace().collect();
        if parts.len() > 1 && parts.iter().all(|part| part.parse::<i128>().is_ok()) {
            let list = parts.join(",");
            return format!("dilations are written with commas: {list}");
        }
        "a dilation is a whole number".to_owned()
    })?;
    Dilation::new(value).map_err(|e| format!("a dilation {e}"))
}

fn kernel(text: &str) -> Result<Kernel, String> {
    let value: i128 = text
        .trim()
        .parse()
        .map_err(|_| "a kernel size is a whole number".to_owned())?;
    Kernel::new(value).map_err(|e| format!("a kernel size {e}"))
}

impl ScheduleArgs {
    /// Whether a schedule is given.
    pub(super) fn is_given(&self) -> bool {
        !self.dilations.is_empty()
    }

    /// Another schedule, written as a list, of the same kernel size, for networks of `dims` axes.
    pub(super) fn other(&self, list: &str, dims: usize) -> Result<Self, String> {
        Ok(Self {
            dilations: list.split(',').map(dilation).collect::<Result<_, _>>()?,
            kernel: self.kernel,
            dims: u8::try_from(dims).unwrap_or(self.dims),
        })
    }

    /// What the schedule is called in reports: its list, a long one with the middle left out.
    pub(super) fn title(&self) -> String {
        let dilations = crate::rules::list(&self.dilations).replace(", ", ",");
        format!("{dilations} (k = {})", self.kernel)
    }

    /// The schedule as a network file of one stage.
    pub(super) fn text(&self) -> String {
        let dilations = itertools::join(&self.dilations, ", ");
        format!(
            "dims = {}\n[[stage]]\nname = \"schedule\"\nkernel = {}\npadding = \"same\"\ndilations = [{dilations}]\n",
            self.dims, self.kernel
        )
    }

    /// The schedule as a network of one stage.
    pub(super) fn config(&self) -> Result<Config, CliError> {
        self.config_in(&Around::default())
    }

    /// The same with the levels that a command asks for.
    pub(super) fn config_in(&self, around: &Around) -> Result<Config, CliError> {
        parse_in(&self.text(), around).map_err(|problems| CliError::Usage(messages(&problems)))
    }
}

/// The error of paths that are not there and read like a schedule.
pub(super) fn schedule_meant(paths: &[PathBuf]) -> Option<CliError> {
    let texts: Option<Vec<&str>> = paths.iter().map(|path| path.to_str()).collect();
    let list = texts?.join(",");
    let parts = list.split([',', ' ']).filter(|part| !part.is_empty());
    let numbers: Option<Vec<u64>> = parts.map(|part| part.parse().ok()).collect();
    let numbers = numbers.filter(|numbers| !numbers.is_empty())?;
    if paths.iter().any(|path| path.exists()) {
        return None;
    }
    Some(CliError::Usage(format!(
        "there is no file {list}; for a schedule write `-d {}`",
        itertools::join(numbers, ",")
    )))
}
