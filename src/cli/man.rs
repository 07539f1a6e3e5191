//! `degrid man`: manual pages.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use super::files::to_file;
use super::{CliError, Status};

/// Print the manual page, or write one for each command
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Write degrid.1 and a page for each command, such as degrid-check.1, into this folder
    #[arg(short, long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  degrid man | man -l -                        read it
  degrid man --out ~/.local/share/man/man1     install the pages for one user";

/// Writes the manual pages of a command.
pub(super) fn run(args: &Args, command: Command, out: &mut dyn Write) -> Result<Status, CliError> {
    let mut degrid = command.disable_help_subcommand(true);
    degrid.build();
    let Some(folder) = &args.out else {
        page(&degrid, out)?;
        return Ok(Status::Clean);
    };
    for command in std::iter::once(&degrid).chain(degrid.get_subcommands()) {
        let name = Man::new(command.clone()).get_filename();
        to_file(&folder.join(name), |file| page(command, file))?;
    }
    Ok(Status::Clean)
}

/// The page of a command.
fn page(command: &Command, out: &mut dyn Write) -> io::Result<()> {
    // Filled like a paragraph, examples would lose their lines.
    let help = command.get_after_long_help().or(command.get_after_help());
    let help = help.map(ToString::to_string);
    let mut page = Vec::new();
    let bare = command.clone().after_help(None::<&str>);
    Man::new(bare.after_long_help(None::<&str>))
        .source(concat!("degrid ", env!("CARGO_PKG_VERSION")))
        .manual("degrid manual")
        .render(&mut page)?;
    for block in help.iter().flat_map(|help| help.split("\n\n")) {
        as_written(block).to_writer(&mut page)?;
    }
    out.write_all(portable(&String::from_utf8_lossy(&page)).as_bytes())
}

/// A block of help, `Heading (remark):` and lines, as a section that keeps its lines.
fn as_written(block: &str) -> Roff {
    let (heading, lines) = block.split_once('\n').unwrap_or((block, ""));
    let heading = heading.trim_end_matches(':');
    let (heading, remark) = heading.split_once(" (").unwrap_or((heading, ""));
    let mut roff = Roff::new();
    roff.control("SH", [heading.to_uppercase().as_str()]);
    if !remark.is_empty() {
        roff.text([roman(format!("({remark}"))]);
        roff.control("PP", []);
    }
    roff.control("nf", []);
    for line in lines.lines() {
        roff.text([roman(line)]);
    }
    roff.control("fi", []);
    roff
}

/// A page in ASCII, as every formatter reads it.
fn portable(page: &str) -> String {
    let mut ascii = String::with_capacity(page.len());
    for c in page.chars() {
        if c.is_ascii() {
            ascii.push(c);
        } else {
            // Writing to a string does not fail.
            let _ = write!(ascii, "\\[u{:04X}]", u32::from(c));
        }
    }
    ascii
}
