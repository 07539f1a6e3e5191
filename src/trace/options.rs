//! How to read a model.

/// How to read a model.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Positions of the input along each axis, instead of those that the file gives; one number holds for all axes.
    pub inputs: Option<Vec<i64>>,
    /// The input that holds the map, where the model has several; else the first that can.
    pub input_name: Option<String>,
    /// Where the network ends: modules, nodes or values, by name. Else at the outputs of the model.
    pub at: Vec<String>,
}
