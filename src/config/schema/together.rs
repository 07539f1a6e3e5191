//! Keys that go together: what the program checks once it has read a table.

use serde_json::{Value, json};

use crate::config::layer::keys;
use crate::config::limits::DIMS;
use crate::config::words::{MERGES, MODES, OPS, PAD_MODES};
use crate::network::OpKind;

/// The file: a stage at least, and a size that fits the number of axes.
pub(super) fn file(schema: &mut Value) {
    schema["required"] = json!(["stage"]);
    let fits = |dims: i64| {
        json!({
            "if": { "properties": { "dims": { "const": dims } }, "required": ["dims"] },
            "then": { "properties": { "input": { "minItems": dims, "maxItems": dims } } },
        })
    };
    schema["allOf"] = DIMS.map(fits).collect();
}

/// A stage: one of the two forms.
pub(super) fn stage(schema: &mut Value) {
    schema["oneOf"] = json!([{ "required": ["dilations"] }, { "required": ["layers"] }]);
}

/// A layer: the keys that its operation has, and those that it needs.
pub(super) fn layer(schema: &mut Value) {
    let mut cases = vec![json!({
        "if": { "required": ["branches"] },
        "then": { "propertyNames": { "enum": keys(MERGES[0].1) } },
    })];
    cases.extend(OPS.iter().map(|(word, kind)| {
        let mut named = json!({
            "properties": { "op": { "const": word } },
            "not": { "required": ["branches"] },
        });
        // A layer that names no operation is a convolution.
        if *kind != OpKind::Conv {
            named["required"] = json!(["op"]);
        }
        let mut then = needed(*kind);
        then["propertyNames"] = json!({ "enum": keys(*kind) });
        json!({ "if": named, "then": then })
    }));
    schema["allOf"] = Value::Array(cases);
}

/// What an operation needs beyond keys that it has.
fn needed(kind: OpKind) -> Value {
    match kind {
        OpKind::Transposed => json!({
            "properties": {
                "padding": { "not": { "type": "string" }, "items": { "not": { "type": "string" } } },
            },
        }),
        OpKind::Upsample => json!({
            "oneOf": [{ "required": ["factor"] }, { "required": ["size"] }, { "required": ["like"] }],
            "if": { "properties": { "align_corners": { "const": true } }, "required": ["align_corners"] },
            "then": { "properties": { "mode": { "enum": ["linear", "cubic"] } }, "required": ["mode"] },
            "properties": { "mode": { "enum": MODES.map(|(word, _)| word) } },
        }),
        OpKind::PixelShuffle => json!({ "required": ["factor"] }),
        OpKind::AdaptiveAvgPool | OpKind::AdaptiveMaxPool => json!({ "required": ["size"] }),
        OpKind::Crop => json!({
            "oneOf": [{ "required": ["like"] }, { "required": ["size"] }],
            "dependencies": { "offset": ["size"] },
        }),
        OpKind::Pad => json!({
            "required": ["padding"],
            "properties": {
                "padding": { "not": { "type": "string" }, "items": { "not": { "type": "string" } } },
                "mode": { "enum": PAD_MODES.map(|(word, _)| word) },
            },
        }),
        OpKind::Slice => json!({ "required": ["stride"] }),
        OpKind::Conv
        | OpKind::MaxPool
        | OpKind::AvgPool
        | OpKind::GlobalPool
        | OpKind::Add
        | OpKind::Concat => json!({}),
    }
}
