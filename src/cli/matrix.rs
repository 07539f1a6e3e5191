//! `degrid matrix`: a convolution as a matrix.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::draw::{matrix_csv, npy};
use crate::footprint::{ConvMatrix, MatrixError, Placement, parse_map, parse_size};
use crate::network::{Dilation, MAX_CELLS, PerAxis, Stride, counted};
use crate::render::matrix;
use crate::report::matrix::{MOST_PRINTED, MatrixReport, dense};

use super::files::{ending, to_file, wrong_ending};
use super::number::whole;
use super::{CliError, Status};

/// Print a convolution as a matrix C: one placement of the kernel per row, the map read row by row.
///
/// The convolution is C·x, the transposed convolution with the same kernel Cᵀ·y.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The kernel: numbers between spaces or commas, rows between `;`, planes between `|`
    #[arg(long, value_name = "ROWS", allow_hyphen_values = true)]
    kernel: String,

    /// Size of the map that the convolution reads, such as 4x4 [default: the size of the map in --apply]
    #[arg(long, value_name = "SIZE")]
    input: Option<String>,

    /// Stride, for all axes or each: 2 or 2,1
    #[arg(long, value_name = "N,…", value_parser = whole, value_delimiter = ',', default_value = "1")]
    stride: Vec<i64>,

    /// Padding on both sides, for all axes or each
    #[arg(
        long,
        value_name = "N,…",
        value_parser = whole,
        value_delimiter = ',',
        default_value = "0",
        allow_hyphen_values = true
    )]
    padding: Vec<i64>,

    /// Dilation, for all axes or each
    #[arg(long, value_name = "N,…", value_parser = whole, value_delimiter = ',', default_value = "1")]
    dilation: Vec<i64>,

    /// Print the transpose: the matrix of the transposed convolution
    #[arg(long)]
    transpose: bool,

    /// Multiply with a map, written as the kernel is
    #[arg(long, value_name = "ROWS", allow_hyphen_values = true)]
    apply: Option<String>,

    /// Write the matrix to a file: .npy (float64, all entries) or .csv (row,column,weight of each entry that is not zero)
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// How to print
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "human")]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  degrid matrix --kernel \"1 4 1; 1 4 3; 3 3 1\" --input 4x4
  degrid matrix --kernel \"1 4 1; 1 4 3; 3 3 1\" --input 4x4 --transpose --apply \"2 1; 4 4\"
  degrid matrix --kernel \"1 2 1\" --input 9 --stride 2 --padding 1
  degrid matrix --kernel \"1 1; 1 1\" --input 64x64 -o matrix.csv";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Rows of numbers
    Human,
    /// One JSON object
    Json,
}

pub(super) fn run(args: &Args, out: &mut dyn Write) -> Result<Status, CliError> {
    let size = size(args)?;
    let kernel = parse_map(&args.kernel, size.len()).map_err(CliError::of("--kernel"))?;
    let applied = args.apply.as_ref().map(|text| parse_map(text, size.len()));
    let applied = applied.transpose().map_err(CliError::of("--apply"))?;
    let made = ConvMatrix::new(&kernel, &size, &placements(args, size.len())?);
    let made = made.map_err(CliError::usage)?;
    let report = MatrixReport::new(&made, args.transpose, applied.as_ref());
    let report = report.map_err(|e| match e {
        MatrixError::Map { .. } => CliError::of("--apply")(e),
        e => CliError::usage(e),
    })?;
    if report.matrix.is_none() && report.product.is_none() && args.out.is_none() {
        return Err(too_large(&report));
    }
    if let Some(path) = &args.out {
        write(path, &made, &report)?;
    }
    if args.format == Format::Json {
        serde_json::to_writer(&mut *out, &report).map_err(std::io::Error::from)?;
        writeln!(out)?;
        return Ok(Status::Clean);
    }
    if args.out.is_none() || report.product.is_some() {
        matrix(out, &report)?;
    }
    if let Some(path) = &args.out {
        let gap = if report.product.is_some() { "\n" } else { "" };
        writeln!(out, "{gap}wrote {}", path.display())?;
    }
    Ok(Status::Clean)
}

