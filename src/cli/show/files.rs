//! What `degrid show` writes to files, by their ending.

use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use crate::draw::{Design, FigureOptions, Look, Panel, Slice, csv, frame, npy};
use crate::footprint::FootprintError;
use crate::report::{self, show::ShowReport, writes::WritesReport};

use super::super::CliError;
use super::super::files::{ending, to_file, wrong_ending};

/// Writes designs to a file; says so on `out`.
pub(super) fn write(
    path: &Path,
    designs: &[Design],
    #[cfg_attr(not(feature = "pictures"), expect(unused_variables))] options: &FigureOptions,
    coverage: bool,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let ending = ending(path);
    let single = || match designs {
        [one] => Ok(one),
        _ => Err(CliError::Usage(format!(
            "a .{ending} file holds one design; leave out `--compare`"
        ))),
    };
    if coverage && ending != "npy" {
        return Err(CliError::Usage(format!(
            "`--coverage` is for an .npy file, not for {}",
            path.display()
        )));
    }
    match ending.as_str() {
        "json" => to_file(path, |file| json(file, designs))?,
        "npy" => {
            let design = single()?;
            let (first, size) = array_box(design);
            if coverage {
                let rows = design
                    .seen
                    .region
                    .rows_of(&first, &size)
                    .map_err(CliError::usage)?;
                to_file(path, |file| npy(file, &size, rows))?;
            } else {
                let paths = design.seen.paths().map_err(|error| {
                    CliError::Usage(format!(
                        "{error}: an .npy file cannot hold them; `--coverage`, .png, .svg and .csv show what is read"
                    ))
                })?;
                let rows = paths.rows_of(&first, &size).map_err(CliError::usage)?;
                to_file(path, |file| npy(file, &size, rows))?;
            }
        }
        "csv" => {
            let design = single()?;
            let slices = slices(design).map_err(CliError::usage)?;
            let dims = design.report.network.dims;
            to_file(path, |file| csv(file, dims, &slices))?;
        }
        #[cfg(feature = "pictures")]
        "svg" | "png" | "pdf" => {
            let figure = if crate::draw::has_curves(designs) {
                crate::draw::curves(designs, options.look)
            } else {
                if let [design, ..] = designs
                    && designs.iter().all(|design| design.seen.bounds.is_none())
                {
                    let report = &design.report;
                    let position = itertools::join(report.unit.iter(), ",");
                    return Err(CliError::Usage(format!(
                        "{}: output {position} reads nothing: there is nothing to draw",
                        report.title
                    )));
                }
                crate::draw::figure(designs, options).map_err(CliError::usage)?
            };
            picture(path, &figure)?;
        }
        _ => {
            let endings = ".svg, .png, .pdf, .npy, .csv or .json";
            return Err(wrong_ending(path, endings));
        }
    }
    writeln!(out, "wrote {}", path.display())?;
    Ok(())
}

/// Writes how often transposed layers write to a file; says so on `out`.
pub(super) fn write_writes(
    path: &Path,
    report: &WritesReport,
    #[cfg_attr(not(feature = "pictures"), expect(unused_variables))] look: Look,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    match ending(path).as_str() {
        "json" => to_file(path, |file| report::json(file, report))?,
        #[cfg(feature = "pictures")]
        "svg" | "png" | "pdf" => {
            picture(path, &crate::draw::writes_figure(report, look))?;
        }
        _ => {
            let problem = "with `--writes` the ending must be .svg, .png, .pdf or .json";
            return Err(CliError::of(path.display())(problem));
        }
    }
    writeln!(out, "wrote {}", path.display())?;
    Ok(())
}

/// Writes a figure in the format of the file's ending: svg, png or pdf.
#[cfg(feature = "pictures")]
pub(in crate::cli) fn picture(path: &Path, figure: &crate::draw::Figure) -> Result<(), CliError> {
    use crate::draw::{pdf, png, svg};
    let scene = figure.scene();
    to_file(path, |file| match ending(path).as_str() {
        "png" => png(file, &scene),
        "pdf" => pdf(file, &scene),
        _ => svg(file, &scene),
    })
}

/// Several designs in one object.
#[derive(Serialize)]
struct Compared<'a> {
    version: u32,
    designs: Vec<&'a ShowReport>,
}

/// Writes the report of one design, or several in one object.
pub(super) fn json(out: &mut dyn Write, designs: &[Design]) -> io::Result<()> {
    match designs {
        [one] => report::json(out, &one.report),
        several => {
            let designs = several.iter().map(|d| &d.report).collect();
            let version = report::VERSION;
            report::json(out, &Compared { version, designs })
        }
    }
}

/// What an array holds, first position and extent: the full map where its size is known, else the bounding box.
fn array_box(design: &Design) -> (Vec<i64>, Vec<i64>) {
    let seen = &design.seen;
    match (&seen.size, &seen.bounds) {
        (Some(size), _) => (vec![0; size.len()], size.clone()),
        (None, Some((first, extent))) => (first.clone(), extent.clone()),
        (None, None) => {
            let dims = design.report.network.dims;
            (vec![0; dims], vec![0; dims])
        }
    }
}

/// The footprint as panels: of three axes one for each position along the first.
fn slices(design: &Design) -> Result<Vec<Panel>, FootprintError> {
    let seen = &design.seen;
    let Some((first, extent)) = frame(seen, None) else {
        return Ok(Vec::new());
    };
    if extent.len() < 3 {
        let all = Panel::new(String::new(), seen, (first, extent), None)?;
        return Ok(vec![all]);
    }
    (first[0]..first[0] + extent[0])
        .filter_map(|position| frame(seen, Some(Slice { axis: 0, position })))
        .map(|window| Panel::new(String::new(), seen, window, Some(0)))
        .collect()
}
