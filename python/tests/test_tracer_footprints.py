"""What one output reads, as degrid says of the traced graph and as autograd says of the model."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Optional

import numpy as np
import pytest
import torchvision
from torch import nn
from tracer_support import depends_on, positive, read_by, saved, trace_graph

from models.generators import HiFiGan, dcgan
from models.memory import Fields, InPlace, Interleaved, Shared, SuperResolution, Windows
from models.segmentation import UNet, erfnet
from models.sequence import WaveNet, tcn

tv = torchvision.models
Make = Callable[[], nn.Module]


def deeplab() -> nn.Module:
    return tv.segmentation.deeplabv3_resnet50(weights=None, weights_backbone=None)


CASES: list[tuple[str, Make, tuple[int, ...], dict[Optional[str], list[tuple[int, ...]]]]] = [
    ("unet", UNet, (1, 60, 68), {None: [(0, 0), (11, 13)], "d2": [(5, 6)], "c2": [(2, 3)]}),
    ("erfnet", erfnet, (3, 64, 48), {None: [(17, 20)], "9": [(3, 3), (0, 5)]}),
    ("dcgan", dcgan, (16, 3, 3), {None: [(20, 31)], "6": [(4, 9)]}),
    ("hifigan", HiFiGan, (20, 24), {None: [(1000,)], "rb.0.2": [(90,)]}),
    ("tcn", tcn, (1, 600), {None: [(599,), (100,)], "2": [(71,)]}),
    ("wavenet", WaveNet, (1, 700), {None: [(699,), (5,)]}),
    ("deeplab", deeplab, (3, 96, 80), {"backbone.layer4": [(5, 4)], "classifier": [(6, 5)]}),
    ("resnet18", lambda: tv.resnet18(weights=None), (3, 96, 96), {"layer2": [(3, 7)], "layer4": [(0, 2)]}),
    ("densenet121", lambda: tv.densenet121(weights=None), (3, 64, 64), {"features.transition2": [(2, 3)]}),
    ("shufflenet", lambda: tv.shufflenet_v2_x0_5(weights=None), (3, 96, 96), {"stage3": [(2, 4)]}),
    ("interleaved", Interleaved, (1, 9, 12), {None: [(2, 4), (2, 5), (0, 0)]}),
    ("in place", InPlace, (2, 40), {None: [(20,), (0,)]}),
    ("shared", Shared, (1, 40), {None: [(3,)]}),
    ("super-resolution", SuperResolution, (3, 16, 12), {None: [(0, 0), (13, 9)]}),
    ("windows", Windows, (3, 32, 32), {None: [(0, 5), (9, 9)]}),
    ("fields", Fields, (1, 17, 19), {None: [(8, 9), (7, 8), (0, 0)]}),
]


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_footprints_are_those_of_autograd(case: Any, tmp_path: Path) -> None:
    name, make, shape, maps = case
    model = make()
    graph = saved(trace_graph(model, shape), tmp_path / "graph.json")
    model = positive(model)
    for at, positions in maps.items():
        for position in positions:
            said, true = read_by(graph, at, position), depends_on(model, shape, at, position)
            differ = np.argwhere(said != true)
            assert len(differ) == 0, f"{name} at {at} {position}: {len(differ)} differ, first {differ[0]}"
            assert true.any()
