//! The operation of a layer, and the keys that it has.

use crate::config::limits::OPS;
use crate::config::raw::RawLayer;
use crate::config::read::Reader;
use crate::config::values::word_of;
use crate::network::OpKind;

use super::elsewhere;

/// The operation that a layer names, `conv` where it names none.
pub(crate) fn kind(layer: &RawLayer, reader: &mut Reader) -> Option<OpKind> {
    let Some(op) = &layer.op else {
        return (!layer.has("op")).then_some(OpKind::Conv);
    };
    if let Some(help) = elsewhere::help(&op.value) {
        let problem = op.problem(format!("unknown operation \"{}\"", op.value));
        reader.report(problem.label("unknown operation").help(help));
        return None;
    }
    word_of("operation", &OPS, &op.value, &op.span, reader)
}

/// Whether an operation has a key.
fn has_key(kind: OpKind, key: &str) -> bool {
    let is_pool = matches!(kind, OpKind::MaxPool | OpKind::AvgPool);
    let is_adaptive = matches!(kind, OpKind::AdaptiveAvgPool | OpKind::AdaptiveMaxPool);
    let has_taps = is_pool || matches!(kind, OpKind::Conv | OpKind::Transposed);
    match key {
        "kernel" | "dilation" => has_taps,
        "stride" => has_taps || kind == OpKind::Slice,
        "padding" => has_taps || kind == OpKind::Pad,
        "output_padding" => kind == OpKind::Transposed,
        "ceil_mode" => is_pool,
        "factor" => matches!(kind, OpKind::Upsample | OpKind::PixelShuffle),
        "size" => is_adaptive || matches!(kind, OpKind::Upsample | OpKind::Crop),
        "like" => matches!(kind, OpKind::Upsample | OpKind::Crop),
        "offset" => matches!(kind, OpKind::Crop | OpKind::Slice),
        "axes" => kind == OpKind::GlobalPool,
        "mode" => matches!(kind, OpKind::Upsample | OpKind::Pad),
        "align_corners" => kind == OpKind::Upsample,
        "groups" => matches!(kind, OpKind::Conv | OpKind::Transposed),
        "branches" | "merge" => kind.is_merge(),
        "op" | "channels" => !kind.is_merge(),
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
    let called = if kind.is_merge() {
        "a layer with branches"
    } else {
        kind.name()
    };
    for key in layer.keys.iter().filter(|k| !has_key(kind, k.value)) {
        let problem = key.problem(format!("`{}` does not apply to {called}", key.value));
        let help = format!("keys of {called}: {}", keys(kind).join(", "));
        reader.report(problem.label("not used here").help(help));
    }
}
