//! Layers that a network file leaves out.

/// Activations, normalisations and the like, without signs and without the number of axes at the end.
const LEFT_OUT: &str = "activation batchnorm batchnormalisation batchnormalization bn dropout elu gelu groupnorm \
    hardsigmoid hardswish instancenorm layernorm leakyrelu mish norm normalisation normalization prelu relu relu6 \
    selu sigmoid silu softmax softplus swish tanh";

/// Layers that may read one position or the entire map.
const DENSE: &str = "dense fc fullyconnected linear";

/// What to do about a word for a layer that is no operation here.
pub(super) fn help(word: &str) -> Option<&'static str> {
    /// No such word is longer; longer ones are not looked at.
    const LONGEST: usize = 32;
    if word.len() > LONGEST {
        return None;
    }
    let mut bare = word.to_lowercase();
    bare.retain(|c| !matches!(c, '-' | '_' | ' '));
    let bare = ["1d", "2d", "3d"]
        .iter()
        .find_map(|end| bare.strip_suffix(end))
        .unwrap_or(&bare);
    let is_among = |words: &str| words.split(' ').any(|word| word == bare);
    if is_among(LEFT_OUT) {
        Some(
            "leave out layers that read one position at a time: activations, normalization, dropout",
        )
    } else if is_among(DENSE) {
        Some(
            "leave it out if it reads one position at a time, as `{ kernel = 1 }` does; use `{ op = \"global-pool\" }` if it reads the entire map",
        )
    } else {
        None
    }
}
