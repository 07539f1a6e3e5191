"""From a PyTorch model to the graph of what it computes, without its weights.

The model runs once on tensors that have sizes and no data. :func:`trace_graph` returns what `docs/graph.md` of degrid describes.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any, Optional, Union

import torch
from torch import Tensor, nn

from ._recorder import Recorder, Whole, named_outputs
from ._sized import NoData, Sized
from ._untouched import calls_through, evaluating, untouched

#: Version of the graph.
VERSION = 1

#: A shape, a tensor, or several of them: in the order of the model's inputs, or by their names.
Input = Union[Tensor, "tuple[Any, ...]", "list[Any]", Mapping[str, Any]]


def trace_graph(
    model: nn.Module,
    input: Optional[Input] = None,
    *,
    input_data: Any = None,
    kwargs: Optional[Mapping[str, Any]] = None,
) -> dict[str, Any]:
    """Traces a model.

    Args:
        model: The model, on any device; it is left as it is.
        input: Shape of the input, `(3, 512, 512)` or with the batch `(1, 3, 512, 512)`; a tuple or a dict of shapes where the model has
            several inputs. Tensors may stand in place of shapes.
        input_data: A tensor, or a tuple or dict of them, instead of a shape: for inputs that are not floating-point numbers, and for models in
            which values decide what runs.
        kwargs: Further arguments of the model, as they are.

    Returns:
        The graph, ready for `json.dumps`.

    Raises:
        TypeError: The model is none, or its inputs are not those that were given.
        ValueError: The model cannot run on such an input; the message says why.
    """
    if isinstance(model, type) or not isinstance(model, nn.Module):
        kind = model.__name__ if isinstance(model, type) else type(model).__name__
        hint = f": give an instance, `{kind}()`" if isinstance(model, type) else ""
        raise TypeError(f"the model is a torch.nn.Module, not {kind}{hint}")
    if (input is None) == (input_data is None):
        raise TypeError(
            "give the shape of the model's input, such as (3, 512, 512), or `input_data`, a tensor"
        )
    model = _unwrapped(model)
    for name, parameter in model.named_parameters():
        if isinstance(parameter, nn.parameter.UninitializedParameter):
            raise ValueError(f"parameter {name} has no size yet: run the model once before")
    given = input if input_data is None else input_data
    faults: list[Exception] = []
    tries, misfit = _arguments(model, given, dict(kwargs or {}))
    for args in tries:
        try:
            return _traced(model, *args)
        except (ValueError, TypeError) as error:
            faults.append(error)
    if misfit is not None:
        raise ValueError(misfit) from faults[0]
    raise faults[0]


def _unwrapped(model: nn.Module) -> nn.Module:
    """The model itself, without what compiles or distributes it."""
    wrappers = (nn.DataParallel, nn.parallel.DistributedDataParallel)
    while True:
        inner = getattr(model, "_orig_mod", None)
        if inner is None and isinstance(model, wrappers):
            inner = model.module
        if not isinstance(inner, nn.Module):
            return model
        model = inner


# Inputs.

#: The axes of inputs.
AXES = {
    3: "batch, channels, length",
    4: "batch, channels, height, width",
    5: "batch, channels, depth, height, width",
}


class _Shape(tuple):  # type: ignore[type-arg]
    """The shape of an input."""


def _is_shape(value: Any) -> bool:
    is_list = isinstance(value, (tuple, list))
    return is_list and len(value) > 0 and all(type(n) is int for n in value)


def _arguments(
    model: nn.Module, given: Any, kwargs: dict[str, Any]
) -> tuple[list[tuple[tuple[Any, ...], dict[str, Any]]], Optional[str]]:
    """The arguments of the model to try: shapes with and without a batch, the likely one first; and what is wrong with a shape if none runs."""
    args: list[Any] = []
    named: dict[str, Any] = {}
    if isinstance(given, Mapping):
        named = dict(given)
    elif isinstance(given, Tensor) or _is_shape(given):
        args = [given]
    elif isinstance(given, (tuple, list)) and given:
        args = list(given)
    else:
        raise TypeError(
            f"the input is a shape such as (3, 512, 512), a tensor, or a tuple or dict of them, not {_named(given)}"
        )
    for value in (*args, *named.values()):
        if isinstance(value, str) or (_is_shape(value) and any(n < 1 for n in value)):
            raise TypeError(
                f"a shape has sizes of 1 or more, such as (3, 512, 512): {value!r} is none"
            )
    _bind(model, args, {**named, **kwargs})
    rank = _rank(model)
    lengths = [len(value) for value in (*args, *named.values()) if _is_shape(value)]
    misfit = None
    if rank is not None and lengths and not {rank - 1, rank}.intersection(lengths):
        # A model may fold axes together before its first layer: then the shape is right as it is.
        misfit = f"the model's input has {rank} axes ({AXES[rank]}), or {rank - 1} without the batch: the shape has {lengths[0]}"
    with_batch = [False, True] if rank is None else [True, False]
    if not lengths or misfit is not None or (rank is not None and min(lengths) >= rank):
        with_batch = [False]

    def shaped(value: Any, has_batch: bool) -> Any:
        if not _is_shape(value):
            return value
        is_short = rank is None or len(value) < rank
        return _Shape((1, *value) if has_batch and is_short else value)

    tries = [
        (
            tuple(shaped(value, has_batch) for value in args),
            {**{name: shaped(value, has_batch) for name, value in named.items()}, **kwargs},
        )
        for has_batch in with_batch
    ]
    return tries, misfit


def _named(value: Any) -> str:
    return f'the text "{value}"' if isinstance(value, str) else f"{type(value).__name__}"


def _rank(model: nn.Module) -> Optional[int]:
    """How many axes the input has, by the first layer that has as many positions as its name says."""
    for module in model.modules():
        for dims in (1, 2, 3):
            kinds = [f"Conv{dims}d", f"ConvTranspose{dims}d", f"MaxPool{dims}d", f"AvgPool{dims}d"]
            if any(kind.__name__ in kinds for kind in type(module).__mro__):
                return dims + 2
    return None


def _bind(model: nn.Module, args: list[Any], kwargs: dict[str, Any]) -> None:
    """Checks that the model takes as many inputs."""
    try:
        signature = inspect.signature(model.forward)
    except (TypeError, ValueError):
        return
    try:
        signature.bind(*args, **kwargs)
    except TypeError as error:
        unknown = [name for name in kwargs if name not in signature.parameters]
        required = [
            parameter.name
            for parameter in signature.parameters.values()
            if parameter.default is parameter.empty
            and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        ]
        example = ", ".join(f'"{name}": (3, 512, 512)' for name in required)
        raise TypeError(
            f"{type(model).__name__} takes {len(required)} input{'s' if len(required) != 1 else ''} "
            f"({', '.join(required)}): {_said(error, unknown)}; give a dict with the shape of each, such as {{{example}}}"
        ) from None


def _said(error: Exception, unknown: list[str]) -> str:
    if unknown:
        return f"none is called {', '.join(unknown)}"
    return str(error)


# Running.


def _traced(model: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """The graph of a run on tensors without data, else on real ones."""
    try:
        return _run(model, args, kwargs, is_sized=True)
    except Exception as error:  # noqa: BLE001: whatever fails without data may work with it
        reason = _first_line(error)
        if not isinstance(error, NoData):
            reason = f"{type(error).__name__} without data: {reason}"
    if any(tensor.is_meta for tensor in (*model.parameters(), *model.buffers())):
        raise ValueError(f"{type(model).__name__} on the meta device does not run: {reason}")
    try:
        graph = _run(model, args, kwargs, is_sized=False)
    except Exception as error:
        shapes = [list(v) for v in (*args, *kwargs.values()) if isinstance(v, _Shape)]
        of = f" on an input of shape {', '.join(map(str, shapes))}" if shapes else ""
        message = f"{type(model).__name__} does not run{of}: {_first_line(error)}"
        if "expected scalar type" in str(error).lower() or "indices" in str(error).lower():
            message += " (whole numbers are given as a tensor: `input_data`)"
        raise ValueError(message) from error
    graph["real"] = reason
    return graph


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:300] if lines else type(error).__name__


def _run(
    model: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], is_sized: bool
) -> dict[str, Any]:
    with ExitStack() as stack:
        guard = stack.enter_context(untouched(model))
        stack.enter_context(evaluating(model))
        like = next(
            (t for t in (*model.parameters(), *model.buffers()) if t.is_floating_point()), None
        )

        def tensor(value: Any) -> Any:
            if isinstance(value, Tensor):
                return Sized.like(value) if is_sized else value.detach().clone()
            if not isinstance(value, _Shape):
                return value
            dtype = torch.get_default_dtype() if like is None else like.dtype
            device = torch.device("cpu") if like is None else like.device
            if is_sized:
                return Sized(torch.empty(tuple(value), dtype=dtype, device="meta"), device)
            return torch.ones(tuple(value), dtype=dtype, device=device)

        args = tuple(map(tensor, args))
        kwargs = {name: tensor(value) for name, value in kwargs.items()}
        recorder = Recorder(model, guard, is_sized)
        for name, value in _inputs(model, args, kwargs):
            recorder.input(name, value)
        if not recorder.inputs:
            raise TypeError("no input of the model is a tensor")
        stack.enter_context(calls_through(recorder.called))
        stack.enter_context(Whole(recorder))
        stack.enter_context(recorder)
        result = model(*args, **kwargs)
        outputs = [
            {"name": name, "value": recorder.value(value)}
            for name, value in named_outputs(result)
        ]
    outputs = [output for output in outputs if output["value"] is not None]
    if not outputs:
        raise ValueError(
            f"{type(model).__name__} returns no tensor that depends on its input: {type(result).__name__}"
        )
    return {
        "format": "degrid-graph",
        "version": VERSION,
        "name": "" if type(model).__module__.startswith("torch.") else type(model).__name__,
        "producer": f"torch {torch.__version__}",
        "inputs": recorder.inputs,
        "parameters": recorder.parameters,
        "constants": recorder.constants,
        "nodes": recorder.nodes,
        "calls": recorder.calls,
        "outputs": outputs,
    }


def _inputs(
    model: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> list[tuple[str, Tensor]]:
    """The tensors among the arguments, by the names of the model's inputs."""
    try:
        bound = inspect.signature(model.forward).bind(*args, **kwargs).arguments
    except (TypeError, ValueError):
        bound = {str(at): value for at, value in enumerate(args)} | kwargs
    found = []
    for name, value in bound.items():
        found += list(named_outputs(value, name))
    return found
