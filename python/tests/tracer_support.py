"""What the tests of the tracer share: the command, and footprints by autograd."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Optional
from unittest.mock import patch

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

ROOT = Path(__file__).parents[2]
try:
    import degrid._tracer
except ModuleNotFoundError:
    # From the sources, before the package is installed.
    sys.path.insert(0, str(ROOT / "python"))

from degrid._tracer import trace_graph  # noqa: E402

sys.path.insert(0, str(Path(__file__).parent))


def command() -> str:
    """The degrid command: `DEGRID`, that of a build in this folder, or that of the system."""
    named = os.environ.get("DEGRID")
    builds = (ROOT / "target" / kind / "degrid" for kind in ("debug", "release"))
    found = named or next((str(path) for path in builds if path.exists()), None) or shutil.which("degrid")
    assert found, "no degrid command: build it, or name it in DEGRID"
    return found


def run(*args: Any, code: int = 0) -> str:
    """What the command writes."""
    done = subprocess.run([command(), *map(str, args)], capture_output=True, text=True)
    assert done.returncode in (code, 1 if code == 0 else code), done.stderr
    return done.stdout


def saved(graph: dict[str, Any], path: Path) -> Path:
    path.write_text(json.dumps(graph, allow_nan=False))
    return path


def read_by(graph: Path, at: Optional[str], position: tuple[int, ...]) -> np.ndarray:
    """The input positions that a position of a map reads, as degrid says."""
    out = graph.with_suffix(".npy")
    unit = ",".join(map(str, position))
    run("show", graph, *(["--at", at] if at else []), "--unit", unit, "-o", out)
    return np.load(out) > 0


class _Cut(nn.Module):
    """A global pool that nothing is read through: degrid leaves them out."""

    def __init__(self, pool: nn.Module) -> None:
        super().__init__()
        self.pool = pool

    def forward(self, x: Tensor) -> Tensor:
        return self.pool(x).detach()


def positive(model: nn.Module) -> nn.Module:
    """The model with weights that cannot cancel, in 64-bit floats: means of what it reads; norms and activations are left out."""
    torch.manual_seed(0)
    silent = (nn.LayerNorm, nn.GroupNorm, nn.InstanceNorm2d, nn.GELU, nn.SiLU, nn.Hardswish, nn.Tanh, nn.ReLU)
    for module in list(model.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, silent):
                setattr(module, name, nn.Identity())
            elif isinstance(child, nn.MaxPool2d):
                pool = nn.AvgPool2d(child.kernel_size, child.stride, child.padding, child.ceil_mode)
                setattr(module, name, pool)
            elif isinstance(child, nn.AdaptiveAvgPool2d) and child.output_size in (1, (1, 1)):
                setattr(module, name, _Cut(child))
    model = model.double().eval()
    for name, parameter in model.named_parameters():
        count = max(parameter[0].numel(), 1) if parameter.dim() > 1 else 1
        nn.init.uniform_(parameter, 0.5 / count, 1.0 / count)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.zeros_(module.running_mean)
            nn.init.ones_(module.running_var)
    return model


@contextmanager
def _mean_pools() -> Iterator[None]:
    def pool(x: Tensor, kernel_size: Any, stride: Any = None, padding: Any = 0, **_: Any) -> Tensor:
        return F.avg_pool2d(x, kernel_size, stride, padding)

    with patch.object(F, "max_pool2d", pool):
        yield


def depends_on(
    model: nn.Module, shape: tuple[int, ...], at: Optional[str], position: tuple[int, ...]
) -> np.ndarray:
    """The input positions that a position of a module's output, or of the model's, depends on, as autograd says."""
    kept: list[Any] = []
    if at is not None:
        hook = model.get_submodule(at).register_forward_hook(lambda m, i, o: kept.append(o))
    x = torch.rand(1, *shape, dtype=torch.float64, requires_grad=True)
    with _mean_pools():
        result = model(x)
    if at is not None:
        hook.remove()
        result = kept[0]
    if isinstance(result, dict):
        result = next(iter(result.values()))
    result[(0, slice(None), *position)].sum().backward()
    assert x.grad is not None
    return (x.grad[0] != 0).any(0).numpy()
