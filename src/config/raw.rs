//! The network file as written: one type for each table, nothing decided yet.

use toml::Spanned;
use toml::de::DeValue;

use crate::network::Dilation;

use super::problem::{Problem, cropped, suggestion};
use super::read::{At, Axes, Entries, FromToml, Int, Number, OneOrMany, Reader, table};
use super::values::ranged;

table! {
    /// The whole file.
    RawFile, "the network file", {
        /// Name of the network.
        name: String,
        /// Number of axes.
        dims: Int,
        /// Positions per axis of the input.
        input: Axes<Int>,
        /// Stages whose maps leave the network.
        outputs: OneOrMany<String>,
        /// Defaults of convolutions.
        defaults: RawDefaults,
        /// What the network is for.
        target: RawTarget,
        /// Levels of rules.
        rules: Entries<RawLevel>,
        /// The stages.
        stage: Vec<At<RawStage>>,
    }
}

table! {
    /// `[defaults]`: what convolutions have where they do not say.
    RawDefaults, "`[defaults]`", {
        /// Kernel size.
        kernel: Axes<Int>,
        /// Stride.
        stride: Axes<Int>,
        /// Padding.
        padding: RawPadding,
    }
}

table! {
    /// `[target]`: what the network is for.
    RawTarget, "`[target]`", {
        /// Least receptive field, in input positions.
        receptive_field: Axes<Int>,
        /// Smallest object, in input positions.
        smallest_object: Axes<Int>,
    }
}

table! {
    /// `[[stage]]`: layers that belong together.
    RawStage, "a stage", {
        /// Name, by which later stages read it.
        name: String,
        /// Earlier stages it reads.
        from: OneOrMany<String>,
        /// Kernel size of its convolutions.
        kernel: Axes<Int>,
        /// Stride of its convolutions.
        stride: Axes<Int>,
        /// Padding of its convolutions.
        padding: RawPadding,
        /// Short form: a convolution for each dilation.
        dilations: Vec<At<Axes<RawDilation>>>,
        /// How often the list is repeated.
        repeat: Int,
        /// An identity around each repetition.
        residual: bool,
        /// Long form: any layers.
        layers: Vec<At<RawLayer>>,
        /// Levels of rules for this stage.
        rules: Entries<RawLevel>,
    }
}

table! {
    /// An entry of `layers`: an operation, or parallel branches.
    RawLayer, "a layer", {
        /// Operation.
        op: String,
        /// Name, for messages only.
        name: String,
        /// Kernel size.
        kernel: Axes<Int>,
        /// Stride.
        stride: Axes<Int>,
        /// Dilation.
        dilation: Axes<RawDilation>,
        /// Padding.
        padding: RawPadding,
        /// Positions added after the last, of a transposed convolution.
        output_padding: Axes<Int>,
        /// Whether a cut-off last window of a pool counts.
        ceil_mode: bool,
        /// Upsampling factor.
        factor: Axes<Int>,
        /// Size to resize to.
        size: Axes<Int>,
        /// Stage whose map has the size to resize or crop to.
        like: String,
        /// Interpolation.
        mode: String,
        /// Whether linear interpolation lays the first and last positions on each other.
        align_corners: bool,
        /// Output channels.
        channels: Int,
        /// Groups of a grouped convolution.
        groups: Int,
        /// Parallel branches.
        branches: Vec<At<Vec<At<RawLayer>>>>,
        /// How branches are merged.
        merge: String,
    }
}

/// A dilation, or `"?"` for one that is not decided yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawDilation {
    /// A number.
    Given(Int),
    /// `"?"`.
    Undecided,
}

impl FromToml for RawDilation {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader) -> Option<Self> {
        if let DeValue::String(text) = value.get_ref()
            && text == "?"
        {
            return Some(Self::Undecided);
        }
        // Checked at once, so that one entry of the wrong type does not hide another out of range.
        let int = Int::from_toml(value, reader)?;
        match Dilation::new(int.0) {
            Ok(_) => Some(Self::Given(int)),
            Err(error) => {
                reader.report(Problem::new(format!("dilation {error}"), value.span()));
                None
            }
        }
    }
}

