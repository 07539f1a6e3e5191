//! A curve as terminal text, over a labelled axis: a column of blocks for each place, or points where places are many.

use std::cmp::Ordering;
use std::ops::Range;

use anstyle::Style;

use crate::draw::{Bar, GRIDDING, byte, heat};

use super::block::{Block, Pieces};
use super::heatmap::Canvas;
use super::style::{DIM, TITLE};
use super::text::width_of;

/// Lines of text that the greatest value takes.
const LINES: usize = 8;

/// A curve over evenly spaced places.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// Words above it.
    pub title: String,
    /// The columns.
    pub bars: Vec<Bar>,
    /// What they are drawn as.
    pub form: Form,
    /// Value of the upper end of the vertical axis, and its label.
    pub most: (f64, String),
    /// Labels beneath, with the bar that each belongs to; those that would touch an earlier one are left out.
    pub ticks: Vec<(usize, String)>,
    /// What the horizontal axis counts.
    pub across: &'static str,
    /// Whether a value above zero is never drawn as zero.
    pub shows_least: bool,
    /// Signs above bars; the first of a column counts.
    pub marks: Vec<(usize, char)>,
}

/// What the bars of a curve are drawn as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Blocks, each so many columns of the terminal wide.
    Blocks(usize),
    /// Areas of points, two bars a column.
    Points,
    /// A line of points, two bars a column.
    Line,
}

impl Form {
    /// The column of a bar, the middle one of several.
    fn column(self, bar: usize) -> usize {
        match self {
            Self::Blocks(wide) => bar * wide + (wide - 1) / 2,
            Self::Points | Self::Line => bar / 2,
        }
    }

    /// Columns of so many bars.
    fn columns(self, bars: usize) -> usize {
        match self {
            Self::Blocks(wide) => bars * wide,
            Self::Points | Self::Line => bars.div_ceil(2),
        }
    }

    /// The bars in a column.
    fn bars(self, column: usize) -> Range<usize> {
        match self {
            Self::Blocks(wide) => column / wide..column / wide + 1,
            Self::Points | Self::Line => 2 * column..2 * column + 2,
        }
    }
}

/// Points of a character from below, left and right: bits of a Braille pattern.
const POINTS: [[u8; 4]; 2] = [[0x40, 0x04, 0x02, 0x01], [0x80, 0x20, 0x10, 0x08]];

/// Blocks of one to eight eighths of a line.
const EIGHTHS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Where some of the places that share a column reach, and others do not.
const BETWEEN: char = '░';

impl Chart {
    /// Draws it.
    pub fn draw(&self, canvas: &Canvas, width: usize) -> Block {
        let mut block = Block::default();
        block.text(&self.title, TITLE, width);
        let label = self.label_width();
        let columns = self.form.columns(self.bars.len());
        block.widen(label + columns);
        if !self.marks.is_empty() {
            let mut line = Pieces::default();
            line.push_str(&" ".repeat(label), Style::new());
            for column in 0..columns {
                let mut marks = self.marks.iter();
                let sign = marks.find(|mark| self.form.column(mark.0) == column);
                line.push(sign.map_or(' ', |sign| sign.1), Style::new());
            }
            block.line(&line);
        }
        let fill = Style::new().fg_color(canvas.depth.color(heat(0.6)));
        let hole = Style::new().fg_color(canvas.depth.color(GRIDDING));
        for line in (0..LINES).rev() {
            let name = if line + 1 == LINES { &self.most.1 } else { "" };
            let tick = if name.is_empty() { '│' } else { '┤' };
            let mut pieces = Pieces::default();
            pieces.push_str(&format!("{name:>0$}", label - 1), DIM);
            pieces.push(tick, DIM);
            for column in 0..columns {
                let bars = self.form.bars(column);
                let own = self.bars[bars.start..].iter().take(bars.len());
                let letter = match self.form {
                    Form::Blocks(_) => self.letter(&self.bars[bars.start], line),
                    Form::Points | Form::Line => self.points(bars, line),
                };
                if line == 0 && letter == ' ' && own.clone().any(|bar| bar.is_missing) {
                    pieces.push(canvas.glyphs.gridding, hole);
                } else {
                    pieces.push(letter, fill);
                }
            }
            block.line(&pieces);
        }
        self.axis(&mut block, label);
        block
    }

