//! Figures and the formats that they are written in.

mod axis;
mod designs;
mod difference;
mod figure;
mod front;
mod graph;
mod graphs;
mod grid;
mod labels;
mod letters;
mod pdf;
mod raster;
mod scene;
mod svg;
mod tiles;
mod words;
mod writes;

pub use axis::round_step;
pub use designs::{FigureError, figure};
pub use figure::{Body, Figure, Plot, Row, SIZES, Sign, line_height};
pub use front::{Height, front};
pub use graph::{Axis, Graph, Item, Tone};
pub use graphs::curves;
pub use letters::{width, wrapped};
pub use pdf::pdf;
pub use raster::png;
pub use scene::{Anchor, Hatch, Image, Line, Mark, Point, Rect, Scene, Shape, Text, px};
pub use svg::svg;
pub use writes::writes_figure;
