//! Draws what one output of a network reads, as SVG on standard output.

use degrid::Network;
use degrid::draw::{Figure, Look, Panel, frame, svg};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let network = Network::builder(2).dilations(3, [2, 2, 2]).build();
    let network = network.map_err(|errors| errors[0].to_string())?;
    let footprint = degrid::footprint(&network)?;
    let window = frame(&footprint, None).ok_or("it reads nothing")?;
    let panel = Panel::new("2,2,2".to_owned(), &footprint, window, None)?;
    let figure = Figure::of(vec![panel], Look::default());
    svg(&mut std::io::stdout().lock(), &figure.scene())?;
    Ok(())
}
