"""What `degrid.check` and `degrid.show` answer."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional, Union

from . import _html
from ._command import InvalidInput, Option, answer, call, options
from ._source import Source
from ._types import Answer, File, Finding, Footprint, ModelNote, Network, Output, Show, Stage, Summary

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Traced:
    """A network that was read.

    Attributes:
        source: Where it comes from.
        at: Of a model, the maps where it ends; by default its outputs.
    """

    source: Source = field(repr=False)
    at: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """What reports call it: the class of a model, or a path."""
        return self.source.title

    def show(
        self,
        at: Optional[str] = None,
        *,
        on: Optional[str] = None,
        stage: Optional[str] = None,
        unit: Optional[Sequence[int]] = None,
        with_global_pools: bool = False,
    ) -> Shown:
        """Draws what one output position reads.

        Args:
            at: The map of the output position: a module of a model, a stage, or `"STAGE/2"` for the map after its second layer; by default the
                first output.
            on: The map that is read; by default the input.
            stage: A stage on its own input, instead.
            unit: The output position, one number for each axis, `(y, x)`; by default the middle one where sizes are known, else 0.
            with_global_pools: Follow global pools too: they read everything, so by default they are left out.

        Raises:
            InvalidInput: There is no such map or position.
        """
        given = None if unit is None else ",".join(str(int(n)) for n in unit)
        at = at or (None if stage or not self.at else self.at[0])
        args = options(at=at, on=on, stage=stage, unit=given, with_global_pools=with_global_pools)
        _, report = answer(["show", *args, *self.source.args], self.source.stdin)
        return Shown(Show.of(report), self.source, tuple(args))

    def footprint(self, at: Optional[str] = None, **selection: Any) -> NDArray[np.float64]:
        """Path weights: over how many paths the output position reads each position, float64.

        The arguments are those of :meth:`show`. The shape is the size of the map that is read, where it is known; else the extent of what is read,
        whose first position is `show(...).footprint.first`, relative to the output position.
        """
        return self.show(at, **selection).weights

    def coverage(self, at: Optional[str] = None, **selection: Any) -> NDArray[np.bool_]:
        """Which positions the output position reads, bool; arguments and shape are those of :meth:`footprint`."""
        return self.show(at, **selection).coverage

    def plot(self, at: Optional[str] = None, *, ax: Any = None, **selection: Any) -> Any:
        """The picture of :meth:`show`: a figure of matplotlib where that is installed, else the :class:`Shown` itself, which a notebook draws.

        Args:
            ax: Axes of matplotlib to draw into.
        """
        return self.show(at, **selection).plot(ax)

    def save(self, path: Union[str, "os.PathLike[str]"]) -> None:
        """Writes the graph of a PyTorch model, which stands wherever a network file does. A name that ends with `.degrid.json` is found in folders.

        Raises:
            InvalidInput: The network is no PyTorch model.
        """
        if self.source.is_text or self.source.is_schedule or not self.source.stdin:
            raise InvalidInput("only a PyTorch model has a graph to save; `to_toml()` gives the network file of any network")
        Path(path).write_bytes(self.source.stdin)

    def to_toml(self) -> str:
        """The network file: what degrid sees of the network, to edit, plan and fix.

        Raises:
            InvalidInput: The network has a layer that a network file has no words for.
        """
        if self.source.is_text:
            return self.source.stdin.decode()
        if self.source.is_schedule:
            raise InvalidInput("a schedule is no model: write it as a stage, `dilations = […]`")
        _, text = call(["import", *options(at=self.at), *self.source.args], self.source.stdin)
        return text


@dataclass(frozen=True)
class Result:
    """A network that was checked. `print` gives the report of `degrid check`.

    Attributes:
        ok: Whether nothing fails: no finding at level deny, and with `deny_warnings` no warning.
        summary: How many findings there are of each level.
        file: The report: the JSON of the command.
    """

    ok: bool
    summary: Summary
    file: File = field(repr=False)
    traced: Traced = field(repr=False)
    _text: str = field(repr=False)

    @property
    def answer(self) -> Answer:
        """Does the network grid, where, and what follows."""
        return self.file.answer

    @property
    def network(self) -> Network:
        """Sizes and receptive field of the network."""
        return self.file.network

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages with their verdicts, in the order of the file; of a model its modules."""
        return self.file.stages

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What rules found, in the order of their places."""
        return self.file.findings

    @property
    def outputs(self) -> tuple[Output, ...]:
        """The outputs, with their sizes per axis."""
        return self.file.network.outputs

    @property
    def notes(self) -> tuple[ModelNote, ...]:
        """What of a model is taken for something simpler, or not followed."""
        return self.file.notes

    @property
    def unmapped(self) -> tuple[ModelNote, ...]:
        """Operations of a model past which positions are not followed: what is behind them is not checked."""
        return tuple(note for note in self.file.notes if note.ends_positions)

    def __str__(self) -> str:
        return self._text

    def __bool__(self) -> bool:
        raise TypeError("whether the check passes is `result.ok`")

    def show(self, at: Optional[str] = None, **selection: Any) -> Shown:
        """Draws what one output position reads, see :meth:`Traced.show`."""
        return self.traced.show(at, **selection)

    def footprint(self, at: Optional[str] = None, **selection: Any) -> NDArray[np.float64]:
        """Path weights of what one output position reads, see :meth:`Traced.footprint`."""
        return self.traced.footprint(at, **selection)

    def coverage(self, at: Optional[str] = None, **selection: Any) -> NDArray[np.bool_]:
        """Which positions one output position reads, see :meth:`Traced.coverage`."""
        return self.traced.coverage(at, **selection)

    def plot(self, at: Optional[str] = None, *, ax: Any = None, **selection: Any) -> Any:
        """The picture of what one output position reads, see :meth:`Traced.plot`."""
        return self.traced.plot(at, ax=ax, **selection)

    def to_toml(self) -> str:
        """The network as a network file, see :meth:`Traced.to_toml`."""
        return self.traced.to_toml()

    def _repr_html_(self) -> str:
        return _html.result(self)


@dataclass(frozen=True)
class Shown:
    """What one output position reads. `print` gives the grid and the measures of `degrid show`; a notebook draws the picture.

    Attributes:
        report: The JSON of the command.
    """

    report: Show
    _source: Source = field(repr=False)
    _args: tuple[str, ...] = field(repr=False)

    @property
    def footprint(self) -> Footprint:
        """What is read: first position, extent, holes, gridding, measures."""
        return self.report.footprint

    @property
    def unit(self) -> tuple[int, ...]:
        """The output position, per axis."""
        return self.report.unit

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """Path weights, float64, see :meth:`Result.footprint`.

        Raises:
            InvalidInput: They are past the range of float64, or too many.
        """
        return self._array()

    @cached_property
    def coverage(self) -> NDArray[np.bool_]:
        """Which positions are read, bool; the shape is that of `weights`."""
        return self._array("--coverage")

    @cached_property
    def svg(self) -> str:
        """The picture as SVG."""
        return self._file("picture.svg").decode()

    @cached_property
    def png(self) -> bytes:
        """The picture as PNG."""
        return self._file("picture.png")

    def save(self, path: Union[str, "os.PathLike[str]"]) -> None:
        """Writes a picture or its numbers, by the ending of the path: what `degrid show -o` writes."""
        call(["show", *self._args, f"--out={os.fspath(path)}", *self._source.args], self._source.stdin)

    def plot(self, ax: Any = None) -> Any:
        """A figure of matplotlib where that is installed, else this object.

        Args:
            ax: Axes of matplotlib to draw into.
        """
        try:
            import matplotlib  # noqa: F401
        except ImportError:
            return self
        from ._plot import figure

        return figure(self, ax)

    def __str__(self) -> str:
        return call(["show", *self._args, *self._source.args], self._source.stdin)[1]

    def _repr_html_(self) -> str:
        return _html.picture(self)

    def _array(self, *args: str) -> NDArray[Any]:
        import io

        import numpy as np

        loaded: NDArray[Any] = np.load(io.BytesIO(self._file("array.npy", *args)), allow_pickle=False)
        return loaded

    def _file(self, name: str, *args: str) -> bytes:
        """What the command writes to a file."""
        with tempfile.TemporaryDirectory(prefix="degrid-") as folder:
            path = Path(folder, name)
            call(["show", *self._args, *args, f"--out={path}", *self._source.args], self._source.stdin)
            return path.read_bytes()


def checked(traced: Traced, given: Mapping[str, Option]) -> Result:
    """Checks a network with some options of the command."""
    source = traced.source
    args = ["check", *options(at=traced.at, **given), *source.args]
    # For people first: what is wrong with a file is drawn into it.
    _, text = call(args, source.stdin)
    code, report = answer(args, source.stdin)
    return Result(
        ok=code == 0,
        summary=Summary.of(report["summary"]),
        file=File.of(report["files"][0]),
        traced=traced,
        _text=text.rstrip(),
    )
