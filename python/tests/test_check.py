"""Networks of files, text and schedules: what `degrid.check` answers, and what it says of bad input."""

from __future__ import annotations

import dataclasses
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import degrid
from degrid import _degrid
from degrid._types import Cycle

ROOT = Path(__file__).parents[2]
HOLES = "[[stage]]\nname = \"body\"\ndilations = [2, 2]\n"
DENSE = "[[stage]]\nname = \"body\"\ndilations = [1, 2, 5]\n"
DECODER = """
[[stage]]
name = "up"
layers = [{ op = "transposed", kernel = 3, stride = 2 }]
"""


def command(*args: str, stdin: str = "") -> tuple[int, str]:
    code, out, _ = _degrid.call(args, stdin.encode())
    return code, out.decode()


def test_a_result_is_the_report_of_the_command() -> None:
    result = degrid.check(HOLES)
    assert not result.ok
    assert result.answer.gridding is True
    assert [finding.rule for finding in result.findings] == ["gridding"]
    assert result.findings[0].span is not None and result.findings[0].span.line == 3
    assert result.findings[0].fix is not None
    assert [edit.text for edit in result.findings[0].fix.edits] == ["1", "3"]
    assert result.stages[0].dilations == (2, 2)
    assert result.stages[0].holes == 56
    assert result.stages[0].verdicts["gridding"] == "fail"
    assert [(output.name, output.size) for output in result.outputs] == [("body", None)]
    assert str(result) == command("check", "-", stdin=HOLES)[1].rstrip()
    assert degrid.check(DENSE).ok


def test_dilations_that_repetitions_take_in_turn() -> None:
    dilations = "[{ cycle = [1, 2, 5] }, [1, 2], [{ cycle = [1, 2] }, 1]]"
    result = degrid.check(f"dims = 2\n[[stage]]\nname = \"body\"\ndilations = {dilations}\nrepeat = 6\n")
    assert result.stages[0].dilations == (Cycle((1, 2, 5)), (1, 2), Cycle((1, (2, 1))))
    assert "<td>(1 2 5),1×2,(1 2×1) ×6" in result._repr_html_()


def test_results_are_frozen_and_have_no_truth_of_their_own() -> None:
    result = degrid.check(DENSE)
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.ok = False  # type: ignore[misc]
    with pytest.raises(TypeError, match="result.ok"):
        bool(result)


def test_what_is_read_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "net.toml"
    path.write_text(HOLES)
    result = degrid.check(path)
    path.write_text(DENSE)
    assert result.coverage().sum() == 25
    assert result.to_toml() == HOLES
    assert f"--> {path.as_posix()}:3:" in str(result)


def test_every_network_file_and_model_of_the_tests() -> None:
    files = sorted((ROOT / "configs").glob("**/*.toml")) + sorted((ROOT / "tests/data/onnx").glob("*.onnx"))[:12]
    assert len(files) > 30
    for path in files:
        code, text = command("check", "--format=json", "--no-config", str(path))
        expected = json.loads(text)
        if code == 2:
            with pytest.raises(degrid.InvalidInput):
                degrid.check(path, config=False)
            continue
        result = degrid.check(path, config=False)
        file = expected["files"][0]
        assert result.ok == (code == 0), path
        assert plain(result.stages) == file["stages"], path
        assert result.answer.text == file["answer"]["text"], path
        assert [finding.message for finding in result.findings] == [own["message"] for own in file["findings"]]


def plain(value: Any) -> Any:
    """A record as the JSON that it was read from."""
    if dataclasses.is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    return value


def test_weights_are_paths_and_coverage_is_where_there_are_some() -> None:
    result = degrid.check([2, 2], kernel=3, dims=1)
    assert result.footprint().tolist() == [1, 0, 2, 0, 3, 0, 2, 0, 1]
    assert result.coverage().tolist() == [True, False] * 4 + [True]
    assert result.footprint().dtype == np.float64
    shown = result.show()
    assert shown.footprint.first == (-4,) and shown.footprint.extent == (9,)
    # Clipped at the border, over the whole map.
    clipped = degrid.check("input = [7]\n[[stage]]\nkernel = 3\ndilations = [2, 2]\n")
    assert clipped.footprint(unit=(0,)).tolist() == [2, 0, 2, 0, 1, 0, 0]
    assert clipped.show(unit=(0,)).unit == (0,)


def test_coverage_of_weights_past_the_range_of_floats() -> None:
    stages = "\n".join(f'[[stage]]\nname = "s{i}"\nkernel = 9\ndilations = [1]\nrepeat = 30\n' for i in range(12))
    result = degrid.check("dims = 2\n" + stages)
    with pytest.raises(degrid.InvalidInput, match="--coverage"):
        result.footprint()
    assert result.coverage().all()


def test_maps_are_named() -> None:
    network = '[[stage]]\nname = "a"\ndilations = [1, 2]\n[[stage]]\nname = "b"\nlayers = [{ stride = 2, padding = 1 }]\n'
    result = degrid.check(network)
    assert result.footprint("a").shape == (7, 7)
    assert result.footprint("b", on="a").shape == (3, 3)
    assert result.show("a/1").footprint.extent == (3, 3)
    assert degrid.show(network, stage="b").footprint.extent == (3, 3)
    with pytest.raises(degrid.InvalidInput, match="no map `c`; there are .* `a`, `b`"):
        result.footprint("c")
    with pytest.raises(degrid.InvalidInput, match="2 numbers, 1 given"):
        result.footprint("a", unit=(0,))


