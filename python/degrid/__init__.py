"""Does your network skip pixels?

A network that stacks dilated convolutions can go blind in a regular pattern: its outputs skip input positions ("gridding"). degrid says exactly
whether that happens, which layer is to blame, and which dilation would be right.

    import degrid

    result = degrid.check(model, (3, 512, 512))
    print(result)
    result.footprint("layer4")  # path weights, as an array

A network is a `torch.nn.Module` with the shape of its input, the path of a network file (TOML) or ONNX model, the text of a network file, or a list
of dilations. PyTorch is imported where a module is given, and not before.
"""

from __future__ import annotations

from ._api import assert_clean, check, fix, show, trace
from ._command import InvalidInput
from ._plan import Fixed, Plan, plan
from ._result import Result, Shown, Traced

__all__ = [
    "Fixed",
    "InvalidInput",
    "Plan",
    "Result",
    "Shown",
    "Traced",
    "assert_clean",
    "check",
    "fix",
    "plan",
    "show",
    "trace",
]
