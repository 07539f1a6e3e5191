//! A schedule given on the command line, as a network.

use clap::Args;

use crate::config::Config;
use crate::network::{
    AxisOp, Builder, Dilation, Kernel, Layer, MapId, Network, Op, OpKind, Origin, PerAxis, Place,
    Stage, Stride, Window,
};

use super::CliError;

/// A schedule instead of a file.
#[derive(Debug, Args)]
pub(super) struct ScheduleArgs {
    /// Dilations of a schedule, input side first
    #[arg(short, long, value_name = "LIST", value_delimiter = ',', value_parser = dilation, help_heading = "Schedule")]
    pub dilations: Vec<Dilation>,

    /// Kernel size of every layer of the schedule
    #[arg(short, long, value_name = "K", default_value = "3", value_parser = kernel, help_heading = "Schedule")]
    kernel: Kernel,

    /// Number of axes of the schedule
    #[arg(long, value_name = "N", default_value = "2", value_parser = clap::value_parser!(u8).range(1..=3), help_heading = "Schedule")]
    dims: u8,
}

fn dilation(text: &str) -> Result<Dilation, String> {
    let value: i128 = text.trim().parse().map_err(|_| {
        let parts: Vec<&str> = text.split_whitespace().collect();
        if parts.len() > 1 && parts.iter().all(|part| part.parse::<i128>().is_ok()) {
            let list = parts.join(",");
            return format!("dilations are written with commas: {list}");
        }
        "a dilation is a whole number".to_owned()
    })?;
    Dilation::new(value).map_err(|e| format!("a dilation {e}"))
}

fn kernel(text: &str) -> Result<Kernel, String> {
    let value: i128 = text
        .trim()
        .parse()
        .map_err(|_| "a kernel size is a whole number".to_owned())?;
    Kernel::new(value).map_err(|e| format!("a kernel size {e}"))
}

impl ScheduleArgs {
    /// Whether a schedule is given.
    pub(super) fn is_given(&self) -> bool {
        !self.dilations.is_empty()
    }

    /// Another schedule, written as a list, of the same kernel size; for networks of `dims` axes where that is given.
    pub(super) fn other(&self, list: &str, dims: Option<usize>) -> Result<Self, String> {
        Ok(Self {
            dilations: list
                .split(',')
                .map(dilation)
                .collect::<Result<_, String>>()?,
            kernel: self.kernel,
            dims: dims.and_then(|d| u8::try_from(d).ok()).unwrap_or(self.dims),
        })
    }

    /// What the schedule is called in reports: its list, a long one with the middle left out.
    pub(super) fn title(&self) -> String {
        let dilations = crate::rules::list(&self.dilations).replace(", ", ",");
        format!("{dilations} (k = {})", self.kernel)
    }

    /// The schedule as a network of one stage.
    pub(super) fn config(&self) -> Result<Config, CliError> {
        let dims = usize::from(self.dims);
        let mut builder = Builder::new(dims, None);
        let mut map = MapId::INPUT;
        for (index, &dilation) in self.dilations.iter().enumerate() {
            let window = Window {
                kernel: self.kernel,
                stride: Stride::ONE,
                dilation,
                low: 0,
                high: 0,
                ceil: false,
            };
            let total = window.extent() - 1;
            let window = Window {
                low: total / 2,
                high: total - total / 2,
                ..window
            };
            let layer = Layer {
                op: Op {
                    kind: OpKind::Conv,
                    axes: PerAxis::splat(dims, AxisOp::Window(window)),
                },
                inputs: vec![map],
                place: Place {
                    stage: 0,
                    index: Some(index),
                    repetition: 0,
                },
                origin: Origin(index + 1),
                channels: None,
                groups: 1,
            };
            map = builder
                .push(layer)
                .map_err(|(_, error)| CliError::Usage(error.to_string()))?;
        }
        let stage = Stage {
            name: "schedule".to_owned(),
            sources: vec![MapId::INPUT],
            input: MapId::INPUT,
            output: map,
            layers: 0..builder.len(),
            repeat: 1,
            origin: Origin(0),
        };
        let (layers, maps) = builder.finish();
        let network = Network {
            name: None,
            dims,
            input: None,
            layers,
            maps,
            stages: vec![stage],
            outputs: vec![map],
        };
        Ok(Config::bare(network))
    }
}
