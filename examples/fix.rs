//! Makes the smallest change with which a network passes, and prints it.

#![allow(clippy::print_stdout, reason = "an example may print")]

use degrid::{Network, Policy};

fn main() -> Result<(), Vec<degrid::network::BuildError>> {
    let network = Network::builder(1).dilations(3, [2, 4, 8]).build()?;
    let fixed = degrid::fix(&network, &Policy::default());
    for fix in &fixed.fixes {
        println!("{}", fix.message());
    }
    for (finding, why) in &fixed.left {
        println!("{} stays: {why}", finding.rule.id);
    }
    Ok(())
}
