"""What a network is read from: a model, a file, text or a schedule."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional, Union

from ._command import options

if TYPE_CHECKING:
    from torch import nn

#: A network: a PyTorch module, a path, the text of a network file, or the dilations of a schedule.
Network = Union["nn.Module", "os.PathLike[str]", str, Sequence[int]]

#: First bytes are enough to tell a model from a text.
_HEAD = 64


@dataclass(frozen=True)
class Source:
    """A network as the command takes it. What it holds does not change, whatever becomes of the model or file; ONNX models are read from their
    file each time, past their weights."""

    #: Path or schedule.
    args: tuple[str, ...]
    #: What stands on standard input.
    stdin: bytes
    #: What it is called.
    title: str
    #: Whether it is the text of a network file.
    is_text: bool = False
    #: Whether it is a schedule.
    is_schedule: bool = False


def source(
    network: Network,
    input: Any = None,
    *,
    input_data: Any = None,
    inputs: Optional[Mapping[str, Any]] = None,
    input_name: Optional[str] = None,
    kernel: Optional[int] = None,
    dims: Optional[int] = None,
) -> Source:
    """Takes a network as it is given.

    Raises:
        TypeError: It is nothing that holds a network.
        FileNotFoundError: There is no such file.
    """
    dilations = network if isinstance(network, Sequence) and not isinstance(network, (str, bytes)) else None
    if (kernel is not None or dims is not None) and dilations is None:
        raise TypeError("`kernel` and `dims` are for a schedule, a list of dilations such as [1, 2, 5]")
    if isinstance(network, (str, os.PathLike)):
        if input_data is not None or inputs is not None:
            raise TypeError("`input_data` and `inputs` are for a PyTorch module; of an ONNX model give the size, `input=(512, 512)`")
        return _written(network, input, input_name)
    if dilations is not None:
        _no_input(input_name, _SCHEDULE)
        return _schedule(dilations, kernel, dims, input)
    return _traced(network, input, input_data, inputs, input_name)


def _written(given: Union[str, "os.PathLike[str]"], input: Any, input_name: Optional[str]) -> Source:
    """A path, or the text of a network file: text has more than one line, or an equals sign."""
    if isinstance(given, str) and ("\n" in given or "=" in given) and not os.path.exists(given):
        _no_input(input or input_name, _FILE)
        return Source(("-",), given.encode(), "<stdin>", is_text=True)
    path = Path(given)
    if not path.exists():
        raise FileNotFoundError(
            f"there is no file {str(given)!r}: give the path of a network file or ONNX model, the text of a network file, or a torch.nn.Module with the "
            "shape of its input"
        )
    if path.is_dir():
        raise IsADirectoryError(f"{given} is a folder: name one network file (`degrid check {given}` checks all)")
    title = path.as_posix()
    with path.open("rb") as file:
        head = file.read(_HEAD)
        if _is_onnx(head):
            return Source((*_size(input), *options(input_name=input_name), "--", str(path)), b"", title)
        _no_input(input or input_name, _FILE)
        return Source(("-", f"--stdin-filename={path}"), head + file.read(), title, is_text=True)


def _is_onnx(head: bytes) -> bool:
    """Whether a file is no text: an ONNX model begins with the number of its version."""
    return head[:1] == b"\x08"


def _size(input: Any) -> tuple[str, ...]:
    if input is None:
        return ()
    if not isinstance(input, Sequence) or isinstance(input, str) or not all(isinstance(n, int) for n in input):
        raise TypeError(f"the input of an ONNX model is a size, such as (512, 512), not {input!r}")
    return ("--input=" + "x".join(map(str, input)),)


_FILE = "a network file says itself how large its input is: `input = [512, 512]`"
_SCHEDULE = "a schedule has no input size: write a network file, with `input = [512, 512]`"


def _no_input(given: Any, why: str) -> None:
    if given is not None:
        raise TypeError(why)


def _schedule(dilations: Sequence[int], kernel: Optional[int], dims: Optional[int], input: Any) -> Source:
    _no_input(input, _SCHEDULE)
    if not dilations or not all(isinstance(d, int) for d in dilations):
        raise TypeError(f"a schedule is a list of dilations, such as [1, 2, 5], not {dilations!r}")
    text = ",".join(map(str, dilations))
    args = [f"--dilations={text}"]
    args += [] if kernel is None else [f"--kernel={kernel}"]
    args += [] if dims is None else [f"--dims={dims}"]
    return Source(tuple(args), b"", text, is_schedule=True)


def _traced(
    model: Any, input: Any, input_data: Any, inputs: Optional[Mapping[str, Any]], input_name: Optional[str]
) -> Source:
    # Without PyTorch there is no module, and asking for it would take its time.
    import sys

    if "torch" not in sys.modules or not _has_forward(model):
        raise TypeError(
            f"a network is a torch.nn.Module, the path of a network file or ONNX model, the text of a network file, or a list of dilations, not "
            f"{type(model).__name__}"
        )
    import json

    from ._tracer import trace_graph

    graph = trace_graph(model, input, input_data=input_data, kwargs=inputs)
    title = type(model).__name__
    args = ("-", f"--stdin-filename={title}", *options(input_name=input_name))
    return Source(args, json.dumps(graph).encode(), title)


def _has_forward(model: Any) -> bool:
    return callable(getattr(model, "forward", None))