def test_onnx_models() -> None:
    path = ROOT / "tests/data/onnx/seg_deeplabv3_resnet50.legacy.onnx"
    result = degrid.check(path)
    assert result.network.input == (256, 256)
    assert degrid.check(path, (512, 512)).network.input == (512, 512)
    assert result.footprint("m.backbone.layer1").shape == (256, 256)
    assert degrid.check(path, at="m.backbone.layer3").outputs[0].size == (32, 32)
    assert degrid.check(result.to_toml()).answer == dataclasses.replace(
        result.answer, output=degrid.check(result.to_toml()).answer.output
    )
    with pytest.raises(TypeError, match=r"such as \(512, 512\)"):
        degrid.check(path, "512")


def test_levels_and_projects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not degrid.check(DECODER, deny_warnings=True).ok
    assert degrid.check(DECODER).ok
    assert degrid.check(DECODER, allow=["uneven-overlap"], deny_warnings=True).ok
    assert not degrid.check(DECODER, deny="uneven-overlap").ok
    # No hole, but not as published.
    assert degrid.check([1, 5, 2]).ok and not degrid.check([1, 5, 2], published=True).ok
    (tmp_path / "degrid.toml").write_text('[rules]\nuneven-overlap = "deny"\n')
    monkeypatch.chdir(tmp_path)
    assert not degrid.check(DECODER).ok
    assert degrid.check(DECODER, config=False).ok
    other = tmp_path / "other.toml"
    other.write_text('[rules]\nuneven-overlap = "allow"\n')
    assert degrid.check(DECODER, config=other, deny_warnings=True).ok
    (tmp_path / "degrid.toml").unlink()
    (tmp_path / "pyproject.toml").write_text('[tool.degrid.rules]\nuneven-overlap = "deny"\n')
    assert not degrid.check(DECODER).ok


def test_a_failed_assertion_has_the_report_as_its_message(tmp_path: Path) -> None:
    degrid.assert_clean(DENSE)
    degrid.assert_clean(DECODER, allow=["uneven-overlap"], deny_warnings=True)
    with pytest.raises(AssertionError) as raised:
        degrid.assert_clean(HOLES)
    assert str(raised.value).strip() == str(degrid.check(HOLES))
    # As pytest shows it: the line of the test, and no line of the package.
    test = tmp_path / "test_network.py"
    test.write_text(f"import degrid\ndef test_network():\n    degrid.assert_clean({HOLES!r})\n")
    run = subprocess.run([_python(), "-m", "pytest", "-q", "-p", "no:cacheprovider", str(test)], capture_output=True, text=True)
    assert run.returncode == 1
    assert "error[gridding]: dilation 2 skips positions" in run.stdout
    assert "_api.py" not in run.stdout


def _python() -> str:
    import sys

    return sys.executable


@pytest.mark.parametrize(
    ("given", "error", "says"),
    [
        ("net.toml", FileNotFoundError, "there is no file 'net.toml': give the path of a network file or ONNX model"),
        (".", IsADirectoryError, "name one network file"),
        (3, TypeError, "a network is a torch.nn.Module, the path"),
        ([], TypeError, "a list of dilations"),
        (["a"], TypeError, "a list of dilations"),
        ([0], degrid.InvalidInput, "a dilation"),
        ("[[stage]]\ndilatons = [1]\n", degrid.InvalidInput, "did you mean `dilations`"),
        ("[[stages]]\ndilations = [1]\n", degrid.InvalidInput, "stage"),
        ('[[stage]]\ndilations = ["?"]\n', degrid.InvalidInput, "not decided yet"),
    ],
)
def test_bad_input(given: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=re.escape(says)):
        degrid.check(given)


def test_arguments_that_do_not_go_together() -> None:
    with pytest.raises(TypeError, match="a network file says itself how large"):
        degrid.check(DENSE, (3, 64, 64))
    with pytest.raises(TypeError, match="a schedule has no input size"):
        degrid.check([1, 2], (64, 64))
    with pytest.raises(TypeError, match="`kernel` and `dims` are for a schedule"):
        degrid.check(DENSE, kernel=3)
    with pytest.raises(degrid.InvalidInput, match="possible values|invalid value"):
        degrid.check(DENSE, allow="griding")
    with pytest.raises(degrid.InvalidInput, match="--at"):
        degrid.check(DENSE, at="body")


def test_fix() -> None:
    fixed = degrid.fix(HOLES + "# kept\n")
    assert fixed.text == HOLES.replace("[2, 2]", "[1, 3]") + "# kept\n"
    assert fixed.fixes[0].nearest and fixed.left == ()
    assert "+ dilations = [1, 3]" in str(fixed)
    assert degrid.fix(DENSE).text == DENSE


def test_a_saved_graph_is_checked_as_the_model(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    model = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3, dilation=2), torch.nn.Conv2d(8, 8, 3, dilation=2))
    traced = degrid.trace(model, (3, 64, 64))
    traced.save(tmp_path / "net.degrid.json")
    saved = degrid.check(tmp_path / "net.degrid.json", config=False)
    assert saved.answer == degrid.check(traced, config=False).answer and not saved.ok
    with pytest.raises(degrid.InvalidInput, match="only a PyTorch model"):
        degrid.trace([1, 2, 5]).save(tmp_path / "none.degrid.json")
