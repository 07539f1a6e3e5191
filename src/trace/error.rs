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
    /// A name of none of its maps.
    #[error("no module, node, value or stage of the model is called \"{name}\"")]
    Name {
        /// The name.
        name: String,
        /// The names that there are.
        known: Vec<String>,
    },
    /// An option that does not fit the model.
    #[error("{0}")]
    Option(String),
}

impl Error {
    /// The same of an input of so many axes: one of batch and features alone may be none of positions.
    pub(crate) fn of_input(self, input: &str, rank: usize) -> Self {
        match self {
            Self::Model(why) if rank == 2 => Self::Model(format!(
                "{why}; if input \"{input}\" is a vector, it has no positions: export the part of the model behind the reshape to a map"
            )),
            other => other,
        }
    }

    /// An input that has not one to three axes of positions.
    pub(crate) fn rank(input: &str, rank: usize) -> Self {
        let axes = if rank == 1 { "axis" } else { "axes" };
        Self::Model(format!(
            "input \"{input}\" has {rank} {axes}: it needs batch, channels and 1 to 3 axes of positions, such as 1×3×512×512"
        ))
    }
}
