"""Which part of a tensor a view of it is."""

from __future__ import annotations

from typing import NamedTuple, Optional

from torch import Tensor

from ._sized import bare


class Geometry(NamedTuple):
    """How a tensor lies in its memory, in elements."""

    size: tuple[int, ...]
    stride: tuple[int, ...]
    offset: int


class Part(NamedTuple):
    """A part of a tensor: of each axis the entries from `start` on, every `step`-th, as many as the view has along its axis that reads it."""

    start: list[int]
    step: list[int]
    #: For each axis of the view the axis of the tensor that it goes along; -1 for axes of one entry.
    axes: list[int]
    #: Whether the part is all of the tensor, in order, in another shape.
    is_reshape: bool


def geometry(tensor: Tensor) -> Optional[Geometry]:
    """How a tensor lies in its memory; None where it has no plain memory."""
    tensor = bare(tensor)
    try:
        tensor.untyped_storage()
        size = tuple(int(n) for n in tensor.shape)
        # Along an axis of one entry any stride is the same.
        stride = tuple(int(s) if n != 1 else 0 for n, s in zip(size, tensor.stride()))
        return Geometry(size, stride, int(tensor.storage_offset()))
    except (NotImplementedError, RuntimeError):
        return None


def _is_dense(of: Geometry) -> bool:
    expected = 1
    for size, stride in zip(reversed(of.size), reversed(of.stride)):
        if size != 1 and stride != expected:
            return False
        expected *= size
    return True


def region(whole: Geometry, view: Optional[Geometry]) -> Optional[Part]:
    """The part of a tensor that a view of its memory shows; None where it is no box of entries.

    >>> region(Geometry((4, 6), (6, 1), 0), Geometry((2, 3), (6, 2), 7))
    Part(start=[1, 1], step=[1, 2], axes=[0, 1], is_reshape=False)
    """
    if view is None:
        return None
    rank = len(whole.size)
    left = view.offset - whole.offset
    start, step = [0] * rank, [1] * rank
    by_stride = sorted(
        (axis for axis in range(rank) if whole.size[axis] > 1),
        key=lambda axis: -whole.stride[axis],
    )
    if left < 0 or any(whole.stride[axis] < 1 for axis in by_stride):
        return None
    for axis in by_stride:
        start[axis], left = divmod(left, whole.stride[axis])
    if left or any(start[axis] >= max(whole.size[axis], 1) for axis in range(rank)):
        return None
    axes = []
    free = list(by_stride)
    for size, stride in zip(view.size, view.stride):
        if size == 1:
            axes.append(-1)
            continue
        for axis in free:
            count = stride // whole.stride[axis]
            is_multiple = count > 0 and stride % whole.stride[axis] == 0
            if is_multiple and start[axis] + (size - 1) * count < whole.size[axis]:
                free.remove(axis)
                axes.append(axis)
                step[axis] = count
                break
        else:
            axes = []
            break
    if len(axes) == len(view.size):
        return Part(start, step, axes, False)
    count = 1
    for size in whole.size:
        count *= size
    for size in view.size:
        count, rest = divmod(count, size) if size else (0, 1)
        if rest:
            return None
    is_all = count == 1 and view.offset == whole.offset
    if is_all and _is_dense(whole) and _is_dense(view):
        return Part(start, step, [], True)
    return None
