"""Models that write into memory, call modules twice, or turn tensors around: what a tracer may get wrong."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Interleaved(nn.Module):
    """Writes two maps into the even and odd columns of a buffer, and reads it through a view made before."""

    def __init__(self) -> None:
        super().__init__()
        self.a = nn.Conv2d(1, 2, 3, padding=1)
        self.b = nn.Conv2d(1, 2, (1, 5), padding=(0, 2))
        self.c = nn.Conv2d(2, 1, (1, 2))

    def forward(self, x: Tensor) -> Tensor:
        out = torch.zeros(x.shape[0], 2, x.shape[2], 2 * x.shape[3], dtype=x.dtype)
        view = out[:, :, 1:]
        out[..., 0::2] = self.a(x)
        out[..., 1::2] = self.b(x)
        return self.c(view)


class InPlace(nn.Module):
    """Adds to parts of a map, through a chain of views."""

    def __init__(self) -> None:
        super().__init__()
        self.a = nn.Conv1d(2, 4, 3, dilation=2, padding=2)
        self.b = nn.Conv1d(2, 4, 5, padding=2)
        self.c = nn.Conv1d(4, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        y = self.a(x)
        first = y.transpose(1, 2)[..., :2]
        first += self.b(x)[:, :2].transpose(1, 2)
        y.mul_(2).clamp_(min=-9)
        rows = y.view(-1, y.shape[-1])
        rows.add_(1)
        return self.c(y)


class Shared(nn.Module):
    """One convolution called twice."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv1d(1, 1, 3, padding=1)
        self.pool = nn.AvgPool1d(2)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        once = self.pool(self.conv(x))
        return {"once": once, "twice": self.pool(self.conv(once))}


class SuperResolution(nn.Module):
    """A sub-pixel network (Shi et al. 2016), padded around."""

    def __init__(self) -> None:
        super().__init__()
        self.a = nn.Conv2d(3, 8, 5)
        self.b = nn.Conv2d(8, 12, 3, padding=1, padding_mode="reflect")
        self.up = nn.PixelShuffle(2)

    def forward(self, x: Tensor) -> Tensor:
        return self.up(self.b(self.a(F.pad(x, (2, 2, 2, 2), mode="circular"))))


class Windows(nn.Module):
    """Attention in windows of 4 by 4."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Conv2d(3, 8, 2, 2)
        self.qkv = nn.Linear(8, 24)

    def forward(self, x: Tensor) -> Tensor:
        x = self.embed(x).permute(0, 2, 3, 1)
        n, h, w, c = x.shape
        x = x.view(n, h // 4, 4, w // 4, 4, c).transpose(2, 3).reshape(-1, 16, c)
        q, k, v = self.qkv(x).chunk(3, -1)
        x = (q @ k.transpose(1, 2)).softmax(-1) @ v
        x = x.view(n, h // 4, w // 4, 4, 4, c).transpose(2, 3).reshape(n, h, w, c)
        return x.permute(0, 3, 1, 2)


class Fields(nn.Module):
    """Folds patches out of a map and back."""

    def __init__(self) -> None:
        super().__init__()
        self.a = nn.Conv2d(1, 2, 3, padding=1)
        self.mix = nn.Linear(18, 18)

    def forward(self, x: Tensor) -> Tensor:
        x = self.a(x)
        patches = F.unfold(x, 3, stride=2, padding=1).transpose(1, 2)
        return F.fold(self.mix(patches).transpose(1, 2), x.shape[2:], 3, stride=2, padding=1)
