//! Where the positions of a map stand in a tensor: each axis is a list of atoms, outermost first.

use crate::network::{MapId, PerAxis};

/// A factor of a tensor's axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Atom {
    /// Entries that belong to the same position: channels, batches, heads, repeats. They are not told apart.
    Channel(i64),
    /// A piece of a spatial axis of the map: entry i stands for position i·stride.
    Space { axis: usize, n: i64, stride: i64 },
}

impl Atom {
    pub(crate) fn n(self) -> i64 {
        match self {
            Self::Channel(n) | Self::Space { n, .. } => n,
        }
    }

    /// The outer `n` entries of each, and the inner ones.
    fn split(self, outer: i64) -> (Self, Self) {
        match self {
            Self::Channel(n) => (Self::Channel(outer), Self::Channel(n / outer)),
            Self::Space { axis, n, stride } => {
                let inner = n / outer;
                let outer = Self::Space {
                    axis,
                    n: outer,
                    stride: stride * inner,
                };
                let n = inner;
                (outer, Self::Space { axis, n, stride })
            }
        }
    }

    /// Two neighbours of an axis as one atom, where they are one.
    fn joined(self, inner: Self) -> Option<Self> {
        match (self, inner) {
            (Self::Channel(a), Self::Channel(b)) => Some(Self::Channel(a.saturating_mul(b))),
            (
                Self::Space {
                    axis: a,
                    n: outer,
                    stride: wide,
                },
                Self::Space { axis, n, stride },
            ) if a == axis && wide == n * stride => Some(Self::Space {
                axis,
                n: outer * n,
                stride,
            }),
            _ => None,
        }
    }
}

/// A tensor that holds a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    /// The map.
    pub(crate) map: MapId,
    /// The atoms of each axis of the tensor; an axis of one entry has none.
    pub(crate) axes: Vec<Vec<Atom>>,
    /// Zeros around the map that no layer has read yet. The atoms count them.
    pub(crate) pad: PerAxis<(i64, i64)>,
}

/// How many entries a list of atoms has.
pub(crate) fn count(atoms: &[Atom]) -> i64 {
    atoms.iter().fold(1, |n, atom| n_times(n, atom.n()))
}

fn n_times(a: i64, b: i64) -> i64 {
    a.saturating_mul(b)
}

/// A list of atoms in its shortest form.
pub(crate) fn normal(atoms: impl IntoIterator<Item = Atom>) -> Vec<Atom> {
    let mut list: Vec<Atom> = Vec::new();
    for atom in atoms {
        if atom.n() == 1 {
            continue;
        }
        match list.last().and_then(|last| last.joined(atom)) {
            Some(joined) => *list.last_mut().unwrap_or(&mut Atom::Channel(1)) = joined,
            None => list.push(atom),
        }
    }
    list
}

pub(crate) fn has_space(atoms: &[Atom]) -> bool {
    atoms.iter().any(|atom| matches!(atom, Atom::Space { .. }))
}

impl Layout {
    pub(crate) fn shape(&self) -> Vec<i64> {
        self.axes.iter().map(|atoms| count(atoms)).collect()
    }

    pub(crate) fn rank(&self) -> usize {
        self.axes.len()
    }

    /// Index of an axis that may be counted from the end.
    pub(crate) fn axis(&self, axis: i64) -> Option<usize> {
        index(axis, self.rank())
    }

    /// The pieces of a spatial axis, as the tensor's axis, number and stride, in the order of the tensor.
    pub(crate) fn pieces(&self, axis: usize) -> Vec<(usize, i64, i64)> {
        let mut pieces = Vec::new();
        for (at, atoms) in self.axes.iter().enumerate() {
            for atom in atoms {
                if let Atom::Space { axis: a, n, stride } = *atom
                    && a == axis
                {
                    pieces.push((at, n, stride));
                }
            }
        }
        pieces
    }

    /// Whether an axis of the tensor holds positions.
    pub(crate) fn has_positions(&self, at: usize) -> bool {
        self.axes.get(at).is_some_and(|atoms| has_space(atoms))
    }

