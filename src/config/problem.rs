//! What is wrong with a file, and where; words that a file has instead of known ones, and which were probably meant.

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

/// Longest word that is shown in full, or compared with the known ones.
pub(crate) const LONGEST_WORD: usize = 64;

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
    ("exclude", "excludes ignore extend-exclude"),
    ("paths", "path files src includes"),
    ("include", "paths path files includes"),
    ("overrides", "override per-file-rules per-file-ignores"),
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