    /// Columns before the first place.
    pub fn label_width(&self) -> usize {
        width_of(&self.most.1).max(1) + 1
    }

    /// What a bar shows in a line, counted from below.
    fn letter(&self, bar: &Bar, line: usize) -> char {
        let eighths = |value: f64| {
            let (from, to) = (line * EIGHTHS.len(), LINES * EIGHTHS.len());
            self.height(value, to)
                .saturating_sub(from)
                .min(EIGHTHS.len())
        };
        match (eighths(bar.least), eighths(bar.most)) {
            (0, 0) => ' ',
            (0, _) => BETWEEN,
            (some, _) => EIGHTHS[some - 1],
        }
    }

    /// The points of two bars in a line, counted from below.
    fn points(&self, bars: Range<usize>, line: usize) -> char {
        let lines = POINTS[0].len();
        let mut pattern = 0;
        for (bar, bits) in bars.zip(POINTS) {
            for (above, bit) in bits.into_iter().enumerate() {
                if self.is_lit(bar, line * lines + above, LINES * lines) {
                    pattern |= bit;
                }
            }
        }
        let letter = char::from_u32(0x2800 + u32::from(pattern)).filter(|_| pattern > 0);
        letter.unwrap_or(' ')
    }

    /// Whether a bar has a point at a height of `all`.
    fn is_lit(&self, index: usize, height: usize, all: usize) -> bool {
        let Some(bar) = self.bars.get(index) else {
            return false;
        };
        if self.form != Form::Line {
            let (least, most) = (self.height(bar.least, all), self.height(bar.most, all));
            // Every other one where some of the places reach and others do not.
            return height < least || (height < most && (height + index).is_multiple_of(2));
        }
        // From where the bar before it ended.
        let own = self.height(bar.most, all - 1);
        let before = index.checked_sub(1).and_then(|index| self.bars.get(index));
        let before = before.map_or(own, |bar| self.height(bar.most, all - 1));
        let (from, to) = match before.cmp(&own) {
            Ordering::Less => (before + 1, own),
            Ordering::Equal => (own, own),
            Ordering::Greater => (own, before - 1),
        };
        (from..=to).contains(&height)
    }

    /// The horizontal axis and its labels.
    fn axis(&self, block: &mut Block, label: usize) {
        let columns = self.form.columns(self.bars.len());
        let mut line = vec!['─'; columns];
        let mut text = vec![' '; label + columns];
        let mut taken: Vec<(usize, usize)> = Vec::new();
        for (bar, words) in &self.ticks {
            let at = self.form.column(*bar).min(columns.saturating_sub(1));
            let len = width_of(words);
            let from = (label + at).saturating_sub(len / 2);
            let from = from.min((label + columns).saturating_sub(len));
            if taken.iter().any(|&(a, b)| from <= b && a <= from + len) {
                continue;
            }
            taken.push((from, from + len));
            line[at] = '┴';
            for (slot, letter) in text[from..].iter_mut().zip(words.chars()) {
                *slot = letter;
            }
        }
        let mut pieces = Pieces::default();
        pieces.push_str(&format!("{:>1$}", "0", label - 1), DIM);
        pieces.push('┼', DIM);
        pieces.push_str(&line.into_iter().collect::<String>(), DIM);
        block.line(&pieces);
        let mut pieces = Pieces::default();
        let text: String = text.into_iter().collect();
        pieces.push_str(text.trim_end(), Style::new());
        block.line(&pieces);
        let mut pieces = Pieces::default();
        let before = label + columns.saturating_sub(width_of(self.across)) / 2;
        pieces.push_str(&" ".repeat(before), Style::new());
        pieces.push_str(self.across, DIM);
        block.line(&pieces);
    }

    /// A value in parts of the chart, of `all`.
    fn height(&self, value: f64, all: usize) -> usize {
        if value <= 0.0 || self.most.0 <= 0.0 {
            return 0;
        }
        let all = u8::try_from(all).unwrap_or(u8::MAX);
        let height = byte(value / self.most.0 * f64::from(all));
        usize::from(height.clamp(u8::from(self.shows_least), all))
    }
}
