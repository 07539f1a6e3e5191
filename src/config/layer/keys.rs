//! The operation of a layer, and the keys that it has.

use crate::config::limits::OPS;
use crate::config::raw::RawLayer;
use crate::config::read::Reader;
use crate::config::values::word_of;
use crate::network::OpKind;

/// The operation that a layer names, `conv` where it names none.
pub(crate) fn kind(layer: &RawLayer, reader: &mut Reader) -> Option<OpKind> {
    let Some(op) = &layer.op else {
        return (!layer.has("op")).then_some(OpKind::Conv);
    };
    if let Some(help) = left_out(&op.value) {
        let problem = op.problem(format!("unknown operation \"{}\"", op.value));
        reader.report(problem.label("unknown operation").help(help));
        return None;
    }
    word_of("operation", &OPS, &op.value, &op.span, reader)
}

/// Whether an operation has a key.
fn has_key(kind: OpKind, key: &str) -> bool {
    let is_pool = matches!(kind, OpKind::MaxPool | OpKind::AvgPool);
    let has_taps = is_pool || matches!(kind, OpKind::Conv | OpKind::Transposed);
    let is_merge = matches!(kind, OpKind::Add | OpKind::Concat);
    match key {
        "kernel" | "stride" | "dilation" | "padding" => has_taps,
        "output_padding" => kind == OpKind::Transposed,
        "ceil_mode" => is_pool,
        "factor" => matches!(kind, OpKind::Upsample | OpKind::PixelShuffle),
        "size" | "like" => matches!(kind, OpKind::Upsample | OpKind::Crop),
        "mode" | "align_corners" => kind == OpKind::Upsample,
        "groups" => matches!(kind, OpKind::Conv | OpKind::Transposed),
        "branches" | "merge" => is_merge,
        "op" | "channels" => !is_merge,
        _ => true,
    }
}

/// The keys that an operation has, in the order of the reference.
pub(crate) fn keys(kind: OpKind) -> Vec<&'static str> {
    let all = RawLayer::KEYS.iter().copied();
    all.filter(|key| has_key(kind, key)).collect()
}

/// Reports keys that do not belong to an operation.
pub(crate) fn check_keys(layer: &RawLayer, kind: OpKind, reader: &mut Reader) {
    let called = match kind {
        OpKind::Add | OpKind::Concat => "a layer with branches",
        other => other.name(),
    };
    for key in layer.keys.iter().filter(|k| !has_key(kind, k.value)) {
        let problem = key.problem(format!("`{}` does not apply to {called}", key.value));
        let help = format!("keys of {called}: {}", keys(kind).join(", "));
        reader.report(problem.label("not used here").help(help));
    }
}

/// Activations, normalisations and the like, without signs and without the number of axes at the end.
const LEFT_OUT: &str = "activation batchnorm batchnormalisation batchnormalization bn dropout elu gelu groupnorm \
    hardsigmoid hardswish instancenorm layernorm leakyrelu mish norm normalisation normalization prelu relu relu6 \
    selu sigmoid silu softmax softplus swish tanh";

/// Layers that may read one position or the entire map.
const DENSE: &str = "dense fc fullyconnected linear";

/// What to do about a word for a layer that is no operation here.
fn left_out(word: &str) -> Option<&'static str> {
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