/// The size of the convolution's input: as given, or that of the map that it is applied to.
fn size(args: &Args) -> Result<PerAxis<i64>, CliError> {
    match (&args.input, &args.apply) {
        (Some(text), _) => parse_size(text).map_err(CliError::of("--input")),
        (None, Some(text)) if !args.transpose => {
            let has = |sign| text.contains(sign) || args.kernel.contains(sign);
            let dims = if has('|') {
                3
            } else {
                1 + usize::from(has(';'))
            };
            let map = parse_map(text, dims).map_err(CliError::of("--apply"))?;
            let shape = map.shape();
            Ok(PerAxis::from_fn(dims, |axis| {
                i64::try_from(shape[axis]).unwrap_or(i64::MAX)
            }))
        }
        _ => Err(CliError::Usage(
            "how large is the map that the convolution reads? Add its size, such as `--input 4x4`"
                .to_owned(),
        )),
    }
}

fn placements(args: &Args, dims: usize) -> Result<Vec<Placement>, CliError> {
    let strides = per_axis("--stride", &args.stride, dims)?;
    let dilations = per_axis("--dilation", &args.dilation, dims)?;
    let paddings = per_axis("--padding", &args.padding, dims)?;
    (0..dims)
        .map(|axis| {
            Ok(Placement {
                stride: Stride::new(strides[axis].into()).map_err(CliError::of("--stride"))?,
                dilation: Dilation::new(dilations[axis].into())
                    .map_err(CliError::of("--dilation"))?,
                low: paddings[axis],
                high: paddings[axis],
            })
        })
        .collect()
}

/// A number for each axis, or one for all.
fn per_axis(option: &str, values: &[i64], dims: usize) -> Result<Vec<i64>, CliError> {
    match values {
        [one] => Ok(vec![*one; dims]),
        all if all.len() == dims => Ok(all.to_vec()),
        all => Err(CliError::Usage(format!(
            "{option} has {} numbers, and the map {}: give one for all axes, or one for each",
            all.len(),
            counted(dims, "axis")
        ))),
    }
}

fn too_large(report: &MatrixReport) -> CliError {
    let cells = i128::from(report.rows) * i128::from(report.columns);
    let npy = if cells <= i128::from(MAX_CELLS) {
        ", or all of it with `-o matrix.npy`"
    } else {
        ""
    };
    let entries = format!("its {} entries that are not zero", report.entries);
    let sparse = if report.entries <= i128::from(MAX_CELLS) {
        format!("`-o matrix.csv` writes {entries}{npy}")
    } else {
        format!("{entries} are too many for a file, too (limit {MAX_CELLS})")
    };
    CliError::Usage(format!(
        "a matrix of {}×{} = {cells} cells is too large to print (limit {MOST_PRINTED}); {sparse}",
        report.rows, report.columns
    ))
}

fn write(path: &Path, made: &ConvMatrix, report: &MatrixReport) -> Result<(), CliError> {
    match ending(path).as_str() {
        "npy" => {
            let dense = dense(made, report.transposed).map_err(|e| {
                CliError::Usage(format!("{e}; an .npy file is not sparse, a .csv file is"))
            })?;
            let size = [report.rows, report.columns];
            let rows = dense.rows().into_iter().map(|row| Ok(row.to_vec()));
            to_file(path, |file| npy(file, &size, rows))
        }
        "csv" if report.entries > i128::from(MAX_CELLS) => Err(CliError::Usage(format!(
            "{} entries are too many for a .csv file (limit {MAX_CELLS})",
            report.entries
        ))),
        "csv" => to_file(path, |file| matrix_csv(file, made, report.transposed)),
        _ => Err(wrong_ending(path, ".npy or .csv")),
    }
}
