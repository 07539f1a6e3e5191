//! The network file as written: one type for each table, before anything is resolved.
//!
//! The comments on keys are shown by editors as well: `degrid schema` prints them.

use crate::network::Padding;

use super::read::{At, Axes, Entries, Int, OneOrMany, table};

#[cfg(feature = "schema")]
use super::limits::{AXES, MERGES, OPS, modes};
#[cfg(feature = "schema")]
use super::limits::{CHANNELS, DIMS, OFFSET, OUTPUT_PADDING, RECEPTIVE_FIELD, SIZE};
#[cfg(feature = "schema")]
use super::schema::types::{at_most, filled, one_of, other_than, within, words_of};
#[cfg(feature = "schema")]
use crate::network::{Factor, Kernel, MAX_LAYERS, MAX_STAGES, Stride};

mod values;

pub use values::{RawCycle, RawDilation, RawLevel, RawOption, RawStep};

table! {
    /// A network: stages of layers, and what degrid checks of them.
    RawFile, "the network file", {
        /// Name of the network, for reports.
        name: String,
        /// Number of axes: 1 (sound), 2 (images) or 3 (volumes), not counting channels. Default: the number of values where `input` is a list, else 2. For other keys one number holds for all axes, and a list has one for each.
        dims: Int where within(DIMS),
        /// Positions of the input along each axis, such as `[513, 513]`, not counting channels. Without it a network is checked for inputs of any size, away from their borders.
        input: Axes<Int> where within(SIZE),
        /// Stages whose maps leave the network. Default: the last one.
        outputs: OneOrMany<String> where filled,
        /// Defaults of convolutions, where neither the layer nor its stage has a value.
        defaults: RawDefaults,
        /// What the network must achieve.
        target: RawTarget,
        /// Levels of rules for the entire file: `gridding = "warn"`, or with numbers `grating-lobe = { level = "warn", max = 0.3 }`.
        rules: Entries<RawLevel>,
        /// The stages, input side first: `[[stage]]`.
        stage: Vec<At<RawStage>> where |list| { filled(list); at_most(MAX_STAGES)(list) },
    }, elsewhere {
        "in `[defaults]` or in a `[[stage]]`": RawDefaults::KEYS,
        "in `[target]`": RawTarget::KEYS,
        "in a `[[stage]]`": &["dilations", "layers", "repeat", "residual"],
        "in the `degrid.toml` of the project": &["paths", "exclude", "baseline", "overrides"],
    }
}

table! {
    /// Defaults of convolutions, where neither the layer nor its stage has a value.
    RawDefaults, "`[defaults]`", {
        /// Kernel size of convolutions, in taps. Default: 3.
        kernel: Axes<Int> where within(Kernel::RANGE),
        /// Stride of convolutions, in positions. Default: 1.
        stride: Axes<Int> where within(Stride::RANGE),
        /// Padding of convolutions: positions on each side, `"same"` (default), `"valid"` (none), `"causal"` (all before the first position), or for each axis `[[before, after], …]`.
        padding: Axes<Padding>,
    }
}

table! {
    /// What the network must achieve.
    RawTarget, "`[target]`", {
        /// The receptive field must have at least this many input positions along each axis.
        receptive_field: Axes<Int> where within(RECEPTIVE_FIELD),
        /// Extent of the smallest object that matters, in input positions: strides must not step over it.
        smallest_object: Axes<Int> where within(RECEPTIVE_FIELD),
    }
}

table! {
    /// A sequence of layers: `dilations` for convolutions, or `layers` for any operation.
    RawStage, "a stage", {
        /// Name by which later stages read it. It must be unique, and not `input`, which is the input of the network.
        name: String where other_than("input"),
        /// Earlier stages that it reads, or `"input"`; several are concatenated. Default: the previous stage.
        from: OneOrMany<String> where filled,
        /// Kernel size of its convolutions, in taps, such as `3` or `[3, 5]`.
        kernel: Axes<Int> where within(Kernel::RANGE),
        /// Stride of its convolutions, in positions.
        stride: Axes<Int> where within(Stride::RANGE),
        /// Padding of its convolutions: positions on each side, `"same"`, `"valid"` (none), `"causal"` (all before the first position), or for each axis `[[before, after], …]`.
        padding: Axes<Padding>,
        /// Short form: a convolution for each dilation, input side first, such as `[1, 2, 5]`. An entry may have a dilation for each axis, `[1, [2, 1]]`. `"?"` leaves it for `degrid plan` to find. `{ cycle = [1, 2, 5] }`: each repetition takes the next.
        dilations: Vec<At<Axes<RawDilation>>> where filled,
        /// How often its layers are repeated.
        repeat: Int where at_most(MAX_LAYERS),
        /// Whether the input of each repetition is added to its output.
        residual: bool,
        /// Long form: any layers, input side first, such as `[{ kernel = 7, stride = 2, padding = 3 }, { op = "max-pool", kernel = 2 }]`.
        layers: Vec<At<RawLayer>> where filled,
        /// Levels of rules for this stage alone, such as `{ not-sawtooth = "allow" }`.
        rules: Entries<RawLevel>,
    }, elsewhere {
        "in `layers`, as `layers = [{ branches = [[…], […]] }]`": &["branches", "merge"],
    }
}

