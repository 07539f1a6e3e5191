//! What is wrong with a model file.

/// Why a model cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The source failed, at a byte offset.
    #[error("byte {0}: {1}")]
    Read(u64, String),
    /// Bytes that are no model, at an offset.
    #[error("byte {0}: {1}")]
    Malformed(u64, String),
    /// A node that cannot be right.
    #[error("node \"{node}\" ({op}): {what}")]
    Node {
        /// Its name; its first output where it has none.
        node: String,
        /// Its operator.
        op: String,
        /// What is wrong.
        what: String,
    },
    /// The model as a whole, its inputs or outputs.
    #[error("{0}")]
    Model(String),
    /// An option that does not fit the model.
    #[error("{0}")]
    Option(String),
}
