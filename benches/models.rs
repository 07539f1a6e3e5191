//! How long models take: a file with a gibibyte of weights, and checks of published networks.
//!
//! `cargo bench --bench models`. The file is written to the temporary folder, its weights as a hole of the file system. HRNet is the export
//! that the tests use; the other networks are graphs of the same layers that this file writes, as PyTorch's exporter writes them.
//! For the memory of the first: `/usr/bin/time -v degrid check FILE`; that few bytes are read at all is a test (`tests/onnx/hostile.rs`).

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "a benchmark may panic, and its numbers are small"
)]

#[path = "../tests/common/build.rs"]
#[allow(dead_code, reason = "tests use the rest")]
mod build;

use std::fs::File;
use std::hint::black_box;
use std::io::{self, Cursor, Seek, SeekFrom, Write};
use std::path::Path;

use build::{Attr, Message, graph, info, model, node, numbers, weight};
use criterion::{Criterion, criterion_group, criterion_main};
use degrid::config::{Around, Config};
use degrid::onnx::{Options, read};
use degrid::report::FileReport;

/// A graph that grows layer by layer; maps are known by their number.
struct Net {
    nodes: Vec<Message>,
    weights: Vec<Message>,
    /// Channels of each map; the first is the input.
    channels: Vec<i64>,
    /// The module of what is added.
    module: String,
}

impl Net {
    fn new() -> Self {
        let axes = numbers("axes", &[2], &[2, 3]);
        Self {
            nodes: Vec::new(),
            weights: vec![axes],
            channels: vec![3],
            module: "stem".to_owned(),
        }
    }

    fn name(map: usize) -> String {
        if map == 0 {
            "x".to_owned()
        } else {
            format!("v{map}")
        }
    }

    fn push(
        &mut self,
        op: &str,
        inputs: &[String],
        channels: i64,
        attributes: &[(&str, Attr)],
    ) -> usize {
        let map = self.channels.len();
        let path = format!("/{}/{op}", self.module.replace('.', "/"));
        let added = node(op, &inputs.join(" "), &Self::name(map), attributes);
        self.nodes.push(added.text(3, &path));
        self.channels.push(channels);
        map
    }

    /// A convolution with batch normalisation folded in, and its activation.
    fn conv(&mut self, from: usize, to: i64, kernel: i64, stride: i64, groups: i64) -> usize {
        let name = format!("{}.conv{}.weight", self.module, self.channels.len());
        let shape = [to, self.channels[from] / groups, kernel, kernel];
        self.weights.push(weight(&name, &shape, 1));
        let attributes = [
            ("pads", Attr::Ints(&[kernel / 2; 4])),
            ("strides", Attr::Ints(&[stride; 2])),
            ("group", Attr::Int(groups)),
        ];
        let map = self.push("Conv", &[Self::name(from), name], to, &attributes);
        self.of("Relu", &[map])
    }

    fn pool(&mut self, op: &str, from: usize, kernel: i64) -> usize {
        let pad = (kernel - 1) / 2;
        let attributes = [
            ("kernel_shape", Attr::Ints(&[kernel; 2])),
            ("strides", Attr::Ints(&[2; 2])),
            ("pads", Attr::Ints(&[pad; 4])),
        ];
        self.push(op, &[Self::name(from)], self.channels[from], &attributes)
    }

    /// An operator that keeps the channels of the first map.
    fn of(&mut self, op: &str, maps: &[usize]) -> usize {
        let inputs: Vec<String> = maps.iter().map(|&map| Self::name(map)).collect();
        self.push(op, &inputs, self.channels[maps[0]], &[])
    }

    fn concat(&mut self, maps: &[usize]) -> usize {
        let inputs: Vec<String> = maps.iter().map(|&map| Self::name(map)).collect();
        let channels = maps.iter().map(|&map| self.channels[map]).sum();
        self.push("Concat", &inputs, channels, &[("axis", Attr::Int(1))])
    }

