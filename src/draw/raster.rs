//! A picture as PNG: marks as pixels, letters from the font's outlines.

use std::io::{self, Write};

use tiny_skia::{Color, FillRule, Paint, Path, PathBuilder, Pixmap, Stroke, StrokeDash, Transform};
use ttf_parser::OutlineBuilder;

use super::letters::{advance, face, outline};
use super::ramp::Rgb;
use super::scene::{Image, Mark, Point, Rect, Scene, Text};

/// Pixels of the file for a pixel of the layout, so that letters are sharp in print and on fine screens.
const FINE: f32 = 2.0;

/// Wider pictures have one.
const WIDE: f32 = 1200.0;

/// Writes a picture.
///
/// # Errors
/// Those of the writer, and of pictures that memory does not hold.
pub fn png(out: &mut dyn Write, scene: &Scene) -> io::Result<()> {
    let scale = if scene.width > WIDE { 1.0 } else { FINE };
    let side = |pixels: f32| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "widths of pictures are small and positive"
        )]
        let side = (pixels * scale).ceil() as u32;
        side
    };
    let mut pixmap = Pixmap::new(side(scene.width), side(scene.height))
        .ok_or_else(|| io::Error::other("the picture is too large"))?;
    let (r, g, b) = scene.paper;
    pixmap.fill(Color::from_rgba8(r, g, b, u8::MAX));
    let mut canvas = Canvas { pixmap, scale };
    for mark in scene.flat() {
        canvas.mark(mark);
    }
    encode(out, &canvas.pixmap, scale)
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
                let Some(path) = path(&line.points, false) else {
                    return;
                };
                let stroke = Stroke {
                    width: line.width,
                    dash: line.dash.and_then(|d| StrokeDash::new(vec![d, d], 0.0)),
                    ..Stroke::default()
                };
                let transform = self.transform();
                self.pixmap
                    .stroke_path(&path, &paint(line.color, true), &stroke, transform, None);
            }
            Mark::Shape(shape) => {
                if let Some(path) = path(&shape.points, true) {
                    self.fill(&path, shape.fill, self.transform());
                }
            }
            Mark::Image(image) => self.image(image),
            Mark::Group(..) => {}
        }
    }

    fn transform(&self) -> Transform {
        Transform::from_scale(self.scale, self.scale)
    }

    fn fill(&mut self, path: &Path, color: Rgb, transform: Transform) {
        let paint = paint(color, true);
        self.pixmap
            .fill_path(path, &paint, FillRule::Winding, transform, None);
    }

    fn rect(&mut self, place: Rect, fill: Rgb) {
        let Rect { x, y, .. } = place;
        let rect = tiny_skia::Rect::from_xywh(x, y, place.width, place.height);
        if let Some(rect) = rect {
            let transform = self.transform();
            self.pixmap
                .fill_rect(rect, &paint(fill, false), transform, None);
        }
    }

    /// Draws a row of equal colours at a time; cells of an image are whole pixels here.
    fn image(&mut self, image: &Image) {
        let rows = image.rows();
        let (Ok(across), Ok(down)) = (u16::try_from(image.columns), u16::try_from(rows)) else {
            return;
        };
        let (wide, high) = (
            image.place.width / f32::from(across),
            image.place.height / f32::from(down),
        );
        for (row, line) in (0_u16..).zip(image.pixels.chunks(image.columns)) {
            let mut column = 0_u16;
            for run in line.chunk_by(|a, b| a == b) {
                let length = u16::try_from(run.len()).unwrap_or(u16::MAX);
                let place = Rect {
                    x: image.place.x + f32::from(column) * wide,
                    y: image.place.y + f32::from(row) * high,
                    width: f32::from(length) * wide,
                    height: high,
                };
                self.rect(place, image.palette[usize::from(run[0])]);
                column += length;
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
            self.fill(&path, text.color, self.transform());
        }
    }
}

fn paint(color: Rgb, smooth: bool) -> Paint<'static> {
    let mut paint = Paint::default();
    paint.set_color_rgba8(color.0, color.1, color.2, u8::MAX);
    paint.anti_alias = smooth;
    paint
}

fn path(points: &[Point], closed: bool) -> Option<Path> {
    let mut path = PathBuilder::new();
    let ((x, y), rest) = points.split_first()?;
    path.move_to(*x, *y);
    for (x, y) in rest {
        path.line_to(*x, *y);
    }
    if closed {
        path.close();
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

/// Writes pixels with a palette where 256 colours are enough, which small letters in grey leave room for.
fn encode(out: &mut dyn Write, pixmap: &Pixmap, scale: f32) -> io::Result<()> {
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
    let mut palette = Palette::default();
    let places: Option<Vec<u8>> = palette.places(&pixels);
    encoder.set_compression(png::Compression::High);
    let data = if let Some(places) = places {
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_palette(palette.bytes());
        encoder.set_filter(png::Filter::NoFilter);
        places
    } else {
        encoder.set_color(png::ColorType::Rgb);
        pixels.into_iter().flat_map(|(r, g, b)| [r, g, b]).collect()
    };
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&data)?;
    writer.finish()?;
    Ok(())
}

/// The colours of a picture. The mixed ones of the edges of letters and lines are rounded.
#[derive(Default)]
struct Palette {
    colors: Vec<Rgb>,
}

impl Palette {
    fn places(&mut self, pixels: &[Rgb]) -> Option<Vec<u8>> {
        let mut known = std::collections::HashMap::new();
        let mut last: Option<(Rgb, u8)> = None;
        let mut place = |color: Rgb| {
            if let Some((same, place)) = last
                && same == color
            {
                return Some(place);
            }
            let next = known.len();
            let place = *known.entry(color).or_insert(next);
            if place == self.colors.len() {
                self.colors.push(color);
            }
            let place = u8::try_from(place).ok()?;
            last = Some((color, place));
            Some(place)
        };
        pixels.iter().map(|color| place(*color)).collect()
    }

    fn bytes(&self) -> Vec<u8> {
        self.colors
            .iter()
            .flat_map(|&(r, g, b)| [r, g, b])
            .collect()
    }
}

/// A grid of colours as a PNG file of its own.
pub(super) fn indexed(image: &Image) -> io::Result<Vec<u8>> {
    let side = |n: usize| u32::try_from(n).map_err(io::Error::other);
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, side(image.columns)?, side(image.rows())?);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    let palette = image.palette.iter().flat_map(|&(r, g, b)| [r, g, b]);
    encoder.set_palette(palette.collect::<Vec<u8>>());
    encoder.set_compression(png::Compression::High);
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&image.pixels)?;
    writer.finish()?;
    Ok(file)
}
