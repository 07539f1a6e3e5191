"""Writes `tests/data/graphs/operators.jsonl`, which the Rust tests read: `python python/tests/record_operators.py`.

Small models, each around one operator: the graph that the tracer writes, and what a few outputs read, as autograd says.
"""

from __future__ import annotations

import json
from typing import Any, Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from tracer_support import ROOT, depends_on, positive, trace_graph

FILE = ROOT / "tests/data/graphs/operators.jsonl"


class Around(nn.Module):
    """Convolutions before and after a function of tensors; each of them looks at single columns or rows, for the function to show."""

    def __init__(self, between: Callable[..., Tensor], before: nn.Module, after: nn.Module) -> None:
        super().__init__()
        self.before, self.between, self.after = before, between, after

    def forward(self, x: Tensor) -> Tensor:
        return self.after(self.between(self.before(x)))


class Attention(nn.Module):
    """Attention within windows of four positions."""

    def __init__(self) -> None:
        super().__init__()
        self.parts = nn.ModuleList(nn.Conv1d(4, 4, 3, padding=1) for _ in range(3))

    def forward(self, x: Tensor) -> Tensor:
        q, k, v = (part(x).view(1, 4, 6, 4).permute(0, 2, 3, 1) for part in self.parts)
        return F.scaled_dot_product_attention(q, k, v).permute(0, 3, 1, 2).reshape(1, 4, 24)


class Row(nn.Module):
    """One row of an image, as a line of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.over, self.along = nn.Conv2d(2, 4, 3, padding=1), nn.Conv1d(4, 2, 3, padding=2, dilation=2)

    def forward(self, x: Tensor) -> Tensor:
        return self.along(self.over(x).select(2, -4)).unsqueeze(2)


class Norms(nn.Module):
    """Norms of each kind, between dilated convolutions."""

    def __init__(self, *norms: nn.Module) -> None:
        super().__init__()
        self.norms = nn.ModuleList(norms)
        self.convs = nn.ModuleList(nn.Conv2d(4, 4, 3, padding=2, dilation=2) for _ in norms)

    def forward(self, x: Tensor) -> Tensor:
        for conv, norm in zip(self.convs, self.norms):
            x = norm(conv(x))
        return x


class Beside(nn.Module):
    """Two dilated convolutions, and a function of both."""

    def __init__(self, function: Callable[[Tensor, Tensor], Tensor]) -> None:
        super().__init__()
        self.function = function
        self.a, self.b = nn.Conv1d(4, 4, 3, padding=2, dilation=2), nn.Conv1d(4, 4, 3, padding=5, dilation=5)

    def forward(self, x: Tensor) -> Tensor:
        return self.function(self.a(x), self.b(x))


class Linear(nn.Module):
    """Linear layers over channels, with a norm over them, in the order of transformers."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv1d(4, 4, 3, padding=2, dilation=2)
        self.norm, self.wide, self.act, self.thin = nn.LayerNorm(4), nn.Linear(4, 8), nn.GELU(), nn.Linear(8, 4)

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv(x).transpose(1, 2)
        return (y + self.thin(self.act(self.wide(self.norm(y))))).transpose(1, 2)


def line(between: Callable[..., Tensor], channels: int = 4) -> Around:
    return Around(between, nn.Conv1d(4, 4, 3, padding=2, dilation=2), nn.Conv1d(channels, 4, 2, dilation=3))


def image(between: Callable[..., Tensor], channels: int = 4) -> Around:
    return Around(between, nn.Conv2d(4, 4, (3, 1), padding=(2, 0), dilation=2), nn.Conv2d(channels, 4, (1, 2)))


def volume(between: Callable[..., Tensor], channels: int = 4) -> Around:
    return Around(between, nn.Conv3d(4, 4, (3, 1, 1), padding=(1, 0, 0)), nn.Conv3d(channels, 4, (1, 1, 2)))


def resize(size: Any, mode: str, **given: Any) -> Callable[[Tensor], Tensor]:
    return lambda x: F.interpolate(x, size=size, mode=mode, **given)


def windows(x: Tensor) -> Tensor:
    """Means over overlapping windows, three apart."""
    return x.unfold(2, 5, 3).mean(3)


def folded(x: Tensor) -> Tensor:
    """Windows taken apart, each made one, and put back."""
    given = {"kernel_size": (3, 2), "dilation": (2, 1), "padding": 1}
    mean = F.unfold(x, **given).mean(1, keepdim=True).expand(1, 24, -1)
    return F.fold(mean, x.shape[2:], **given)


