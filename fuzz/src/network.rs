//! Networks made of arbitrary bytes: as a file, and as plain layers.

use std::fmt::Write;

use arbitrary::Arbitrary;

use crate::plain::{At, Axis, Layer, Plain, SAME};

#[derive(Debug, Arbitrary)]
pub struct Network {
    is_flat: bool,
    input: Option<[u8; 2]>,
    stages: Vec<Stage>,
}

#[derive(Debug, Arbitrary)]
struct Stage {
    layers: Vec<Entry>,
    repeat: u8,
    is_residual: bool,
    from: [u8; 2],
}

#[derive(Debug, Arbitrary)]
enum Entry {
    Conv(Conv),
    Strided(Conv),
    Pool {
        kernel: [u8; 2],
        stride: u8,
        padding: u8,
    },
    Transposed {
        kernel: [u8; 2],
        stride: [u8; 2],
        dilation: u8,
        padding: u8,
    },
    Repeated {
        factor: [u8; 2],
        is_shuffle: bool,
    },
    Linear {
        factor: u8,
    },
    Slice {
        stride: u8,
        offset: u8,
    },
    Pad {
        low: u8,
        high: u8,
    },
    Branches(Vec<Vec<Conv>>),
}

#[derive(Debug, Arbitrary)]
struct Conv {
    kernel: [u8; 2],
    dilation: [u8; 2],
    stride: u8,
    padding: Padding,
}

#[derive(Debug, Arbitrary)]
enum Padding {
    Same,
    Same2,
    Valid,
    Causal,
    Number(u8),
    Pairs(u8, u8),
}

/// From 1 to a greatest number.
fn up_to(most: i64, byte: u8) -> i64 {
    1 + i64::from(byte) % most
}

/// Most layers, repetitions counted.
const MOST_LAYERS: usize = 20;
/// Most positions of the box that an output reads.
const MOST_POSITIONS: i64 = 6_000;

/// Greatest size of a map, and greatest part of a jump: well inside of the limits of a file.
const MOST_SIZE: i64 = 10_000;
const MOST_JUMP: i64 = 256;

/// A network under construction.
struct Making {
    dims: usize,
    plain: Plain,
    /// Input positions per position of each map, as a fraction.
    jumps: Vec<[(i64, i64); 2]>,
    /// Whether every map has a size, and none is large.
    is_whole: bool,
}

/// A network as a file and as layers.
pub struct Made {
    pub text: String,
    pub plain: Plain,
    pub dims: usize,
}

impl Network {
    /// The network; `None` where it would be large, or maps would be empty.
    pub fn made(&self) -> Option<Made> {
        let dims = if self.is_flat { 2 } else { 1 };
        let mut text = String::new();
        let mut making = Making {
            dims,
            plain: Plain::default(),
            jumps: vec![[(1, 1); 2]],
            is_whole: true,
        };
        if let Some(input) = self.input {
            let size = [
                up_to(60, input[0]),
                if dims == 2 { up_to(60, input[1]) } else { 1 },
            ];
            making.plain.sizes = Some(vec![size]);
            writeln!(text, "input = {:?}", &size[..dims]).ok()?;
        } else {
            writeln!(text, "dims = {dims}").ok()?;
        }
        let mut ends: Vec<usize> = vec![0];
        for (index, stage) in self.stages.iter().take(4).enumerate() {
            writeln!(text, "\n[[stage]]\nname = \"s{index}\"").ok()?;
            let mut entry = ends[ends.len() - 1];
            if index > 0 {
                let other = ends[usize::from(stage.from[0]) % ends.len()];
                if stage.from[1] & 1 == 1 && making.alike(entry, other) && other != entry {
                    let name = |map: usize| match ends.iter().position(|end| *end == map) {
                        Some(0) | None => "input".to_owned(),
                        Some(stage) => format!("s{}", stage - 1),
                    };
                    writeln!(text, "from = [\"{}\", \"{}\"]", name(entry), name(other)).ok()?;
                    entry = making.push([SAME; 2], vec![entry, other])?;
                }
            }
            let end = making.stage(stage, entry, &mut text)?;
            ends.push(end);
        }
        let is_small = making.plain.layers.len() <= 3 * MOST_LAYERS && making.is_whole;
        (is_small && ends.len() > 1 && making.box_of_output() <= MOST_POSITIONS).then_some(Made {
            text,
            plain: making.plain,
            dims,
        })
    }
}

