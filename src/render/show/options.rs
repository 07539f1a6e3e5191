//! How `degrid show` draws, and why it may not.

use std::io;

use crate::draw::FigureOptions;
use crate::footprint::FootprintError;

use super::super::heatmap::Canvas;

/// How grids are drawn.
#[derive(Clone, Copy, Debug)]
pub struct ShowOptions {
    /// What to draw with.
    pub canvas: Canvas,
    /// Whether large grids are scaled to fit, not cropped.
    pub fit: bool,
    /// What is shown.
    pub figure: FigureOptions,
}

/// Why the text could not be written.
#[derive(Debug, thiserror::Error)]
pub enum DrawError {
    /// The writer's reason.
    #[error(transparent)]
    Output(#[from] io::Error),
    /// A grid past a limit.
    #[error(transparent)]
    Footprint(#[from] FootprintError),
}