    /// Squeeze and excitation.
    fn excited(&mut self, map: usize, few: i64) -> usize {
        let all = self.channels[map];
        let keeps = [("keepdims", Attr::Int(1))];
        let pooled = self.push(
            "ReduceMean",
            &[Self::name(map), "axes".to_owned()],
            all,
            &keeps,
        );
        let squeezed = self.conv(pooled, few, 1, 1, 1);
        let gate = self.conv(squeezed, all, 1, 1, 1);
        self.of("Mul", &[map, gate])
    }

    fn finish(mut self, last: usize, side: i64) -> Vec<u8> {
        self.nodes
            .push(node("Identity", &Self::name(last), "y", &[]));
        let graph = graph(&[1, 3, side, side], &self.nodes, &self.weights);
        model(20, &graph).0
    }
}

/// ResNet-152 (He et al. 2015), the stride in the 3×3 layers as torchvision has it.
fn resnet_152() -> Vec<u8> {
    let mut net = Net::new();
    let stem = net.conv(0, 64, 7, 2, 1);
    let mut map = net.pool("MaxPool", stem, 3);
    let layers = [(3, 64, 1), (8, 128, 2), (36, 256, 2), (3, 512, 2)];
    for (layer, (blocks, width, first)) in (1..).zip(layers) {
        for block in 0..blocks {
            net.module = format!("layer{layer}.{block}");
            let stride = if block == 0 { first } else { 1 };
            let narrow = net.conv(map, width, 1, 1, 1);
            let middle = net.conv(narrow, width, 3, stride, 1);
            let wide = net.conv(middle, 4 * width, 1, 1, 1);
            let shortcut = match block {
                0 => net.conv(map, 4 * width, 1, stride, 1),
                _ => map,
            };
            map = net.of("Add", &[wide, shortcut]);
        }
    }
    net.finish(map, 224)
}

/// DenseNet-201 (Huang et al. 2016).
fn densenet_201() -> Vec<u8> {
    let mut net = Net::new();
    let stem = net.conv(0, 64, 7, 2, 1);
    let mut map = net.pool("MaxPool", stem, 3);
    for (block, layers) in [6, 12, 48, 32].into_iter().enumerate() {
        if block > 0 {
            net.module = format!("transition{block}");
            let half = net.channels[map] / 2;
            let narrow = net.conv(map, half, 1, 1, 1);
            map = net.pool("AveragePool", narrow, 2);
        }
        net.module = format!("denseblock{}", block + 1);
        let mut features = vec![map];
        for _ in 0..layers {
            let all = net.concat(&features);
            let narrow = net.conv(all, 128, 1, 1, 1);
            features.push(net.conv(narrow, 32, 3, 1, 1));
        }
        map = net.concat(&features);
    }
    net.finish(map, 224)
}

/// EfficientNet-B7 (Tan and Le 2019).
fn efficientnet_b7() -> Vec<u8> {
    let mut net = Net::new();
    let mut map = net.conv(0, 64, 3, 2, 1);
    let stages = [
        (4, 32, 3, 1, 1),
        (7, 48, 3, 2, 6),
        (7, 80, 5, 2, 6),
        (10, 160, 3, 2, 6),
        (10, 224, 5, 1, 6),
        (13, 384, 5, 2, 6),
        (4, 640, 3, 1, 6),
    ];
    for (stage, (blocks, channels, kernel, first, expand)) in stages.into_iter().enumerate() {
        for block in 0..blocks {
            net.module = format!("blocks.{stage}.{block}");
            let stride = if block == 0 { first } else { 1 };
            let (from, own) = (map, net.channels[map]);
            let wide = match expand {
                1 => map,
                _ => net.conv(map, own * expand, 1, 1, 1),
            };
            let wider = net.channels[wide];
            let spread = net.conv(wide, wider, kernel, stride, wider);
            let excited = net.excited(spread, own / 4);
            map = net.conv(excited, channels, 1, 1, 1);
            if block > 0 {
                map = net.of("Add", &[map, from]);
            }
        }
    }
    "head".clone_into(&mut net.module);
    map = net.conv(map, 2_560, 1, 1, 1);
    net.finish(map, 600)
}

