"""Records what a PyTorch model computes: one node for each operation that depends on its input.

Operations are seen below autograd, where PyTorch has taken composite ones apart: what is recorded is what runs. In-place operations and views
become nodes that read and write values, so that the graph has no memory: a value never changes.
"""

from __future__ import annotations

import math
import re
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Optional

import torch
from torch import Tensor, nn
from torch.multiprocessing.reductions import StorageWeakRef
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.weak import WeakTensorKeyDictionary

from ._sized import Sized, Sizes, bare
from ._strides import Geometry, geometry, region
from ._untouched import Guard

#: Most elements of a constant whose numbers are written down: index lists, not weights.
MAX_ELEMENTS = 4096
#: Most nodes of a graph.
MAX_NODES = 250_000
#: Operations that read the size of a tensor and nothing else.
SHAPE_ONLY = re.compile(r"aten::(new_\w+|\w+_like)$")


def tensors_in(value: Any) -> Iterator[Tensor]:
    """The tensors in an argument or a result, in order."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from tensors_in(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from tensors_in(part)


def plain(value: Any) -> Any:
    """A number, text, truth value or list of them as JSON has it; None for what has no place there."""
    if isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, torch.SymInt)):
        return int(value)
    if isinstance(value, (float, torch.SymFloat)):
        number = float(value)
        return number if math.isfinite(number) else None
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    return None


class _Storage:
    """The memory that views share."""

    def __init__(self, whole: Geometry, value: Optional[int]) -> None:
        #: How the first tensor that was seen of it lies in it.
        self.whole = whole
        #: The value of that tensor as it is now; None as long as it does not depend on the input.
        self.value = value
        #: How often it was written to.
        self.version = 0


class Recorder(TorchDispatchMode):
    """Records operations while it is the current mode; see :meth:`graph`."""

    def __init__(self, model: nn.Module, guard: Guard, is_sized: bool) -> None:
        super().__init__()
        self.guard = guard
        #: Whether the input has no data.
        self.is_sized = is_sized
        self.sizes = Sizes()
        self.nodes: list[dict[str, Any]] = []
        self.calls: list[dict[str, Any]] = []
        self.inputs: list[dict[str, Any]] = []
        self.parameters: list[dict[str, Any]] = []
        self.constants: list[dict[str, Any]] = []
        #: Values so far.
        self.count = 0
        #: Values of tensors that depend on the input, with the version of their memory.
        self.known: Any = WeakTensorKeyDictionary()
        #: Values of tensors that do not.
        self.fixed: Any = WeakTensorKeyDictionary()
        self.storages: dict[StorageWeakRef, _Storage] = {}
        self.thread = threading.get_ident()
        self.is_paused = False
        self.stack: list[str] = []
        self.times: Counter[str] = Counter()
        self.paths = {
            id(module): _path(name) for name, module in model.named_modules()
        }
        self.names = {id(parameter): _path(name) for name, parameter in model.named_parameters()}
        self.names.update((id(buffer), _path(name)) for name, buffer in model.named_buffers())

    # What the model reads and returns.

    def input(self, name: str, tensor: Tensor) -> None:
        """Makes a tensor an input of the graph."""
        value = self._new()
        self._define(tensor, value)
        self.inputs.append({"name": name, "value": value, "shape": list(tensor.shape)})

    def value(self, tensor: Tensor) -> Optional[int]:
        """The value of a tensor as it is now; None where it does not depend on the input."""
        return self._value(tensor) if self._depends(tensor) else None

    # Modules.

    def called(self, module: nn.Module, call: Any, args: Any, kwargs: Any) -> Any:
        """Calls a module of the model, and keeps what it returns by its path."""
        path = self.paths.get(id(module))
        if path is None or self.is_paused or threading.get_ident() != self.thread:
            return call(module, *args, **kwargs)
        if self.stack and self.stack[-1].partition("#")[0] == path:
            # A wrapper of the module, such as `torch.compile` puts around it.
            return call(module, *args, **kwargs)
        self.times[path] += 1
        if path and self.times[path] > 1:
            path = f"{path}#{self.times[path]}"
        self.stack.append(path)
        try:
            if isinstance(module, nn.RNNBase):
                name = f"aten::{type(module).__name__.lower()}"
                result = self.whole(name, (args, kwargs), {}, lambda: call(module, *args, **kwargs))
            else:
                result = call(module, *args, **kwargs)
        finally:
            self.stack.pop()
        values = [self.value(tensor) for tensor in tensors_in(_public(result))]
        if path:
            outputs = [value for value in values if value is not None]
            self.calls.append({"module": path, "outputs": outputs})
        return result

    def whole(self, name: str, read: Any, attributes: dict[str, Any], run: Any) -> Any:
        """Runs something whose parts are not recorded, as one node."""
        inputs = list(tensors_in(read))
        if self.is_paused or not any(self._depends(tensor) for tensor in inputs):
            return run()
        values = [self._value(tensor) for tensor in inputs]
        self.is_paused = True
        try:
            result = run()
        finally:
            self.is_paused = False
        named = {"self": values[0]} if len(values) == 1 else {"tensors": values}
        self._node(name, named, attributes, list(tensors_in(result)), [])
        return result

    # Operations.

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Keeps PyTorch from loading its compiler, to compile nothing here."""
        return False

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        schema = func._schema
        read = list(tensors_in((args, kwargs)))
        depends = any(self._depends(tensor) for tensor in read)
        has_sizes = self.is_sized and (depends or any(isinstance(tensor, Sized) for tensor in read))

        def run() -> Any:
            return self.sizes.run(func, args, kwargs) if has_sizes else func(*args, **kwargs)

        written = self._written(schema, args, kwargs) if schema.is_mutable else []
        if not has_sizes:
            for tensor in written:
                self.guard.about_to_write(tensor)
        if self.is_paused:
            return run()
        for tensor in read:
            self._storage(tensor)
        name = schema.name
        if not depends or SHAPE_ONLY.match(name):
            result = run()
            for tensor in tensors_in(result):
                self._storage(tensor)
            return result
        inputs: dict[str, Any] = {}
        attributes: dict[str, Any] = {}
        for argument, value in _given(schema, args, kwargs):
            found = list(tensors_in(value))
            is_list = isinstance(value, (list, tuple))
            if argument.is_out:
                continue
            if is_list and (found or "Tensor" in str(argument.type)):
                inputs[argument.name] = [
                    self._value(part) if isinstance(part, Tensor) else None for part in value
                ]
            elif found:
                inputs[argument.name] = self._value(found[0])
            elif (number := plain(value)) is not None:
                attributes[argument.name] = number
        result = run()
        results = list(tensors_in(result))
        results += [tensor for tensor in written if not any(tensor is r for r in results)]
        if torch.Tag.inplace_view in func.tags:
            # Another view in place: nothing is written.
            written = []
        name = name[:-1] if name.endswith("_") else name
        if name == "aten::as_strided" and len(results) == 1:
            self._restrided(results[0])
        elif results:
            overload = schema.overload_name
            name = f"{name}.{overload}" if overload and overload != "out" else name
            self._node(name, inputs, attributes, results, written)
        return result

    @staticmethod
    def _written(schema: Any, args: Any, kwargs: Any) -> list[Tensor]:
        """The tensors that an operation writes to."""
        given = _given(schema, args, kwargs)
        aliases = ((argument.alias_info, value) for argument, value in given)
        return [
            tensor
            for alias, value in aliases
            if alias is not None and alias.is_write
            for tensor in tensors_in(value)
        ]

    def _node(
        self,
        name: str,
        inputs: dict[str, Any],
        attributes: dict[str, Any],
        results: list[Tensor],
        written: list[Tensor],
    ) -> None:
        values = [self._new() for _ in results]
        outputs = [
            {"value": value, "shape": list(tensor.shape)} for value, tensor in zip(values, results)
        ]
        self._add(name, inputs, attributes, outputs)
        for tensor, value in zip(results, values):
            if any(tensor is other for other in written):
                self._write(tensor, value)
            else:
                self._define(tensor, value)

    def _add(
        self,
        name: str,
        inputs: dict[str, Any],
        attributes: dict[str, Any],
        outputs: list[dict[str, Any]],
    ) -> None:
        if len(self.nodes) >= MAX_NODES:
            raise ValueError(f"the model runs more than {MAX_NODES} operations")
        self.nodes.append(
            {
                "op": name,
                "module": self.stack[-1] if self.stack else "",
                "inputs": inputs,
                "attributes": attributes,
                "outputs": outputs,
            }
        )

    # Memory.

    def _new(self) -> int:
        self.count += 1
        return self.count - 1

    def _storage(self, tensor: Tensor) -> Optional[_Storage]:
        """The memory of a tensor, known from when it is first seen."""
        whole = geometry(tensor)
        if whole is None:
            return None
        key = self.sizes.memory(bare(tensor))
        found = self.storages.get(key)
        if found is None:
            found = self.storages[key] = _Storage(whole, None)
        return found

    def _depends(self, tensor: Tensor) -> bool:
        if tensor in self.known:
            return True
        storage = self._storage(tensor)
        return storage is not None and storage.version > 0

    def _define(self, tensor: Tensor, value: int) -> None:
        storage = self._storage(tensor)
        if storage is None:
            self.known[tensor] = (value, 0)
            return
        if storage.value is None and storage.version == 0 and geometry(tensor) == storage.whole:
            storage.value = value
        self.known[tensor] = (value, storage.version)

    def _value(self, tensor: Tensor) -> int:
        """The value of a tensor as it is now."""
        storage = self._storage(tensor)
        value, version = self.known.get(tensor, (None, 0))
        if storage is None or storage.version == version:
            return self._fixed(tensor) if value is None else int(value)
        # Another view of the same memory was written to.
        value = storage.value
        if geometry(tensor) != storage.whole:
            value = self._read(storage, tensor)
        self.known[tensor] = (value, storage.version)
        assert value is not None
        return int(value)

    def _write(self, tensor: Tensor, value: int) -> None:
        storage = self._storage(tensor)
        if storage is None:
            self.known[tensor] = (value, 0)
            return
        whole = storage.whole
        if geometry(tensor) == whole:
            storage.value = value
        else:
            if storage.value is None:
                storage.value = self._constant(list(whole.size), None)
            part = region(whole, geometry(tensor))
            if part is None:
                inputs, attributes = {"self": storage.value, "src": value}, {}
                name = "aten::as_strided_scatter"
            elif part.is_reshape:
                inputs, attributes = {"self": value}, {"size": list(whole.size)}
                name = "aten::view"
            else:
                inputs = {"self": storage.value, "src": value}
                attributes = {"start": part.start, "step": part.step, "axes": part.axes}
                name = "degrid::write"
            storage.value = self._made(name, inputs, attributes, list(whole.size))
        storage.version += 1
        self.known[tensor] = (value, storage.version)

    def _restrided(self, tensor: Tensor) -> None:
        storage = self._storage(tensor)
        assert storage is not None
        value = storage.value
        if geometry(tensor) != storage.whole:
            value = self._read(storage, tensor)
        assert value is not None
        self.known[tensor] = (value, storage.version)

    def _read(self, storage: _Storage, tensor: Tensor) -> int:
        """A part of memory that was written to, read again."""
        part = region(storage.whole, geometry(tensor))
        value, shape = storage.value, list(tensor.shape)
        assert value is not None
        if part is None:
            return self._made("aten::as_strided", {"self": value}, {}, shape)
        if part.is_reshape:
            return self._made("aten::view", {"self": value}, {"size": shape}, shape)
        attributes = {"start": part.start, "step": part.step, "axes": part.axes}
        return self._made("degrid::read", {"self": value}, attributes, shape)

    def _made(
        self, name: str, inputs: dict[str, Any], attributes: dict[str, Any], shape: list[int]
    ) -> int:
        value = self._new()
        self._add(name, inputs, attributes, [{"value": value, "shape": shape}])
        return value

    # What does not depend on the input.

    def _fixed(self, tensor: Tensor) -> int:
        if tensor in self.fixed:
            return int(self.fixed[tensor])
        name = self.names.get(id(tensor))
        shape = list(tensor.shape)
        if name is not None:
            value = self._new()
            self.parameters.append({"name": name, "value": value, "shape": shape})
        else:
            value = self._constant(shape, _numbers(tensor))
        self.fixed[tensor] = value
        return value

    def _constant(self, shape: list[int], data: Optional[list[int]]) -> int:
        value = self._new()
        constant: dict[str, Any] = {"value": value, "shape": shape}
        if data is not None:
            constant["data"] = data
        self.constants.append(constant)
        return value


