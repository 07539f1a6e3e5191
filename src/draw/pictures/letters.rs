//! The letters of pictures: their widths, lines that fit, and outlines.
//!
//! The font is a subset of Liberation Sans, whose letters are as wide as those of Arial: what fits here fits where an SVG file is set in
//! either.

use std::sync::LazyLock;

use ttf_parser::{Face, GlyphId, OutlineBuilder};

/// The font in the weight of running text.
pub(super) const REGULAR: &[u8] = include_bytes!("font/regular.ttf");

/// The font in the weight of titles.
pub(super) const BOLD: &[u8] = include_bytes!("font/bold.ttf");

static REGULAR_FACE: LazyLock<Face<'static>> = LazyLock::new(|| parsed(REGULAR));
static BOLD_FACE: LazyLock<Face<'static>> = LazyLock::new(|| parsed(BOLD));

fn parsed(data: &'static [u8]) -> Face<'static> {
    Face::parse(data, 0).expect("the font is a part of the program")
}

/// The font of a weight.
pub(super) fn face(bold: bool) -> &'static Face<'static> {
    if bold { &BOLD_FACE } else { &REGULAR_FACE }
}

/// The glyph of a letter; the box of the font where there is none.
pub(super) fn glyph(letter: char, bold: bool) -> GlyphId {
    face(bold).glyph_index(letter).unwrap_or(GlyphId(0))
}

/// Width of a letter in units of the font; a full square where the font lacks it, as wide as letters get.
pub(super) fn advance(letter: char, bold: bool) -> u16 {
    let face = face(bold);
    let own = face.glyph_index(letter);
    own.map_or(face.units_per_em(), |glyph| {
        face.glyph_hor_advance(glyph).unwrap_or(0)
    })
}

/// Width of a text in pixels.
#[must_use]
pub fn width(text: &str, size: f32, bold: bool) -> f32 {
    let units: f32 = text.chars().map(|c| f32::from(advance(c, bold))).sum();
    units * size / f32::from(face(bold).units_per_em())
}

/// A text in lines no wider than `room` pixels, broken between words, and within those that are wider than a line.
#[must_use]
pub fn wrapped(text: &str, room: f32, size: f32, bold: bool) -> Vec<String> {
    let fits = |line: &str| width(line, size, bold) <= room;
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().expect("there is a line from the start on");
        let longer = if line.is_empty() {
            word.to_owned()
        } else {
            format!("{line} {word}")
        };
        if fits(&longer) {
            *line = longer;
            continue;
        }
        let mut rest = String::new();
        for letter in word.chars() {
            rest.push(letter);
            if !fits(&rest) && rest.chars().count() > 1 {
                rest.pop();
                lines.push(std::mem::replace(&mut rest, letter.to_string()));
            }
        }
        lines.push(rest);
    }
    lines.retain(|line| !line.is_empty());
    lines
}

/// Numbers of five digits and more in groups of three, with thin spaces between them; not what stands behind a point.
#[must_use]
pub(super) fn spaced(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len());
    let mut before = ' ';
    for run in text
        .as_bytes()
        .chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit())
    {
        let run = String::from_utf8_lossy(run);
        let is_whole =
            run.len() > 4 && run.starts_with(|c: char| c.is_ascii_digit()) && before != '.';
        for (place, letter) in run.chars().enumerate() {
            if is_whole && place > 0 && (run.len() - place).is_multiple_of(3) {
                spaced.push('\u{2009}');
            }
            spaced.push(letter);
            before = letter;
        }
    }
    spaced
}

/// Draws the outline of a letter, in units of the font with y upward.
pub(super) fn outline(letter: char, bold: bool, to: &mut dyn OutlineBuilder) {
    face(bold).outline_glyph(glyph(letter, bold), to);
}
