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

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._api import assert_clean, check, fix, show, trace
    from ._command import InvalidInput
    from ._plan import Fixed, Plan, plan
    from ._result import Result, Shown, Traced

#: Where each name of the package stands.
_HOMES = {
    "Fixed": "_plan",
    "InvalidInput": "_command",
    "Plan": "_plan",
    "Result": "_result",
    "Shown": "_result",
    "Traced": "_result",
    "assert_clean": "_api",
    "check": "_api",
    "fix": "_api",
    "plan": "_plan",
    "show": "_api",
    "trace": "_api",
}

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


def __getattr__(name: str) -> Any:
    """Loads a name when it is first asked for, so that the command, which needs none of them, starts at once."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
