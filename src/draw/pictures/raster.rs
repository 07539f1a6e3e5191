//! A picture as PNG: marks as pixels, letters from the font's outlines.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::io::{self, Write};
use std::iter::repeat_n;
use std::ops::Range;

use tiny_skia::{
    Color, FillRule, Paint, Path, PathBuilder, Pixmap, PremultipliedColorU8, Stroke, StrokeDash,
    Transform,
};
use ttf_parser::OutlineBuilder;

use super::super::ramp::Rgb;
use super::letters::{advance, face, outline};
use super::scene::{Image, Mark, Point, Rect, Scene, Text, whole};

/// Pixels of the file for a pixel of the layout, so that letters are sharp in print and on fine screens.
const FINE: f32 = 2.0;

/// Most colours of a file with a palette.
const COLORS: usize = 256;

/// Wider or higher pictures have one.
const WIDE: f32 = 1200.0;
const HIGH: f32 = 3000.0;

/// Writes a picture.
///
/// # Errors
/// Those of the writer, and of pictures that memory does not hold.
pub fn png(out: &mut dyn Write, scene: &Scene) -> io::Result<()> {
    let is_large = scene.width > WIDE || scene.height > HIGH;
    let scale = if is_large { 1.0 } else { FINE };
    let side = |pixels: f32| u32::try_from(whole((pixels * scale).ceil())).ok();
    let sides = side(scene.width).zip(side(scene.height));
    let mut pixmap = (sides.and_then(|(width, height)| Pixmap::new(width, height)))
        .ok_or_else(|| io::Error::other("the picture is too large"))?;
    let (r, g, b) = scene.paper;
    pixmap.fill(Color::from_rgba8(r, g, b, u8::MAX));
    let mut canvas = Canvas { pixmap, scale };
    for mark in scene.flat() {
        canvas.mark(mark);
    }
    let exact = scene.flat().flat_map(colors).chain([scene.paper]);
    encode(out, &canvas.pixmap, scale, &exact.collect())
}

/// The colours of a mark.
fn colors(mark: &Mark) -> Vec<Rgb> {
    match mark {
        Mark::Text(text) => vec![text.color],
        Mark::Rect(_, fill, _) => vec![*fill],
        Mark::Line(line) => vec![line.color],
        Mark::Hatch(hatch) => vec![hatch.color],
        Mark::Shape(shape) => vec![shape.fill],
        Mark::Image(image) => image.palette.clone(),
        Mark::Group(..) => Vec::new(),
    }
}

/// Colours as a file's palette.
fn bytes(colors: &[Rgb]) -> Vec<u8> {
    colors.iter().flat_map(|&(r, g, b)| [r, g, b]).collect()
}

struct Canvas {
    pixmap: Pixmap,
    scale: f32,
}

impl Canvas {
    fn mark(&mut self, mark: &Mark) {
        match mark {
            Mark::Text(text) => self.text(text),
            Mark::Rect(place, fill, _) => self.rect(*place, *fill),
            Mark::Line(line) => {
                let dash = line.dash.and_then(|d| StrokeDash::new(vec![d, d], 0.0));
                self.stroke([&line.points[..]], line.color, line.width, dash);
            }
            Mark::Hatch(hatch) => {
                let lines: Vec<[Point; 2]> = hatch.lines().collect();
                let lines = lines.iter().map(|line| &line[..]);
                self.stroke(lines, hatch.color, hatch.width, None);
            }
            Mark::Shape(shape) => {
                if let Some(path) = path([&shape.points[..]], true) {
                    self.fill(&path, shape.fill);
                }
            }
            Mark::Image(image) => self.image(image),
            Mark::Group(..) => {}
        }
    }

    fn transform(&self) -> Transform {
        Transform::from_scale(self.scale, self.scale)
    }

    fn fill(&mut self, path: &Path, color: Rgb) {
        let (paint, transform) = (paint(color), self.transform());
        self.pixmap
            .fill_path(path, &paint, FillRule::Winding, transform, None);
    }

