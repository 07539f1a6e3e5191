//! How much of a long test is run.

/// How many cases a test tries: `few`, or `all` of them where the environment variable `DEGRID_FULL` is set, as in `.ci/run`.
///
/// For tests that take seconds with all their cases. `few` is never 0, and enough of them that the test fails for a plain fault.
pub fn few_or_all(few: u32, all: u32) -> u32 {
    assert!(0 < few && few <= all);
    if std::env::var_os("DEGRID_FULL").is_some() {
        all
    } else {
        few
    }
}
