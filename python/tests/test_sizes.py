"""Sizes that are worked out here, against PyTorch's."""

from __future__ import annotations

import random
import subprocess
import sys
from typing import Any

import pytest
import torch
from torch import Tensor
from tracer_support import ROOT

from degrid._shapes import SHORT
from degrid._sized import _mapped

aten = torch.ops.aten
CASES = 60


def made(*sizes: int) -> Tensor:
    return torch.ones(sizes)


def sizes(func: Any, args: Any) -> Any:
    """What the function of an operation says of tensors without data."""
    return SHORT[func](*_mapped(args, lambda tensor: tensor.to("meta")))


def convolution(some: random.Random) -> tuple[Any, ...]:
    dims, groups, is_transposed = some.randint(1, 3), some.choice((1, 2)), some.random() < 0.5
    channels = (2 * groups, 3 * groups)
    first, second = channels if is_transposed else channels[::-1]
    strides = [some.randint(1, 3) for _ in range(dims)]
    extra = [some.randrange(s) if is_transposed else 0 for s in strides]
    weight = made(first, second // groups, *(some.randint(1, 4) for _ in range(dims)))
    image = made(2, channels[0] if is_transposed else second, *(some.randint(9, 14) for _ in range(dims)))
    bias = made(second if is_transposed else first)
    paddings, dilations = ([some.randint(low, 2) for _ in range(dims)] for low in (0, 1))
    return (image, weight, some.choice((None, bias)), strides, paddings, dilations, is_transposed, extra, groups)


def window(some: random.Random, *between: Any) -> tuple[Any, ...]:
    kernel = [some.randint(2, 4), some.randint(2, 4)]
    stride = some.choice(([], [2], [1, 3]))
    padding = some.choice(([0], [1, 0]))
    return (image(some), kernel, stride, padding, *between, some.random() < 0.3)


def image(some: random.Random) -> Tensor:
    return made(2, 4, some.randint(8, 12), some.randint(8, 12))


def two(some: random.Random) -> tuple[Any, ...]:
    first = image(some)
    kept = [size if some.random() < 0.6 else 1 for size in first.shape]
    others = (made(*kept), made(*kept[some.randint(0, 4) :]), made(), 2, first)
    return (first, some.choice(others))


def joined(some: random.Random) -> tuple[Any, ...]:
    sizes, axis = [2, 3, 4], some.randint(-3, 2)
    parts = [sizes[:] for _ in range(some.randint(1, 4))]
    for part in parts:
        part[axis] = some.randint(1, 5)
    return ([made(*part) for part in parts], axis)


#: Arguments of each operation; those of one tensor are not listed.
ARGUMENTS: dict[Any, Any] = {
    aten.convolution.default: convolution,
    aten.max_pool2d_with_indices.default: lambda some: window(some, [some.randint(1, 2)]),
    aten.avg_pool2d.default: window,
    aten._adaptive_avg_pool2d.default: lambda some: (image(some), [some.randint(1, 9), 3]),
    aten.upsample_nearest2d.default: lambda some: (image(some), [some.randint(1, 30), 9], None, 2.0),
    aten.upsample_bilinear2d.default: lambda some: (image(some), [some.randint(1, 30), 9], some.random() < 0.5),
    aten.mean.dim: lambda some: (image(some), some.sample((0, 1, -2, -1), some.randint(1, 4)), some.random() < 0.5),
    aten.cat.default: joined,
    aten.mm.default: lambda some: (made(some.randint(1, 5), 3), made(3, some.randint(1, 5))),
    aten.bmm.default: lambda some: (made(2, some.randint(1, 5), 3), made(2, 3, 4)),
    aten.addmm.default: lambda some: (made(4), made(some.randint(1, 5), 3), made(3, 4)),
    aten.native_batch_norm.default: lambda some: (image(some), *[made(4)] * 4, some.random() < 0.5, 0.1, 1e-5),
    aten.native_group_norm.default: lambda some: (made(2, 4, 6, 5), made(4), made(4), 2, 4, 30, some.choice((1, 2, 4)), 1e-5),
    aten.native_layer_norm.default: lambda some: (made(2, 3, 5), [3, 5][some.randint(0, 1) :], None, None, 1e-5),
    aten._prelu_kernel.default: lambda some: (image(some), made(1, 4, 1, 1)),
    aten._softmax.default: lambda some: (image(some), some.randint(0, 3), False),
    aten._log_softmax.default: lambda some: (image(some), some.randint(0, 3), False),
    aten.clamp.default: lambda some: (image(some), 0.0, 1.0),
    aten.clamp_min.default: lambda some: (image(some), 0.0),
}
ARGUMENTS.update({getattr(aten, name).Tensor: two for name in ("add", "sub", "mul", "div")})


def told(result: Any) -> list[Any]:
    results = [result] if isinstance(result, Tensor) else list(result)
    return [(tuple(one.shape), one.stride() if min(one.shape, default=0) > 1 else None, one.dtype) for one in results]


@pytest.mark.parametrize("func", SHORT, ids=str)
def test_sizes_are_those_of_pytorch(func: Any) -> None:
    some, known = random.Random(0), 0
    for _ in range(CASES):
        args = ARGUMENTS.get(func, lambda some: (image(some),))(some)
        result = sizes(func, args)
        if result is not None:
            known += 1
            assert told(result) == told(func(*args)), args
    assert known > CASES // 3


@pytest.mark.parametrize(
    "func, args",
    [
        (aten.convolution.default, (made(1, 3, 8, 8), made(4, 2, 3, 3), None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1)),
        (aten.convolution.default, (made(1, 2, 2, 8), made(4, 2, 3, 3), None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1)),
        (aten.max_pool2d_with_indices.default, (made(1, 2, 8, 8), [2, 2], [2, 2], [2, 2])),
        (aten.avg_pool2d.default, (made(1, 2, 2, 8), [3, 3])),
        (aten.add.Tensor, (made(1, 2, 8, 8), made(1, 2, 7, 8))),
        (aten.cat.default, ([made(1, 2, 8), made(1, 2, 7)], 1)),
        (aten.mm.default, (made(2, 3), made(2, 3))),
        (aten.addmm.default, (made(4), made(2, 3), made(2, 4))),
        (aten.native_layer_norm.default, (made(2, 3, 5), [4], None, None, 1e-5)),
    ],
    ids=str,
)
def test_what_is_wrong_is_left_to_pytorch(func: Any, args: Any) -> None:
    assert sizes(func, args) is None
    with pytest.raises((RuntimeError, IndexError)):
        func(*args)


def test_other_layouts_and_types_are_left_to_pytorch() -> None:
    image = made(1, 2, 8, 8)
    assert sizes(aten.relu.default, (image.to(memory_format=torch.channels_last),)) is None
    assert sizes(aten.add.Tensor, (image, image.double(),)) is None
    assert sizes(aten.cat.default, ([image, image.half()], 1,)) is None
    assert sizes(aten.sigmoid.default, (image.int(),)) is None


def test_a_plain_network_loads_no_compiler() -> None:
    program = """
import sys, torch
from torch import nn
from degrid._tracer import trace_graph
block = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU(inplace=True), nn.MaxPool2d(2), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 2))
assert len(trace_graph(block, (3, 32, 32))["nodes"]) == 7
print([name for name in ("torch._dynamo", "sympy") if name in sys.modules])
"""
    path = str(__import__("degrid").__path__[0]) + "/.."
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env={"PYTHONPATH": path}, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
