//! The answer of schedules to a frequency as curves, with the lobe of each marked: SVG.

use std::fmt::Write as _;
use std::io::{self, Write};

use degrid::draw::{GRIDDING, Rgb, heat};
use degrid::footprint::{Comb, lobe, response};

/// A schedule along one axis.
#[derive(Clone, Debug)]
pub struct Curve {
    /// What it is called.
    pub name: String,
    /// Its layers.
    pub chain: Vec<Comb>,
}

/// The plot's left, top, width and height, in pixels.
const PLOT: (f64, f64, f64, f64) = (64.0, 44.0, 560.0, 260.0);

/// Points of a curve.
const POINTS: u16 = 560;

/// Height of a line of text.
const LINE: f64 = 20.0;

/// Draws curves over frequencies 0 to ½ (periods per position).
///
/// # Errors
/// Those of the writer.
pub fn curves(out: &mut dyn Write, title: &str, curves: &[Curve]) -> io::Result<()> {
    let (left, top, width, height) = PLOT;
    let legend = top + height + 44.0;
    let bottom = curves.iter().fold(legend + 12.0, |y, _| y + LINE);
    let right = left + width + 24.0;
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{right}\" height=\"{bottom}\" viewBox=\"0 0 {right} {bottom}\" \
         font-family=\"Helvetica, Arial, sans-serif\" font-size=\"14\">"
    )?;
    writeln!(
        out,
        "<rect width=\"{right}\" height=\"{bottom}\" fill=\"#fff\"/>"
    )?;
    writeln!(
        out,
        "<text x=\"16\" y=\"24\" fill=\"#222\" font-weight=\"bold\">{title}</text>"
    )?;
    axes(out)?;
    let mut y = legend;
    for (index, curve) in curves.iter().enumerate() {
        let (r, g, b) = color(index, curves.len());
        let color = format!("#{r:02x}{g:02x}{b:02x}");
        let peak = lobe(&curve.chain).least();
        let mut path = String::new();
        for point in 0..=POINTS {
            let f = f64::from(point) / f64::from(POINTS) / 2.0;
            let (px, py) = place(f, response(&curve.chain, f));
            // Writing to a string cannot fail.
            let _ = write!(
                path,
                "{}{px:.1},{py:.1} ",
                if point == 0 { "M" } else { "L" }
            );
        }
        writeln!(
            out,
            "<path d=\"{}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"2\"><title>{}</title></path>",
            path.trim_end(),
            curve.name
        )?;
        let (from, level) = place(0.0, peak);
        writeln!(
            out,
            "<line x1=\"{from}\" y1=\"{level:.1}\" x2=\"{}\" y2=\"{level:.1}\" stroke=\"{color}\" stroke-dasharray=\"4 4\"/>",
            from + width
        )?;
        writeln!(
            out,
            "<line x1=\"{left}\" y1=\"{0}\" x2=\"{1}\" y2=\"{0}\" stroke=\"{color}\" stroke-width=\"3\"/>\
             <text x=\"{2}\" y=\"{3}\" fill=\"#222\">{4}: lobe {peak:.3}</text>",
            y - 5.0,
            left + 28.0,
            left + 38.0,
            y,
            curve.name
        )?;
        y += LINE;
    }
    writeln!(out, "</svg>")
}

fn place(f: f64, value: f64) -> (f64, f64) {
    let (left, top, width, height) = PLOT;
    (left + f * 2.0 * width, top + (1.0 - value) * height)
}

/// Lines and numbers of both axes.
fn axes(out: &mut dyn Write) -> io::Result<()> {
    let (left, top, width, height) = PLOT;
    for tick in 0..=4_u8 {
        let share = f64::from(tick) / 4.0;
        let (_, y) = place(0.0, share);
        let (x, _) = place(share / 2.0, 0.0);
        writeln!(
            out,
            "<line x1=\"{left}\" y1=\"{y}\" x2=\"{}\" y2=\"{y}\" stroke=\"#ddd\"/>\
             <text x=\"{}\" y=\"{}\" fill=\"#555\" text-anchor=\"end\">{share}</text>\
             <text x=\"{x}\" y=\"{}\" fill=\"#555\" text-anchor=\"middle\">{}</text>",
            left + width,
            left - 8.0,
            y + 5.0,
            top + height + 18.0,
            share / 2.0
        )?;
    }
    writeln!(
        out,
        "<text x=\"{}\" y=\"{}\" fill=\"#555\" text-anchor=\"end\">periods per position</text>",
        left + width,
        top + height + 36.0
    )
}

fn color(index: usize, of: usize) -> Rgb {
    if index == 0 {
        return GRIDDING;
    }
    let share =
        u16::try_from(index).map_or(1.0, f64::from) / u16::try_from(of).map_or(1.0, f64::from);
    heat(share * 0.8)
}
