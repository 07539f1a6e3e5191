//! What is wrong with a file, and where.

use std::ops::Range;

/// One fault of a network file: the message, the bytes it is about, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong, in one line.
    pub message: String,
    /// The bytes of the file that are at fault.
    pub span: Range<usize>,
    /// Words under the underline.
    pub label: Option<String>,
    /// What would be right.
    pub help: Option<String>,
    /// Other places that explain it.
    pub related: Vec<(Range<usize>, String)>,
}

impl Problem {
    /// A problem with a message and a place.
    #[must_use]
    pub fn new(message: impl Into<String>, span: Range<usize>) -> Self {
        Self {
            message: message.into(),
            span,
            label: None,
            help: None,
            related: Vec::new(),
        }
    }

    /// With words under the underline.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// With what would be right.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With another place that explains it.
    #[must_use]
    pub fn related(mut self, span: Range<usize>, label: impl Into<String>) -> Self {
        self.related.push((span, label.into()));
        self
    }
}

/// A text of the file as it may be shown: control characters, which a terminal would obey, are replaced.
pub(crate) fn printable(text: &str) -> String {
    text.replace(char::is_control, "\u{fffd}")
}

/// A word of a file as messages show it: not past a line's length.
pub(crate) fn cropped(word: &str) -> String {
    let word = printable(word);
    if word.chars().count() <= LONGEST_WORD {
        return word;
    }
    let head: String = word.chars().take(LONGEST_WORD).collect();
    format!("{head}…")
}

/// The problem of a word that is none of the known ones.
pub(crate) fn unknown_word(what: &str, word: &str, known: &[&str], span: Range<usize>) -> Problem {
    let list = || itertools::join(known.iter().map(|k| format!("\"{k}\"")), ", ");
    let help = match suggestion(word, known.iter().copied()) {
        Some(found) => format!("did you mean \"{found}\"?"),
        None => format!("known: {}", list()),
    };
    Problem::new(format!("unknown {what} \"{}\"", cropped(word)), span)
        .label(format!("unknown {what}"))
        .help(help)
}

/// Longest word that is shown whole, or taken for a slip of the pen.
const LONGEST_WORD: usize = 64;

/// The word of `known` that `word` was likely meant to be: an alias, or few letters away.
pub(crate) fn suggestion<'a>(
    word: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    // What other tools and papers call the same thing; several meanings are tried in order.
    const ALIASES: &[(&str, &[&str])] = &[
        ("rate", &["dilation", "dilations"]),
        ("rates", &["dilations", "dilation"]),
        ("dilation_rate", &["dilation", "dilations"]),
        ("dilation_rates", &["dilations", "dilation"]),
        ("dilation", &["dilations"]),
        ("atrous_rates", &["dilations", "dilation"]),
        ("kernel_size", &["kernel"]),
        ("ksize", &["kernel"]),
        ("filter", &["kernel"]),
        ("pad", &["padding"]),
        ("filters", &["channels"]),
        ("out_channels", &["channels"]),
        ("type", &["op"]),
        ("scale", &["factor"]),
        ("scale_factor", &["factor"]),
        ("input_size", &["input"]),
        ("input_shape", &["input"]),
        ("dim", &["dims"]),
        ("ndim", &["dims"]),
        ("inputs", &["from", "input"]),
        ("stages", &["stage"]),
        ("group", &["stage"]),
        ("repeats", &["repeat"]),
        ("times", &["repeat"]),
        ("conv1d", &["conv"]),
        ("conv2d", &["conv"]),
        ("conv3d", &["conv"]),
        ("convolution", &["conv"]),
        ("deconv", &["transposed"]),
        ("conv_transpose", &["transposed"]),
        ("transposed-conv", &["transposed"]),
        ("transposed-convolution", &["transposed"]),
        ("transpose", &["transposed"]),
        ("conv-transpose", &["transposed"]),
        ("conv-transposed", &["transposed"]),
        ("convtranspose", &["transposed"]),
        ("convtranspose1d", &["transposed"]),
        ("convtranspose2d", &["transposed"]),
        ("convtranspose3d", &["transposed"]),
        ("pool", &["max-pool"]),
        ("maxpool", &["max-pool"]),
        ("avgpool", &["avg-pool"]),
        ("mean-pool", &["avg-pool"]),
        ("interpolate", &["upsample"]),
        ("resize", &["upsample"]),
        ("bilinear", &["linear"]),
        ("trilinear", &["linear"]),
        ("sum", &["add"]),
        ("cat", &["concat"]),
        ("error", &["deny"]),
        ("forbid", &["deny"]),
        ("warning", &["warn"]),
        ("off", &["allow"]),
        ("ignore", &["allow"]),
    ];
    if word.len() > LONGEST_WORD {
        return None;
    }
    let known: Vec<&str> = known.into_iter().collect();
    let lower = word.to_lowercase();
    let alias = ALIASES
        .iter()
        .filter(|(from, _)| *from == lower)
        .flat_map(|(_, to)| *to);
    let mut alias = alias;
    if let Some(found) = alias.find_map(|to| known.iter().find(|k| *k == to)) {
        return Some(found);
    }
    known
        .into_iter()
        // As many letters more or less are as many slips: not worth comparing.
        .filter(|candidate| lower.len().abs_diff(candidate.len()) <= slips(candidate) * 4)
        .map(|candidate| (strsim::damerau_levenshtein(&lower, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= slips(candidate))
        .min()
        .map(|(_, candidate)| candidate)
}

/// How many slips of the pen a word may have and still be known.
fn slips(word: &str) -> usize {
    1 + word.len() / 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggestions() {
        assert_eq!(suggestion("rate", ["kernel", "dilation"]), Some("dilation"));
        assert_eq!(
            suggestion("rates", ["dilations", "layers"]),
            Some("dilations")
        );
        assert_eq!(suggestion("kernal", ["kernel", "dilation"]), Some("kernel"));
        assert_eq!(suggestion("Kernel", ["kernel", "dilation"]), Some("kernel"));
        assert_eq!(suggestion("zebra", ["kernel", "dilation"]), None);
    }
}
