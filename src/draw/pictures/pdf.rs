//! A picture as PDF, one page as large as the picture: vectors, and text that can be selected.

use std::collections::BTreeMap;
use std::io::{self, Write};

use miniz_oxide::deflate::compress_to_vec_zlib;
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Ref, Str, TextStr};

use super::super::ramp::Rgb;
use super::letters::{BOLD, REGULAR, face, glyph};
use super::scene::{Image, Mark, Point, Scene, Text};

/// Points of print for a pixel: 72 and 96 an inch.
const POINTS: f32 = 0.75;

/// How strongly streams are packed, 0 to 10.
const PACKED: u8 = 8;

/// Characters and glyphs are named so in a PDF.
const IDENTITY: SystemInfo<'static> = SystemInfo {
    registry: Str(b"Adobe"),
    ordering: Str(b"Identity"),
    supplement: 0,
};

/// Writes a picture.
///
/// # Errors
/// Those of the writer.
pub fn pdf(out: &mut dyn Write, scene: &Scene) -> io::Result<()> {
    let mut refs = (1..).map(Ref::new);
    let mut next = || refs.next().expect("there are more numbers than objects");
    let (catalog, tree, page, content, info) = (next(), next(), next(), next(), next());
    let mut pdf = Pdf::new();
    pdf.document_info(info)
        .title(TextStr(&scene.title))
        .creator(TextStr("degrid"));
    pdf.catalog(catalog).pages(tree);
    pdf.pages(tree).kids([page]).count(1);
    let mut drawing = Drawing {
        content: Content::new(),
        used: [BTreeMap::new(), BTreeMap::new()],
        images: Vec::new(),
    };
    // Points upward to pixels downward.
    drawing
        .content
        .transform([POINTS, 0.0, 0.0, -POINTS, 0.0, scene.height * POINTS]);
    drawing.fill(scene.paper);
    drawing
        .content
        .rect(0.0, 0.0, scene.width, scene.height)
        .fill_nonzero();
    scene.flat().for_each(|mark| drawing.mark(mark));
    let fonts: Vec<(String, Ref)> = (0..2).map(|bold| (format!("F{bold}"), next())).collect();
    let images: Vec<(String, Ref)> = (0..drawing.images.len())
        .map(|index| (format!("I{index}"), next()))
        .collect();
    let mut own = pdf.page(page);
    own.parent(tree).contents(content);
    own.media_box(pdf_writer::Rect::new(
        0.0,
        0.0,
        scene.width * POINTS,
        scene.height * POINTS,
    ));
    let mut resources = own.resources();
    resources.fonts().pairs(
        fonts
            .iter()
            .map(|(name, font)| (Name(name.as_bytes()), *font)),
    );
    resources.x_objects().pairs(
        images
            .iter()
            .map(|(name, image)| (Name(name.as_bytes()), *image)),
    );
    resources.finish();
    own.finish();
    let packed = compress_to_vec_zlib(&drawing.content.finish(), PACKED);
    pdf.stream(content, &packed).filter(Filter::FlateDecode);
    for ((_, font), (bold, used)) in fonts.iter().zip([false, true].iter().zip(&drawing.used)) {
        let parts = [next(), next(), next(), next()];
        embed(&mut pdf, *font, parts, *bold, used);
    }
    for ((_, id), image) in images.iter().zip(drawing.images) {
        grid(&mut pdf, *id, image)?;
    }
    out.write_all(&pdf.finish())
}

/// The page in the making.
struct Drawing<'a> {
    content: Content,
    /// Letters that texts use, by glyph, of each weight.
    used: [BTreeMap<u16, char>; 2],
    images: Vec<&'a Image>,
}

impl<'a> Drawing<'a> {
    fn fill(&mut self, color: Rgb) {
        let [r, g, b] = shares(color);
        self.content.set_fill_rgb(r, g, b);
    }

    fn path(&mut self, points: &[Point]) {
        for (index, (x, y)) in points.iter().enumerate() {
            if index == 0 {
                self.content.move_to(*x, *y);
            } else {
                self.content.line_to(*x, *y);
            }
        }
    }

    fn mark(&mut self, mark: &'a Mark) {
        match mark {
            Mark::Text(text) => self.text(text),
            Mark::Rect(place, fill, _) => {
                self.fill(*fill);
                self.content
                    .rect(place.x, place.y, place.width, place.height)
                    .fill_nonzero();
            }
            Mark::Line(line) => {
                let [r, g, b] = shares(line.color);
                self.content.set_stroke_rgb(r, g, b);
                self.content.set_line_width(line.width);
                self.content.set_dash_pattern(line.dash, 0.0);
                self.path(&line.points);
                self.content.stroke();
            }
            Mark::Hatch(hatch) => {
                let [r, g, b] = shares(hatch.color);
                self.content.set_stroke_rgb(r, g, b);
                self.content.set_line_width(hatch.width);
                self.content.set_dash_pattern(None, 0.0);
                hatch.lines().for_each(|line| self.path(&line));
                self.content.stroke();
            }
            Mark::Shape(shape) => {
                self.fill(shape.fill);
                self.path(&shape.points);
                self.content.close_path().fill_nonzero();
            }
            Mark::Image(image) => {
                let place = image.place;
                let name = format!("I{}", self.images.len());
                self.content.save_state();
                self.content.transform([
                    place.width,
                    0.0,
                    0.0,
                    -place.height,
                    place.x,
                    place.y + place.height,
                ]);
                self.content.x_object(Name(name.as_bytes()));
                self.content.restore_state();
                self.images.push(image);
            }
            Mark::Group(..) => {}
        }
    }