    fn stroke<'a>(
        &mut self,
        lines: impl IntoIterator<Item = &'a [Point]>,
        color: Rgb,
        width: f32,
        dash: Option<StrokeDash>,
    ) {
        if let Some(path) = path(lines, false) {
            let stroke = Stroke {
                width,
                dash,
                ..Stroke::default()
            };
            let transform = self.transform();
            self.pixmap
                .stroke_path(&path, &paint(color), &stroke, transform, None);
        }
    }

    /// Pixels of the file from one place to another, along an axis of `most` of them.
    fn pixels(&self, from: f32, length: f32, most: u32) -> Range<usize> {
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let at = |place: f32| whole((place * self.scale).round()).min(most);
        at(from)..at(from + length)
    }

    /// Fills whole pixels.
    fn rect(&mut self, place: Rect, fill: Rgb) {
        let across = self.pixels(place.x, place.width, self.pixmap.width());
        let down = self.pixels(place.y, place.height, self.pixmap.height());
        for row in down {
            self.row(row)[across.clone()].fill(opaque(fill));
        }
    }

    fn row(&mut self, row: usize) -> &mut [PremultipliedColorU8] {
        let wide = usize::try_from(self.pixmap.width()).unwrap_or(usize::MAX);
        &mut self.pixmap.pixels_mut()[row * wide..][..wide]
    }

    /// Each pixel has the colour of the cell that it lies in.
    fn image(&mut self, image: &Image) {
        let place = image.place;
        let across = self.pixels(place.x, place.width, self.pixmap.width());
        let down = self.pixels(place.y, place.height, self.pixmap.height());
        let cell =
            |pixel: usize, pixels: usize, cells: usize| (2 * pixel + 1) * cells / (2 * pixels);
        let colors: Vec<_> = image.palette.iter().map(|color| opaque(*color)).collect();
        let (columns, rows) = (image.columns, image.rows());
        for (pixel, row) in down.clone().enumerate() {
            let line = &image.pixels[cell(pixel, down.len(), rows) * columns..][..columns];
            let own = &mut self.row(row)[across.clone()];
            let pixels = own.len();
            for (pixel, own) in own.iter_mut().enumerate() {
                let color = line[cell(pixel, pixels, columns)];
                if Some(color) != image.clear {
                    *own = colors[usize::from(color)];
                }
            }
        }
    }

    fn text(&mut self, text: &Text) {
        let bounds = text.bounds();
        let unit = text.size / f32::from(face(text.bold).units_per_em());
        let mut outlines = Outlines {
            path: PathBuilder::new(),
            origin: (bounds.x, text.at.1),
            unit,
        };
        for letter in text.text.chars() {
            outline(letter, text.bold, &mut outlines);
            outlines.origin.0 += f32::from(advance(letter, text.bold)) * unit;
        }
        if let Some(path) = outlines.path.finish() {
            self.fill(&path, text.color);
        }
    }
}

fn paint(color: Rgb) -> Paint<'static> {
    let mut paint = Paint::default();
    paint.set_color_rgba8(color.0, color.1, color.2, u8::MAX);
    paint
}

fn opaque((r, g, b): Rgb) -> PremultipliedColorU8 {
    tiny_skia::ColorU8::from_rgba(r, g, b, u8::MAX).premultiply()
}

fn path<'a>(lines: impl IntoIterator<Item = &'a [Point]>, closed: bool) -> Option<Path> {
    let mut path = PathBuilder::new();
    for points in lines {
        let ((x, y), rest) = points.split_first()?;
        path.move_to(*x, *y);
        for (x, y) in rest {
            path.line_to(*x, *y);
        }
        if closed {
            path.close();
        }
    }
    path.finish()
}

/// Outlines of letters as one path: font units from the baseline upward to pixels downward.
struct Outlines {
    path: PathBuilder,
    origin: Point,
    unit: f32,
}

