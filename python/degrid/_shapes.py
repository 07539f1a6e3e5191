"""The sizes of what the commonest operations return.

PyTorch computes sizes in Python too, in many steps, and the first of them loads its compiler. A function here returns `None` for what it leaves to
PyTorch: whatever is not plain, and whatever is wrong, so that errors are PyTorch's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Optional

import torch
from torch import Tensor

aten = torch.ops.aten


def _made(like: Tensor, sizes: Sequence[int], dtype: Optional[torch.dtype] = None) -> Optional[Tensor]:
    """A tensor that nothing shares; none where a size cannot be."""
    if any(size < 1 for size in sizes):
        return None
    return torch.empty(tuple(sizes), dtype=dtype or like.dtype, device="meta")


def _is_plain(tensor: Tensor) -> bool:
    return tensor.is_floating_point() and tensor.is_contiguous()


def _per_axis(given: Sequence[int], dims: int) -> list[int]:
    return list(given) * (dims if len(given) == 1 else 1)


def _convolution(
    input: Tensor,
    weight: Tensor,
    bias: Optional[Tensor],
    stride: Sequence[int],
    padding: Sequence[int],
    dilation: Sequence[int],
    transposed: bool,
    output_padding: Sequence[int],
    groups: int,
) -> Optional[Tensor]:
    dims = input.dim() - 2
    given = [_per_axis(one, dims) for one in (stride, padding, dilation, output_padding)]
    channels = weight.shape[0] if transposed else weight.shape[1] * groups
    if not _is_plain(input) or weight.dim() != input.dim() or input.shape[1] != channels:
        return None
    if input.dtype != weight.dtype or min(given[0]) < 1 or any(len(one) != dims for one in given):
        return None
    sizes = [input.shape[0], weight.shape[1] * groups if transposed else weight.shape[0]]
    for n, k, s, p, d, extra in zip(input.shape[2:], weight.shape[2:], *given):
        extent = d * (k - 1) + 1
        sizes.append((n - 1) * s - 2 * p + extent + extra if transposed else (n + 2 * p - extent) // s + 1)
    return _made(input, sizes)


def _pool(
    input: Tensor,
    kernel_size: Sequence[int],
    stride: Sequence[int] = (),
    padding: Sequence[int] = (0,),
    dilation: Sequence[int] = (1,),
    ceil_mode: bool = False,
) -> Optional[Tensor]:
    dims = 2
    lists = (kernel_size, stride or kernel_size, padding, dilation)
    given = [_per_axis(one, dims) for one in lists]
    if not _is_plain(input) or input.dim() != dims + 2 or ceil_mode or min(given[1]) < 1:
        return None
    if any(2 * p > k for k, p in zip(given[0], given[2])):
        return None
    windows = zip(input.shape[2:], *given)
    sizes = [(n + 2 * p - d * (k - 1) - 1) // s + 1 for n, k, s, p, d in windows]
    return _made(input, [*input.shape[:2], *sizes])


def _max_pool(input: Tensor, *window: Any) -> Optional[tuple[Tensor, Tensor]]:
    pooled = _pool(input, *window)
    return None if pooled is None else (pooled, pooled.new_empty(pooled.shape, dtype=torch.int64))


def _avg_pool(
    input: Tensor,
    kernel_size: Sequence[int],
    stride: Sequence[int] = (),
    padding: Sequence[int] = (0,),
    ceil_mode: bool = False,
    *how: Any,
) -> Optional[Tensor]:
    return _pool(input, kernel_size, stride, padding, (1,), ceil_mode)


def _resized(input: Tensor, output_size: Sequence[int], *how: Any) -> Optional[Tensor]:
    if not _is_plain(input) or input.dim() != len(output_size) + 2:
        return None
    return _made(input, [*input.shape[:2], *output_size])


def _mean(input: Tensor, dim: Optional[Sequence[int]], keepdim: bool = False, *, dtype: Any = None) -> Optional[Tensor]:
    axes = {axis % input.dim() for axis in dim or ()} if input.dim() else set()
    if not _is_plain(input) or not axes or len(axes) != len(dim or ()) or dtype is not None:
        return None
    sizes = [1 if axis in axes else size for axis, size in enumerate(input.shape)]
    return _made(input, sizes if keepdim else [size for axis, size in enumerate(sizes) if axis not in axes])


def _same(input: Tensor, *how: Any, **named: Any) -> Optional[Tensor]:
    """Of an operation on each element."""
    return _made(input, input.shape) if _is_plain(input) else None


def _together(input: Tensor, other: Any, **named: Any) -> Optional[Tensor]:
    """Of an operation on the elements of two tensors."""
    if isinstance(other, (int, float)):
        return _same(input)
    if not isinstance(other, Tensor) or not _is_plain(input):
        return None
    if other.dim() == 0 and input.dim() > 0 and not other.is_complex():
        return _made(input, input.shape)
    if not _is_plain(other) or other.dtype != input.dtype:
        return None
    rank = max(input.dim(), other.dim())
    pairs = [((1,) * (rank - one.dim())) + tuple(one.shape) for one in (input, other)]
    if any(a != b and 1 not in (a, b) for a, b in zip(*pairs)):
        return None
    return _made(input, [max(pair) for pair in zip(*pairs)])


def _cat(tensors: Sequence[Tensor], dim: int = 0) -> Optional[Tensor]:
    first = tensors[0]
    axis = dim % max(first.dim(), 1)

    def others(tensor: Tensor) -> list[int]:
        return [size for at, size in enumerate(tensor.shape) if at != axis]

    if not all(_is_plain(one) and one.dtype == first.dtype and one.dim() == first.dim() > 0 for one in tensors):
        return None
    if any(others(one) != others(first) for one in tensors):
        return None
    sizes = others(first)
    sizes.insert(axis, sum(one.shape[axis] for one in tensors))
    return _made(first, sizes)


def _product(a: Tensor, b: Tensor) -> Optional[Tensor]:
    is_fit = a.shape[-1] == b.shape[-2] and a.shape[:-2] == b.shape[:-2] and a.dtype == b.dtype
    return _made(a, [*a.shape[:-1], b.shape[-1]]) if is_fit and a.is_floating_point() else None


def _affine(bias: Tensor, a: Tensor, b: Tensor, **scales: Any) -> Optional[Tensor]:
    return _product(a, b) if bias.dtype == a.dtype and bias.shape == b.shape[-1:] else None


def _batch_norm(input: Tensor, *others: Any) -> Optional[tuple[Tensor, ...]]:
    normed, is_training = _same(input), others[4]
    count = input.shape[1] if is_training else 0
    return None if normed is None else (normed, input.new_empty(count), input.new_empty(count))


def _group_norm(input: Tensor, weight: Any, bias: Any, n: int, c: int, positions: int, group: int, eps: float) -> Any:
    normed, count = _same(input), _made(input, (n, group))
    return None if normed is None or count is None or c % group else (normed, count, count.new_empty(count.shape))


def _layer_norm(input: Tensor, normalized_shape: Sequence[int], *others: Any) -> Any:
    first = input.dim() - len(normalized_shape)
    normed = _same(input)
    if normed is None or list(input.shape[first:]) != list(normalized_shape):
        return None
    sizes = [size if axis < first else 1 for axis, size in enumerate(input.shape)]
    return normed, _made(input, sizes), _made(input, sizes)


#: Operations on each element of one tensor.
_SINGLE = (
    "relu silu gelu sigmoid tanh hardtanh hardswish hardsigmoid leaky_relu elu mish softplus clamp clamp_min _prelu_kernel _softmax "
    "_log_softmax neg exp sqrt rsqrt abs"
)

#: The function for an operation.
SHORT: dict[Any, Callable[..., Any]] = {
    **{getattr(aten, name).default: _same for name in _SINGLE.split()},
    **{getattr(aten, f"{name}_").default: lambda input, *how: input for name in ("relu", "silu", "hardtanh", "hardswish", "leaky_relu")},
    **{getattr(aten, name).Tensor: _together for name in ("add", "sub", "mul", "div")},
    aten.convolution.default: _convolution,
    aten.max_pool2d_with_indices.default: _max_pool,
    aten.avg_pool2d.default: _avg_pool,
    aten._adaptive_avg_pool2d.default: _resized,
    aten.upsample_nearest2d.default: _resized,
    aten.upsample_bilinear2d.default: _resized,
    aten.mean.dim: _mean,
    aten.cat.default: _cat,
    aten.mm.default: _product,
    aten.bmm.default: _product,
    aten.addmm.default: _affine,
    aten.native_batch_norm.default: _batch_norm,
    aten.native_group_norm.default: _group_norm,
    aten.native_layer_norm.default: _layer_norm,
}
