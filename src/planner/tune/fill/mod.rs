//! Undecided dilations, decided in the context of the network.
//!
//! A family of candidates is built by the exact test: for each largest dilation the widest values that every way through the network
//! allows (see `ways`). Each candidate is set in the network and judged; what is offered was checked by all rules. With a receptive field
//! to reach, the least largest dilation that reaches it is looked for; else the widest field. Candidates without warnings come first.
//! Where branches let wider values pass than each of their ways does, all values that could are tried, as far as the work allows.

mod answer;
mod candidate;
mod family;
mod found;
mod front;
mod line;
mod request;
mod search;
mod ways;

pub use answer::{FillRefusal, Filled};
pub use found::Found;
pub use front::{fill, places};
pub use request::FillRequest;
