//! Plans and refusals as JSON.

use std::io::{self, Write};

use serde::Serialize;

use crate::planner::{Goal, Plan, Refusal};
use crate::report::{VERSION, json};

#[derive(Serialize)]
struct PlanJson<'a> {
    version: u32,
    goal: &'a Goal,
    #[serde(flatten)]
    plan: &'a Plan,
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

pub(super) fn plan(out: &mut dyn Write, goal: &Goal, plan: &Plan) -> io::Result<()> {
    let mut plan = plan.clone();
    if goal.request().top == 0 {
        // No list was asked for: the answer is complete if the count is there.
        plan.complete = plan.count.is_some();
    }
    json(
        out,
        &PlanJson {
            version: VERSION,
            goal,
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
