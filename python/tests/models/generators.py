"""Generators: what a few numbers or frames are turned into."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F


def dcgan() -> nn.Sequential:
    """The generator of DCGAN (Radford et al. 2016): one position becomes an image of 64 by 64."""
    layers: list[nn.Module] = []
    widths = [16, 32, 16, 16, 8]
    for at, (before, after) in enumerate(zip(widths, widths[1:])):
        stride, padding = (1, 0) if at == 0 else (2, 1)
        layers.append(nn.ConvTranspose2d(before, after, 4, stride, padding, bias=False))
        layers += [nn.BatchNorm2d(after), nn.ReLU(True)]
    layers += [nn.ConvTranspose2d(8, 3, 4, 2, 1, bias=False), nn.Tanh()]
    return nn.Sequential(*layers)


class ResBlock(nn.Module):
    """A residual block of HiFi-GAN V3: a dilated convolution at a time."""

    def __init__(self, channels: int, kernel: int, dilations: tuple[int, int]) -> None:
        super().__init__()
        self.c = nn.ModuleList(
            nn.Conv1d(channels, channels, kernel, dilation=d, padding=(kernel - 1) * d // 2)
            for d in dilations
        )

    def forward(self, x: Tensor) -> Tensor:
        for conv in self.c:
            x = conv(F.leaky_relu(x, 0.1)) + x
        return x


class HiFiGan(nn.Module):
    """The generator of HiFi-GAN, variant V3 (Kong et al. 2020), narrow: frames of a spectrogram become 256 samples each."""

    def __init__(self) -> None:
        super().__init__()
        self.pre = nn.Conv1d(20, 32, 7, padding=3)
        rates, kernels, width = (8, 8, 4), (16, 16, 8), 32
        self.ups = nn.ModuleList()
        self.rb = nn.ModuleList()
        for rate, kernel in zip(rates, kernels):
            self.ups.append(nn.ConvTranspose1d(width, width // 2, kernel, rate, (kernel - rate) // 2))
            width //= 2
            blocks = zip((3, 5, 7), ((1, 2), (2, 6), (3, 12)))
            self.rb.append(nn.ModuleList(ResBlock(width, k, d) for k, d in blocks))
        self.post = nn.Conv1d(width, 1, 7, padding=3)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pre(x)
        for up, blocks in zip(self.ups, self.rb):
            x = up(F.leaky_relu(x, 0.1))
            x = sum(block(x) for block in blocks) / len(blocks)
        return self.post(F.leaky_relu(x)).tanh()
