//! A figure: rows of plots, each with its words, above one legend; laid out once for every format.

use super::super::ramp::Rgb;
use super::super::theme::Look;
use super::letters::{width, wrapped};
use super::scene::{Anchor, Hatch, Image, Line, Mark, Point, Rect, Scene, Shape, Text, px};

/// Around everything.
const MARGIN: f32 = 20.0;

/// Between plots beside each other.
const BESIDE: f32 = 28.0;

/// Between plots below each other.
const BELOW: f32 = 26.0;

/// Widest row of plots, in pixels; a single plot may be wider.
pub(super) const PAGE: f32 = 1040.0;

/// Narrowest column of words above and below a plot.
const COLUMN: f32 = 190.0;

/// Size of letters: of the figure's title, of a plot's title, of words, of numbers at axes.
pub const SIZES: [f32; 4] = [16.0, 13.0, 12.0, 11.0];

/// Height of a line of letters of a size.
#[must_use]
pub fn line_height(size: f32) -> f32 {
    (size * 1.35).ceil()
}

/// A text of the size of numbers at axes.
pub(super) fn label(text: String, at: Point, anchor: Anchor, color: Rgb) -> Text {
    Text {
        at,
        text,
        size: SIZES[3],
        bold: false,
        color,
        anchor,
    }
}

/// What a plot draws, its axes and their numbers included.
pub trait Body {
    /// Width and height that it takes.
    fn size(&self) -> Point;

    /// From its left side to its frame: the frames of plots beneath each other stand in one line.
    fn inset(&self) -> f32 {
        0.0
    }

    /// Whether no other stands beside it: long rows are compared from one line to the next.
    fn is_alone(&self) -> bool {
        false
    }

    /// Draws it with its upper left corner at a point, and nothing outside of its size.
    fn draw(&self, marks: &mut Vec<Mark>, at: Point, look: Look);
}

/// A drawing with the words that say what it is.
pub struct Plot {
    /// Above it in bold.
    pub title: String,
    /// Beneath the title: which map, which position, which size.
    pub notes: Vec<String>,
    /// Beneath the drawing: its numbers.
    pub captions: Vec<String>,
    /// The drawing.
    pub body: Box<dyn Body>,
}

/// Plots beside each other, in as many lines as the page takes.
#[derive(Default)]
pub struct Row {
    /// Above all of them.
    pub label: Option<String>,
    /// The plots.
    pub plots: Vec<Plot>,
}

/// A sign of the legend.
#[derive(Clone, Debug, PartialEq)]
pub enum Sign {
    /// A square of a colour, with a hatch in another.
    Square(Rgb, Option<Rgb>),
    /// Colours from left to right.
    Ramp(Vec<Rgb>),
    /// A line of a colour, dashed or not.
    Line(Rgb, Option<f32>),
    /// The mark of the output's own position.
    Own,
}

/// A picture of plots.
#[derive(Default)]
pub struct Figure {
    /// Above everything.
    pub title: Option<String>,
    /// The plots.
    pub rows: Vec<Row>,
    /// What signs mean, once for all plots.
    pub legend: Vec<(Sign, String)>,
    /// What holds for all plots, at the end.
    pub captions: Vec<String>,
    /// Colours.
    pub look: Look,
}

