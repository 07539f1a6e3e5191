"""Traced models against their ONNX exports in `tests/data/onnx`, and against the graphs that the Rust tests read."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Optional

import pytest
import torch
import torchvision
from record_graphs import FOLDER, RECORDED
from torch import Tensor, nn
from tracer_support import ROOT, run, saved, trace_graph

tv = torchvision.models
ONNX = ROOT / "tests/data/onnx"


class Wrapped(nn.Module):
    """A model in a module, as it was exported; of a dict one tensor."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.m = model

    def forward(self, x: Tensor) -> Any:
        y = self.m(x)
        return y["out"] if isinstance(y, dict) else y


def timm(name: str, **options: Any) -> nn.Module:
    return importlib.import_module("timm").create_model(name, **options)


def smp_unet() -> nn.Module:
    models = importlib.import_module("segmentation_models_pytorch")
    return models.Unet("resnet34", encoder_weights=None)


#: Models of packages that are exported in `tests/data/onnx`, by the name of the file.
PACKAGED: dict[str, tuple[Callable[[], nn.Module], Optional[str]]] = {
    "seg_deeplabv3_resnet50.dynamo": (
        lambda: Wrapped(tv.segmentation.deeplabv3_resnet50(weights=None, weights_backbone=None)),
        None,
    ),
    "smp_Unet.dynamo": (smp_unet, "segmentation_models_pytorch"),
    "timm_hrnet_w18_feat.legacy": (
        lambda: Wrapped(timm("hrnet_w18", features_only=True)),
        "timm",
    ),
    "tv_convnext_tiny.dynamo": (lambda: tv.convnext_tiny(weights=None), None),
    "tv_efficientnet_b0.dynamo": (lambda: tv.efficientnet_b0(weights=None), None),
    "tv_resnet18.dynamo": (lambda: tv.resnet18(weights=None), None),
    "tv_shufflenet_v2_x1_0.dynamo": (lambda: tv.shufflenet_v2_x1_0(weights=None), None),
    "tv_swin_t.dynamo": (lambda: tv.swin_t(weights=None), None),
}


def layers(path: Path) -> dict[str, Any]:
    """What a check says of a model, without the names of stages."""
    file = json.loads(run("check", path, "--format", "json"))["files"][0]
    assert not file["errors"], file["errors"]
    network = {key: value for key, value in file["network"].items() if key != "name"}
    stages = [
        {key: value for key, value in stage.items() if key != "name"} for stage in file["stages"]
    ]
    found = sorted((finding["rule"], finding["message"]) for finding in file["findings"])
    return {"network": network, "stages": stages, "findings": found, "answer": file["answer"]["text"]}


@pytest.mark.parametrize("name", PACKAGED)
def test_layers_are_those_of_onnx(name: str, tmp_path: Path) -> None:
    make, package = PACKAGED[name]
    if package is not None:
        pytest.importorskip(package)
    exported = ONNX / f"{name}.onnx"
    expected = layers(exported)
    size = expected["network"]["input"]
    traced = layers(saved(trace_graph(make(), (3, *size)), tmp_path / "graph.json"))
    assert traced == expected


@pytest.mark.parametrize("name", [name for name, _, _ in RECORDED])
def test_recorded_graphs_are_those_of_the_models(name: str, tmp_path: Path) -> None:
    make, shape = next((make, shape) for own, make, shape in RECORDED if own == name)
    recorded = json.loads((FOLDER / f"{name}.json").read_text())
    graph = trace_graph(make(), shape)
    # Other versions of PyTorch may take operations apart otherwise.
    if graph["producer"] == recorded["producer"]:
        assert graph == recorded
    assert layers(saved(graph, tmp_path / "graph.json")) == layers(FOLDER / f"{name}.json")
