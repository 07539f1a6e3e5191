//! Undecided dilations, decided in the context of the network.
//!
//! A family of candidates is built by the exact test: for each largest dilation the widest values that every way through the network
//! allows (see `ways`). Each candidate is set in the network and judged; what is offered was checked by all rules. With a receptive field
//! to reach, the least largest dilation that reaches it is looked for; else the widest field. Candidates without warnings come first, and notes
//! are avoided where that costs no receptive field.
//! Where branches let wider values pass than each of their ways does, all values that could are tried, as far as the work allows.

mod answer;
mod candidate;
mod family;
mod line;
mod search;
mod ways;

use std::ops::ControlFlow;

use crate::network::{Knob, Network};
use crate::rules::{Facts, Policy};

pub use answer::{FillRefusal, Filled};
pub use candidate::{FillRequest, Found};

use super::candidate::Candidates;
use search::Search;

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
    mut progress: impl FnMut(u64) -> ControlFlow<()>,
) -> Result<Filled, FillRefusal> {
    let places = places(network, knobs, request.stage);
    let own: Vec<&Knob> = places.iter().map(|&place| &knobs[place]).collect();
    let candidates = Candidates::new(network);
    let facts = Facts::new(network, &policy.target);
    let mut search = Search::new(&candidates, &facts, &own, policy, request, &mut progress);
    search.run();
    let Some(best) = search.best.take() else {
        return Err(FillRefusal::new(&search));
    };
    Ok(Filled {
        places,
        values: best.values,
        network: best.network,
        warnings: best.verdict.mild.warnings,
        notes: best.verdict.mild.notes,
        elsewhere: best.verdict.elsewhere,
        nodes: search.nodes,
        found: search.found,
        target: policy.target.receptive_field,
    })
}
