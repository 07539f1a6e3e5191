//! Builds a network in code, and prints what the rules say of it.

#![allow(clippy::print_stdout, reason = "an example may print")]

use degrid::Policy;
use degrid::network::{LayerSpec, Network, Padding};

fn main() -> Result<(), Vec<degrid::network::BuildError>> {
    let stem = LayerSpec::conv(3).stride(2).padding(Padding::Sides(1, 1));
    let network = Network::builder(2).stage("stem").layer(stem);
    let network = network.stage("body").dilations(3, [1, 2, 9]).build()?;
    let policy = Policy::default();
    for finding in degrid::check(&network, &policy).findings {
        let stage = &network.stages[finding.stage].name;
        println!("{stage}: {}: {}", finding.rule.id, finding.draft.message);
    }
    Ok(())
}
