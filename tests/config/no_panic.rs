//! Whatever a file says, it is read and judged, or refused: nothing panics, overflows included.

use degrid::config::parse;
use degrid::report::FileReport;
use degrid::rules::Profile;
use proptest::prelude::*;

use crate::effort::few_or_all;
use crate::wild::{network, other_characters, other_numbers};

/// Reads and checks a file as `degrid check` does.
fn check(text: &str) {
    match parse(text) {
        Ok(mut config) => {
            for profile in [Profile::Default, Profile::Published] {
                config.policy.profile = profile;
                let report =
                    FileReport::checked("x.toml".to_owned(), Some(text.to_owned()), &config);
                serde_json::to_string(&report).unwrap();
            }
        }
        Err(problems) => {
            assert!(!problems.is_empty(), "refused without a reason:\n{text}");
            let report =
                FileReport::unreadable("x.toml".to_owned(), Some(text.to_owned()), &problems);
            serde_json::to_string(&report).unwrap();
        }
    }
}

#[test]
fn a_dilation_of_too_few_axes_where_none_belongs() {
    check("dims = 3\n[[stage]]\nlayers = [{ op = \"global-pool\", dilation = [1, 1] }]\n");
}

/// The search for numbers that pass the published rules looks only at those within their limits: with all that are as close, it would not end.
#[test]
fn a_dilation_far_beyond_the_others() {
    check(
        "[[stage]]\nname = \"stem\"\ndilations = [1, 1]\n\n[[stage]]\nname = \"body\"\ndilations = [2, 2, 16777216]\n",
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: few_or_all(32, 300), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn networks_of_the_vocabulary(text in network()) {
        check(&text);
    }

    #[test]
    fn files_with_other_numbers(text in other_numbers()) {
        check(&text);
    }

    #[test]
    fn files_with_other_characters(text in other_characters()) {
        check(&text);
    }
}
