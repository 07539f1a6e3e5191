"""Networks over time, which see the past alone."""

from __future__ import annotations

from typing import Optional

from torch import Tensor, nn
from torch.nn import functional as F


class Chomp(nn.Module):
    """Cuts off what padding added at the end."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count

    def forward(self, x: Tensor) -> Tensor:
        return x[:, :, : -self.count].contiguous()


class TemporalBlock(nn.Module):
    def __init__(self, before: int, after: int, kernel: int, dilation: int) -> None:
        super().__init__()
        padding = (kernel - 1) * dilation
        layers: list[nn.Module] = []
        for channels in (before, after):
            layers.append(nn.Conv1d(channels, after, kernel, padding=padding, dilation=dilation))
            layers += [Chomp(padding), nn.ReLU()]
        self.net = nn.Sequential(*layers)
        self.down: Optional[nn.Module] = nn.Conv1d(before, after, 1) if before != after else None

    def forward(self, x: Tensor) -> Tensor:
        y = self.net(x)
        return (y + (x if self.down is None else self.down(x))).relu()


def tcn(levels: int = 5) -> nn.Sequential:
    """A temporal convolutional network (Bai et al. 2018)."""
    blocks = [TemporalBlock(1 if at == 0 else 8, 8, 7, 2**at) for at in range(levels)]
    return nn.Sequential(*blocks)


class WaveNet(nn.Module):
    """WaveNet (van den Oord et al. 2016): two blocks of gated convolutions with dilations 1 to 256."""

    def __init__(self) -> None:
        super().__init__()
        self.dilations = [2**at for at in range(9)] * 2
        self.inp = nn.Conv1d(1, 16, 1)
        self.f = nn.ModuleList(nn.Conv1d(16, 16, 2, dilation=d) for d in self.dilations)
        self.g = nn.ModuleList(nn.Conv1d(16, 16, 2, dilation=d) for d in self.dilations)
        self.k = nn.ModuleList(nn.Conv1d(16, 32, 1) for _ in self.dilations)
        self.r = nn.ModuleList(nn.Conv1d(16, 16, 1) for _ in self.dilations)
        self.o = nn.Conv1d(32, 8, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.inp(x)
        skips: Optional[Tensor] = None
        for f, g, k, r, d in zip(self.f, self.g, self.k, self.r, self.dilations):
            padded = F.pad(x, (d, 0))
            z = f(padded).tanh() * g(padded).sigmoid()
            skips = k(z) if skips is None else skips + k(z)
            x = r(z) + x
        assert skips is not None
        return self.o(skips.relu())
