//! Positions of a map as bits, and what windows that begin on them read.

use crate::network::{PerAxis, around_both};

/// Most words of the bits of a map: what is longer is walked sooner, as products of axes.
const MOST_WORDS: i64 = 1 << 6;

/// The taps of a layer along an axis, the position of the first, and from one to the next.
#[derive(Clone, Copy)]
pub(super) struct Taps {
    pub first: i64,
    pub count: i64,
    pub step: i64,
}

/// One tap at an output's own position.
pub(super) const ONE: Taps = Taps {
    first: 0,
    count: 1,
    step: 1,
};

/// First position and the one after the last, per axis.
pub(super) type Ends = PerAxis<(i64, i64)>;

/// The smallest box around two.
pub(super) fn hull(one: &Ends, other: &Ends) -> Ends {
    PerAxis::from_fn(one.len(), |axis| around_both(one[axis], other[axis]))
}

/// The box around all that is read: a bit for each position, so that a step along an axis is a shift of all bits.
pub(super) struct Frame {
    /// How far apart the bits of neighbours are, per axis.
    strides: PerAxis<usize>,
    /// The bit of position 0.
    origin: usize,
    /// Words of a map.
    pub words: usize,
}

impl Frame {
    /// `None` where it is too large.
    pub(super) fn new(dims: usize, boxes: &[Ends]) -> Option<Self> {
        let start = PerAxis::splat(dims, (0, 1));
        let ends = boxes.iter().fold(start, |ends, own| hull(&ends, own));
        let mut strides = PerAxis::splat(dims, 0);
        let (mut origin, mut cells) = (0, 1_i64);
        for axis in (0..dims).rev() {
            let (first, end) = ends[axis];
            strides[axis] = usize::try_from(cells).ok()?;
            origin += usize::try_from(-first * cells).ok()?;
            cells = cells.checked_mul(end - first)?;
            if cells > MOST_WORDS * 64 {
                return None;
            }
        }
        Some(Self {
            strides,
            origin,
            words: usize::try_from(cells).ok()?.div_ceil(64),
        })
    }

    /// Adds position 0 of the first map.
    pub(super) fn set_origin(&self, bits: &mut [u64]) {
        bits[self.origin / 64] |= 1 << (self.origin % 64);
    }

    /// What windows with some positions as outputs read, with filled kernels or with their own taps.
    pub(super) fn spread(
        &self,
        from: &[u64],
        to: &mut [u64],
        taps: &PerAxis<Taps>,
        is_filled: bool,
    ) {
        let strides = || self.strides.iter().zip(taps.iter());
        let (mut up, mut down) = (0, 0);
        for (stride, taps) in strides() {
            let by = stride * index(taps.first.abs());
            *(if taps.first < 0 { &mut down } else { &mut up }) += by;
        }
        to.copy_from_slice(from);
        if up >= down {
            shift_up(to, up - down, |_, moved| moved);
        } else {
            shift_down(to, down - up);
        }
        for (stride, &Taps { count, step, .. }) in strides() {
            let (count, step) = if is_filled {
                ((count - 1) * step + 1, 1)
            } else {
                (count, step)
            };
            let step = index(step) * stride;
            // Doubling: after each round there are `done` copies.
            let (count, mut done) = (index(count), 1);
            while done < count {
                let more = done.min(count - done);
                shift_up(to, more * step, |own, moved| own | moved);
                done += more;
            }
        }
    }
}

/// Makes of each word and the one that the bits so far below it become, a word.
fn shift_up(bits: &mut [u64], by: usize, make: impl Fn(u64, u64) -> u64) {
    let (words, by) = ((by / 64).min(bits.len()), by % 64);
    for at in (words..bits.len()).rev() {
        let from = at - words;
        let mut moved = bits[from] << by;
        if by > 0 && from > 0 {
            moved |= bits[from - 1] >> (64 - by);
        }
        bits[at] = make(bits[at], moved);
    }
    for word in &mut bits[..words] {
        *word = make(*word, 0);
    }
}

/// Moves all bits down.
fn shift_down(bits: &mut [u64], by: usize) {
    let (words, by) = (by / 64, by % 64);
    for at in 0..bits.len() {
        let word = |on: usize| bits.get(at + on).copied().unwrap_or(0);
        bits[at] = match by {
            0 => word(words),
            _ => word(words) >> by | word(words + 1) << (64 - by),
        };
    }
}

fn index(number: i64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
