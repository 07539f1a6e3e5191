//! Plans and refusals as JSON.

use std::io::{self, Write};

use serde::Serialize;

use crate::planner::{Fewest, Goal, Plan, Refusal};
use crate::report::{VERSION, json};

use super::listed::Listed;

#[derive(Serialize)]
struct PlanJson<'a> {
    version: u32,
    goal: &'a Goal,
    fewest_layers: Option<FewestJson>,
    /// How many schedules no other surpasses, listed or not.
    front: Option<usize>,
    #[serde(flatten)]
    plan: &'a Plan,
}

/// The fewest layers, where none were asked for.
#[derive(Serialize)]
pub(super) struct FewestJson {
    layers: i64,
    proved: bool,
}

impl FewestJson {
    pub(super) fn new(fewest: &Fewest) -> Self {
        Self {
            layers: fewest.layers,
            proved: fewest.proved,
        }
    }
}

#[derive(Serialize)]
struct RefusalJson<'a> {
    version: u32,
    goal: &'a Goal,
    complete: bool,
    count: Option<&'static str>,
    schedules: [(); 0],
    refusal: RefusalText<'a>,
}

#[derive(Serialize)]
struct RefusalText<'a> {
    message: String,
    #[serde(flatten)]
    refusal: &'a Refusal,
}

pub(super) fn plan(out: &mut dyn Write, listed: &Listed<'_>) -> io::Result<()> {
    let goal = listed.goal;
    let mut plan = listed.plan.clone();
    if goal.request().top == 0 {
        // No list was asked for: the answer is complete if the count is there.
        plan.complete = plan.count.is_some();
    }
    json(
        out,
        &PlanJson {
            version: VERSION,
            goal,
            fewest_layers: listed.fewest.map(FewestJson::new),
            front: listed.front,
            plan: &plan,
        },
    )
}

pub(super) fn refusal(out: &mut dyn Write, goal: &Goal, refusal: &Refusal) -> io::Result<()> {
    let answer = RefusalJson {
        version: VERSION,
        goal,
        complete: refusal.proved,
        count: refusal.proved.then_some("0"),
        schedules: [],
        refusal: RefusalText {
            message: refusal.to_string(),
            refusal,
        },
    };
    json(out, &answer)
}
