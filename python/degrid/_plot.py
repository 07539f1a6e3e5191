"""Footprints as figures of matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._result import Shown

#: What is not read: far from every colour of the ramp.
_HOLE = "#de2d26"

_AXES = ("z", "y", "x")


def figure(shown: Shown, ax: Any = None) -> Any:
    """Path weights over positions, on a logarithmic scale, positions inside the box that are not read in red; of three axes the slice through the
    middle."""
    import matplotlib
    import numpy as np
    from matplotlib import pyplot as plt
    from matplotlib.colors import LogNorm

    seen = shown.footprint
    coverage, weights = shown.coverage, np.abs(shown.weights)
    first = seen.first or (0,) * weights.ndim
    if weights.shape != seen.extent:
        # Of the whole map, the part that is read.
        box = tuple(slice(low, low + n) for low, n in zip(first, seen.extent))
        coverage, weights = coverage[box], weights[box]
    names = _AXES[-weights.ndim :]
    title = f"{seen.covered} of {np.prod(seen.extent, dtype=object)} positions"
    if weights.ndim == 3:
        middle = weights.shape[0] // 2
        coverage, weights = coverage[middle], weights[middle]
        title += f", z = {first[0] + middle}"
    if ax is None:
        drawn, ax = plt.subplots(layout="constrained")
        if "inline" in matplotlib.get_backend():
            # A notebook draws what a cell returns; an open figure it would draw a second time.
            plt.close(drawn)
    else:
        drawn = ax.figure
    low, extent = first[-min(weights.ndim, 2) :], weights.shape
    if weights.ndim == 1:
        places = np.arange(low[0], low[0] + extent[0])
        ax.bar(places[coverage], weights[coverage], width=1.0, color=plt.get_cmap("viridis")(0.6))
        for place in places[~coverage]:
            ax.axvspan(place - 0.5, place + 0.5, color=_HOLE, linewidth=0)
        ax.set_xlabel(names[-1])
        ax.set_ylabel("paths")
    else:
        ramp = plt.get_cmap("viridis").with_extremes(bad=_HOLE)
        cells = np.ma.masked_where(~coverage, weights)
        edges = (low[1] - 0.5, low[1] + extent[1] - 0.5, low[0] + extent[0] - 0.5, low[0] - 0.5)
        least, most = float(cells.min()), float(cells.max())
        norm = LogNorm(least, most) if least < most else None
        image = ax.imshow(cells, cmap=ramp, norm=norm, extent=edges, interpolation="nearest")
        if norm is not None:
            drawn.colorbar(image, ax=ax, label="paths")
        ax.set_xlabel(names[-1])
        ax.set_ylabel(names[-2])
    ax.set_title(title)
    return drawn
