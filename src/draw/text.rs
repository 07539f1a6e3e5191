//! Texts that every font and every XML reader takes.

/// A text in ASCII, each character in the place of one.
#[must_use]
pub fn ascii(text: &str) -> String {
    let plain = |letter: char| match letter {
        '×' => 'x',
        '²' => '2',
        '·' => '.',
        '…' => '~',
        '−' | '–' => '-',
        '→' => '>',
        '█' | '■' => '#',
        letter if letter.is_ascii() => letter,
        _ => '?',
    };
    text.chars().map(plain).collect()
}

/// A text without what SVG takes for its own, and without what XML cannot hold.
#[must_use]
pub fn escaped(text: &str) -> String {
    let barred = |letter: char| letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}');
    text.replace(barred, "\u{fffd}")
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
