"""The recorded operators are those of the models, so that the Rust tests compare with what PyTorch does."""

from __future__ import annotations

import json
from typing import Any

import pytest
from record_operators import CASES, FILE, record

RECORDED = [json.loads(line) for line in FILE.read_text().splitlines()]


def test_every_case_is_recorded() -> None:
    assert [recorded["name"] for recorded in RECORDED] == [name for name, _, _ in CASES]


@pytest.mark.parametrize(("case", "recorded"), list(zip(CASES, RECORDED)), ids=[case[0] for case in CASES])
def test_recorded_operators_are_those_of_the_models(case: Any, recorded: dict[str, Any]) -> None:
    made = record(*case)
    assert made["reads"] == recorded["reads"]
    # Other versions of PyTorch may take operations apart otherwise.
    if made["graph"]["producer"] == recorded["graph"]["producer"]:
        assert made["graph"] == recorded["graph"]
