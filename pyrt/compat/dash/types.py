"""`dash.types`: the names that generated component classes and apps use in annotations."""

from typing import SupportsComplex, SupportsFloat, SupportsInt, TypedDict, Union

# Evaluated at run time by generated classes, inside further `typing.Union`s.
NumberType = Union[SupportsFloat, SupportsInt, SupportsComplex]  # noqa: UP007


class RendererHooks(TypedDict, total=False):
    """The argument `hooks` of `Dash`: sources of JavaScript functions (S-143)."""

    layout_pre: str
    layout_post: str
    request_pre: str
    request_post: str
    callback_resolved: str
    request_refresh_jwt: str


__all__ = ["NumberType", "RendererHooks"]
