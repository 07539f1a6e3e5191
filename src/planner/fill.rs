//! Undecided dilations of a network file, decided in the context of the whole network.
//!
//! A family of candidates is built by the exact test: for each largest dilation the widest values that every way through the network
//! allows (see `paths`). Each candidate is put into the file, which is read and checked as any other, so what is offered passes
//! `degrid check` by construction. With a receptive field to reach, the least largest dilation that reaches it is looked for; else the
//! largest field. Candidates without warnings come first. Where no candidate passes, all small values are tried one after the other.

mod answer;
mod hunt;
mod paths;
mod slot;

use std::ops::ControlFlow;

use crate::config::Config;

pub use answer::{FillRefusal, Filled};
pub use slot::Slot;

use hunt::Hunt;

/// What to decide in a file, and how much work it may take.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FillRequest {
    /// A stage to plan anew, by index: all dilations that are written in it.
    pub stage: Option<usize>,
    /// Largest dilation.
    pub max_dilation: Option<i64>,
    /// Most networks to check.
    pub nodes: u64,
}

impl FillRequest {
    /// Networks that are checked at most, unless told otherwise.
    pub const NODES: u64 = 2_000;
}

/// Decides every dilation written `"?"` (and those of one stage anew), so that no finding at level deny is left, and few warnings.
///
/// `reread` is the file with numbers in the places of all [`Slot`]s, in their order; `None` where it is no valid network then.
/// `progress` is told how many networks were checked; if it breaks, the answer is the best so far, and not complete.
///
/// # Errors
/// [`FillRefusal`] if nothing was found that passes.
///
/// ```
/// use degrid::{config, planner::{FillRequest, Slot, fill}};
/// use std::ops::ControlFlow;
///
/// let text = |dilations: &str| format!("[[stage]]\ndilations = [{dilations}]\n");
/// let parse = |dilations: &str| config::parse(&text(dilations));
/// let request = FillRequest { nodes: 100, ..FillRequest::default() };
/// let filled = fill(&parse(r#"1, "?", "?""#).unwrap(), &request, |values| {
///     parse(&format!("1, {}, {}", values[0], values[1])).ok()
/// }, |_| ControlFlow::Continue(())).unwrap();
/// assert_eq!(filled.values, [3, 9]);
/// ```
pub fn fill(
    config: &Config,
    request: &FillRequest,
    reread: impl Fn(&[i64]) -> Option<Config>,
    progress: impl FnMut(u64) -> ControlFlow<()>,
) -> Result<Filled, FillRefusal> {
    let slots = Slot::all(config, request.stage);
    let (best, nearest, told) = Hunt::new(config, request, &slots, reread, progress).run();
    match best {
        Some(best) => Ok(Filled::new(config, slots, best, told)),
        None => Err(FillRefusal::new(config, &slots, request, nearest, told)),
    }
}