impl Figure {
    /// Lays everything out.
    #[must_use]
    pub fn scene(&self) -> Scene {
        let all = self.rows.iter().flat_map(|row| &row.plots);
        let room = all
            .map(|plot| Column::of(plot).width())
            .fold(PAGE, f32::max);
        let mut layout = Layout {
            look: self.look,
            marks: Vec::new(),
            y: MARGIN,
            right: MARGIN,
        };
        // No wider than the plots, where words can be broken.
        let columns = self.rows.iter().map(|row| arranged(&row.plots, room));
        let columns: Vec<Vec<Column>> = columns.collect();
        let widest = columns.iter().map(|columns| across(columns));
        let words = widest.fold(0.0, f32::max).max(2.0 * COLUMN);
        if let Some(title) = &self.title {
            layout.words(MARGIN, title, words, SIZES[0], true);
            layout.y += 8.0;
        }
        for (row, columns) in self.rows.iter().zip(columns) {
            if let Some(label) = &row.label {
                layout.words(MARGIN, label, words, SIZES[0], true);
                layout.y += 8.0;
            }
            for line in row.plots.chunks(columns.len().max(1)) {
                layout.line(line, &columns);
                layout.y += BELOW;
            }
        }
        if !self.rows.is_empty() {
            layout.y -= BELOW - 14.0;
        }
        layout.legend(&self.legend, words);
        for caption in &self.captions {
            layout.words(MARGIN, caption, words, SIZES[2], false);
        }
        Scene {
            width: (layout.right + MARGIN).ceil(),
            height: (layout.y + MARGIN).ceil(),
            title: self.spoken(),
            paper: self.look.paper(),
            marks: layout.marks,
        }
    }

    /// What it shows, in one line.
    fn spoken(&self) -> String {
        let mut words: Vec<&str> = self.title.as_deref().into_iter().collect();
        for row in &self.rows {
            words.extend(row.label.as_deref());
            words.extend(row.plots.iter().map(|plot| plot.title.as_str()));
        }
        words.retain(|words| !words.is_empty());
        words.join("; ")
    }
}

/// Plots beneath each other: what all of them take before their frames, and after.
#[derive(Clone, Copy, Debug, Default)]
struct Column {
    inset: f32,
    rest: f32,
}

impl Column {
    fn of(plot: &Plot) -> Self {
        let inset = plot.body.inset();
        Self {
            inset,
            rest: plot.body.size().0 - inset,
        }
    }

    fn with(self, other: Self) -> Self {
        Self {
            inset: self.inset.max(other.inset),
            rest: self.rest.max(other.rest),
        }
    }

    /// Its width, its words included.
    fn width(self) -> f32 {
        (self.inset + self.rest).max(COLUMN).ceil()
    }
}

/// Columns of plots, `count` beside each other.
fn columns(plots: &[Plot], count: usize) -> Vec<Column> {
    let mut columns = vec![Column::default(); count];
    for (index, plot) in plots.iter().enumerate() {
        let column = &mut columns[index % count];
        *column = column.with(Column::of(plot));
    }
    columns
}

/// Width of columns beside each other.
fn across(columns: &[Column]) -> f32 {
    let widths: f32 = columns.iter().map(|column| column.width()).sum();
    widths + BESIDE * px(columns.len().saturating_sub(1))
}

/// The columns of plots: as few lines as fit, with about as many plots in each.
fn arranged(plots: &[Plot], room: f32) -> Vec<Column> {
    let is_alone = plots.iter().any(|plot| plot.body.is_alone());
    let fitting =
        |count: &usize| *count == 1 || (!is_alone && across(&columns(plots, *count)) <= room);
    let Some(most) = (1..=plots.len()).rev().find(fitting) else {
        return Vec::new();
    };
    let even = plots.len().div_ceil(plots.len().div_ceil(most));
    columns(plots, if fitting(&even) { even } else { most })
}

/// A figure in the making.
struct Layout {
    look: Look,
    marks: Vec<Mark>,
    /// Where the next thing begins.
    y: f32,
    /// Right end of all so far.
    right: f32,
}

impl Layout {
    /// Writes words in lines from `self.y` on.
    fn words(&mut self, x: f32, text: &str, room: f32, size: f32, bold: bool) {
        for text in wrapped(text, room, size, bold) {
            self.right = self.right.max(x + width(&text, size, bold));
            self.marks.push(Mark::Text(Text {
                at: (x, self.y + size),
                text,
                size,
                bold,
                color: if bold {
                    self.look.ink()
                } else {
                    self.look.muted()
                },
                anchor: Anchor::Start,
            }));
            self.y += line_height(size);
        }
    }

