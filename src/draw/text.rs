//! Numbers of paths as text, and texts that every terminal takes.

use crate::network::{counted, times};

/// A number of paths in few characters.
#[must_use]
pub fn number(weight: f64) -> String {
    if weight >= 1e6 {
        return format!("{weight:.1e}");
    }
    if weight.fract() == 0.0 {
        return format!("{weight:.0}");
    }
    let text = format!("{weight:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A position as people write it.
#[must_use]
pub fn signed(position: i64) -> String {
    position.to_string().replace('-', "−")
}

/// A size with what it comes to: `3×3 = 9 positions`; that alone along one axis.
#[must_use]
pub fn times_to(size: &[i64], total: impl std::fmt::Display) -> String {
    match size {
        [_] => total.to_string(),
        _ => format!("{} = {total}", times(size)),
    }
}

/// A number of paths in words.
#[must_use]
pub fn paths(weight: f64) -> String {
    counted(number(weight), "path")
}

/// A text in ASCII, each character in the place of one.
#[must_use]
pub fn ascii(text: &str) -> String {
    let plain = |letter: char| match letter {
        '×' => 'x',
        '²' => '2',
        '·' => '.',
        '…' => '~',
        '−' | '–' | '─' => '-',
        '→' | '▸' => '>',
        '▁' | '▂' | '▃' => '_',
        '▄' | '▅' | '▆' => '=',
        '▇' | '█' | '■' => '#',
        '░' => ':',
        '│' | '┤' => '|',
        '┴' | '┼' | '▒' => '+',
        '▼' => 'V',
        '▾' => 'v',
        letter if letter.is_ascii() => letter,
        _ => '?',
    };
    text.chars().map(plain).collect()
}