impl Outlines {
    fn at(&self, x: f32, y: f32) -> Point {
        (self.origin.0 + x * self.unit, self.origin.1 - y * self.unit)
    }
}

impl OutlineBuilder for Outlines {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let ((x1, y1), (x, y)) = (self.at(x1, y1), self.at(x, y));
        self.path.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let (first, second, (x, y)) = (self.at(x1, y1), self.at(x2, y2), self.at(x, y));
        self.path
            .cubic_to(first.0, first.1, second.0, second.1, x, y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}

/// Writes pixels with a palette, in which the colours `exact` keep their place.
fn encode(
    out: &mut dyn Write,
    pixmap: &Pixmap,
    scale: f32,
    exact: &HashSet<Rgb>,
) -> io::Result<()> {
    let mut encoder = png::Encoder::new(out, pixmap.width(), pixmap.height());
    // Pixels of a metre at 96 pixels an inch.
    let dense = (96.0 / 0.0254 * f64::from(scale)).round();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a few thousand"
    )]
    let dense = dense as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: dense,
        yppu: dense,
        unit: png::Unit::Meter,
    }));
    let colors = pixmap
        .pixels()
        .iter()
        .map(|p| (p.red(), p.green(), p.blue()));
    let pixels: Vec<Rgb> = colors.collect();
    let (colors, places) = palette(&pixels, exact);
    let runs = pixels.chunk_by(|a, b| a == b);
    let data: Vec<u8> = runs
        .flat_map(|run| repeat_n(places[&run[0]], run.len()))
        .collect();
    // Level 9 takes twice as long, for 2 % less.
    encoder.set_deflate_compression(png::DeflateCompression::Level(8));
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_palette(bytes(&colors));
    encoder.set_filter(png::Filter::NoFilter);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&data)?;
    writer.finish()?;
    Ok(())
}

/// The colours of a file: those of the marks, and the most frequent mixed ones at the edges of letters and lines. The others become the nearest
/// of them.
fn palette(pixels: &[Rgb], exact: &HashSet<Rgb>) -> (Vec<Rgb>, HashMap<Rgb, u8>) {
    let mut counts: HashMap<Rgb, usize> = HashMap::new();
    for run in pixels.chunk_by(|a, b| a == b) {
        *counts.entry(run[0]).or_default() += run.len();
    }
    let mut all: Vec<(Rgb, usize)> = counts.into_iter().collect();
    all.sort_by_key(|(color, count)| (!exact.contains(color), Reverse(*count), *color));
    let mut colors: Vec<Rgb> = all.iter().map(|(color, _)| *color).collect();
    colors.truncate(COLORS);
    let numbered = |color: Rgb| {
        let numbers = (0..=u8::MAX).zip(&colors);
        numbers.min_by_key(|(_, other)| apart(color, **other))
    };
    let places = all
        .iter()
        .filter_map(|(color, _)| Some((*color, numbered(*color)?.0)));
    let places = places.collect();
    (colors, places)
}

/// How far two colours are apart, squared.
fn apart(a: Rgb, b: Rgb) -> u32 {
    let part = |a: u8, b: u8| u32::from(a.abs_diff(b)).pow(2);
    part(a.0, b.0) + part(a.1, b.1) + part(a.2, b.2)
}

/// A grid of colours as a PNG file of its own.
pub(super) fn indexed(image: &Image) -> io::Result<Vec<u8>> {
    let side = |n: usize| u32::try_from(n).map_err(io::Error::other);
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, side(image.columns)?, side(image.rows())?);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(bytes(&image.palette));
    if let Some(clear) = image.clear {
        let mut opaque = vec![u8::MAX; usize::from(clear)];
        opaque.push(0);
        encoder.set_trns(opaque);
    }
    encoder.set_compression(png::Compression::High);
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&image.pixels)?;
    writer.finish()?;
    Ok(file)
}