table! {
    /// An operation, or parallel branches.
    RawLayer, "a layer", {
        /// The operation: `conv` (default), `max-pool`, `avg-pool`, `transposed` (a convolution's transpose, or deconvolution), `upsample`, `pixel-shuffle`, `adaptive-avg-pool`, `adaptive-max-pool`, `global-pool`, `crop`, `pad` or `slice` (every n-th position).
        op: String where one_of(&OPS),
        /// Name, shown in reports.
        name: String,
        /// Kernel size in taps, such as `3` or `[3, 5]`. Default: the stage's.
        kernel: Axes<Int> where within(Kernel::RANGE),
        /// Stride in positions. Default of a convolution: the stage's; of a pool: its kernel size; of a transposed convolution: 1. A `slice` needs it.
        stride: Axes<Int> where within(Stride::RANGE),
        /// Positions from one tap to the next, 1 for a dense kernel; `"?"` leaves it for `degrid plan` to find. `{ cycle = [1, 2, 5] }`, but for transposed convolutions: each repetition of the stage takes the next.
        dilation: Axes<RawDilation>,
        /// Padding: positions on each side, `"same"`, `"valid"` (none), `"causal"` (all before the first position), or for each axis `[[before, after], …]`. A transposed convolution takes only numbers, by which its output is cropped; `pad` only numbers, which are positions to add.
        padding: Axes<Padding>,
        /// Positions that a transposed convolution adds after the last: fewer than its stride or its dilation.
        output_padding: Axes<Int> where within(OUTPUT_PADDING),
        /// Whether a pool keeps a last window that is cut off, as `ceil_mode` in PyTorch.
        ceil_mode: bool,
        /// Output positions for each input position, of `upsample` and `pixel-shuffle`.
        factor: Axes<Int> where within(Factor::RANGE),
        /// Size to bring the map to, in positions, by `upsample`, `crop` or an adaptive pool. Needs the file's `input`, but for a pool to size 1.
        size: Axes<Int> where within(SIZE),
        /// First position that a `crop` to a `size` keeps, or a `slice`, counted from 0. Default of a crop: the centre; of a slice: 0.
        offset: Axes<Int> where within(OFFSET),
        /// Stage whose map has the size to bring this one to, by `upsample` or `crop`; `"input"` is the input of the network.
        like: String,
        /// Interpolation of `upsample`: `nearest` (default), `linear` or `cubic`, along each axis. What `pad` puts beyond the border: `zeros` (default), `reflect`, `replicate` or `circular`.
        mode: String where one_of(&modes()),
        /// Axes that a `global-pool` reads whole, such as `"y"` or `["y", "x"]`: `x` is the last axis, `y` the one before, `z` the first of three. Default: all.
        axes: OneOrMany<String> where words_of(&AXES),
        /// Whether linear or cubic interpolation aligns the first and last positions of both maps, as `align_corners` in PyTorch.
        align_corners: bool,
        /// Output channels. They are used to count weights, and do not change what an output sees.
        channels: Int where within(CHANNELS),
        /// Groups of a grouped convolution. They are used to count weights, and do not change what an output sees.
        groups: Int where within(CHANNELS),
        /// Parallel branches, each a list of layers; `[]` is the identity: `[[{ kernel = 1 }], [{ dilation = 6 }], []]`.
        branches: Vec<At<Vec<At<RawLayer>>>> where filled,
        /// How the branches are merged: `concat` (default) or `add`.
        merge: String where one_of(&MERGES),
    }, elsewhere {
        "in the `[[stage]]` of the layer": &["from", "repeat", "residual"],
    }
}
