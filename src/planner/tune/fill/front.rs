//! Undecided dilations to an answer or a refusal.

use std::ops::ControlFlow;

use crate::network::{Knob, Network};
use crate::rules::Policy;

use super::answer::{FillRefusal, Filled};
use super::request::FillRequest;
use super::search::Search;

/// The knobs that a request decides, by index: the undecided ones, and the dilations of the stage that is planned anew.
#[must_use]
pub fn places(network: &Network, knobs: &[Knob], stage: Option<usize>) -> Vec<usize> {
    let is_asked = |knob: &Knob| {
        let is_anew = stage.is_some() && knob.stage(network) == stage && knob.is_dilation(network);
        knob.value.is_none() || is_anew
    };
    (0..knobs.len())
        .filter(|&index| is_asked(&knobs[index]))
        .collect()
}

/// Decides every undecided dilation (and those of one stage anew), so that no finding at level deny is left that they could cause, and few
/// warnings.
///
/// `progress` hears how many networks were looked at; if it breaks, the answer is the best so far, and not proved.
///
/// # Errors
/// [`FillRefusal`] if nothing was found that passes.
///
/// ```
/// use degrid::{config, planner::{FillRequest, fill}};
/// use std::ops::ControlFlow;
///
/// let config = config::parse("[[stage]]\ndilations = [1, \"?\", \"?\"]\n").unwrap();
/// let request = FillRequest { nodes: 100, ..FillRequest::default() };
/// let filled = fill(&config.network, &config.knobs(), &config.policy, &request, |_| ControlFlow::Continue(())).unwrap();
/// assert_eq!(filled.values, [3, 9]);
/// ```
pub fn fill(
    network: &Network,
    knobs: &[Knob],
    policy: &Policy,
    request: &FillRequest<'_>,
    progress: impl FnMut(u64) -> ControlFlow<()>,
) -> Result<Filled, FillRefusal> {
    let places = places(network, knobs, request.stage);
    let own: Vec<&Knob> = places.iter().map(|&place| &knobs[place]).collect();
    let search = Search::new(network, &own, policy, request, progress);
    let (scope, mut ended) = search.run();
    match ended.best.take() {
        Some(best) => Ok(Filled::new(places, policy, best, &ended)),
        None => Err(FillRefusal::new(
            network, &own, policy, request, &scope, ended,
        )),
    }
}
