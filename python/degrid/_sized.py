"""Tensors that have a size and no data.

PyTorch's own, those of `FakeTensorMode`, load its compiler before the first operation, and run each through several layers of Python. Here an
operation runs on PyTorch's meta device, and its results say that they are on the device of the model: what composite operations do depends on it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.multiprocessing.reductions import StorageWeakRef

from ._shapes import SHORT

META = torch.device("meta")


class Sized(Tensor):
    """A tensor that has a size, strides, a type and a device, and no data."""

    #: The tensor on the meta device that operations run on.
    bare: Tensor

    __torch_function__ = torch._C._disabled_torch_function_impl  # type: ignore[assignment]

    @staticmethod
    def __new__(cls, bare: Tensor, device: torch.device) -> Sized:
        sized: Sized = Tensor._make_wrapper_subclass(
            cls,
            bare.shape,
            strides=bare.stride(),
            storage_offset=bare.storage_offset(),
            dtype=bare.dtype,
            layout=bare.layout,
            device=device,
        )
        sized.bare = bare
        return sized

    @classmethod
    def like(cls, tensor: Tensor) -> Sized:
        """A tensor without data that lies in memory as another."""
        bare = torch.empty_strided(tuple(tensor.shape), tensor.stride(), dtype=tensor.dtype, device=META)
        return cls(bare, tensor.device)

    @classmethod
    def __torch_dispatch__(  # type: ignore[override]
        cls, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        return Sizes().run(func, args, kwargs or {})

    def __repr__(self, **how: Any) -> str:  # type: ignore[override]
        return f"tensor(..., size={tuple(self.shape)}, dtype={self.dtype})"


class NoData(RuntimeError):
    """A model looks at a value that is not there."""


class Sizes:
    """Runs operations on sizes."""

    def __init__(self) -> None:
        #: Memory on the meta device that stands for that of tensors with data.
        self._twins: dict[StorageWeakRef, torch.UntypedStorage] = {}
        self._originals: dict[StorageWeakRef, StorageWeakRef] = {}

    def memory(self, tensor: Tensor) -> StorageWeakRef:
        """The memory of a tensor. A twin is the same memory as the tensor with data that it stands for."""
        key = StorageWeakRef(tensor.untyped_storage())
        return self._originals.get(key, key)

    def run(self, func: Any, args: Any, kwargs: dict[str, Any]) -> Any:
        """Runs an operation on the sizes of its arguments. What it returns, and what it writes to, has no data."""
        given: dict[int, Tensor] = {}
        bares: list[Tensor] = []

        def taken(tensor: Tensor) -> Tensor:
            own = tensor.bare if isinstance(tensor, Sized) else self._twin(tensor)
            given[id(own)] = tensor
            bares.append(own)
            return own

        args, kwargs = _mapped(args, taken), _mapped(kwargs, taken)
        tensors = list(given.values())
        device = next((tensor for tensor in tensors if tensor.dim() > 0), tensors[0]).device
        if kwargs.get("device") is not None:
            device = torch.device(kwargs["device"])
            kwargs["device"] = META
        if func is torch.ops.aten._local_scalar_dense.default:
            raise NoData("the model reads a value of a tensor")
        short = SHORT.get(func)
        result = short(*args, **kwargs) if short is not None else None
        if result is None:
            result = func(*args, **kwargs)

        def wrapped(tensor: Tensor) -> Tensor:
            own = given.get(id(tensor))
            if own is None:
                return Sized(tensor, device)
            if isinstance(own, Sized) and torch.Tag.inplace_view in func.tags:
                own.data = Sized(tensor, own.device)
            return own

        return _mapped(result, wrapped)

    def _twin(self, tensor: Tensor) -> Tensor:
        if tensor.is_meta:
            return tensor
        storage = tensor.untyped_storage()
        key = StorageWeakRef(storage)
        twin = self._twins.get(key)
        if twin is None:
            twin = self._twins[key] = torch.UntypedStorage(storage.nbytes(), device="meta")
            self._originals[StorageWeakRef(twin)] = key
        empty = torch.empty(0, dtype=tensor.dtype, device=META)
        return empty.set_(twin, tensor.storage_offset(), tuple(tensor.shape), tensor.stride())


def bare(tensor: Tensor) -> Tensor:
    """The tensor that has the memory of another: without data, that on the meta device."""
    return tensor.bare if isinstance(tensor, Sized) else tensor


def _mapped(value: Any, change: Callable[[Tensor], Tensor]) -> Any:
    """An argument or result with other tensors in it."""
    if isinstance(value, Tensor):
        return change(value)
    if isinstance(value, (list, tuple)):
        mapped = [_mapped(part, change) for part in value]
        return tuple(mapped) if isinstance(value, tuple) else mapped
    if isinstance(value, dict):
        return {key: _mapped(part, change) for key, part in value.items()}
    return value
