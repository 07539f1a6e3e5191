"""What can be traced, and what is said where it cannot."""

from __future__ import annotations

import dataclasses
import json
from collections import namedtuple
from pathlib import Path
from typing import Any, Optional

import pytest
import torch
from torch import Tensor, nn
from tracer_support import read_by, run, saved, trace_graph

from models.memory import Shared


class Two(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.left, self.right = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(1, 4, 1)

    def forward(self, image: Tensor, depth: Tensor, scale: float = 1.0) -> Tensor:
        return self.left(image) + self.right(depth) * scale


class Returns(nn.Module):
    def __init__(self, make: Any) -> None:
        super().__init__()
        self.a, self.b = nn.Conv1d(1, 1, 3), nn.Conv1d(1, 1, 3)
        self.make = make

    def forward(self, x: Tensor) -> Any:
        a = self.a(x)
        return self.make(a, self.b(a))


@dataclasses.dataclass
class Pair:
    first: Tensor
    second: Optional[Tensor] = None


Named = namedtuple("Named", ["first", "second"])


@pytest.mark.parametrize(
    ("make", "names"),
    [
        (lambda a, b: a, ["output"]),
        (lambda a, b: (a, b), ["0", "1"]),
        (lambda a, b: [a, [b]], ["0", "1.0"]),
        (lambda a, b: {"a": a, "b": {"c": b, "n": 1}}, ["a", "b.c"]),
        (Pair, ["first", "second"]),
        (Named, ["first", "second"]),
        (lambda a, b: {"a": a, "none": None, "fixed": torch.ones(3)}, ["a"]),
    ],
)
def test_outputs_are_named(make: Any, names: list[str], tmp_path: Path) -> None:
    graph = trace_graph(Returns(make), (1, 20))
    assert [output["name"] for output in graph["outputs"]] == names
    # Each can be asked for.
    run("show", saved(graph, tmp_path / "graph.json"), "--at", names[-1])


def test_shapes_with_and_without_a_batch() -> None:
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))
    shapes = [(3, 32, 24), (1, 3, 32, 24), [3, 32, 24], torch.Size([1, 3, 32, 24])]
    graphs = [trace_graph(model, shape) for shape in shapes]
    graphs.append(trace_graph(model, torch.rand(1, 3, 32, 24)))
    graphs.append(trace_graph(model, input_data=torch.rand(1, 3, 32, 24)))
    assert all(graph == graphs[0] for graph in graphs)
    assert graphs[0]["inputs"] == [{"name": "input", "value": 0, "shape": [1, 3, 32, 24]}]


