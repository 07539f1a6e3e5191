"""The model after a trace is the model before it."""

from __future__ import annotations

import copy
import random
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from tracer_support import trace_graph

from models.segmentation import erfnet


class Restless(nn.Module):
    """Does what models do to themselves while they run; fails where it is told to."""

    def __init__(self, fails: bool = False, reads: bool = False) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.drop = nn.Dropout(0.5)
        self.norm = nn.BatchNorm2d(4, track_running_stats=True)
        self.frozen = nn.Conv2d(4, 4, 1).requires_grad_(False)
        self.register_buffer("count", torch.zeros((), dtype=torch.long))
        self.register_buffer("kept", torch.ones(4))
        self.cache: dict[str, Tensor] = {}
        self.shapes: list[Any] = []
        self.grid: Any = None
        self.fails, self.reads = fails, reads
        self.conv.eval()
        self.calls = 0
        self.frozen.register_forward_hook(self._hooked)

    def _hooked(self, module: nn.Module, args: Any, result: Tensor) -> Tensor:
        return result + 1

    def forward(self, x: Tensor) -> Tensor:
        self.calls += 1
        self.count += 1
        self.kept.mul_(2)
        self.grid = torch.arange(x.shape[-1])
        self.cache["x"] = x
        self.shapes.append(x.shape)
        self.extra = torch.rand(3)
        random.random()
        x = self.frozen(self.norm(self.drop(self.conv(x))))
        if self.reads and float(x.sum()) > 1e30:
            x = x + 1
        if self.fails:
            raise RuntimeError("it fails")
        return x + torch.rand_like(x)


def state(model: nn.Module) -> dict[str, Any]:
    found: dict[str, Any] = {
        "random": random.getstate(),
        "rng": torch.get_rng_state().tolist(),
        "grad": torch.is_grad_enabled(),
        "call": nn.Module.__call__,
    }
    for name, module in model.named_modules():
        for key, value in vars(module).items():
            if isinstance(value, dict):
                value = {k: id(v) if isinstance(v, (Tensor, nn.Module)) else v for k, v in value.items()}
            found[f"{name}.{key}"] = copy.copy(value)
    for name, tensor in model.state_dict().items():
        found[f"{name} data"] = tensor.tolist()
    for name, parameter in model.named_parameters():
        found[f"{name} grad"] = (parameter.requires_grad, parameter.grad, id(parameter))
    return found


@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize("reads", [False, True])
@pytest.mark.parametrize("training", [False, True])
def test_nothing_is_changed(fails: bool, reads: bool, training: bool) -> None:
    model = Restless(fails, reads)
    model.train(training)
    model.norm.eval()
    before = state(model)
    if fails:
        with pytest.raises(ValueError, match="it fails"):
            trace_graph(model, (3, 16, 16))
    else:
        graph = trace_graph(model, (3, 16, 16))
        assert ("real" in graph) == reads
    assert state(model) == before


def test_a_model_in_training_is_traced_as_for_inference() -> None:
    operators = {node["op"] for node in trace_graph(Restless().train(), (3, 16, 16))["nodes"]}
    assert not any("dropout" in name or "bernoulli" in name for name in operators)


def test_the_model_can_be_trained_afterwards() -> None:
    model = erfnet()
    trace_graph(model, (3, 32, 32))
    model(torch.rand(2, 3, 32, 32)).sum().backward()
    assert all(parameter.grad is not None for parameter in model.parameters())


def test_gradient_mode_and_defaults_stay() -> None:
    torch.set_default_dtype(torch.float64)
    try:
        trace_graph(nn.Conv2d(1, 1, 3), (1, 8, 8))
        assert torch.get_default_dtype() == torch.float64
    finally:
        torch.set_default_dtype(torch.float32)
