//! Words that a file has instead of known ones, and which were probably meant.

use std::ops::Range;

use super::problem::{LONGEST_WORD, Problem, cropped};

/// The problem of a word that is none of the known ones.
pub(crate) fn unknown_word(what: &str, word: &str, known: &[&str], span: Range<usize>) -> Problem {
    let help = match suggestion(word, known.iter().copied()) {
        Some(found) => format!("did you mean \"{found}\"?"),
        None => format!("known: \"{}\"", known.join("\", \"")),
    };
    Problem::new(format!("unknown {what} \"{}\"", cropped(word)), span)
        .label(format!("unknown {what}"))
        .help(help)
}

/// What other tools and papers call the same thing: each word of degrid, and theirs.
const ALIASES: &[(&str, &str)] = &[
    (
        "dilation",
        "rate rates dilation_rate dilation_rates atrous_rates",
    ),
    (
        "dilations",
        "rate rates dilation dilation_rate dilation_rates atrous_rates",
    ),
    ("kernel", "kernel_size ksize filter"),
    ("padding", "pad"),
    ("channels", "filters out_channels"),
    ("op", "type"),
    ("factor", "scale scale_factor"),
    ("input", "input_size input_shape inputs"),
    ("from", "inputs"),
    ("dims", "dim ndim"),
    ("stage", "stages group"),
    ("repeat", "repeats times"),
    ("conv", "conv1d conv2d conv3d convolution"),
    (
        "transposed",
        "deconv transpose conv_transpose conv-transpose conv-transposed transposed-conv transposed-convolution",
    ),
    (
        "transposed",
        "convtranspose convtranspose1d convtranspose2d convtranspose3d",
    ),
    ("max-pool", "pool maxpool"),
    ("max-pool", "maxpool1d maxpool2d maxpool3d"),
    (
        "avg-pool",
        "avgpool mean-pool avgpool1d avgpool2d avgpool3d",
    ),
    (
        "adaptive-avg-pool",
        "adaptive adaptive-pool adaptive_pool adaptiveavgpool adaptiveavgpool1d adaptiveavgpool2d adaptiveavgpool3d",
    ),
    (
        "adaptive-avg-pool",
        "adaptive_avg_pool adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d",
    ),
    (
        "adaptive-max-pool",
        "adaptivemaxpool adaptivemaxpool1d adaptivemaxpool2d adaptivemaxpool3d adaptive_max_pool",
    ),
    (
        "global-pool",
        "globalpool gap global-avg-pool globalavgpool globalaveragepool global_avg_pool global_pool",
    ),
    ("pad", "zeropad zeropad2d padding constantpad"),
    ("crop", "centercrop center-crop center_crop"),
    ("upsample", "interpolate resize"),
    ("linear", "bilinear trilinear"),
    ("cubic", "bicubic tricubic"),
    ("zeros", "zero constant"),
    ("replicate", "edge"),
    ("circular", "wrap"),
    ("x", "width w"),
    ("y", "height h"),
    ("z", "depth d"),
    ("axes", "axis dim dims"),
    ("offset", "start begin"),
    ("size", "output_size"),
    ("add", "sum"),
    ("concat", "cat"),
    ("deny", "error forbid"),
    ("warn", "warning"),
    ("allow", "off ignore"),
];

/// The word of `known` that was probably meant by `word`: what others call it, or one that differs in few letters.
pub(crate) fn suggestion<'a>(
    word: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    if word.len() > LONGEST_WORD {
        return None;
    }
    let known: Vec<&str> = known.into_iter().collect();
    let lower = word.to_lowercase();
    let mut aliases = ALIASES
        .iter()
        .filter(|(_, others)| others.split(' ').any(|other| other == lower));
    if let Some(found) = aliases.find_map(|(own, _)| known.iter().find(|k| *k == own)) {
        return Some(found);
    }
    known
        .into_iter()
        // A difference in length is a distance in bytes: past this there is nothing to compare.
        .filter(|candidate| lower.len().abs_diff(candidate.len()) <= most_typos(candidate) * 4)
        .map(|candidate| (strsim::damerau_levenshtein(&lower, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= most_typos(candidate))
        .min()
        .map(|(_, candidate)| candidate)
}

/// How many letters of a word may be mistyped.
fn most_typos(word: &str) -> usize {
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