def test_layers_of_fewer_axes_than_the_input() -> None:
    class Frames(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 4, 3, padding=1)

        def forward(self, x: Tensor) -> Tensor:
            batch, channels, frames, height, width = x.shape
            folded = x.transpose(1, 2).reshape(batch * frames, channels, height, width)
            return self.conv(folded).view(batch, frames, 4, height, width).transpose(1, 2)

    class Rows(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv1d(4, 4, 3, padding=2, dilation=2)

        def forward(self, x: Tensor) -> Tensor:
            batch, channels, height, width = x.shape
            folded = x.permute(0, 2, 1, 3).reshape(batch * height, channels, width)
            return self.conv(folded).view(batch, height, 4, width).permute(0, 2, 1, 3)

    for model, shape in [(Frames(), (1, 3, 6, 12, 10)), (Rows(), (1, 4, 12, 10))]:
        graph = trace_graph(model, shape)
        assert graph["inputs"][0]["shape"] == list(shape)
        assert graph["nodes"] == trace_graph(model, input_data=torch.rand(shape))["nodes"]


def test_several_inputs(tmp_path: Path) -> None:
    shapes = ((3, 16, 16), (1, 16, 16))
    graphs = [
        trace_graph(Two(), shapes),
        trace_graph(Two(), {"image": shapes[0], "depth": shapes[1]}),
        trace_graph(Two(), (torch.rand(1, 3, 16, 16), torch.rand(1, 1, 16, 16))),
        trace_graph(Two(), shapes, kwargs={"scale": 1.0}),
        trace_graph(Two(), [shapes[0]], kwargs={"depth": torch.rand(1, 1, 16, 16)}),
    ]
    assert all(graph["nodes"] == graphs[0]["nodes"] for graph in graphs)
    assert [one["name"] for one in graphs[0]["inputs"]] == ["image", "depth"]
    path = saved(graphs[0], tmp_path / "graph.json")
    assert read_by(path, None, (8, 8)).sum() == 9
    run("check", path, "--input-name", "depth")


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: trace_graph("model.pt", (3, 8, 8)), TypeError, "torch.nn.Module, not str"),
        (lambda: trace_graph(Two, (3, 8, 8)), TypeError, r"give an instance, `Two\(\)`"),
        (lambda: trace_graph(Two(), "x"), TypeError, "not the text \"x\""),
        (lambda: trace_graph(Two(), 512), TypeError, "not int"),
        (lambda: trace_graph(Two()), TypeError, "give the shape of the model's input"),
        (lambda: trace_graph(Two(), (3, 8, 8)), TypeError, r"Two takes 2 inputs \(image, depth\).*\"image\": \(3, 512, 512\)"),
        (lambda: trace_graph(Two(), {"picture": (3, 8, 8), "depth": (1, 8, 8)}), TypeError, "picture"),
        (lambda: trace_graph(nn.Conv2d(3, 1, 3), (3, 0, 8)), TypeError, "sizes of 1 or more"),
        (lambda: trace_graph(nn.Conv2d(3, 1, 3), (8, 8)), ValueError, r"has 4 axes \(batch, channels, height, width\)"),
        (lambda: trace_graph(nn.Conv2d(3, 1, 3), (1, 1, 3, 8, 8)), ValueError, "has 5"),
        (lambda: trace_graph(nn.Conv2d(3, 1, 3), (4, 8, 8)), ValueError, r"does not run on an input of shape \[1, 4, 8, 8\]: .*4 channels"),
        (lambda: trace_graph(nn.Conv2d(3, 1, 9), (3, 4, 4)), ValueError, "does not run on an input of shape"),
        (lambda: trace_graph(nn.Embedding(5, 3), (7,)), ValueError, "input_data"),
        (lambda: trace_graph(nn.LazyConv2d(3, 3), (3, 8, 8)), ValueError, "run the model once"),
        (lambda: trace_graph(Returns(lambda a, b: None), (1, 20)), ValueError, "returns no tensor that depends on its input"),
    ],
)
def test_what_cannot_be_traced(call: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        call()


def test_further_arguments_are_left_as_they_are() -> None:
    class Resized(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(1, 1, 3)

        def forward(self, x: Tensor, size: tuple[int, int]) -> Tensor:
            return nn.functional.interpolate(self.conv(x), size)

    graph = trace_graph(Resized(), (1, 10, 10), kwargs={"size": (16, 12)})
    assert graph["nodes"][-1]["outputs"][0]["shape"] == [1, 1, 16, 12]


def test_whole_numbers(tmp_path: Path) -> None:
    model = nn.Sequential(nn.Embedding(9, 4), nn.Linear(4, 4))
    graph = trace_graph(model, input_data=torch.zeros(1, 12, dtype=torch.long))
    assert graph["inputs"][0]["shape"] == [1, 12]

    class Text(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embed, self.conv = nn.Embedding(9, 4), nn.Conv1d(4, 4, 3, dilation=2)

        def forward(self, tokens: Tensor) -> Tensor:
            return self.conv(self.embed(tokens).transpose(1, 2))

    graph = trace_graph(Text(), input_data=torch.zeros(1, 12, dtype=torch.long))
    read = read_by(saved(graph, tmp_path / "graph.json"), None, (3,))
    assert read.nonzero()[0].tolist() == [3, 5, 7]


def test_values_that_decide(tmp_path: Path) -> None:
    class Decides(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.near, self.far = nn.Conv1d(1, 1, 3), nn.Conv1d(1, 1, 3, dilation=4)

        def forward(self, x: Tensor) -> Tensor:
            return self.far(x) if x.mean() > 0 else self.near(x)

    graph = trace_graph(Decides(), input_data=torch.ones(1, 1, 30))
    assert graph["real"] == "the model reads a value of a tensor"
    path = saved(graph, tmp_path / "graph.json")
    assert read_by(path, None, (3,)).nonzero()[0].tolist() == [3, 7, 11]
    graph = trace_graph(Decides(), input_data=-torch.ones(1, 1, 30))
    assert read_by(saved(graph, path), None, (3,)).nonzero()[0].tolist() == [3, 4, 5]


def test_other_devices_and_compiled_models() -> None:
    plain = Shared()
    graph = trace_graph(plain, (1, 40))
    assert graph == trace_graph(torch.compile(plain), (1, 40))
    assert graph == trace_graph(nn.DataParallel(plain), (1, 40))
    assert graph == trace_graph(Shared().to("meta"), (1, 40))
    assert graph == trace_graph(Shared().double(), (1, 40))
    parts = nn.Sequential(nn.Conv1d(1, 1, 3), nn.Conv1d(1, 1, 3))
    expected = trace_graph(parts, (1, 40))
    parts[1] = torch.compile(parts[1])
    assert trace_graph(parts, (1, 40)) == expected
    if torch.cuda.is_available():
        assert graph == trace_graph(Shared().cuda(), (1, 40))


def test_modules_called_again_have_numbers() -> None:
    graph = trace_graph(Shared(), (1, 40))
    assert [call["module"] for call in graph["calls"]] == ["conv", "pool", "conv#2", "pool#2"]
    modules = [node["module"] for node in graph["nodes"] if "convolution" in node["op"]]
    assert modules == ["conv", "conv#2"]


def test_no_weights_are_kept() -> None:
    model = nn.Sequential(nn.Conv2d(64, 512, 3), nn.Conv2d(512, 512, 3))
    text = json.dumps(trace_graph(model, (64, 16, 16)), allow_nan=False)
    assert len(text) < 3000


def test_recurrent_layers_are_one_node() -> None:
    model = nn.LSTM(4, 8, batch_first=True)
    graph = trace_graph(model, (1, 50, 4))
    assert [node["op"] for node in graph["nodes"]] == ["aten::lstm"]
