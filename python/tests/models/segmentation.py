"""Networks that label positions."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def _double(before: int, after: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(before, after, 3), nn.ReLU(), nn.Conv2d(after, after, 3), nn.ReLU())


def _middle(x: Tensor, like: Tensor) -> Tensor:
    top, left = ((a - b) // 2 for a, b in zip(x.shape[2:], like.shape[2:]))
    return x[:, :, top : top + like.shape[2], left : left + like.shape[3]]


class UNet(nn.Module):
    """U-Net (Ronneberger et al. 2015) with two resolutions less: convolutions without padding, skips that are cropped."""

    def __init__(self) -> None:
        super().__init__()
        self.d1, self.d2, self.d3 = _double(1, 8), _double(8, 16), _double(16, 32)
        self.u2, self.c2 = nn.ConvTranspose2d(32, 16, 2, 2), _double(32, 16)
        self.u1, self.c1 = nn.ConvTranspose2d(16, 8, 2, 2), _double(16, 8)
        self.o = nn.Conv2d(8, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        a = self.d1(x)
        b = self.d2(F.max_pool2d(a, 2))
        c = self.u2(self.d3(F.max_pool2d(b, 2)))
        b = self.u1(self.c2(torch.cat([_middle(b, c), c], 1)))
        return self.o(self.c1(torch.cat([_middle(a, b), b], 1)))


class Down(nn.Module):
    """A strided convolution beside a pool."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.c = nn.Conv2d(before, after - before, 3, 2, 1)
        self.p = nn.MaxPool2d(2)
        self.b = nn.BatchNorm2d(after)

    def forward(self, x: Tensor) -> Tensor:
        return self.b(torch.cat([self.c(x), self.p(x)], 1)).relu()


class NonBottleneck(nn.Module):
    """A residual block of convolutions along one axis each."""

    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        d = dilation
        self.a = nn.Conv2d(channels, channels, (3, 1), padding=(1, 0))
        self.b = nn.Conv2d(channels, channels, (1, 3), padding=(0, 1))
        self.c = nn.Conv2d(channels, channels, (3, 1), padding=(d, 0), dilation=(d, 1))
        self.d = nn.Conv2d(channels, channels, (1, 3), padding=(0, d), dilation=(1, d))

    def forward(self, x: Tensor) -> Tensor:
        y = self.b(self.a(x).relu()).relu()
        return (self.d(self.c(y).relu()) + x).relu()


def erfnet() -> nn.Sequential:
    """ERFNet (Romera et al. 2018), at half its width."""
    layers: list[nn.Module] = [Down(3, 16), Down(16, 32)]
    layers += [NonBottleneck(32, 1) for _ in range(5)]
    layers.append(Down(32, 64))
    layers += [NonBottleneck(64, d) for d in (2, 4, 8, 16) * 2]
    for before, after in ((64, 32), (32, 16)):
        layers.append(nn.ConvTranspose2d(before, after, 3, 2, 1, 1))
        layers += [NonBottleneck(after, 1) for _ in range(2)]
    layers.append(nn.ConvTranspose2d(16, 4, 2, 2))
    return nn.Sequential(*layers)
