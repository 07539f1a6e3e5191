//! How many positions one output of a chain reads, how many it skips, and along how many paths it reads the middle one:
//! `cargo run --example paths -- 1,2,5`. A number behind the dilations says how often to find out.

#![allow(clippy::print_stdout, reason = "an example may print")]

use std::error::Error;

use degrid::Network;

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let dilations = words.next().unwrap_or_else(|| "1,2,5".to_owned());
    let dilations = dilations
        .split(',')
        .map(str::parse)
        .collect::<Result<Vec<i64>, _>>()?;
    let times: usize = words.next().map_or(Ok(1), |word| word.parse())?;
    let network = Network::builder(1).dilations(3, dilations).build();
    let network = network.map_err(|errors| errors[0].to_string())?;
    let mut seen = None;
    for _ in 0..times {
        seen = Some(read(&network)?);
    }
    if let Some((covered, skipped, most)) = seen {
        println!("{covered} positions read, {skipped} skipped; {most} paths from the middle one");
    }
    Ok(())
}

fn read(network: &Network) -> Result<(i64, i64, f64), Box<dyn Error>> {
    let footprint = degrid::footprint(network)?;
    let covered = footprint.region.count()?;
    let extent = footprint.bounds.as_ref().map_or(0, |(_, extent)| extent[0]);
    let paths = footprint.paths()?.array(&footprint.centre, &[1])?;
    Ok((covered, extent - covered, paths[[0]]))
}
