//! `degrid import`: a model as a network file.

use std::io::Write;
use std::path::PathBuf;

use crate::config::{Around, write};

use super::files::input;
use super::load::messages;
use super::model::ModelArgs;
use super::replace::write_file;
use super::{CliError, Status, terminal};

/// Write a model as a network file, to edit, plan and fix
///
/// The file says what `check` and `show` see of the model: each module is a stage, and several where it is read in its middle. What a
/// network file cannot say is an error that names the layer.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// An ONNX model, or the graph of a PyTorch model; - for standard input
    #[arg(value_name = "MODEL")]
    file: PathBuf,

    /// End at a module, node or value of the model, not at its outputs
    #[arg(long, value_name = "NAME")]
    at: Vec<String>,

    #[command(flatten)]
    model: ModelArgs,

    /// What a model on standard input is called
    #[arg(long, value_name = "PATH")]
    stdin_filename: Option<PathBuf>,

    /// Write to a file, all at once; else to standard output
    #[arg(short = 'o', long = "out", value_name = "FILE")]
    out: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  degrid import model.onnx -o net.toml              a network file of a model
  degrid import model.onnx --input 512x512          for another size of the input
  degrid import model.onnx --at layer4 | degrid check -    up to a module, checked at once";

pub(super) fn run(args: &Args, out: &mut dyn Write) -> Result<Status, CliError> {
    let path = args.stdin_filename.as_ref().unwrap_or(&args.file);
    let path = path.display().to_string();
    let fault = CliError::of(&path);
    let input = input(&args.file, args.stdin_filename.as_deref())?;
    input.bytes.map_err(&fault)?;
    let Some(model) = input.model else {
        return Err(fault(
            "this is no model: neither ONNX nor a traced graph".to_owned(),
        ));
    };
    let model = args.model.load(&model, &args.at, &Around::default());
    let model = model.map_err(|problems| fault(messages(&problems)))?;
    let text = write(&model.config.network).map_err(|error| {
        let place = error.layer.and_then(|layer| model.place(layer));
        let name = place.unwrap_or(error.name);
        fault(format!("{name}: {}", error.why))
    })?;
    for line in model.notes(&path, false) {
        terminal::note(&line);
    }
    let Some(file) = &args.out else {
        out.write_all(text.as_bytes())?;
        return Ok(Status::Clean);
    };
    let name = file.display();
    write_file(file, text.as_bytes()).map_err(|error| CliError::unwritten(&name, &error))?;
    writeln!(out, "wrote {name}")?;
    Ok(Status::Clean)
}
