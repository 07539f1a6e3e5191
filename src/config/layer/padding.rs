//! Padding as positions before and after.

use std::ops::Range;

use crate::config::problem::Problem;

/// The problem of padding `same` where a window of type `called` strides; `common` is the padding that most would give.
pub(crate) fn strided_same(
    called: &str,
    stride: i64,
    common: &str,
    is_written: bool,
    at: Range<usize>,
) -> Problem {
    if is_written {
        Problem::new(
            format!("padding \"same\" is not defined for {called} with stride {stride}"),
            at,
        )
        .label("frameworks disagree here")
        .help(format!(
            "write numbers: PyTorch has no strided \"same\" and TensorFlow's depends on the input size; `padding = {common}` is the common choice for this kernel"
        ))
    } else {
        Problem::new(
            format!("{called} with stride {stride} needs explicit padding"),
            at,
        )
        .label("no padding given")
        .help(format!(
            "`padding = {common}` is the common choice for this kernel"
        ))
    }
}
