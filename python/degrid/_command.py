"""The `degrid` command, and the same command run in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Union

from . import _degrid


def main() -> int:
    """Runs the command on the arguments, streams and signals of the process; its exit code."""
    import signal
    import sys

    # Python's handler would only be seen once the command has ended. With the system's own, Ctrl-C ends it at once, as any program.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return _degrid.main(sys.argv)


class InvalidInput(ValueError):
    """What was given is no network that can be read, or the options do not fit it. The message says why, and what would be right."""


def call(args: Sequence[str], stdin: bytes = b"") -> tuple[int, str]:
    """Runs a command in memory.

    Args:
        args: Its arguments, from the name of the command on.
        stdin: What it reads of standard input.

    Returns:
        Its exit code, 0 or 1, and what it writes to standard output.

    Raises:
        InvalidInput: Exit code 2.
    """
    code, out, err = _degrid.call(args, stdin)
    text = out.decode()
    if code > 1:
        raise InvalidInput("\n".join(filter(None, (text.strip(), err.strip().removeprefix("error: ")))))
    return code, text


def answer(args: Sequence[str], stdin: bytes = b"") -> tuple[int, dict[str, Any]]:
    """The same for a command that writes JSON."""
    import json

    code, text = call([args[0], "--format=json", *args[1:]], stdin)
    parsed: dict[str, Any] = json.loads(text)
    return code, parsed


Option = Union[None, bool, str, int, float, Iterable[str]]


def options(**given: Option) -> list[str]:
    """Options of the command, named as there with `_` for `-`: flags where they are true, others where they are given."""
    args = []
    for name, value in given.items():
        option = "--" + name.replace("_", "-")
        if value is None or value is False:
            continue
        if value is True:
            args.append(option)
        elif isinstance(value, (str, int, float)):
            args.append(f"{option}={value}")
        else:
            args.extend(f"{option}={one}" for one in value)
    return args
