"""What degrid answers, as frozen records: the JSON of the command, whose keys `docs/json.md` explains.

Per axis: one entry for each axis of the network, `(y, x)` of two. Positions and sizes are numbers of positions of a map.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, Optional, TypeVar, Union, get_args, get_type_hints

Self = TypeVar("Self", bound="Record")

@dataclass(frozen=True)
class Record:
    """An object of the JSON."""

    @classmethod
    def of(cls: type[Self], json: Mapping[str, Any]) -> Self:
        """From the object as it was parsed. Keys that this version does not know are left out."""
        inner = _INNER.get(cls) or _INNER.setdefault(cls, _inner(cls))
        given = {}
        for field in fields(cls):
            if field.name in json:
                given[field.name] = _converted(json[field.name], inner[field.name])
            elif field.default is MISSING:
                raise KeyError(f"{cls.__name__} has no {field.name}: the package and its extension differ in version")
        return cls(**given)


def _converted(value: Any, inner: Optional[type[Record]]) -> Any:
    if isinstance(value, list):
        return tuple(_converted(one, inner) for one in value)
    if inner is not None and isinstance(value, dict):
        return inner.of(value)
    return value


#: What the fields of a record hold, looked up once.
_INNER: dict[type[Record], dict[str, Optional[type[Record]]]] = {}


def _inner(cls: type[Record]) -> dict[str, Optional[type[Record]]]:
    """The record that the type of each field speaks of."""

    def record(hint: Any) -> Optional[type[Record]]:
        if isinstance(hint, type) and issubclass(hint, Record):
            return hint
        found = (record(part) for part in get_args(hint))
        return next((one for one in found if one is not None), None)

    return {name: record(hint) for name, hint in get_type_hints(cls).items()}


@dataclass(frozen=True)
class Cycle(Record):
    """The dilations that the repetitions of a stage take in turn."""

    cycle: tuple[Union[int, tuple[int, ...]], ...]


#: Dilations of one convolution: one number, one for each axis, or a cycle of these.
Dilation = Union[int, tuple[int, ...], Cycle]


@dataclass(frozen=True)
class Answer(Record):
    """Does the network grid, where, and what follows. `text` says it in a sentence; the rest is what it is made of."""

    text: str
    gridding: Optional[bool]
    dilated: bool
    allowed: bool
    map: Optional[str]
    at: Optional[str]
    positions: Optional[int]
    skipped: Optional[int]
    other_maps: tuple[str, ...]
    output: Optional[str]
    receptive_field: Optional[tuple[int, ...]]
    input_positions: Optional[int]
    input_skipped: Optional[int]
    input_fully_read: Optional[bool]
    global_pools: Optional[str]


@dataclass(frozen=True)
class Output(Record):
    """An output: its name, as `show(at=…)` takes it, and its size per axis."""

    name: str
    size: Optional[tuple[int, ...]]


@dataclass(frozen=True)
class Network(Record):
    """The network. Sizes are per axis, `None` where the size of the input is not known; `jump` is input positions per output position, as exact
    fractions such as `"16"` or `"1/2"`; `receptive_field` is per axis in input positions, `None` beyond a global pool."""

    name: Optional[str]
    dims: int
    input: Optional[tuple[int, ...]]
    output: Optional[tuple[int, ...]]
    jump: Optional[tuple[str, ...]]
    receptive_field: Optional[tuple[int, ...]]
    outputs: tuple[Output, ...]


@dataclass(frozen=True)
class Distance(Record):
    """The published maximum distance M_2 of a schedule, and the kernel size that it may not exceed."""

    value: int
    kernel: int


@dataclass(frozen=True)
class Stage(Record):
    """A stage with its verdicts: `"pass"`, `"fail"` or `"not-applicable"` by the id of each rule. Lists are per axis but for `dilations`, which has
    an entry for each convolution; `holes` counts positions over all axes that the stage misses on its own input."""

    name: str
    dilations: tuple[Dilation, ...]
    repeat: int
    receptive_field: Optional[tuple[int, ...]]
    common_factor: tuple[Optional[int], ...]
    m2: tuple[Optional[Distance], ...]
    teeth: tuple[int, ...]
    holes: Optional[int]
    holes_per_axis: tuple[Optional[int], ...]
    core: tuple[Optional[int], ...]
    lobe: tuple[Optional[float], ...]
    verdicts: Mapping[str, str]


@dataclass(frozen=True)
class Span(Record):
    """A piece of a file: lines and columns from 1, the end column exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True)
class Place(Record):
    """A place that explains a finding."""

    message: str
    span: Span


@dataclass(frozen=True)
class OtherPlace(Record):
    """Another place of the same fault."""

    stage: str
    layer: Optional[int]
    span: Optional[Span]


@dataclass(frozen=True)
class Edit(Record):
    """What to put in the place of a span."""

    span: Span
    text: str


@dataclass(frozen=True)
class Fix(Record):
    """The change of the file that `degrid fix` makes."""

    message: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True)
