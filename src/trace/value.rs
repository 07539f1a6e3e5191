//! What is known of a tensor.

use super::layout::Layout;

/// A tensor that does not depend on the network's input.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Fixed {
    /// Its sizes, where known.
    pub(crate) shape: Option<Vec<i64>>,
    /// Its elements, where known and few.
    pub(crate) data: Option<Vec<f64>>,
    /// Whether the elements are whole numbers (or truth values).
    pub(crate) is_whole: bool,
}

impl Fixed {
    pub(crate) fn of_shape(shape: Vec<i64>) -> Self {
        Self {
            shape: Some(shape),
            ..Self::default()
        }
    }

    /// The elements as whole numbers, rounded towards zero.
    pub(crate) fn whole(&self) -> Option<Vec<i64>> {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "out of range means without end"
        )]
        let whole = |&x: &f64| x as i64;
        self.data
            .as_ref()
            .map(|data| data.iter().map(whole).collect())
    }
}

/// A tensor.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// It does not depend on the network's input.
    Fixed(Fixed),
    /// It holds a map.
    Map(Layout),
    /// It depends on the input, and which positions its entries belong to is not known.
    Ended,
}

impl Value {
    pub(crate) fn shape(&self) -> Option<Vec<i64>> {
        match self {
            Self::Fixed(fixed) => fixed.shape.clone(),
            Self::Map(layout) => Some(layout.shape()),
            Self::Ended => None,
        }
    }

    pub(crate) fn fixed(&self) -> Option<&Fixed> {
        match self {
            Self::Fixed(fixed) => Some(fixed),
            _ => None,
        }
    }
}