impl Making {
    fn push(&mut self, axes: [Axis; 2], reads: Vec<usize>) -> Option<usize> {
        let from = reads[0];
        if let Some(sizes) = &mut self.plain.sizes {
            let size: At = std::array::from_fn(|axis| axes[axis].size(sizes[from][axis]));
            self.is_whole &= size.iter().all(|n| (1..=MOST_SIZE).contains(n));
            sizes.push(size);
        }
        let jump: [(i64, i64); 2] = std::array::from_fn(|axis| {
            let (up, down) = axes[axis].jump();
            let (above, below) = self.jumps[from][axis];
            reduced(above * up, below * down)
        });
        self.is_whole &= jump.iter().all(|(up, down)| up.max(down) <= &MOST_JUMP);
        self.jumps.push(jump);
        self.plain.layers.push(Layer { axes, reads });
        (self.plain.layers.len() <= 3 * MOST_LAYERS && self.is_whole)
            .then_some(self.plain.layers.len())
    }

    /// Whether two maps can be merged.
    fn alike(&self, one: usize, other: usize) -> bool {
        let sizes = self.plain.sizes.as_ref();
        self.jumps[one] == self.jumps[other] && sizes.is_none_or(|sizes| sizes[one] == sizes[other])
    }

    fn stage(&mut self, stage: &Stage, entry: usize, text: &mut String) -> Option<usize> {
        let repeat = up_to(3, stage.repeat);
        let mut here = entry;
        for turn in 0..repeat {
            let begin = here;
            let mut entries = Vec::new();
            for layer in stage.layers.iter().take(5) {
                let (end, written) = self.entry(layer, here)?;
                here = end;
                entries.push(written);
            }
            if turn == 0 {
                writeln!(text, "layers = [{}]", entries.join(", ")).ok()?;
                writeln!(text, "repeat = {repeat}").ok()?;
            }
            if stage.is_residual {
                // What the identity around it cannot be added to is no network.
                if !self.alike(begin, here) || stage.layers.is_empty() {
                    return None;
                }
                here = self.push([SAME; 2], vec![begin, here])?;
            }
        }
        if stage.is_residual {
            writeln!(text, "residual = true").ok()?;
        }
        (!stage.layers.is_empty()).then_some(here)
    }

    /// Numbers of each axis as a file has them.
    fn list(&self, numbers: [i64; 2]) -> String {
        format!("{:?}", &numbers[..self.dims])
    }

    /// An operation of each axis; of one axis the second does nothing.
    fn axes(&self, axis: impl Fn(usize) -> Axis) -> [Axis; 2] {
        [axis(0), if self.dims == 2 { axis(1) } else { SAME }]
    }

    fn entry(&mut self, entry: &Entry, from: usize) -> Option<(usize, String)> {
        let (axes, text) = match entry {
            Entry::Conv(conv) => self.conv(conv, 1),
            Entry::Strided(conv) => self.conv(conv, up_to(3, conv.stride)),
            Entry::Pool {
                kernel,
                stride,
                padding,
            } => {
                let kernel = kernel.map(|k| up_to(4, k));
                let (stride, padding) = (up_to(3, *stride), i64::from(*padding) % 2);
                // A pool may not be padded by more than half of its kernel.
                let low = if kernel[..self.dims].iter().all(|k| *k >= 2) {
                    padding
                } else {
                    0
                };
                let axes = self.axes(|axis| Axis::Window {
                    kernel: kernel[axis],
                    stride,
                    dilation: 1,
                    low,
                    high: low,
                });
                (
                    axes,
                    format!(
                        "op = \"max-pool\", kernel = {}, stride = {stride}, padding = {low}",
                        self.list(kernel)
                    ),
                )
            }
            Entry::Transposed {
                kernel,
                stride,
                dilation,
                padding,
            } => {
                let kernel = kernel.map(|k| up_to(5, k));
                let stride = stride.map(|s| 1 + up_to(2, s));
                let (dilation, low) = (up_to(3, *dilation), i64::from(*padding) % 3);
                let axes = self.axes(|axis| Axis::Transposed {
                    kernel: kernel[axis],
                    stride: stride[axis],
                    dilation,
                    low,
                    high: low,
                });
                (
                    axes,
                    format!(
                        "op = \"transposed\", kernel = {}, stride = {}, dilation = {dilation}, padding = {low}",
                        self.list(kernel),
                        self.list(stride)
                    ),
                )
            }
            Entry::Repeated { factor, is_shuffle } => {
                let factor = factor.map(|f| up_to(3, f));
                let op = if *is_shuffle {
                    "pixel-shuffle"
                } else {
                    "upsample"
                };
                (
                    self.axes(|axis| Axis::Repeated {
                        factor: factor[axis],
                    }),
                    format!("op = \"{op}\", factor = {}", self.list(factor)),
                )
            }
            Entry::Linear { factor } => {
                let factor = up_to(4, *factor);
                (
                    self.axes(|_| Axis::Linear { factor }),
                    format!("op = \"upsample\", mode = \"linear\", factor = {factor}"),
                )
            }
            Entry::Slice { stride, offset } => {
                let (stride, offset) = (up_to(3, *stride), i64::from(*offset) % 3);
                (
                    self.axes(|_| Axis::Slice { stride, offset }),
                    format!("op = \"slice\", stride = {stride}, offset = {offset}"),
                )
            }
            Entry::Pad { low, high } => {
                let (low, high) = (i64::from(*low) % 3, i64::from(*high) % 3);
                let axes = self.axes(|_| Axis::Window {
                    kernel: 1,
                    stride: 1,
                    dilation: 1,
                    low,
                    high,
                });
                let pairs = vec![format!("[{low}, {high}]"); self.dims].join(", ");
                (axes, format!("op = \"pad\", padding = [{pairs}]"))
            }
            Entry::Branches(branches) => return self.branches(branches, from),
        };
        Some((self.push(axes, vec![from])?, format!("{{ {text} }}")))
    }