    fn text(&mut self, text: &Text) {
        let mut glyphs = Vec::new();
        for letter in text.text.chars() {
            let glyph = glyph(letter, text.bold).0;
            self.used[usize::from(text.bold)]
                .entry(glyph)
                .or_insert(letter);
            glyphs.extend(glyph.to_be_bytes());
        }
        self.fill(text.color);
        let font: &[u8] = if text.bold { b"F1" } else { b"F0" };
        self.content
            .begin_text()
            .set_font(Name(font), text.size)
            .set_text_matrix([1.0, 0.0, 0.0, -1.0, text.bounds().x, text.at.1])
            .show(Str(&glyphs))
            .end_text();
    }
}

fn shares((r, g, b): Rgb) -> [f32; 3] {
    [r, g, b].map(|part| f32::from(part) / 255.0)
}

/// Puts a font into the file, with the letters that its glyphs stand for.
fn embed(
    pdf: &mut Pdf,
    font: Ref,
    [descendant, descriptor, data, letters]: [Ref; 4],
    bold: bool,
    used: &BTreeMap<u16, char>,
) {
    let face = face(bold);
    let name: &[u8] = if bold {
        b"DegridSans-Bold"
    } else {
        b"DegridSans-Regular"
    };
    let name = Name(name);
    // Thousandths of the size of letters.
    let thousandth = |units: i16| f32::from(units) * 1000.0 / f32::from(face.units_per_em());
    pdf.type0_font(font)
        .base_font(name)
        .encoding_predefined(Name(b"Identity-H"))
        .descendant_font(descendant)
        .to_unicode(letters);
    let mut cid = pdf.cid_font(descendant);
    cid.subtype(CidFontType::Type2)
        .base_font(name)
        .system_info(IDENTITY)
        .font_descriptor(descriptor)
        .default_width(1000.0)
        .cid_to_gid_map_predefined(Name(b"Identity"));
    let mut widths = cid.widths();
    for &glyph in used.keys().filter(|glyph| **glyph != 0) {
        let advance = face
            .glyph_hor_advance(ttf_parser::GlyphId(glyph))
            .and_then(|advance| i16::try_from(advance).ok());
        widths.consecutive(glyph, [thousandth(advance.unwrap_or(0))]);
    }
    widths.finish();
    cid.finish();
    let bounds = face.global_bounding_box();
    pdf.font_descriptor(descriptor)
        .name(name)
        .flags(FontFlags::SYMBOLIC)
        .bbox(pdf_writer::Rect::new(
            thousandth(bounds.x_min),
            thousandth(bounds.y_min),
            thousandth(bounds.x_max),
            thousandth(bounds.y_max),
        ))
        .italic_angle(0.0)
        .ascent(thousandth(face.ascender()))
        .descent(thousandth(face.descender()))
        .cap_height(thousandth(face.capital_height().unwrap_or(1409)))
        .stem_v(if bold { 140.0 } else { 80.0 })
        .font_file2(data);
    let file = if bold { BOLD } else { REGULAR };
    pdf.stream(data, &compress_to_vec_zlib(file, PACKED))
        .filter(Filter::FlateDecode)
        .pair(Name(b"Length1"), i32::try_from(file.len()).unwrap_or(0));
    let mut map = UnicodeCmap::new(Name(b"Letters"), IDENTITY);
    for (&glyph, &letter) in used {
        map.pair(glyph, letter);
    }
    pdf.cmap(letters, &map.finish());
}

/// Puts a grid of colours into the file.
fn grid(pdf: &mut Pdf, id: Ref, image: &Image) -> io::Result<()> {
    let image = image.enlarged();
    let side = |n: usize| i32::try_from(n).map_err(io::Error::other);
    let (width, height) = (side(image.columns)?, side(image.rows())?);
    let last = side(image.palette.len().saturating_sub(1))?;
    let palette: Vec<u8> = (image.palette.iter())
        .flat_map(|&(r, g, b)| [r, g, b])
        .collect();
    let packed = compress_to_vec_zlib(&image.pixels, PACKED);
    let mut object = pdf.image_xobject(id, &packed);
    object.filter(Filter::FlateDecode);
    object.width(width).height(height);
    object
        .color_space()
        .indexed(Name(b"DeviceRGB"), last, &palette);
    object.bits_per_component(8);
    if let Some(clear) = image.clear {
        object.color_mask([i32::from(clear); 2]);
    }
    Ok(())
}
