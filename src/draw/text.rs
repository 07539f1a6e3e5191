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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_is_xml() {
        assert_eq!(escaped("a < b & c"), "a &lt; b &amp; c");
        assert_eq!(escaped("\u{1b}[31mred\0"), "\u{fffd}[31mred\u{fffd}");
    }
}
