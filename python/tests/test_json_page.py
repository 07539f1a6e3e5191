"""The records are the tables of docs/json.md: the same keys, of the same types."""

from __future__ import annotations

import dataclasses
import types
import typing
from pathlib import Path
from typing import Any, Union

import pytest

from degrid import _types

PAGE = Path(__file__).parents[2] / "docs/json.md"

CURVES = dict.fromkeys(("profile", "spectrum"), "the package does not ask for curves")

#: The table of each record, and keys that the package leaves out with the reason.
TABLES: dict[str, tuple[str, dict[str, str]]] = {
    name: (name, {})
    for name in (
        "Answer Network Output Cycle Distance ModelNote Stage Span Place OtherPlace Edit Fix Finding Problem Resolution Measures Weights Planned Fewest "
        "Relaxation Change Left"
    ).split()
} | {
    "Summary": ("Summary", {"baseline": "a check of one network has none"}),
    "File": ("File", {"errors": "a file that has some raises"}),
    "Footprint": ("Footprint", CURVES),
    "ShownStage": ("ShownStage", CURVES),
    "Show": ("show", {"version": "the extension comes with the package"}),
    "Refusal": ("Refusal", {"reason": "the message says it"}),
}


#: The rows of each table, as pairs of key and type. The key `…`, which may stand there twice, is all rows of the type.
Tables = dict[str, list[tuple[str, str]]]


def tables() -> Tables:
    found: Tables = {}
    heading = ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            heading = line.strip("# ")
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == 5 and cells[1] != "key" and not cells[1].startswith("-"):
            found.setdefault(heading, []).append((cells[1].strip("`"), cells[2]))
    return found


def rows(page: Tables, table: str) -> dict[str, str]:
    own: dict[str, str] = {}
    for key, kind in page[table]:
        own.update(rows(page, kind) if key == "…" else {key: kind})
    return own


def test_every_record_has_a_table() -> None:
    records = [
        name
        for name, value in vars(_types).items()
        if isinstance(value, type) and issubclass(value, _types.Record) and value is not _types.Record
    ]
    assert sorted(records) == sorted(TABLES)


@pytest.mark.parametrize("record", TABLES)
def test_the_keys_of_a_record(record: str) -> None:
    table, left_out = TABLES[record]
    keys = rows(tables(), table)
    assert left_out.keys() <= keys.keys()
    hints = typing.get_type_hints(getattr(_types, record))
    expected = {key: kind for key, kind in keys.items() if key not in left_out}
    own = {field.name: word(hints[field.name]) for field in dataclasses.fields(getattr(_types, record))}
    assert set(own) == set(expected)
    for key, kind in expected.items():
        # Where a key may be absent, its default stands. A file that is read has an answer and a network.
        plain = kind.replace(" or absent", " or null" if "null" not in kind and not is_listed(kind) else "")
        if record == "File":
            plain = plain.replace(" or null", "")
        assert own[key] == plain, f"{record}.{key}"


def is_listed(kind: str) -> bool:
    """Whether the default of an absent key is an empty list."""
    return kind.startswith("[")


def word(hint: Any) -> str:
    """A type as the page writes it."""
    names = {int: "integer", float: "number", str: "text", bool: "boolean", type(None): "null", Any: "map"}
    if hint in names:
        return names[hint]
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        return f"[{word(args[0])}]"
    if origin in (Union, types.UnionType if hasattr(types, "UnionType") else Union):
        parts = [word(arg) for arg in args if arg is not type(None)]
        return " or ".join(parts + (["null"] if type(None) in args else []))
    if isinstance(hint, type):
        return hint.__name__
    return "map"
