//! The fewest layers with which there is a schedule.

use std::ops::ControlFlow;

use super::bounds::{count_of, least_lobe};
use super::goal::Goal;
use super::refusal::Refusal;
use super::request::{Budget, Request};
use super::search::Search;
use super::walk::spaces;

/// Of what is left of the budget, the part that one number of layers gets.
const PART: u64 = 4;

/// A goal that was open in its layers, with the fewest that have a schedule.
#[derive(Clone, Debug, PartialEq)]
pub struct Fewest {
    /// The goal with that number of layers and no other.
    pub goal: Goal,
    /// That number.
    pub layers: i64,
    /// Whether it is proved that fewer layers have none. It is wherever neither lobe nor ripple is limited.
    pub proved: bool,
}

impl Goal {
    /// Whether only the fewest of several numbers of layers are asked.
    #[must_use]
    pub fn is_open(&self) -> bool {
        let (least, most) = self.request().layers;
        self.request().fewest && least < most
    }

    /// The goal with the fewest of its layers for which there is a schedule.
    ///
    /// Without a limit on lobe or ripple the bounds decide, at any size. With one each number of layers is searched, the fewest first; where
    /// a search ends with its part of the budget the answer is not proved.
    ///
    /// # Errors
    /// [`Refusal`] if no number of layers has one, or none was found within the budget.
    ///
    /// ```
    /// use degrid::planner::{Budget, Goal, Request};
    /// use std::ops::ControlFlow;
    ///
    /// let request = Request { layers: (1, 100), fewest: true, receptive_field: (Some(65), None), ..Request::new(3, 1) };
    /// let fewest = Goal::new(request).unwrap().fewest(&Budget::default(), |_| ControlFlow::Continue(())).unwrap();
    /// assert_eq!((fewest.layers, fewest.proved), (4, true));
    /// ```
    pub fn fewest(
        &self,
        budget: &Budget,
        mut progress: impl FnMut(u64) -> ControlFlow<()>,
    ) -> Result<Fewest, Refusal> {
        if let Some(refusal) = self.refusal(budget, &mut progress) {
            return Err(refusal);
        }
        let request = self.request();
        let (mut proved, mut nodes) = (true, 0_u64);
        for layers in spaces(self).map(|space| count_of(space.layers)) {
            let one = Request {
                layers: (layers, layers),
                ..request.clone()
            };
            // A part of a range that was checked.
            let Ok(goal) = Goal::new(one) else { continue };
            let fewest = |proved| Fewest {
                goal: goal.clone(),
                layers,
                proved,
            };
            if !request.is_searched() {
                return Ok(fewest(true));
            }
            let bound = least_lobe(request, layers, request.repeat);
            if request.max_lobe.is_some_and(|most| most < bound) {
                continue;
            }
            let part = budget.nodes.saturating_sub(nodes) / PART;
            if part == 0 {
                proved = false;
                break;
            }
            let mut report = |more| progress(nodes + more);
            let mut search = Search::new(&goal, part, &mut report);
            let found = search.probe().or_else(|| search.first());
            let (is_complete, is_interrupted) = (search.is_complete(), search.interrupted);
            nodes += search.nodes;
            if found.is_some() {
                return Ok(fewest(proved));
            }
            proved &= is_complete;
            if is_interrupted {
                break;
            }
        }
        Err(if proved {
            Refusal::of_limits(self, budget, nodes, &mut progress)
        } else {
            Refusal::unproved(self, nodes)
        })
    }
}
