//! Adaptive pooling: bins of a map, equal or not.

/// An adaptive pooling along one axis, to bins that are not equal.
///
/// Output i reads `⌊i·n/m⌋` to `⌈(i+1)·n/m⌉ − 1`, as `AdaptiveAvgPool` in PyTorch: bins overlap where m does not divide n. With n/m in
/// lowest terms p/q the pattern repeats after q outputs, which is how it goes on where borders are left aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bins {
    /// Size of the input map.
    pub from: i64,
    /// Number of bins: size of the output map.
    pub to: i64,
}

impl Bins {
    /// First and last position that the outputs `first` to `last` read, all of them together.
    #[must_use]
    pub fn ends(&self, first: i64, last: i64) -> (i64, i64) {
        let (n, m) = (i128::from(self.from), i128::from(self.to));
        let place = |o: i128| (o * n).div_euclid(m);
        let low = place(i128::from(first));
        // ⌈a/m⌉ − 1 = ⌊(a − 1)/m⌋ in integers.
        let high = ((i128::from(last) + 1) * n - 1).div_euclid(m);
        let position = |at: i128| i64::try_from(at).expect("places lie within the sizes of maps");
        (position(low), position(high))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_as_pytorch() {
        // torch.nn.AdaptiveAvgPool1d(6) on 32 positions.
        let bins = Bins { from: 32, to: 6 };
        let read: Vec<_> = (0..6).map(|o| bins.ends(o, o)).collect();
        assert_eq!(
            read,
            [(0, 5), (5, 10), (10, 15), (16, 21), (21, 26), (26, 31)]
        );
        // A larger size than the map has: positions are read several times.
        let more = Bins { from: 2, to: 3 };
        assert_eq!([0, 1, 2].map(|o| more.ends(o, o)), [(0, 0), (0, 1), (1, 1)]);
    }
}
