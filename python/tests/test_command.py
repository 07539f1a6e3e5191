"""The `degrid` command that the package installs: as the one that Cargo builds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import pytest

import degrid
from degrid import _degrid

ROOT = Path(__file__).parents[2]


def script() -> list[str]:
    """The installed command; of a package that is not installed, what it runs."""
    path = Path(sysconfig.get_path("scripts"), "degrid.exe" if os.name == "nt" else "degrid")
    return [str(path)] if path.exists() else [sys.executable, "-c", "from degrid._command import main; raise SystemExit(main())"]


def run(*args: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
    return subprocess.run([*script(), *args], input=stdin, capture_output=True, text=True, encoding="utf-8", cwd=ROOT)


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["check", "configs/tcn.toml"], 0),
        (["check", "configs/broken/gridding.toml"], 1),
        (["check", "missing.toml"], 2),
        (["check", "--no-such-option"], 2),
        (["--help"], 0),
        (["--version"], 0),
    ],
)
def test_exit_codes(args: list[str], code: int) -> None:
    done = run(*args)
    assert done.returncode == code, done.stderr


def test_streams_are_those_of_the_process() -> None:
    done = run("check", "--format=concise", "-", stdin="[[stage]]\ndilations = [2, 2]\n")
    assert done.returncode == 1
    assert "<stdin>:2:17: error[gridding]" in done.stdout
    assert done.stderr == ""
    assert run("show", "missing.toml").stderr.strip() != ""


def test_in_memory_it_writes_the_same() -> None:
    for args in (["check", "configs/broken/gridding.toml"], ["rules"], ["plan", "--layers", "3"], ["show", "configs/tcn.toml"]):
        done = run(*args)
        code, out, err = _degrid.call([args[0], *(str(ROOT / a) if a.startswith("configs") else a for a in args[1:])], b"")
        root = ROOT.as_posix() + "/"
        assert (done.returncode, done.stderr) == (code, err)
        assert done.stdout == out.decode().replace(root, "")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such pipe")
def test_a_closed_pipe_is_no_error() -> None:
    line = " ".join(f"'{word}'" for word in script())
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line} plan --layers 8 --all | head -n 1"], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_ctrl_c_ends_it() -> None:
    started = subprocess.Popen([*script(), "check", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(1.0)
    started.send_signal(signal.SIGINT)
    _, err = started.communicate(timeout=60)
    assert started.returncode == -signal.SIGINT
    assert b"Traceback" not in err


def test_importing_is_cheap() -> None:
    code = "import sys, degrid; print([m for m in ('numpy', 'torch', 'matplotlib', 'dataclasses') if m in sys.modules])"
    clean = dict(os.environ, PYTHONNOUSERSITE="1")
    out = subprocess.run([sys.executable, "-S", "-c", "import sys; sys.path[:0] = " + repr(sys.path) + "\n" + code], capture_output=True, text=True, env=clean)
    assert out.stdout.strip() == "[]", out.stderr


def test_version() -> None:
    assert run("--version").stdout.split()[1] == (ROOT / "Cargo.toml").read_text().split('version = "')[1].split('"')[0]


def test_a_name_that_there_is_not() -> None:
    with pytest.raises(AttributeError, match="no attribute 'chek'"):
        degrid.chek  # type: ignore[attr-defined]
    assert set(degrid.__all__) <= set(dir(degrid))
