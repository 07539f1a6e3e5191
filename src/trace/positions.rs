//! Which axes of a model's input hold positions.

use std::collections::HashMap;
use std::hash::Hash;

/// What an operator does with the axes of the tensor that it reads.
pub(crate) enum Motion {
    /// It slides a window over all axes behind the first two.
    Window,
    /// It is a product that sums over the last axis.
    Product,
    /// It puts axes in another order, or in between others: of each axis of the result the axis that was read.
    Axes(Vec<Option<usize>>),
    /// It leaves them where they are.
    Same,
    /// Where they are is not known.
    Lost,
}

/// An operator, as far as the search for positions needs it.
pub(crate) trait Step {
    /// What tensors are known by.
    type Key: Eq + Hash;

    /// The tensors that it reads, the one that it is about first.
    fn read(&self) -> Vec<Self::Key>;
    /// Its first result.
    fn written(&self) -> Option<Self::Key>;
    /// What it does with a tensor of so many axes.
    fn motion(&self, rank: usize) -> Motion;
}

/// The axes of the input that hold positions: those over which the first window goes, as far as transposes lead there; else all behind batch and
/// channels, or between batch and channels where a product comes first.
pub(crate) fn positions<S: Step>(input: S::Key, rank: usize, steps: &[S]) -> Vec<usize> {
    let mut axes: HashMap<S::Key, Vec<Option<usize>>> = HashMap::new();
    axes.insert(input, (0..rank).map(Some).collect());
    for step in steps {
        let read = step.read();
        let known = |(at, key)| Some((at, axes.get(key)?.clone()));
        let Some((at, known)) = read.iter().enumerate().find_map(known) else {
            continue;
        };
        let next = match step.motion(known.len()) {
            Motion::Window if at == 0 && known.len() > 2 => {
                let mut found: Vec<usize> = known[2..].iter().filter_map(|axis| *axis).collect();
                found.sort_unstable();
                return found;
            }
            Motion::Product if at == 0 && rank > 2 => return (1..rank - 1).collect(),
            Motion::Axes(from) => {
                let from = from.iter().map(|at| known.get((*at)?).copied().flatten());
                from.collect()
            }
            Motion::Window | Motion::Product | Motion::Same => known,
            Motion::Lost => continue,
        };
        if let Some(output) = step.written() {
            axes.insert(output, next);
        }
    }
    match rank {
        0 | 1 => Vec::new(),
        2 => vec![1],
        _ => (2..rank).collect(),
    }
}
