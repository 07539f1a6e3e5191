//! A curve as terminal text: a column of blocks for each place, or for several that share one, over a labelled axis.

use anstyle::Style;

use crate::draw::{Bar, GRIDDING, byte, heat};

use super::block::{Block, Pieces};
use super::heatmap::Canvas;
use super::text::width_of;

/// A curve over evenly spaced places.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// Words above it.
    pub title: String,
    /// The columns.
    pub bars: Vec<Bar>,
    /// Columns of the terminal that each of them takes.
    pub wide: usize,
    /// Lines of text that the greatest value takes.
    pub lines: usize,
    /// Value of the upper end of the vertical axis, and its label.
    pub most: (f64, String),
    /// Labels beneath, with the column that each belongs to; those that would touch an earlier one are left out.
    pub ticks: Vec<(usize, String)>,
    /// What the horizontal axis counts.
    pub across: &'static str,
    /// Whether a value above zero is never drawn as zero.
    pub shows_least: bool,
    /// Signs above columns; the first of a column counts.
    pub marks: Vec<(usize, char)>,
}

/// Blocks of one to eight eighths of a line.
const EIGHTHS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Where some of the places that share a column reach, and others do not.
const BETWEEN: char = '░';

impl Chart {
    /// Draws it.
    pub fn draw(&self, canvas: &Canvas, width: usize) -> Block {
        let mut block = Block::default();
        block.text(&self.title, Style::new().bold(), width);
        let label = self.label_width();
        let dim = Style::new().dimmed();
        block.widen(label + self.bars.len() * self.wide);
        if !self.marks.is_empty() {
            let mut line = Pieces::default();
            line.push_str(&" ".repeat(label), Style::new());
            for column in 0..self.bars.len() {
                let sign = self.marks.iter().find(|mark| mark.0 == column);
                let middle = (self.wide - 1) / 2;
                for part in 0..self.wide {
                    let letter = sign.filter(|_| part == middle).map_or(' ', |sign| sign.1);
                    line.push(letter, Style::new());
                }
            }
            block.line(&line);
        }
        let fill = Style::new().fg_color(canvas.depth.color(heat(0.6)));
        let hole = Style::new().fg_color(canvas.depth.color(GRIDDING));
        for line in (0..self.lines).rev() {
            let name = if line + 1 == self.lines {
                &self.most.1
            } else {
                ""
            };
            let tick = if name.is_empty() { '│' } else { '┤' };
            let mut pieces = Pieces::default();
            pieces.push_str(&format!("{name:>0$}", label - 1), dim);
            pieces.push(tick, dim);
            for bar in &self.bars {
                let letter = self.letter(bar, line);
                let gap = line == 0 && bar.is_missing && letter == ' ';
                for _ in 0..self.wide {
                    if gap {
                        pieces.push(canvas.glyphs.gridding, hole);
                    } else {
                        pieces.push(letter, fill);
                    }
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
            let (from, to) = (line * EIGHTHS.len(), self.lines * EIGHTHS.len());
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

    /// The horizontal axis and its labels.
    fn axis(&self, block: &mut Block, label: usize) {
        let middle = (self.wide - 1) / 2;
        let columns = self.bars.len() * self.wide;
        let mut line = vec!['─'; columns];
        let mut text = vec![' '; label + columns];
        let mut taken: Vec<(usize, usize)> = Vec::new();
        for (column, words) in &self.ticks {
            let at = (column * self.wide + middle).min(columns.saturating_sub(1));
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
        let dim = Style::new().dimmed();
        let mut pieces = Pieces::default();
        pieces.push_str(&format!("{:>1$}", "0", label - 1), dim);
        pieces.push('┼', dim);
        pieces.push_str(&line.into_iter().collect::<String>(), dim);
        block.line(&pieces);
        let mut pieces = Pieces::default();
        let text: String = text.into_iter().collect();
        pieces.push_str(text.trim_end(), Style::new());
        block.line(&pieces);
        let mut pieces = Pieces::default();
        let before = label + columns.saturating_sub(width_of(self.across)) / 2;
        pieces.push_str(&" ".repeat(before), Style::new());
        pieces.push_str(self.across, dim);
        block.line(&pieces);
    }

    /// A value in eighths of a line, of `all` in the chart.
    fn height(&self, value: f64, all: usize) -> usize {
        if value <= 0.0 || self.most.0 <= 0.0 {
            return 0;
        }
        let all = u8::try_from(all).unwrap_or(u8::MAX);
        let height = byte(value / self.most.0 * f64::from(all));
        usize::from(height.clamp(u8::from(self.shows_least), all))
    }
}
