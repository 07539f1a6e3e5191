//! Layers that a network file leaves out, or has in another form than as an operation.

/// Activations, normalisations and the like, without signs and without the number of axes at the end.
const LEFT_OUT: &str = "activation batchnorm batchnormalisation batchnormalization bn dropout elu gelu groupnorm \
    hardsigmoid hardswish instancenorm layernorm leakyrelu mish norm normalisation normalization prelu relu relu6 \
    selu sigmoid silu softmax softplus swish tanh";

/// Layers that may read one position or the entire map.
const DENSE: &str = "dense fc fullyconnected linear";

/// Merges of several maps.
const MERGES: &str = "add addition cat concat concatenate concatenation merge plus sum";

/// Inverse of a max-pool, which puts values back where it found them.
const UNPOOL: &str = "maxunpool maxunpooling unpool unpooling";

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
    } else if is_among(MERGES) {
        Some(
            "several maps are merged by a layer with `branches`, as in `{ branches = [[{ kernel = 3 }], []], merge = \"add\" }`, or by a stage that names them: `from = [\"a\", \"b\"]`",
        )
    } else if is_among(UNPOOL) {
        Some(
            "each position that it writes comes from one position of the map: write `{ op = \"upsample\", factor = 2 }`, with the stride of the pool as factor",
        )
    } else {
        None
    }
}
