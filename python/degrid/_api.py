"""The functions that take a network."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Optional, Union

from ._command import Option, options
from ._plan import Fixed, fixed
from ._result import Result, Shown, Traced, checked
from ._source import Network, source

#: Ids of rules.
Rules = Union[str, Iterable[str]]

#: A project file instead of the nearest; `False` for none.
Config = Union[None, str, "os.PathLike[str]", bool]


def trace(
    network: Union[Network, Traced],
    input: Any = None,
    *,
    input_data: Any = None,
    inputs: Optional[Mapping[str, Any]] = None,
    input_name: Optional[str] = None,
    kernel: Optional[int] = None,
    dims: Optional[int] = None,
    at: Union[str, Sequence[str]] = (),
) -> Traced:
    """Reads a network once, to check and show it several times or to write it as a network file.

    Args:
        network: A PyTorch module, the path of a network file or ONNX model, the text of a network file, or the dilations of a schedule such as
            `[1, 2, 5]`. What this function returned before stays as it is.
        input: Of a module the shape of its input, `(3, 512, 512)` or with the batch `(1, 3, 512, 512)`, a tuple or dict of shapes where it has
            several; of an ONNX model its size in positions, `(512, 512)`.
        input_data: Of a module a tensor, or a tuple or dict of them, instead of a shape.
        inputs: Further arguments of the module, by name.
        input_name: Of a model with several inputs the one that holds the image, signal or volume; by default the first.
        kernel: Of a schedule, taps of every layer; by default 3.
        dims: Of a schedule, the number of axes; by default 2.
        at: The maps where the network ends, instead of its outputs: modules of a model.

    Raises:
        TypeError: It is nothing that holds a network, or the module takes other inputs.
        ValueError: The module cannot run on such an input.
        FileNotFoundError: There is no such file.
    """
    if isinstance(network, Traced):
        return network
    read = source(network, input, input_data=input_data, inputs=inputs, input_name=input_name, kernel=kernel, dims=dims)
    return Traced(read, (at,) if isinstance(at, str) else tuple(at))


def check(
    network: Union[Network, Traced],
    input: Any = None,
    *,
    input_data: Any = None,
    inputs: Optional[Mapping[str, Any]] = None,
    input_name: Optional[str] = None,
    kernel: Optional[int] = None,
    dims: Optional[int] = None,
    at: Union[str, Sequence[str]] = (),
    allow: Rules = (),
    note: Rules = (),
    warn: Rules = (),
    deny: Rules = (),
    published: bool = False,
    deny_warnings: bool = False,
    with_global_pools: bool = False,
    config: Config = None,
) -> Result:
    """Checks a network against all rules: what `degrid check` does.

    Args:
        network, input, input_data, inputs, input_name, kernel, dims, at: The network, see :func:`trace`.
        allow: Rules that are not reported, whatever files say.
        note: Rules that are reported as notes, which never fail.
        warn: Rules that are reported as warnings.
        deny: Rules that fail the check.
        published: Deny the three published rules.
        deny_warnings: Fail on warnings too.
        with_global_pools: Count what global pools read too: everything, so by default they are left out.
        config: A project file instead of the nearest `degrid.toml` or `pyproject.toml`, above the file or the current folder; `False` for none.

    Raises:
        InvalidInput: It is no valid network; the message says where and why.
        TypeError, ValueError, FileNotFoundError: See :func:`trace`.
    """
    read = trace(network, input, input_data=input_data, inputs=inputs, input_name=input_name, kernel=kernel, dims=dims, at=at)
    given: dict[str, Option] = {"allow": allow, "note": note, "warn": warn, "deny": deny}
    given.update(published=published, deny_warnings=deny_warnings, with_global_pools=with_global_pools)
    return checked(read, {**given, **_project(config)})


def assert_clean(network: Union[Network, Traced], input: Any = None, **given: Any) -> None:
    """Checks a network in a test: an error with the report as its message where the check fails.

    The arguments are those of :func:`check`.

    Raises:
        AssertionError: The check fails.
        InvalidInput, TypeError, ValueError, FileNotFoundError: See :func:`check`.
    """
    __tracebackhide__ = True
    result = check(network, input, **given)
    if not result.ok:
        raise AssertionError(f"\n{result}")


def show(
    network: Union[Network, Traced],
    input: Any = None,
    *,
    input_data: Any = None,
    inputs: Optional[Mapping[str, Any]] = None,
    input_name: Optional[str] = None,
    kernel: Optional[int] = None,
    dims: Optional[int] = None,
    at: Optional[str] = None,
    on: Optional[str] = None,
    stage: Optional[str] = None,
    unit: Optional[Sequence[int]] = None,
    with_global_pools: bool = False,
) -> Shown:
    """Draws what one output position of a network reads: what `degrid show` does.

    Args:
        network, input, input_data, inputs, input_name, kernel, dims: The network, see :func:`trace`.
        at, on, stage, unit, with_global_pools: What is drawn, see :meth:`Traced.show`.

    Raises:
        InvalidInput: It is no valid network, or there is no such map or position.
        TypeError, ValueError, FileNotFoundError: See :func:`trace`.
    """
    read = trace(network, input, input_data=input_data, inputs=inputs, input_name=input_name, kernel=kernel, dims=dims)
    return read.show(at, on=on, stage=stage, unit=unit, with_global_pools=with_global_pools)


def fix(network: Union[str, "os.PathLike[str]"], *, shrink: bool = False, config: Config = None) -> Fixed:
    """Finds the smallest changes with which a network file passes: what `degrid fix` does. The file stays as it is.

    Args:
        network: The path of a network file, or its text.
        shrink: Make changes that shrink the receptive field, if nothing else passes.
        config: As for :func:`check`.

    Raises:
        InvalidInput: It is no valid network file.
        FileNotFoundError: There is no such file.
    """
    read = source(network)
    return fixed([*options(shrink=shrink, **_project(config)), *read.args], read.stdin)


def _project(config: Config) -> dict[str, Option]:
    """The options that choose a project file."""
    if config is None or config is True:
        return {}
    return {"no_config": True} if config is False else {"config": os.fspath(config)}
