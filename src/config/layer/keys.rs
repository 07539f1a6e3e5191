//! The words of an operation, and the keys that each has.

use crate::config::problem::Problem;
use crate::config::raw::RawLayer;
use crate::config::read::Reader;
use crate::config::values::word_of;
use crate::network::OpKind;

use super::pointwise;

/// The words of `op`.
pub(crate) const OPS: [(&str, OpKind); 8] = [
    ("conv", OpKind::Conv),
    ("max-pool", OpKind::MaxPool),
    ("avg-pool", OpKind::AvgPool),
    ("transposed", OpKind::Transposed),
    ("upsample", OpKind::Upsample),
    ("pixel-shuffle", OpKind::PixelShuffle),
    ("global-pool", OpKind::GlobalPool),
    ("crop", OpKind::Crop),
];

/// The words of `merge`.
pub(crate) const MERGES: [(&str, OpKind); 2] = [("concat", OpKind::Concat), ("add", OpKind::Add)];

/// The operation that a layer names, `conv` where it names none.
pub(crate) fn kind(layer: &RawLayer, reader: &mut Reader) -> Option<OpKind> {
    let Some(op) = &layer.op else {
        return (!layer.has("op")).then_some(OpKind::Conv);
    };
    if let Some(help) = pointwise::help(&op.value) {
        let message = format!("unknown operation \"{}\"", op.value);
        reader.report(
            Problem::new(message, op.span.clone())
                .label("unknown operation")
                .help(help),
        );
        return None;
    }
    word_of("operation", &OPS, op, reader)
}

/// The keys that an operation has.
pub(crate) fn keys(kind: OpKind) -> &'static [&'static str] {
    match kind {
        OpKind::Conv => &[
            "op", "name", "kernel", "stride", "dilation", "padding", "channels", "groups",
        ],
        OpKind::MaxPool | OpKind::AvgPool => &[
            "op",
            "name",
            "kernel",
            "stride",
            "dilation",
            "padding",
            "ceil_mode",
            "channels",
        ],
        OpKind::Transposed => &[
            "op",
            "name",
            "kernel",
            "stride",
            "dilation",
            "padding",
            "output_padding",
            "channels",
            "groups",
        ],
        OpKind::Upsample => &[
            "op",
            "name",
            "factor",
            "size",
            "like",
            "mode",
            "align_corners",
            "channels",
        ],
        OpKind::PixelShuffle => &["op", "name", "factor", "channels"],
        OpKind::Crop => &["op", "name", "like", "size", "channels"],
        OpKind::GlobalPool => &["op", "name", "channels"],
        OpKind::Add | OpKind::Concat => &["name", "branches", "merge"],
    }
}

/// Reports keys that do not belong to an operation.
pub(crate) fn check_keys(layer: &RawLayer, kind: OpKind, reader: &mut Reader) {
    let allowed = keys(kind);
    let called = match kind {
        OpKind::Add | OpKind::Concat => "a layer with branches",
        other => other.name(),
    };
    for key in layer
        .keys
        .iter()
        .filter(|key| !allowed.contains(&key.value))
    {
        reader.report(
            Problem::new(
                format!("`{}` has no meaning for {called}", key.value),
                key.span.clone(),
            )
            .label("not used here")
            .help(format!("keys of {called}: {}", allowed.join(", "))),
        );
    }
}