    /// Draws plots beside each other: drawings begin at one height, whatever stands above them.
    fn line(&mut self, plots: &[Plot], columns: &[Column]) {
        let top = self.y;
        let mut heads = top;
        let mut x = MARGIN;
        for (plot, column) in plots.iter().zip(columns) {
            self.y = top;
            let room = column.width();
            self.words(x, &plot.title, room, SIZES[1], true);
            for note in &plot.notes {
                self.words(x, note, room, SIZES[2], false);
            }
            heads = heads.max(self.y);
            x += room + BESIDE;
        }
        let mut bottom = heads;
        x = MARGIN;
        for (plot, column) in plots.iter().zip(columns) {
            let size = plot.body.size();
            let left = x + column.inset - plot.body.inset();
            plot.body
                .draw(&mut self.marks, (left, heads + 4.0), self.look);
            self.right = self.right.max(left + size.0);
            self.y = heads + size.1 + 8.0;
            for caption in &plot.captions {
                self.words(x, caption, column.width(), SIZES[2], false);
            }
            bottom = bottom.max(self.y);
            x += column.width() + BESIDE;
        }
        self.y = bottom;
    }

    /// Signs and their meaning, as many on a line as fit.
    fn legend(&mut self, entries: &[(Sign, String)], room: f32) {
        let mut x = MARGIN;
        let height = 20.0;
        for (sign, text) in entries {
            let wide = match sign {
                Sign::Ramp(_) => 96.0,
                Sign::Line(..) => 24.0,
                Sign::Square(..) | Sign::Own => 13.0,
            };
            let needed = wide + 7.0 + width(text, SIZES[2], false);
            if x > MARGIN && x + needed > MARGIN + room {
                (x, self.y) = (MARGIN, self.y + height);
            }
            let place = Rect {
                x,
                y: self.y + 1.0,
                width: wide,
                height: 13.0,
            };
            self.sign(sign, place);
            let before = self.y;
            self.words(x + wide + 7.0, text, f32::INFINITY, SIZES[2], false);
            self.y = before;
            x += needed + 22.0;
        }
        if !entries.is_empty() {
            self.y += height + 2.0;
        }
    }

    fn sign(&mut self, sign: &Sign, place: Rect) {
        match sign {
            Sign::Square(fill, hatch) => {
                self.marks.push(Mark::Rect(place, *fill, None));
                self.marks.extend(hatch.map(|color| {
                    Mark::Hatch(Hatch {
                        place,
                        step: place.height,
                        width: 1.0,
                        color,
                    })
                }));
            }
            Sign::Ramp(colors) => self.marks.push(Mark::Image(Image {
                place,
                columns: colors.len(),
                pixels: (0..=u8::MAX).take(colors.len()).collect(),
                palette: colors.clone(),
                clear: None,
            })),
            Sign::Line(color, dash) => {
                let y = place.y + place.height / 2.0;
                self.marks.push(Mark::Line(Line {
                    points: vec![(place.x, y), (place.x + place.width, y)],
                    color: *color,
                    width: 2.0,
                    dash: *dash,
                    title: None,
                }));
            }
            Sign::Own => self.marks.push(pointer(
                (place.x + place.width / 2.0, place.y + 11.0),
                (0.0, 1.0),
                self.look.ink(),
            )),
        }
    }
}

/// A small triangle whose tip is at a point and looks into a direction.
pub(super) fn pointer((x, y): Point, (dx, dy): Point, fill: Rgb) -> Mark {
    let (long, half) = (8.0, 4.5);
    let base = (x - dx * long, y - dy * long);
    Mark::Shape(Shape {
        points: vec![
            (x, y),
            (base.0 - dy * half, base.1 + dx * half),
            (base.0 + dy * half, base.1 - dx * half),
        ],
        fill,
        title: None,
    })
}