    fn branches(&mut self, branches: &[Vec<Conv>], from: usize) -> Option<(usize, String)> {
        let (mut ends, mut written) = (Vec::new(), Vec::new());
        for branch in branches.iter().take(3) {
            let mut here = from;
            let mut entries = Vec::new();
            for conv in branch.iter().take(2) {
                let (axes, text) = self.conv(conv, 1);
                here = self.push(axes, vec![here])?;
                entries.push(format!("{{ {text} }}"));
            }
            if ends.first().is_some_and(|first| !self.alike(*first, here)) {
                return None;
            }
            ends.push(here);
            written.push(format!("[{}]", entries.join(", ")));
        }
        if ends.is_empty() {
            return None;
        }
        let end = self.push([SAME; 2], ends)?;
        Some((
            end,
            format!("{{ branches = [{}], merge = \"add\" }}", written.join(", ")),
        ))
    }

    fn conv(&self, conv: &Conv, stride: i64) -> ([Axis; 2], String) {
        let kernel = conv.kernel.map(|k| up_to(5, k));
        let dilation = conv.dilation.map(|d| up_to(7, d));
        let padding = |axis: usize| {
            let total = (kernel[axis] - 1) * dilation[axis];
            match conv.padding {
                Padding::Same | Padding::Same2 if stride == 1 => (total / 2, total - total / 2),
                Padding::Same | Padding::Same2 | Padding::Valid => (0, 0),
                Padding::Causal => (total, 0),
                Padding::Number(n) => (i64::from(n) % 9, i64::from(n) % 9),
                Padding::Pairs(low, high) => (i64::from(low) % 9, i64::from(high) % 9),
            }
        };
        let written = match conv.padding {
            Padding::Same | Padding::Same2 if stride == 1 => "\"same\"".to_owned(),
            Padding::Same | Padding::Same2 | Padding::Valid => "\"valid\"".to_owned(),
            Padding::Causal => "\"causal\"".to_owned(),
            Padding::Number(_) => padding(0).0.to_string(),
            Padding::Pairs(..) => {
                let pairs: Vec<String> = (0..self.dims)
                    .map(|axis| format!("[{}, {}]", padding(axis).0, padding(axis).1))
                    .collect();
                format!("[{}]", pairs.join(", "))
            }
        };
        let axes = self.axes(|axis| Axis::Window {
            kernel: kernel[axis],
            stride,
            dilation: dilation[axis],
            low: padding(axis).0,
            high: padding(axis).1,
        });
        (
            axes,
            format!(
                "kernel = {}, dilation = {}, stride = {stride}, padding = {written}",
                self.list(kernel),
                self.list(dilation)
            ),
        )
    }

    /// At most how many positions lie in the box of what an output reads, of any map.
    fn box_of_output(&self) -> i64 {
        let axis = |axis: usize| {
            let layers = self.plain.layers.iter().rev();
            let (mut most, mut here) = (1, 1);
            for layer in layers {
                let (up, down) = layer.axes[axis].jump();
                here = (here - 1) * up / down + layer.axes[axis].extent() + i64::from(down > 1);
                most = most.max(here);
            }
            most
        };
        axis(0) * axis(1).max(1)
    }
}

fn reduced(above: i64, below: i64) -> (i64, i64) {
    let (mut a, mut b) = (above, below);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    (above / a, below / a)
}