/// Padding along one axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaddingEntry {
    /// The same on both sides.
    Both(i64),
    /// Before the first position and after the last.
    Pair(i64, i64),
    /// None.
    Valid,
    /// As much as keeps the size, the left half rounded down.
    Same,
    /// As much as keeps the size, all of it before the first position.
    Causal,
}

/// Positions of padding on a side, checked.
#[derive(Clone, Copy)]
struct Width(i64);

/// Most padding on a side: what `same` may need at the limits of kernel size and dilation.
const MAX_PADDING: i64 = 1 << 36;

impl FromToml for Width {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader) -> Option<Self> {
        let number = Int::from_toml(value, reader)?;
        match ranged(number.0, 0, MAX_PADDING) {
            Ok(width) => Some(Self(width)),
            Err(message) => {
                reader.report(Problem::new(format!("padding {message}"), value.span()));
                None
            }
        }
    }
}

impl FromToml for PaddingEntry {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader) -> Option<Self> {
        const WORDS: [&str; 3] = ["valid", "same", "causal"];
        match value.get_ref() {
            DeValue::String(word) => match word.as_ref() {
                "valid" => Some(Self::Valid),
                "same" => Some(Self::Same),
                "causal" => Some(Self::Causal),
                other => {
                    reader.report(unknown_word("padding", other, &WORDS, value.span()));
                    None
                }
            },
            DeValue::Array(_) => {
                let pair: Vec<Width> = Vec::from_toml(value, reader)?;
                if let [low, high] = pair[..] {
                    return Some(Self::Pair(low.0, high.0));
                }
                reader.report(
                    Problem::new(
                        format!("a padding pair has 2 numbers, not {}", pair.len()),
                        value.span(),
                    )
                    .help("write `[before, after]` for each axis"),
                );
                None
            }
            _ => Width::from_toml(value, reader).map(|w| Self::Both(w.0)),
        }
    }
}

/// Padding of a layer: one entry for all axes, or one for each.
#[derive(Clone, Debug)]
pub struct RawPadding(pub Axes<PaddingEntry>);

impl FromToml for RawPadding {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader) -> Option<Self> {
        Axes::from_toml(value, reader).map(Self)
    }
}

/// A level of a rule, alone or with numbers of that rule.
#[derive(Clone, Debug)]
pub enum RawLevel {
    /// `"warn"`, or another word.
    Word(String),
    /// `{ level = "warn", max = 0.3 }`.
    Table(Vec<(At<String>, At<RawOption>)>),
}

/// A value in a rule's table.
#[derive(Clone, Debug)]
pub enum RawOption {
    /// A word.
    Word(String),
    /// A number.
    Number(f64),
}

impl FromToml for RawOption {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader) -> Option<Self> {
        match value.get_ref() {
            DeValue::String(word) => Some(Self::Word(word.to_string())),
            _ => Number::from_toml(value, reader).map(|n| Self::Number(n.0)),
        }
    }
}

impl FromToml for RawLevel {
    fn from_toml(value: &Spanned<DeValue<'_>>, reader: &mut Reader) -> Option<Self> {
        match value.get_ref() {
            DeValue::String(word) => Some(Self::Word(word.to_string())),
            DeValue::Table(_) => Entries::from_toml(value, reader).map(|e| Self::Table(e.0)),
            _ => {
                reader.wrong_type("a level (\"allow\", \"warn\" or \"deny\")", value);
                None
            }
        }
    }
}

/// The problem of a word that is none of the known ones.
pub(crate) fn unknown_word(
    what: &str,
    word: &str,
    known: &[&str],
    span: std::ops::Range<usize>,
) -> Problem {
    let list = || itertools::join(known.iter().map(|k| format!("\"{k}\"")), ", ");
    let help = match suggestion(word, known.iter().copied()) {
        Some(found) => format!("did you mean \"{found}\"?"),
        None => format!("known: {}", list()),
    };
    Problem::new(format!("unknown {what} \"{}\"", cropped(word)), span)
        .label(format!("unknown {what}"))
        .help(help)
}