/// Writes a model of 64 convolutions in a row whose weights take about this many bytes inside of the file: a hole, where the file system has
/// such.
fn heavy(path: &Path, bytes: u64) -> io::Result<()> {
    const LAYERS: u64 = 64;
    let each = bytes / LAYERS;
    let map = |layer: u64| match layer {
        0 => "x".to_owned(),
        LAYERS => "y".to_owned(),
        _ => format!("v{layer}"),
    };
    // Channels that come close to as many bytes of floats with three taps.
    let channels = (each / 12).isqrt() as i64;
    let mut heads = Vec::new();
    for layer in 0..LAYERS {
        let (name, raw) = (format!("w{layer}"), channels as u64 * channels as u64 * 12);
        let mut tensor = weight(&name, &[channels, channels, 3], 1);
        tensor.number(9 << 3 | 2);
        tensor.number(raw);
        let mut head = Message::default();
        head.number(5 << 3 | 2);
        head.number(tensor.0.len() as u64 + raw);
        head.0.extend(tensor.0);
        let inputs = format!("{} {name}", map(layer));
        let conv = node(
            "Conv",
            &inputs,
            &map(layer + 1),
            &[("pads", Attr::Ints(&[1, 1]))],
        );
        heads.push((Message::default().message(1, &conv).0, head.0, raw));
    }
    let ends = Message::default()
        .message(11, &info("x", &[1, channels, 1_024]))
        .message(12, &info("y", &[]));
    let inner = heads
        .iter()
        .map(|(node, head, raw)| (node.len() + head.len()) as u64 + raw);
    let mut start = Message::default().varint(1, 8);
    start = start.message(8, &Message::default().text(1, "").varint(2, 20));
    start.number(7 << 3 | 2);
    start.number(inner.sum::<u64>() + ends.0.len() as u64);
    let mut file = File::create(path)?;
    file.write_all(&start.0)?;
    for (node, head, raw) in &heads {
        file.write_all(node)?;
        file.write_all(head)?;
        file.seek(SeekFrom::Current(*raw as i64))?;
    }
    file.write_all(&ends.0)
}

/// What `degrid check` does with the bytes of a model.
fn check(bytes: &[u8]) -> usize {
    let import = read(Cursor::new(bytes), &Options::default()).unwrap();
    let config = Config::of(import.network, &Around::default()).unwrap();
    let report = FileReport::checked("model.onnx".to_owned(), None, &config);
    report.stages.len()
}

fn benches(c: &mut Criterion) {
    let folder = std::env::temp_dir().join(format!("degrid-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("heavy.onnx");
    heavy(&path, 1 << 30).unwrap();
    c.bench_function("read, 1 GiB of weights", |b| {
        b.iter(|| {
            let file = File::open(black_box(&path)).unwrap();
            read(file, &Options::default()).unwrap().places.len()
        });
    });
    std::fs::remove_dir_all(&folder).unwrap();
    let hrnet = format!(
        "{}/tests/data/onnx/timm_hrnet_w18_feat.legacy.onnx",
        env!("CARGO_MANIFEST_DIR")
    );
    for (name, bytes) in [
        ("check, ResNet-152", resnet_152()),
        ("check, DenseNet-201", densenet_201()),
        ("check, EfficientNet-B7", efficientnet_b7()),
        ("check, HRNet-W18", std::fs::read(hrnet).unwrap()),
    ] {
        assert!(check(&bytes) > 5, "{name} has its stages");
        c.bench_function(name, |b| b.iter(|| check(black_box(&bytes))));
    }
}

criterion_group!(group, benches);
criterion_main!(group);
