"""Results as HTML, for notebooks. Colours follow those of the page, light or dark."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, Optional

from ._command import InvalidInput
from ._types import Dilation, Finding, Stage

if TYPE_CHECKING:
    from ._result import Result, Shown

#: Most characters of an SVG in a page: larger ones make a notebook slow.
_LARGE = 500_000

_STYLE = """<style>
.degrid svg, .degrid img { max-width: 100%; height: auto; }
.degrid svg > rect:first-of-type { fill: transparent; }
.degrid svg text { fill: currentColor; }
.degrid svg path[fill="none"] { stroke: currentColor; }
.degrid table { border-collapse: collapse; margin: 0.5em 0; }
.degrid th, .degrid td { padding: 0.1em 0.8em 0.1em 0; text-align: left; background: none; color: inherit; }
.degrid .deny { color: #d62728; font-weight: bold; }
.degrid .warn { color: #b8860b; font-weight: bold; }
.degrid .note { font-weight: bold; }
.degrid li { margin: 0.2em 0; }
</style>"""


def result(checked: Result) -> str:
    """The answer, the table of stages, the findings and the picture."""
    parts = [f"<p><b>{escape(checked.traced.title)}</b>: {escape(checked.answer.text)}</p>", _table(checked.stages)]
    if checked.findings:
        parts.append(f"<ul>{''.join(map(_finding, checked.findings))}</ul>")
    try:
        parts.append(_drawn(checked.show()))
    except InvalidInput as error:
        parts.append(_none(error))
    return _page(parts)


def picture(shown: Shown) -> str:
    """The answer and the picture."""
    return _page([f"<p>{escape(shown.report.answer.text)}</p>", _drawn(shown)])


def _drawn(shown: Shown) -> str:
    """The picture as SVG, a large one as PNG."""
    try:
        svg = shown.svg
        if len(svg) <= _LARGE:
            return svg
    except InvalidInput:
        # Too many cells; the other format has more room.
        pass
    try:
        png = b64encode(shown.png).decode()
    except InvalidInput as error:
        return _none(error)
    return f'<img alt="what one output position reads" src="data:image/png;base64,{png}">'


def _none(error: InvalidInput) -> str:
    return f"<p>No picture: {escape(str(error))}</p>"


def _page(parts: Iterable[str]) -> str:
    return f'<div class="degrid">{_STYLE}{"".join(parts)}</div>'


def _table(stages: Sequence[Stage]) -> str:
    head = ("stage", "schedule", "alone", "in context", "receptive field", "lobe")
    rows = (
        (
            stage.name,
            _schedule(stage),
            "" if stage.holes is None else ("hole-free" if stage.holes == 0 else f"{stage.holes} holes"),
            {"pass": "hole-free", "fail": "gridding"}.get(stage.verdicts["gridding"], ""),
            "all" if stage.receptive_field is None else _each(stage.receptive_field),
            _each([None if lobe is None else f"{lobe:.3f}" for lobe in stage.lobe]),
        )
        for stage in stages
    )
    cells = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><tr>{''.join(f'<th>{name}</th>' for name in head)}</tr>{cells}</table>"


def _schedule(stage: Stage) -> str:
    dilations = ",".join(map(_dilation, stage.dilations)) or "-"
    return dilations if stage.repeat == 1 else f"{dilations} ×{stage.repeat}"


def _dilation(dilation: Dilation) -> str:
    if isinstance(dilation, int):
        return str(dilation)
    if isinstance(dilation, tuple):
        return "×".join(map(str, dilation))
    return "(" + " ".join(_dilation(one) for one in dilation.cycle) + ")"


def _each(values: Sequence[object]) -> str:
    """Values of axes, written once where they are equal."""
    texts = ["-" if value is None else str(value) for value in values]
    return texts[0] if len(set(texts)) == 1 else "×".join(texts)


def _finding(finding: Finding) -> str:
    help: Optional[str] = finding.help
    after = f"<br>{escape(help)}" if help else ""
    level = {"deny": "error", "warn": "warning"}.get(finding.level, finding.level)
    return (
        f'<li><span class="{escape(finding.level)}">{level}[{escape(finding.rule)}]</span> {escape(finding.stage)}: '
        f"{escape(finding.message)}{after}</li>"
    )
