//! The answer of a check, against a count position by position.

use crate::common::{Offset, Paths, cases, config, net};
use degrid::report::{Answer, GlobalPools};
use proptest::prelude::*;

/// Positions of the box around some offsets.
fn volume(dims: usize, paths: &Paths) -> i64 {
    let extent = |axis: usize| {
        let along = || paths.keys().map(|at: &Offset| at[axis]);
        along().max().unwrap_or(0) - along().min().unwrap_or(0) + 1
    };
    (0..dims).map(extent).product()
}

fn count(paths: &Paths) -> i64 {
    i64::try_from(paths.len()).unwrap_or(i64::MAX)
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn an_answer_counts_what_is_missed(net in net()) {
        let text = net.toml(None);
        let config = config(&text);
        let answer = Answer::new(&config.check(), GlobalPools::LeftOut);
        let (paths, dense) = (net.paths(false), net.paths(true));
        let last = paths.len() - 1;
        let (read, dense) = (&paths[last], &dense[last]);
        prop_assert_eq!(answer.gridding, Some(net.has_gridding()), "{}", text);
        prop_assert_eq!(answer.input_positions, Some(volume(net.dims, read)), "{}", text);
        prop_assert_eq!(
            answer.input_skipped,
            Some(volume(net.dims, read) - count(read)),
            "{}", text
        );
        if answer.gridding == Some(true) {
            prop_assert_eq!(answer.map.as_deref(), Some("input"));
            if answer.is_default {
                prop_assert_eq!(answer.positions, Some(count(dense)), "{}", text);
                prop_assert_eq!(answer.skipped, Some(count(dense) - count(read)), "{}", text);
            }
        }
    }
}