class Finding(Record):
    """A fault: the id of its rule, its level (`"note"`, `"warn"` or `"deny"`), what is wrong and what would be right. `layer` counts from 0 in the list
    of the stage, `None` for the stage itself."""

    rule: str
    level: str
    message: str
    help: Optional[str]
    stage: str
    layer: Optional[int]
    span: Optional[Span]
    notes: tuple[str, ...]
    related: tuple[Place, ...]
    others: tuple[OtherPlace, ...]
    fix: Optional[Fix]


@dataclass(frozen=True)
class Problem(Record):
    """A doubt about a file: what may not be meant as it is read."""

    message: str
    help: Optional[str]
    span: Optional[Span]


@dataclass(frozen=True)
class Summary(Record):
    """How many findings there are of each level."""

    errors: int
    deny: int
    warn: int
    note: int


@dataclass(frozen=True)
class ModelNote(Record):
    """What of a model is not followed, or taken for something simpler: in how many places, and the module or node of the first. Where
    `ends_positions`, nothing behind it is checked, and the maps before it are outputs."""

    message: str
    count: int
    first: str
    ends_positions: bool


@dataclass(frozen=True)
class File(Record):
    """The report on a network."""

    path: str
    answer: Answer
    network: Network
    stages: tuple[Stage, ...]
    findings: tuple[Finding, ...]
    warnings: tuple[Problem, ...] = ()
    notes: tuple[ModelNote, ...] = ()


@dataclass(frozen=True)
class Resolution(Record):
    """How far the network downsamples, per axis, in input positions per position: of the coarsest map, and of the coarsest on the finest path."""

    downsampling: tuple[str, ...]
    smallest_object: Optional[tuple[str, ...]]


@dataclass(frozen=True)
class Measures(Record):
    """What is read and what is not: numbers of positions over all axes, and measures per axis. `None`: not defined, or too large."""

    covered: Optional[int]
    holes: Optional[int]
    gridding: Optional[int]
    density: Optional[float]
    largest_gap: Optional[tuple[int, ...]]
    core: Optional[tuple[Optional[int], ...]]
    lobe: Optional[tuple[Optional[float], ...]]
    ripple: Optional[tuple[Optional[float], ...]]


@dataclass(frozen=True)
class Footprint(Measures):
    """What an output position reads. Per axis: `first` is the first position that is read, relative to the output position where sizes are not
    known, `None` where nothing is read; `extent` is the number of positions from first to last."""

    first: Optional[tuple[int, ...]]
    extent: tuple[int, ...]


@dataclass(frozen=True)
class Weights(Record):
    """Weights of convolutions, and of one dense kernel that sees as far; both times channels squared where `times_channels`."""

    layers: int
    dense: int
    times_channels: bool


@dataclass(frozen=True)
class ShownStage(Measures):
    """A stage on its own input, without borders. `size` is that of its output, `jump` positions of its input per position of its output."""

    name: str
    dilations: tuple[Dilation, ...]
    repeat: int
    receptive_field: Optional[tuple[int, ...]]
    jump: Optional[tuple[str, ...]]
    size: Optional[tuple[int, ...]]
    overlap: Optional[tuple[Optional[float], ...]]
    weights: Optional[Weights]
    outer_taps: Optional[float]


@dataclass(frozen=True)
class Show(Record):
    """What `degrid show` says of an output position, `unit` per axis."""

    answer: Answer
    network: Network
    resolution: Resolution
    unit: tuple[int, ...]
    footprint: Footprint
    stages: tuple[ShownStage, ...]


@dataclass(frozen=True)
class Planned(Record):
    """A schedule that passes: one tooth, how often it is repeated, and measures of the repeated stage along an axis."""

    dilations: tuple[int, ...]
    repeat: int
    receptive_field: int
    lobe: float
    ripple: float
    overlap: float
    largest_dilation: int
    m2: Optional[int]
    holes: int


@dataclass(frozen=True)
class Fewest(Record):
    """The fewest layers of a tooth with which there is a schedule, and whether that is proved."""

    layers: int
    proved: bool


@dataclass(frozen=True)
class Relaxation(Record):
    """An option with which there would be a schedule, and that schedule."""

    option: str
    dilations: tuple[int, ...]
    receptive_field: int
    value: Union[int, float, None] = None


@dataclass(frozen=True)
class Refusal(Record):
    """Why there is no schedule, and what to relax, the option that binds first."""

    message: str
    proved: bool
    relaxations: tuple[Relaxation, ...]


@dataclass(frozen=True)
class Change(Record):
    """A change of numbers: whether it is proved that nothing nearer passes, and by how much numbers change in all."""

    message: str
    nearest: bool
    change: Optional[int]


@dataclass(frozen=True)
class Left(Record):
    """A finding that no change removes, and why."""

    rule: str
    message: str
    stage: str
    line: Optional[int]
    why: str
