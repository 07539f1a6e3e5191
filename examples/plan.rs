//! Plans three layers that see as far as they can, and prints the best schedules.

#![allow(clippy::print_stdout, reason = "an example may print")]

use degrid::planner::{PlanError, Request};

fn main() -> Result<(), PlanError> {
    let plan = degrid::plan(&Request::new(3, 3))?;
    for schedule in &plan.schedules {
        let (dilations, extent) = (&schedule.dilations, schedule.receptive_field);
        println!(
            "{dilations:?}: receptive field {extent}, lobe {:.3}",
            schedule.lobe
        );
    }
    Ok(())
}
