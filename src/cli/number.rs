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

#[cfg(test)]
mod tests {
    use super::whole;

    #[test]
    fn what_is_no_number_and_what_is_too_large() {
        assert_eq!(whole(" -3 "), Ok(-3));
        for text in ["abc", "1.5", "", "-"] {
            assert_eq!(whole(text), Err(format!("`{text}` is no whole number")));
        }
        let large = "9".repeat(20);
        assert_eq!(whole(&large), Err(format!("`{large}` is past 64 bits")));
    }
}
