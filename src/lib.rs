//! Checks and plans **hybrid dilated convolution** (HDC) schedules.
//!
//! A network that stacks dilated convolutions can go blind in a regular pattern: its outputs skip input positions ("gridding").
//! This crate says so exactly, beside the design rules of Wang et al. 2017 ("Understanding Convolution for Semantic
//! Segmentation", section 3.2), and shows where.
//!
//! ```
//! use degrid::{Network, Policy};
//!
//! let network = Network::builder(2).stage("body").dilations(3, [1, 2, 9]).build().expect("a network");
//! let policy = Policy::default();
//! let checked = degrid::check(&network, &policy);
//! assert_eq!(checked.findings[0].rule.id, "gridding");
//!
//! let fixed = degrid::fix(&network, &policy);
//! assert_eq!(fixed.fixes[0].message(), "change dilations to 1, 3, 9: smallest change without gridding that keeps the receptive field");
//! assert!(degrid::check(&fixed.network, &policy).findings.is_empty());
//! ```
//!
//! # The front door
//!
//! | call | answers |
//! |---|---|
//! | [`Network::builder`] | a validated network, or all that is wrong with it |
//! | [`check`] | verdicts of all rules, and findings |
//! | [`footprint()`] | what an output reads: positions, those of the dense twin, path weights |
//! | [`fix`] | the smallest changes that remove findings |
//! | [`plan`] | schedules without holes, best first, or why there are none |
//!
//! `config::parse` reads a network file; `examples/` has each of them in a few lines.
//!
//! # The map
//!
//! | module | holds | feature |
//! |---|---|---|
//! | [`network`] | what all share: quantities, operations, the graph of maps and layers, stages, schedules, knobs | |
//! | [`footprint`](mod@footprint) | what an output reads: the exact test, sets, path weights, measures, runs, matrices | |
//! | [`rules`] | one file a rule; levels, verdicts and findings | |
//! | [`planner`] | schedules that pass, and the engine that changes the numbers of a network | |
//! | `config` | network and project files: read with every fault at its place, networks changed with every other byte kept | `toml` |
//! | `onnx` | networks from ONNX models | `onnx` |
//! | `graph` | networks from traced PyTorch models | `graph` |
//! | `report` | verdicts and findings as one owned model, with lines and columns, and its formats | `report` |
//! | `draw` | footprints as pictures: SVG, PNG and PDF | `report`, `pictures` |
//! | `render`, `cli` | terminals and the command | `cli` |
//!
//! # Words
//!
//! | word | meaning |
//! |---|---|
//! | kernel size k, stride s, dilation d | as in PyTorch's `Conv2d` |
//! | tap | one kernel position; also the input offset that it reads |
//! | jump | input positions per position of a map |
//! | step | how far apart a layer's taps are on the map where its run begins |
//! | reach | positions that the finer layers of a run cover without a hole: the most the next step may be |
//! | receptive field | extent from first to last tap |
//! | footprint | the positions of a map that reach one output position, with their path weights |
//! | hole | a position inside the footprint's bounding box that is not in it |
//! | dense twin | the same network with every kernel filled: k → (k−1)d + 1, d → 1 |
//! | gridding | holes that dilation caused: the dense twin's footprint less the footprint |
//! | run | layers at one resolution, back from a map to the maps where the jump last changed |
//! | stage | a named set of layers |
//! | schedule | the dilations of a stage's convolutions with k > 1, input side first, cut where the jump changes |
//! | tooth | a maximal run of a schedule that does not fall: `1,2,5 \| 1,2,5` |
//! | knob | a number of the network that may change: the dilation of some layers, the kernel of a transposed one |
//! | alone, in context | a stage's footprint on its own input, or on the maps where its run begins |
//!
//! # What an operation reads
//!
//! One axis; output position o, input position i, 0 ≤ i < n.
//!
//! | operation | reads | output size |
//! |---|---|---|
//! | convolution, pooling | i = o·s − low + d·t, 0 ≤ t < k | ⌊(n + low + high − d(k−1) − 1)/s⌋ + 1 |
//! | transposed | i = (o + low − d·t)/s where s divides | (n−1)s − low − high + d(k−1) + output padding + 1 |
//! | upsampling, nearest; pixel shuffle | ⌊o/f⌋ | n·f |
//! | upsampling, linear | ⌊x⌋ and ⌊x⌋+1, x = (o+½)/f − ½ | n·f |
//! | upsampling, cubic | ⌊x⌋−1 to ⌊x⌋+2, those beyond the border at it; i = x alone where x is whole | n·f |
//! | adaptive pool to m | ⌊o·n/m⌋ ≤ i < ⌈(o+1)·n/m⌉ | m |
//! | global pool, of each axis that it is over | every i | 1 |
//! | crop, from `low` on | o + low | as given |
//! | padding | o − low; beyond the border nothing, or what the mode puts there | n + low + high |
//! | slice | o·s + offset | ⌈(n − offset)/s⌉ |

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "toml")]
pub mod config;
#[cfg(feature = "report")]
pub mod draw;
pub mod footprint;
#[cfg(feature = "graph")]
pub mod graph;
pub mod network;
#[cfg(feature = "onnx")]
pub mod onnx;
pub mod planner;
#[cfg(feature = "cli")]
mod render;
#[cfg(feature = "report")]
pub mod report;
pub mod rules;
#[cfg(any(feature = "graph", feature = "onnx"))]
#[cfg_attr(
    not(all(feature = "graph", feature = "onnx")),
    allow(
        dead_code,
        unused_imports,
        reason = "each vocabulary has words that the other lacks"
    )
)]
mod trace;

pub use footprint::footprint;
pub use network::Network;
pub use planner::plan;
pub use rules::{Policy, check};

/// Changes the numbers of a network, as little as it takes with the receptive field kept, so that findings of gridding, common factors and
/// uneven writes go; see [`planner::fix()`] for other knobs, bounds of work, and smaller receptive fields.
#[must_use]
pub fn fix(network: &Network, policy: &Policy) -> planner::Fixed {
    planner::fix(
        network,
        &network.knobs(),
        policy,
        false,
        planner::Effort::FIX,
    )
}
