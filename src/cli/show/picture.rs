//! Options of pictures, and what they need to know of a network.

use clap::ValueEnum;

use crate::draw::{FigureOptions, Look, Ramp};
use crate::footprint::{Footprint, FootprintError, View};
use crate::network::Network;
use crate::report::show::ShowReport;

use super::super::CliError;

/// How pictures look, and what they show beside the footprint.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Pictures (-o x.svg, x.png, x.pdf)")]
pub(super) struct PictureArgs {
    /// Every stage on its own input
    #[arg(long, conflicts_with_all = ["layers", "difference"], requires = "out")]
    pub gallery: bool,

    /// With --compare: what the first design and each other one read differently
    #[arg(long, requires_all = ["compare", "out"], conflicts_with = "layers")]
    pub difference: bool,

    /// Of a volume: this many cuts along the axis of --slice, spread evenly
    #[arg(long, value_name = "N", requires = "out", conflicts_with_all = ["layers", "gallery", "difference"], value_parser = clap::value_parser!(u8).range(1..=64))]
    pub slices: Option<u8>,

    /// Colour of the paper
    #[arg(long, value_enum, value_name = "THEME", default_value = "light")]
    pub theme: Theme,

    /// Colours from few paths to many
    #[arg(long, value_enum, value_name = "COLORS", default_value = "viridis")]
    pub colors: Colors,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Theme {
    /// Black on white
    Light,
    /// White on black
    Dark,
}

impl Theme {
    /// The colours of a paper.
    pub fn look(self) -> Look {
        Look {
            dark: self == Self::Dark,
            ..Look::default()
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Colors {
    /// Teal to yellow
    Viridis,
    /// Grey to yellow
    Cividis,
    /// Grey
    Gray,
}

impl PictureArgs {
    /// Colours.
    pub fn look(&self) -> Look {
        Look {
            ramp: match self.colors {
                Colors::Viridis => Ramp::Viridis,
                Colors::Cividis => Ramp::Cividis,
                Colors::Gray => Ramp::Gray,
            },
            ..self.theme.look()
        }
    }

    /// What a figure of networks of `dims` axes shows.
    pub fn options(&self, dims: usize) -> Result<FigureOptions, CliError> {
        if self.slices.is_some() && dims != 3 {
            return Err(CliError::Usage(format!(
                "`--slices` is for networks of 3 axes; this one has {dims}"
            )));
        }
        Ok(FigureOptions {
            slices: self.slices.unwrap_or(0).into(),
            gallery: self.gallery,
            difference: self.difference,
            look: self.look(),
            ..FigureOptions::default()
        })
    }
}

/// Stages on their own input, those that read more than one position and were measured.
pub(super) fn gallery<'a>(
    network: &'a Network,
    report: &ShowReport,
) -> Result<Vec<(usize, Footprint<'a>)>, FootprintError> {
    let stages = network.stages.iter().zip(&report.stages).enumerate();
    let drawn = stages.filter(|(_, (_, own))| own.measures.covered > Some(1));
    drawn
        .map(|(index, (stage, _))| {
            let view = View::unclipped(network, stage.output, stage.input);
            Ok((index, Footprint::new(&view)?))
        })
        .collect()
}
