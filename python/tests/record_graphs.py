"""Writes the graphs of `tests/data/graphs`, which the Rust tests read: `python python/tests/record_graphs.py`."""

from __future__ import annotations

import json
from collections.abc import Callable

import torchvision
from torch import nn
from tracer_support import ROOT, trace_graph

from models.generators import HiFiGan, dcgan
from models.memory import Interleaved, Shared, Windows
from models.segmentation import UNet, erfnet
from models.sequence import WaveNet, tcn

FOLDER = ROOT / "tests/data/graphs"

#: Name, model and shape of its input; the first seven are models of `tests/data/onnx`.
RECORDED: list[tuple[str, Callable[[], nn.Module], tuple[int, ...]]] = [
    ("dcgan_gen", dcgan, (16, 1, 1)),
    ("erfnet", erfnet, (3, 256, 256)),
    ("hifigan_v3", HiFiGan, (20, 32)),
    ("tcn_locuslab", tcn, (1, 600)),
    ("tv_resnet18", lambda: torchvision.models.resnet18(weights=None), (3, 224, 224)),
    ("unet_valid_crop", UNet, (1, 252, 252)),
    ("wavenet", WaveNet, (1, 1200)),
    ("interleaved", Interleaved, (1, 9, 12)),
    ("shared", Shared, (1, 40)),
    ("windows", Windows, (3, 32, 32)),
]

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, make, shape in RECORDED:
        graph = trace_graph(make(), shape)
        text = json.dumps(graph, separators=(",", ":"), allow_nan=False)
        (FOLDER / f"{name}.json").write_text(text + "\n")