def overwritten(x: Tensor) -> Tensor:
    y = x.clone()
    y[:, :2] = x[:, 2:] + 1
    return y


def silenced(x: Tensor) -> Tensor:
    y = x.clone()
    y[:, :2] = torch.zeros(1, 2, 24, dtype=x.dtype)
    return y


C1, C2, C3 = (4, 24), (4, 12, 10), (4, 6, 5, 8)
CASES: list[tuple[str, Callable[[], nn.Module], tuple[int, ...]]] = [
    ("glu", lambda: line(lambda x: F.glu(x, 1), 2), C1),
    ("select of channels", lambda: line(lambda x: x.select(1, -1).unsqueeze(1), 1), C1),
    ("select of a row", Row, (2, 9, 12)),
    ("unbind and stack", lambda: line(lambda x: torch.stack(x.unbind(1)[::2], 1), 2), C1),
    ("stack", lambda: Beside(lambda a, b: torch.stack([a, b], 1).flatten(1, 2)), C1),
    ("stack with zeros", lambda: line(lambda x: torch.stack([x, torch.zeros_like(x)], 1).flatten(1, 2), 8), C1),
    ("silenced", lambda: line(silenced), C1),
    ("one of each window", lambda: line(lambda x: x.view(1, 4, 6, 4)[..., 1]), C1),
    ("first of each window", lambda: image(lambda x: x.view(1, 4, 4, 3, 10).select(3, 0)), C2),
    ("part of a flat list", lambda: line(lambda x: x.flatten(1)[:, 24:72].view(1, 2, 24), 2), C1),
    ("part of a margin", lambda: line(lambda x: F.pad(x, (3, 3))[:, :, 1:28]), C1),
    ("margin and no more", lambda: line(lambda x: F.pad(x, (3, 3))[:, :, 3:27]), C1),
    ("one position expanded", lambda: line(lambda x: F.avg_pool1d(x, 24).expand(1, 4, 24)), C1),
    ("bins of single positions", lambda: line(lambda x: F.adaptive_avg_pool1d(x, 24)), C1),
    ("repeat of more axes", lambda: line(lambda x: x.repeat(1, 1, 2, 1).squeeze(0), 8), C1),
    ("product by places", lambda: line(lambda x: torch.einsum("bcn,bdn->bcn", x, x)), C1),
    ("repeat", lambda: line(lambda x: x.repeat(1, 2, 1), 8), C1),
    ("tile", lambda: image(lambda x: x.tile((2, 1, 1)), 8), C2),
    ("expand", lambda: line(lambda x: x[:, :, None].expand(1, 4, 3, 24).mean(2)), C1),
    ("roll", lambda: image(lambda x: torch.roll(x, (3, -2), (2, 3))), C2),
    ("roll of windows", lambda: image(lambda x: torch.roll(x, (-12, 2), (-2, -1))), C2),
    ("index of channels", lambda: line(lambda x: x[:, [3, 1]], 2), C1),
    ("index select", lambda: line(lambda x: x.index_select(2, torch.arange(1, 23, 3))), C1),
    ("index of positions", lambda: line(lambda x: x[:, :, torch.arange(0, 24, 2)]), C1),
    ("narrow", lambda: line(lambda x: x.narrow(2, 3, 17)), C1),
    ("halves in turn", lambda: line(lambda x: torch.cat(x.chunk(2, 2)[::-1], 2)), C1),
    ("split of channels", lambda: line(lambda x: x.split([1, 3], 1)[1], 3), C1),
    ("overwritten", lambda: line(overwritten), C1),
    ("attention", Attention, C1),
    ("linear", Linear, C1),
    ("maximum", lambda: Beside(lambda a, b: a + torch.max(a, b) + b), C1),
    ("product of both", lambda: Beside(lambda a, b: a * b), C1),
    ("einsum", lambda: line(lambda x: torch.einsum("bcn,cd->bdn", x, torch.ones(4, 4, dtype=x.dtype))), C1),
    ("logsumexp", lambda: line(lambda x: torch.logsumexp(x, 1, keepdim=True), 1), C1),
    ("flip of channels", lambda: line(lambda x: x.flip(1)), C1),
    ("sums of channels", lambda: line(lambda x: x.cumsum(1)), C1),
    ("softmax", lambda: line(lambda x: x.softmax(1)), C1),
    ("norms", lambda: Norms(nn.GroupNorm(2, 4), nn.InstanceNorm2d(4), nn.BatchNorm2d(4)), C2),
    ("reflection", lambda: image(lambda x: F.pad(x, (2, 1, 3, 0), mode="reflect")), C2),
    ("replication", lambda: image(lambda x: F.pad(x, (2, 1, 3, 0), mode="replicate")), C2),
    ("circular", lambda: image(lambda x: F.pad(x, (2, 1, 3, 0), mode="circular")), C2),
    ("cropping pad", lambda: image(lambda x: F.pad(x, (-2, 1, 3, -1))), C2),
    ("pad of channels", lambda: line(lambda x: F.pad(x, (0, 0, 1, 2)), 7), C1),
    ("shuffled", lambda: image(lambda x: F.pixel_shuffle(x, 2), 1), C2),
    ("unshuffled", lambda: image(lambda x: F.pixel_unshuffle(x, 2), 16), C2),
    ("channels shuffled", lambda: image(lambda x: F.channel_shuffle(x, 2)), C2),
    ("bins", lambda: line(lambda x: F.adaptive_avg_pool1d(x, 7)), C1),
    ("even bins", lambda: image(lambda x: F.adaptive_avg_pool2d(x, (4, 5))), C2),
    ("bins of one axis", lambda: image(lambda x: F.adaptive_avg_pool2d(x, (None, 7))), C2),
    ("bins of a volume", lambda: volume(lambda x: F.adaptive_avg_pool3d(x, (4, 5, 3))), C3),
    ("side by side", lambda: line(lambda x: x.unfold(2, 4, 4).mean(3)), C1),
    ("sliding", lambda: line(windows), C1),
    ("unfolded", lambda: image(lambda x: F.unfold(x, (3, 2), stride=(2, 1)).unflatten(2, (5, 9)), 24), C2),
    ("folded", lambda: image(folded), C2),
    ("mean pool", lambda: image(lambda x: F.avg_pool2d(x, (3, 2), (2, 1), ceil_mode=True)), C2),
    ("transposed", lambda: image(nn.ConvTranspose2d(4, 4, 3, (2, 3), 1, (1, 2))), C2),
    ("turned", lambda: image(lambda x: x.mT.swapaxes(2, 3).movedim(1, 3).permute(0, 3, 1, 2)), C2),
    ("nearest", lambda: image(resize((24, 30), "nearest")), C2),
    ("nearest, smaller", lambda: image(resize((6, 7), "nearest")), C2),
    ("nearest, exact", lambda: image(resize((24, 20), "nearest-exact")), C2),
    ("linear, of a line", lambda: line(resize(72, "linear")), C1),
    ("linear, aligned", lambda: line(resize(47, "linear", align_corners=True)), C1),
    ("bilinear", lambda: image(resize((24, 5), "bilinear")), C2),
    ("bilinear, aligned", lambda: image(resize((23, 28), "bilinear", align_corners=True)), C2),
    ("bilinear, of a factor", lambda: image(lambda x: F.interpolate(x, scale_factor=2, mode="bilinear")), C2),
    ("bilinear, smoothed", lambda: image(resize((24, 20), "bilinear", antialias=True)), C2),
    ("bicubic", lambda: image(resize((24, 20), "bicubic")), C2),
    ("bicubic, aligned", lambda: image(resize((23, 28), "bicubic", align_corners=True)), C2),
    ("trilinear", lambda: volume(resize((12, 5, 16), "trilinear")), C3),
]


def record(name: str, make: Callable[[], nn.Module], shape: tuple[int, ...]) -> dict[str, Any]:
    """A model's graph, and the input positions that its first, a middle and one of its last outputs read."""
    model = positive(make())
    size = model(torch.rand(1, *shape, dtype=torch.float64)).shape[2:]
    reads = []
    for place in sorted({tuple(n * part // 7 for n in size) for part in (0, 3, 6)}):
        mask = depends_on(model, shape, None, place)
        reads.append({"at": list(place), "reads": mask.ravel().nonzero()[0].tolist()})
    assert any(read["reads"] for read in reads), name
    return {"name": name, "graph": trace_graph(make(), shape), "reads": reads}


if __name__ == "__main__":
    lines = [json.dumps(record(*case), separators=(",", ":"), allow_nan=False) for case in CASES]
    FILE.write_text("\n".join(lines) + "\n")
