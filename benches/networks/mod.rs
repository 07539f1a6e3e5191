//! Network files of published kinds of networks, of any depth.

use std::fmt::Write as _;

/// V-Net (Milletari et al. 2016): volumes, 5×5×5 kernels in residual stages, down and up by 2 over `levels` resolutions.
fn vnet(levels: usize) -> String {
    let convolutions = |level: usize| vec!["1"; (level + 1).min(3)].join(", ");
    let mut text = "dims = 3\n".to_owned();
    let mut stage = |name: String, lines: &str| {
        let _ = write!(text, "\n[[stage]]\nname = \"{name}\"\n{lines}\n");
    };
    for level in 0..levels {
        if level > 0 {
            stage(
                format!("down{level}"),
                "layers = [{ kernel = 2, stride = 2, padding = 0 }]",
            );
        }
        let lines = format!(
            "kernel = 5\nresidual = true\ndilations = [{}]",
            convolutions(level)
        );
        stage(format!("encoder{level}"), &lines);
    }
    for level in (0..levels - 1).rev() {
        stage(
            format!("up{level}"),
            "layers = [{ op = \"transposed\", kernel = 2, stride = 2 }]",
        );
        let lines = format!(
            "from = [\"up{level}\", \"encoder{level}\"]\nkernel = 5\nresidual = true\ndilations = [{}]",
            convolutions(level)
        );
        stage(format!("decoder{level}"), &lines);
    }
    text
}

/// Inverted bottlenecks (Sandler et al. 2018) with squeeze and excitation: 1×1, 3×3 and 5×5 in turn, a global pool beside it, 1×1.
fn mbconv(blocks: usize) -> String {
    let block = |index: usize| {
        let kernel = 3 + 2 * (index % 2);
        format!(
            "[[stage]]\nname = \"block{index}\"\nresidual = true\nlayers = [{{ kernel = 1 }}, {{ kernel = {kernel} }}, \
             {{ branches = [[], [{{ op = \"global-pool\" }}, {{ kernel = 1 }}]], merge = \"add\" }}, {{ kernel = 1 }}]\n"
        )
    };
    (0..blocks).map(block).collect()
}

/// DenseNet (Huang et al. 2017): each layer reads all before it in its block.
fn densenet(blocks: usize, layers: usize) -> String {
    let stem = "[[stage]]\nname = \"stem\"\nlayers = [{ kernel = 7, stride = 2, padding = 3 }, \
                { op = \"max-pool\", kernel = 3, stride = 2, padding = 1 }]\n";
    let mut text = stem.to_owned();
    for block in 0..blocks {
        if block > 0 {
            let _ = write!(
                text,
                "[[stage]]\nlayers = [{{ kernel = 1 }}, {{ op = \"avg-pool\", kernel = 2 }}]\n"
            );
        }
        let _ = write!(
            text,
            "[[stage]]\nname = \"dense{block}\"\nrepeat = {layers}\n\
             layers = [{{ branches = [[], [{{ kernel = 1 }}, {{ kernel = 3 }}]], merge = \"concat\" }}]\n"
        );
    }
    text
}

/// A chain of dilated layers.
fn chain(layers: usize) -> String {
    format!(
        "[[stage]]\nrepeat = {}\ndilations = [1, 2, 5, 1, 2, 5, 1, 2, 5, 9]\n",
        layers / 10
    )
}

/// Stages of parallel branches, each of which is an output.
fn outputs(stages: usize) -> String {
    format!("outputs = [{}]\n{}", names(stages), branches(stages))
}

/// The same, with all of them merged.
fn merged(stages: usize) -> String {
    let (stages, names) = (branches(stages), names(stages));
    format!(
        "{stages}\n[[stage]]\nname = \"merged\"\nfrom = [{names}]\nlayers = [{{ kernel = 1 }}]\n"
    )
}

fn names(stages: usize) -> String {
    let names: Vec<String> = (0..stages)
        .map(|stage| format!("\"stage{stage}\""))
        .collect();
    names.join(", ")
}

fn branches(stages: usize) -> String {
    let stage = |index: usize| {
        format!(
            "\n[[stage]]\nname = \"stage{index}\"\nlayers = [{{ branches = [[{{ kernel = 1 }}], [{{ dilation = {} }}], [{{ dilation = {} }}]], \
             merge = \"concat\" }}]\n",
            index % 3 + 1,
            index % 5 + 1
        )
    };
    (0..stages).map(stage).collect()
}

/// Names and texts of the networks above, each at two depths.
pub fn all() -> Vec<(&'static str, String)> {
    vec![
        ("vnet-4", vnet(4)),
        ("vnet-5", vnet(5)),
        ("mbconv-100", mbconv(100)),
        ("mbconv-200", mbconv(200)),
        ("densenet-32", densenet(4, 32)),
        ("densenet-64", densenet(4, 64)),
        ("chain-50000", chain(50_000)),
        ("chain-100000", chain(100_000)),
        ("outputs-150", outputs(150)),
        ("outputs-300", outputs(300)),
        ("merged-75", merged(75)),
        ("merged-150", merged(150)),
    ]
}
