"""Leaves a model as it was."""

from __future__ import annotations

import random
import sys
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.multiprocessing.reductions import StorageWeakRef
from torch.utils._python_dispatch import _disable_current_modes


class Guard:
    """Keeps what is in the parameters and buffers of a model from the moment when something is about to write there."""

    def __init__(self, model: nn.Module) -> None:
        tensors = [*model.parameters(), *model.buffers()]
        self._memory = [(tensor, tensor.data) for tensor in tensors]
        self._own = {StorageWeakRef(tensor.untyped_storage()): tensor.data for tensor in tensors}
        self._copies: dict[StorageWeakRef, Tensor] = {}

    def about_to_write(self, tensor: Tensor) -> None:
        """Copies the memory of a tensor, if it is the model's."""
        key = StorageWeakRef(tensor.untyped_storage())
        own = self._own.get(key)
        if own is not None and key not in self._copies and not own.is_meta:
            with _disable_current_modes():
                self._copies[key] = own.clone()

    def put_back(self) -> None:
        for tensor, memory in self._memory:
            if tensor.untyped_storage()._cdata != memory.untyped_storage()._cdata:
                tensor.data = memory
        for key, copy in self._copies.items():
            self._own[key].copy_(copy)


@contextmanager
def untouched(model: nn.Module) -> Iterator[Guard]:
    """Puts back what running a model changes: training flags, attributes, hooks, the numbers in its parameters and buffers, as far as the guard is
    told of writes, and the states of random numbers.
    """
    modules = list(dict.fromkeys(model.modules()))
    attributes = [(module, dict(vars(module))) for module in modules]
    containers = [
        (value, value.copy())
        for _, values in attributes
        for value in values.values()
        if type(value) in (dict, OrderedDict, list, set)
    ]
    guard = Guard(model)
    python = random.getstate()
    cpu = torch.get_rng_state()
    has_cuda = torch.cuda.is_available() and torch.cuda.is_initialized()
    cuda = torch.cuda.get_rng_state_all() if has_cuda else []
    try:
        yield guard
    finally:
        for module, values in attributes:
            own = vars(module)
            own.clear()
            own.update(values)
        for container, content in containers:
            _refill(container, content)
        with torch.no_grad():
            guard.put_back()
        random.setstate(python)
        torch.set_rng_state(cpu)
        if has_cuda:
            torch.cuda.set_rng_state_all(cuda)


def _refill(container: Any, content: Any) -> None:
    if isinstance(container, list):
        container[:] = content
    else:
        container.clear()
        container.update(content)


@contextmanager
def evaluating(model: nn.Module) -> Iterator[None]:
    """Runs a model as for inference: no dropout, no gradients, nothing compiled, attention taken apart into its operations.

    Training flags are set, not `train` called, which a model may have replaced; :func:`untouched` puts them back.
    """
    for module in model.modules():
        module.training = False
    mha = getattr(torch.backends, "mha", None)
    fast = mha.get_fastpath_enabled() if mha is not None else False
    # Nothing is compiled where the compiler was not loaded, and to ask for it loads it.
    has_compiler = "torch._dynamo" in sys.modules
    stance = getattr(torch.compiler, "set_stance", None) if has_compiler else None
    try:
        if mha is not None:
            mha.set_fastpath_enabled(False)
        with torch.no_grad():
            if stance is None:
                yield
            else:
                with stance("force_eager"):
                    yield
    finally:
        if mha is not None:
            mha.set_fastpath_enabled(fast)


@contextmanager
def calls_through(called: Any) -> Iterator[None]:
    """Has every call of a module go through `called(module, call, args, kwargs)`."""
    call = nn.Module.__call__

    def through(module: nn.Module, *args: Any, **kwargs: Any) -> Any:
        return called(module, call, args, kwargs)

    nn.Module.__call__ = through  # type: ignore[method-assign]
    try:
        yield
    finally:
        nn.Module.__call__ = call  # type: ignore[method-assign]