class Whole(TorchFunctionMode):
    """Keeps functions together that PyTorch takes apart into writes to memory."""

    def __init__(self, recorder: Recorder) -> None:
        super().__init__()
        self.recorder = recorder

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        if func is torch.nn.functional.pad:
            bound = dict(zip(("input", "pad", "mode"), args), **kwargs)
            if bound.get("mode") == "circular":
                attributes = {"pad": plain(bound["pad"]), "mode": "circular"}
                return self.recorder.whole(
                    "aten::pad", bound["input"], attributes, lambda: func(*args, **kwargs)
                )
        return func(*args, **kwargs)


def _given(schema: Any, args: Any, kwargs: Any) -> Iterator[tuple[Any, Any]]:
    """The arguments of an operation with their values."""
    for at, argument in enumerate(schema.arguments):
        if at < len(args) and not argument.kwarg_only:
            yield argument, args[at]
        else:
            yield argument, kwargs.get(argument.name, argument.default_value)


def _path(name: str) -> str:
    """The path of a module or parameter without the wrappers that `torch.compile` adds."""
    return ".".join(part for part in name.split(".") if part != "_orig_mod")


def _public(result: Any) -> Any:
    """What a module returns; of an object with fields, its fields."""
    fields = getattr(result, "__dataclass_fields__", None)
    if fields is not None and not isinstance(result, dict):
        return [getattr(result, name) for name in fields]
    return result


def _numbers(tensor: Tensor) -> Optional[list[int]]:
    """The elements of a small tensor of whole numbers, where they are known."""
    is_whole = not (tensor.is_floating_point() or tensor.is_complex())
    if not is_whole or tensor.numel() > MAX_ELEMENTS or tensor.is_meta:
        return None
    if isinstance(tensor, Sized):
        return None
    with torch.utils._python_dispatch._disable_current_modes():
        return [int(number) for number in tensor.reshape(-1).tolist()]


def named_outputs(result: Any, name: str = "") -> Iterator[tuple[str, Tensor]]:
    """The tensors that a model returns, each with the keys, fields and indices that lead to it."""
    prefix = f"{name}." if name else ""
    if isinstance(result, Tensor):
        yield name or "output", result
        return
    parts: Iterable[tuple[Any, Any]] = ()
    if isinstance(result, dict):
        parts = result.items()
    elif isinstance(result, (list, tuple)):
        parts = zip(getattr(result, "_fields", range(len(result))), result)
    elif hasattr(result, "__dataclass_fields__"):
        parts = ((field, getattr(result, field)) for field in result.__dataclass_fields__)
    for key, part in parts:
        yield from named_outputs(part, f"{prefix}{key}")
