//! Whole numbers among the options.

/// A whole number, of 64 bits.
pub(super) fn whole(text: &str) -> Result<i64, String> {
    let text = text.trim();
    text.parse().map_err(|_| {
        let digits = text.strip_prefix('-').unwrap_or(text);
        if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
            format!("`{text}` is past 64 bits")
        } else {
            format!("`{text}` is no whole number")
        }
    })
}
