//! A picture as SVG.

use std::fmt::Write as _;
use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::ramp::Rgb;
use super::raster::indexed;
use super::scene::{Anchor, Image, Mark, Point, Rect, Scene, Text};

/// Writes a picture. Every text keeps the width that the layout gave it, whatever the font of the reader.
///
/// # Errors
/// Those of the writer.
pub fn svg(out: &mut dyn Write, scene: &Scene) -> io::Result<()> {
    let (width, height) = (short(scene.width), short(scene.height));
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         font-family=\"Arial, Liberation Sans, Arimo, Helvetica, sans-serif\">"
    )?;
    writeln!(out, "<title>{}</title>", escaped(&scene.title))?;
    writeln!(
        out,
        "<rect width=\"{width}\" height=\"{height}\" fill=\"{}\"/>",
        hex(scene.paper)
    )?;
    marks(out, &scene.marks)?;
    writeln!(out, "</svg>")
}

fn marks(out: &mut dyn Write, all: &[Mark]) -> io::Result<()> {
    all.iter().try_for_each(|one| mark(out, one))
}

fn mark(out: &mut dyn Write, mark: &Mark) -> io::Result<()> {
    match mark {
        Mark::Text(own) => text(out, own),
        Mark::Rect(place, fill, title) => closed(
            out,
            "rect",
            &format!("{} fill=\"{}\"", placed(*place), hex(*fill)),
            title.as_deref(),
        ),
        Mark::Line(line) => {
            let dash = line.dash.map_or_else(String::new, |dash| {
                format!(" stroke-dasharray=\"{}\"", short(dash))
            });
            let words = format!(
                "d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\"{dash}",
                path(&line.points),
                hex(line.color),
                short(line.width)
            );
            closed(out, "path", &words, line.title.as_deref())
        }
        Mark::Hatch(hatch) => {
            let lines = hatch.lines().map(|line| path(&line));
            let words = format!(
                "d=\"{}\" stroke=\"{}\" stroke-width=\"{}\"",
                itertools::join(lines, ""),
                hex(hatch.color),
                short(hatch.width)
            );
            closed(out, "path", &words, None)
        }
        Mark::Shape(shape) => {
            let words = format!(
                "d=\"{}Z\" fill=\"{}\"",
                path(&shape.points),
                hex(shape.fill)
            );
            closed(out, "path", &words, shape.title.as_deref())
        }
        Mark::Image(own) => image(out, own),
        Mark::Group(data, own) => {
            write!(out, "<g")?;
            for (name, value) in data {
                write!(out, " data-{name}=\"{}\"", escaped(value))?;
            }
            writeln!(out, ">")?;
            marks(out, own)?;
            writeln!(out, "</g>")
        }
    }
}

fn closed(out: &mut dyn Write, tag: &str, words: &str, title: Option<&str>) -> io::Result<()> {
    match title {
        Some(title) => writeln!(
            out,
            "<{tag} {words}><title>{}</title></{tag}>",
            escaped(title)
        ),
        None => writeln!(out, "<{tag} {words}/>"),
    }
}

fn placed(place: Rect) -> String {
    format!(
        "x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"",
        short(place.x),
        short(place.y),
        short(place.width),
        short(place.height)
    )
}

fn path(points: &[Point]) -> String {
    let mut path = String::new();
    for (index, (x, y)) in points.iter().enumerate() {
        let sign = if index == 0 { 'M' } else { 'L' };
        // Writing to a string cannot fail.
        let _ = write!(path, "{sign}{} {}", short(*x), short(*y));
    }
    path
}

fn text(out: &mut dyn Write, text: &Text) -> io::Result<()> {
    let weight = if text.bold {
        " font-weight=\"bold\""
    } else {
        ""
    };
    let anchor = match text.anchor {
        Anchor::Start => "",
        Anchor::Middle => " text-anchor=\"middle\"",
        Anchor::End => " text-anchor=\"end\"",
    };
    writeln!(
        out,
        "<text x=\"{}\" y=\"{}\" font-size=\"{}\" fill=\"{}\"{weight}{anchor} textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\">{}</text>",
        short(text.at.0),
        short(text.at.1),
        short(text.size),
        hex(text.color),
        short(text.bounds().width),
        escaped(&text.text)
    )
}

fn image(out: &mut dyn Write, image: &Image) -> io::Result<()> {
    let data = STANDARD.encode(indexed(&image.enlarged())?);
    // The older name is for readers that know nothing else.
    writeln!(
        out,
        "<image {} preserveAspectRatio=\"none\" image-rendering=\"optimizeSpeed\" style=\"image-rendering:pixelated\" href=\"data:image/png;base64,{data}\"/>",
        placed(image.place)
    )
}

/// A number with at most two places behind the point.
fn short(value: f32) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0" } else { text }.to_owned()
}

/// A colour as the web writes it.
fn hex((r, g, b): Rgb) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// A text without what SVG takes for its own, and without what XML cannot hold.
fn escaped(text: &str) -> String {
    let barred = |letter: char| letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}');
    text.replace(barred, "\u{fffd}")
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
