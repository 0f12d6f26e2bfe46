"""Private names of Dash that apps and packages import: `dash._utils`, `dash.fingerprint`, ...

They do what Dash's do. The lists of callbacks are views: what they show is what is registered.
"""

# The signatures are those of Dash.
# ruff: noqa: ANN401

import collections.abc
import json
import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import wraps
from typing import Any

from pyrt.app.config import pathname_prefixes
from pyrt.app.validation import check_layout
from pyrt.engine.call.context import current
from pyrt.model.attributes import AttributeDict
from pyrt.model.callback import GLOBAL_CALLBACKS
from pyrt.model.errors import CallbackError, MissingCallbackContextException
from pyrt.model.groupings import grouping_len, map_grouping
from pyrt.model.ids import stringify_id
from pyrt.model.serialize import to_json_value

_FINGERPRINT = re.compile(r"([^.]+)\.v[\w-]+m[0-9a-fA-F]+\.(.+)")


def to_json(value: Any) -> str | None:
    """Return the JSON of a value, components and figures included; None for None."""
    return None if value is None else json.dumps(to_json_value(value), separators=(",", ":"))


def interpolate_str(template: str, **data: Any) -> str:
    """Replace each `{%name%}` of a text."""
    for name, value in data.items():
        template = template.replace("{%" + name + "%}", str(value))
    return template


def gen_salt(chars: int) -> str:
    """Return random characters."""
    return secrets.token_hex(chars)[:chars]


def patch_collections_abc(member: str) -> Any:
    """Return a class of `collections.abc`."""
    return getattr(collections.abc, member)


def inputs_to_dict(inputs_list: Sequence[Any]) -> AttributeDict:
    """Return the values of `inputs_list` by `id.property`."""
    flat = [each for item in inputs_list for each in (item if isinstance(item, list) else [item])]
    return AttributeDict(
        {f"{stringify_id(each['id'])}.{each['property']}": each.get("value") for each in flat}
    )


def inputs_to_vals(inputs: Sequence[Any]) -> list[Any]:
    """Return the values of `inputs_list`; a list for each wildcard."""
    return [
        [each.get("value") for each in item] if isinstance(item, list) else item.get("value")
        for item in inputs
    ]


def split_callback_id(callback_id: str) -> Any:
    """Return the outputs that a callback's id names: a dict, or a list of them."""
    if callback_id.startswith(".."):
        return [split_callback_id(part) for part in callback_id[2:-2].split("...")]
    component_id, _, prop = callback_id.rpartition(".")
    return {"id": component_id, "property": prop}


# --- dash._validate, dash._callback_context


def validate_and_group_input_args(
    flat_args: Sequence[Any], arg_index_grouping: Any
) -> tuple[list[Any], dict[str, Any]]:
    """Return the positional and the named arguments of a callback's function.

    Raises:
        CallbackError: the values do not fit.
    """
    if grouping_len(arg_index_grouping) != len(flat_args):
        raise CallbackError("The callback does not have as many inputs as there are values.")
    grouped: Any = map_grouping(lambda index: flat_args[index], arg_index_grouping)
    if isinstance(arg_index_grouping, dict):
        wrong = [name for name in grouped if not name.isidentifier()]
        if wrong:
            raise CallbackError(f"{', '.join(wrong)}: not the name of an argument in Python.")
        return [], grouped
    return (list(grouped) if isinstance(arg_index_grouping, list | tuple) else [grouped]), {}


def has_context[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """Let a function raise MissingCallbackContextException where no callback runs."""

    @wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        if not current.get():
            raise MissingCallbackContextException(
                f"{function.__name__} is for a callback that runs, and none does."
            )
        return function(*args, **kwargs)

    return checked


def validate_layout(layout: object, layout_value: Any) -> None:
    """Check that the ids of a layout differ.

    Raises:
        DuplicateIdError: two are the same.
    """
    del layout
    check_layout(layout_value)


# --- dash._configs, dash.fingerprint


def pathname_configs(
    url_base_pathname: str | None = None,
    routes_pathname_prefix: str | None = None,
    requests_pathname_prefix: str | None = None,
) -> tuple[str | None, str, str]:
    """Return the three prefixes of paths that follow from those that are given (S-167)."""
    return pathname_prefixes(url_base_pathname, routes_pathname_prefix, requests_pathname_prefix)


def build_fingerprint(path: str, version: object, hash_value: object) -> str:
    """Return the path of a file with its version and hash in it: `a.v1_0m5.js`."""
    folder, slash, file = path.rpartition("/")
    name, _, ending = file.partition(".")
    clean = re.sub(r"[^\w-]", "_", str(version))
    return f"{folder}{slash}{name}.v{clean}m{hash_value}.{ending}"


def check_fingerprint(path: str) -> tuple[str, bool]:
    """Return a path without its version and hash, and whether it had them."""
    folder, slash, file = path.rpartition("/")
    found = _FINGERPRINT.fullmatch(file)
    return (f"{folder}{slash}{found[1]}.{found[2]}", True) if found else (path, False)


# --- dash._callback


class GlobalCallbackList(Sequence[Mapping[str, object]]):
    """`GLOBAL_CALLBACK_LIST`: what `dash.callback` has registered."""

    def __len__(self) -> int:
        return len(GLOBAL_CALLBACKS)

    def __getitem__(self, index: Any) -> Any:
        return [each.spec() for each in GLOBAL_CALLBACKS][index]

    def clear(self) -> None:
        """Forget all of them."""
        GLOBAL_CALLBACKS.clear()


class GlobalCallbackMap(Mapping[str, Mapping[str, object]]):
    """`GLOBAL_CALLBACK_MAP`: the same, by `callback_id`, with `callback`, the function."""

    def _content(self) -> dict[str, Mapping[str, object]]:
        return {
            each.callback_id: {**each.spec(), "callback": each.function}
            for each in GLOBAL_CALLBACKS
        }

    def __len__(self) -> int:
        return len(self._content())

    def __iter__(self) -> Iterator[str]:
        return iter(self._content())

    def __getitem__(self, callback_id: str) -> Mapping[str, object]:
        return self._content()[callback_id]

    def clear(self) -> None:
        """Forget all of them."""
        GLOBAL_CALLBACKS.clear()


GLOBAL_CALLBACK_LIST = GlobalCallbackList()
GLOBAL_CALLBACK_MAP = GlobalCallbackMap()