    /// An axis of entries that belong to the same position.
    pub(crate) fn of_channels(n: i64) -> Vec<Atom> {
        normal([Atom::Channel(n)])
    }

    pub(crate) fn is_padded(&self) -> bool {
        self.pad.iter().any(|sides| *sides != (0, 0))
    }

    /// The same entries in another shape; `None` where an axis would cut through entries of others.
    pub(crate) fn reshaped(&self, shape: &[i64]) -> Option<Self> {
        if shape.iter().fold(1, |n, s| n_times(n, *s)) != count(&self.axes.concat()) {
            return None;
        }
        let mut rest = normal(self.axes.concat());
        rest.reverse();
        let mut axes = Vec::with_capacity(shape.len());
        for &size in shape {
            let mut left = size;
            let mut atoms = Vec::new();
            while left > 1 {
                let atom = rest.pop()?;
                if left % atom.n() == 0 {
                    left /= atom.n();
                    atoms.push(atom);
                } else if atom.n() % left == 0 {
                    let (outer, inner) = atom.split(left);
                    atoms.push(outer);
                    rest.push(inner);
                    left = 1;
                } else {
                    return None;
                }
            }
            axes.push(normal(atoms));
        }
        Some(Self {
            axes,
            ..self.clone()
        })
    }

    pub(crate) fn transposed(&self, order: &[usize]) -> Option<Self> {
        let axes = order.iter().map(|&axis| self.axes.get(axis).cloned());
        Some(Self {
            axes: axes.collect::<Option<_>>()?,
            ..self.clone()
        })
    }
}

/// Index of an axis that may be counted from the end.
pub(crate) fn index(axis: i64, rank: usize) -> Option<usize> {
    let length = i64::try_from(rank).ok()?;
    let axis = if axis < 0 { axis + length } else { axis };
    usize::try_from(axis).ok().filter(|&a| a < rank)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn space(axis: usize, n: i64, stride: i64) -> Atom {
        Atom::Space { axis, n, stride }
    }

    fn layout(axes: Vec<Vec<Atom>>) -> Layout {
        Layout {
            map: MapId::INPUT,
            axes,
            pad: PerAxis::splat(2, (0, 0)),
        }
    }

    #[test]
    fn channel_shuffle_changes_nothing() {
        let map = layout(vec![
            vec![],
            vec![Atom::Channel(12)],
            vec![space(0, 8, 1)],
            vec![space(1, 6, 1)],
        ]);
        let split = map.reshaped(&[1, 3, 4, 8, 6]).unwrap();
        let swapped = split.transposed(&[0, 2, 1, 3, 4]).unwrap();
        assert_eq!(swapped.reshaped(&[1, 12, 8, 6]), Some(map));
    }

    #[test]
    fn windows_are_cut_and_put_together() {
        let map = layout(vec![
            vec![],
            vec![space(0, 8, 1)],
            vec![space(1, 6, 1)],
            vec![Atom::Channel(5)],
        ]);
        let split = map.reshaped(&[1, 4, 2, 3, 2, 5]).unwrap();
        let windows = split
            .transposed(&[0, 1, 3, 2, 4, 5])
            .unwrap()
            .reshaped(&[12, 4, 5])
            .unwrap();
        assert_eq!(windows.axes[0], [space(0, 4, 2), space(1, 3, 2)]);
        assert_eq!(windows.axes[1], [space(0, 2, 1), space(1, 2, 1)]);
        let back = windows.reshaped(&[1, 4, 3, 2, 2, 5]).unwrap();
        let back = back
            .transposed(&[0, 1, 3, 2, 4, 5])
            .unwrap()
            .reshaped(&[1, 8, 6, 5]);
        assert_eq!(back, Some(map));
    }

    #[test]
    fn an_axis_cuts_through_no_atom() {
        let map = layout(vec![vec![space(0, 8, 1)], vec![space(1, 6, 1)]]);
        assert_eq!(
            map.reshaped(&[16, 3]).unwrap().axes[0],
            [space(0, 8, 1), space(1, 2, 3)]
        );
        assert_eq!(map.reshaped(&[3, 16]), None);
        assert_eq!(map.reshaped(&[47]), None);
    }
}
