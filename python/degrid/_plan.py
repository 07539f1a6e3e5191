"""Schedules that leave no hole, and the nearest changes of a network that has some."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional, Union

from ._command import answer, call, options
from ._types import Change, Fewest, Left, Planned, Record, Refusal

#: A number, or least and greatest, of which either may be `None`.
Range = Union[int, tuple[Optional[int], Optional[int]]]


@dataclass(frozen=True)
class Plan(Record):
    """Schedules that pass.

    Attributes:
        schedules: The best first; empty where there is none.
        complete: Whether it is proved that no other ranks higher, or that there is none.
        refusal: Why there is none, and what to relax.
        fewest_layers: The fewest layers with which there is a schedule, where no number of layers was asked for.
        front: With `pareto`, how many schedules no other surpasses, listed or not.
    """

    complete: bool
    schedules: tuple[Planned, ...]
    _count: Optional[str] = None
    refusal: Optional[Refusal] = None
    fewest_layers: Optional[Fewest] = None
    front: Optional[int] = None
    _text: str = ""

    @property
    def count(self) -> Optional[int]:
        """How many schedules pass; `None` where the search ended before."""
        return None if self._count is None else int(self._count)

    def __str__(self) -> str:
        return self._text


def plan(
    *,
    layers: Optional[Range] = None,
    kernel: Optional[int] = None,
    receptive_field: Optional[Range] = None,
    repeat: Optional[int] = None,
    max_dilation: Optional[int] = None,
    jump: Union[int, str, None] = None,
    allow_equal: bool = False,
    exact: bool = False,
    input: Optional[int] = None,
    min_outer_taps: Optional[float] = None,
    max_lobe: Optional[float] = None,
    max_ripple: Optional[float] = None,
    rank: Optional[str] = None,
    pareto: bool = False,
    top: Optional[int] = None,
    budget: Optional[int] = None,
) -> Plan:
    """Finds dilation schedules that leave no hole, best first: what `degrid plan` does. Ctrl-C ends a long search.

    Args:
        layers: Layers of one tooth, or the fewest and the most; by default the fewest that reach `receptive_field`.
        kernel: Taps of every layer; by default 3.
        receptive_field: Of the repeated stage: a number, or least and greatest such as `(65, None)`; in input positions if `jump` is given.
        repeat: How often the tooth is repeated; by default once.
        max_dilation: Largest dilation.
        jump: Input positions for each position of the map that the stage reads, such as 8 or `"1/2"`.
        allow_equal: Allow equal dilations in a tooth; otherwise they rise strictly.
        exact: Ask the exact test alone, not the published maximum distance.
        input: Positions of the map along an axis, for `min_outer_taps`.
        min_outer_taps: Least share, 0 to 1, of output positions for which the outer taps lie on the map.
        max_lobe: Largest peak grating lobe of the repeated stage, 0 to 1.
        max_ripple: Largest ripple of the repeated stage, from 1 up.
        rank: What is best: `"receptive-field"` (the default), `"smallest"`, `"lobe"`, `"ripple"` or `"compact"`.
        pareto: List the schedules that no other surpasses in receptive field, lobe and largest dilation together.
        top: Most schedules to list; by default 10, with `pareto` all.
        budget: Most schedules to look at.

    Raises:
        InvalidInput: The arguments make no sense together; the message says why.
    """
    args = options(
        layers=_range(layers),
        kernel=kernel,
        receptive_field=_range(receptive_field),
        repeat=repeat,
        max_dilation=max_dilation,
        jump=jump,
        allow_equal=allow_equal,
        exact=exact,
        input=input,
        min_outer_taps=min_outer_taps,
        max_lobe=max_lobe,
        max_ripple=max_ripple,
        rank=rank,
        pareto=pareto,
        top=top,
        budget=budget,
    )
    _, found = answer(["plan", *args])
    _, text = call(["plan", *args])
    return Plan.of({**found, "_count": found["count"], "_text": text.rstrip()})


def _range(given: Optional[Range]) -> Optional[str]:
    if given is None or isinstance(given, int):
        return None if given is None else str(given)
    least, most = given
    return f"{'' if least is None else least}..{'' if most is None else most}"


@dataclass(frozen=True)
class Fixed(Record):
    """A network file with the smallest changes with which it passes. `print` gives the changes as a diff.

    Attributes:
        text: The file with the changes; every other byte is kept.
        fixes: The changes.
        offered: Changes that were not made, as they shrink the receptive field.
        left: Findings that stay.
    """

    text: str
    fixes: tuple[Change, ...]
    offered: tuple[Change, ...]
    left: tuple[Left, ...]
    _diff: str = ""

    def __str__(self) -> str:
        return self._diff


def fixed(args: list[str], stdin: bytes) -> Fixed:
    """Changes the network file on standard input, with some options of the command."""
    _, diff = call(["fix", *args], stdin)
    _, found = answer(["fix", *args], stdin)
    file: dict[str, Any] = found["files"][0]
    return Fixed.of({**file, "_diff": diff.rstrip()})
