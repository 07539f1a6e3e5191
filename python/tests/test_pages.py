"""What pages and notebooks show in Python is run, and prints what they say."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
pytest.importorskip("torch")

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", ["docs/pytorch.md", "python/README.md"])
def test_the_blocks_of_a_page(page: str) -> None:
    blocks = BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))
    assert sum(kind == "python" for kind, _ in blocks) >= 4
    assert sum(kind == "text" for kind, _ in blocks) >= 2
    namespace: dict[str, Any] = {}
    printed = ""
    for kind, text in blocks:
        # What a block prints stands in the next one.
        assert printed == (text if kind == "text" else "")
        if kind == "python":
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                exec(compile(text, page, "exec"), namespace)
            printed = out.getvalue()
        else:
            printed = ""


def test_the_first_screen() -> None:
    models = pytest.importorskip("torchvision.models")
    pytest.importorskip("matplotlib").use("agg")
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    block = next(text for kind, text in BLOCK.findall(text) if kind == "python" and "import degrid" in text)
    model = models.resnet18(weights=None)
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(block, "README.md", "exec"), {"model": model})
    assert "no gridding" in out.getvalue()


@pytest.mark.parametrize("path", sorted((ROOT / "python/examples").glob("*.ipynb")), ids=lambda path: path.name)
def test_notebooks_run(path: Path) -> None:
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    assert all(cell.get("outputs", []) == [] for cell in notebook.cells), "outputs are not kept"
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(path.parent)}}).execute()
    shown = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert any("text/html" in output.get("data", {}) for output in shown)
    assert any("<svg" in output.get("data", {}).get("text/html", "") for output in shown)
