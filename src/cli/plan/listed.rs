//! A list of schedules in words and as a table, whichever format writes them.

use num_rational::Ratio;

use crate::network::schedule;
use crate::planner::{Fewest, Goal, Plan, Proof, Rank, Scored, rounded_down};
use crate::render::{self, Column, Row, TITLE, Table, decimals, lobe};

/// A list to be written.
pub(super) struct Listed<'a> {
    pub goal: &'a Goal,
    pub plan: &'a Plan,
    /// The fewest layers, where none were asked for.
    pub fewest: Option<&'a Fewest>,
    /// How many schedules no other surpasses, where those are listed.
    pub front: Option<usize>,
    /// Whether the user ended the search.
    pub interrupted: bool,
}

/// Whether positions of the stage and of the input differ in size.
fn has_jump(goal: &Goal) -> bool {
    goal.request().jump != Ratio::from_integer(1)
}

/// A receptive field in positions of the input, where these differ from those of the stage.
pub(super) fn in_input(goal: &Goal, field: i64) -> String {
    if has_jump(goal) {
        format!(" ({} in input)", goal.in_input(field))
    } else {
        String::new()
    }
}

/// How many layers it takes, and why fewer cannot.
pub(super) fn layers(fewest: &Fewest) -> String {
    let n = fewest.layers;
    if n == 1 {
        return "1 layer is enough.".to_owned();
    }
    let limits = fewest.goal.limits();
    let most = limits.reachable(n - 1).map(|(_, most)| most);
    let of_fewer = match n - 1 {
        1 => "1 sees".to_owned(),
        fewer => format!("{fewer} see"),
    };
    match most {
        Some(most) if most < limits.least_asked() => {
            let field = limits.field(most);
            let in_input = in_input(&fewest.goal, field);
            format!("{n} layers are the fewest: {of_fewer} at most {field} positions{in_input}.")
        }
        _ if fewest.proved => {
            format!("{n} layers are the fewest: no schedule of fewer keeps to the limits.")
        }
        _ => format!(
            "{n} layers are enough. Not proved: that fewer are not; to look further, raise --budget."
        ),
    }
}

/// A lobe of a schedule, which is known however low it is.
fn low_lobe(value: f64) -> String {
    if value > 0.0 && value < 1e-12 {
        format!("{value:.1e}")
    } else {
        lobe(value)
    }
}

impl Listed<'_> {
    /// How many layers it takes, where that was asked.
    pub(super) fn layers(&self) -> Option<String> {
        self.fewest.map(layers)
    }

    /// How many are listed, of how many, and in which order.
    pub(super) fn number(&self) -> String {
        let plan = self.plan;
        let listed = plan.schedules.len();
        let order = match self.goal.request().rank {
            Rank::ReceptiveField => "the largest receptive field first",
            Rank::Smallest => "the smallest receptive field first",
            Rank::Lobe => "the lowest lobe first",
            Rank::Ripple => "the lowest ripple first",
            Rank::Compact => "the smallest largest dilation first",
        };
        let number = match &plan.count {
            Some(count) if *count == 1_u32.into() => "There is one schedule".to_owned(),
            Some(count) if *count == listed.into() => format!("There are {listed} schedules"),
            Some(count) => format!("{listed} of {count} schedules"),
            None if listed == 1 => "1 schedule".to_owned(),
            None => format!("{listed} schedules"),
        };
        let uncounted = match plan.count {
            Some(_) => "",
            None => "; the budget was too small to count them all",
        };
        match self.front {
            Some(front) => {
                let cut = if front == listed {
                    number
                } else {
                    format!("{listed} of {front} schedules")
                };
                format!(
                    "{cut}: those that no other surpasses in receptive field, lobe and largest dilation together, {order}{uncounted}."
                )
            }
            None => format!("{number}, {order}{uncounted}."),
        }
    }

    /// What is proved of the list, no more.
    pub(super) fn proved(&self) -> String {
        let request = self.goal.request();
        let more = "raise --budget to look further";
        match self.plan.proof {
            Proof::Best if request.pareto && self.front == Some(self.plan.schedules.len()) => {
                "Proved: no schedule is left out.".to_owned()
            }
            Proof::Best => {
                "Proved: no unlisted schedule ranks higher.".to_owned()
            }
            Proof::FirstKey => {
                let better = match request.rank {
                    Rank::Compact => "a smaller largest dilation",
                    Rank::Smallest => "a smaller receptive field",
                    Rank::ReceptiveField | Rank::Lobe | Rank::Ripple => "a larger receptive field",
                };
                format!(
                    "Proved: no unlisted schedule has {better}. Not proved: one that is equal there may have a lower lobe; {more}."
                )
            }
            Proof::Searched => {
                format!("Not proved: the search did not see every schedule; {more}.")
            }
            Proof::Unmeasured => {
                "Not proved: schedules so wide that computing their ripple would take too long were passed over.".to_owned()
            }
            Proof::Bounded { least_lobe } => format!(
                "Not proved: the search did not see every schedule; none has a lobe below {}. To look further, raise --budget.",
                low_lobe(rounded_down(least_lobe))
            ),
        }
    }

    /// The schedules with their measures.
    pub(super) fn table(&self) -> Table {
        let goal = self.goal;
        let has_jump = has_jump(goal);
        let columns = [
            Column::SCHEDULE,
            Column::FIELD,
            Column::IN_INPUT,
            Column::LARGEST,
            Column::LOBE,
            Column::RIPPLE,
            Column::OVERLAP,
            Column::SECOND_DISTANCE,
        ];
        let row = |schedule: &Scored| {
            let field = schedule.receptive_field;
            let repeat = usize::try_from(schedule.repeat).unwrap_or(usize::MAX);
            let schedule_text = schedule::text(&schedule.dilations, repeat);
            Row::default()
                .styled(Column::SCHEDULE, schedule_text, TITLE)
                .with(Column::FIELD, field.to_string())
                .with(
                    Column::IN_INPUT,
                    has_jump.then(|| goal.in_input(field).to_string()),
                )
                .with(Column::LARGEST, schedule.largest_dilation.to_string())
                .with(Column::LOBE, low_lobe(schedule.lobe))
                .with(Column::RIPPLE, decimals(&[schedule.ripple]))
                .with(Column::OVERLAP, decimals(&[Some(schedule.overlap)]))
                .with(
                    Column::SECOND_DISTANCE,
                    schedule.m2.map(|m2| m2.to_string()),
                )
        };
        let rows: Vec<Row> = self.plan.schedules.iter().map(row).collect();
        render::table(&columns, &rows)
    }
}
