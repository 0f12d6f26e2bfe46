"""`dash._grouping`: nested tuples, lists and dicts of dependencies or values, flat and back.

Packages that wrap callbacks import these private functions. A *schema* is a grouping whose leaves
may be anything; two groupings fit if their containers have the same kinds, lengths and keys.

>>> flatten_grouping({"a": 1, "b": [2, 3]})
[1, 2, 3]
>>> make_grouping_by_index({"a": None, "b": [None, None]}, "xyz")
{'a': 'x', 'b': ['y', 'z']}
"""

from collections.abc import Callable, Sequence
from typing import Any

from pyrt.model.attributes import AttributeDict
from pyrt.model.errors import CallbackError


def flatten_grouping(grouping: Any, schema: Any = None) -> list[Any]:  # noqa: ANN401  # of any shape
    """Return the leaves in order; with a schema, what stands at the schema's leaves."""
    if schema is not None:
        validate_grouping(grouping, schema)
    schema = grouping if schema is None else schema
    if isinstance(schema, tuple | list):
        pairs = zip(grouping, schema, strict=True)
        return [leaf for item, part in pairs for leaf in flatten_grouping(item, part)]
    if isinstance(schema, dict):
        return [leaf for key in schema for leaf in flatten_grouping(grouping[key], schema[key])]
    return [grouping]


def grouping_len(grouping: Any) -> int:  # noqa: ANN401  # of any shape
    """Return the number of leaves."""
    if isinstance(grouping, tuple | list):
        return sum(map(grouping_len, grouping))
    if isinstance(grouping, dict):
        return sum(map(grouping_len, grouping.values()))
    return 1


def make_grouping_by_index(schema: Any, flat_values: Sequence[Any]) -> Any:  # noqa: ANN401  # of any shape
    """Return the values in the shape of the schema, in order of its leaves.

    Raises:
        ValueError: their number is not that of the leaves.
    """
    if len(flat_values) != grouping_len(schema):
        raise ValueError(
            f"The grouping has {grouping_len(schema)} leaves, and not {len(flat_values)}."
        )
    values = iter(flat_values)
    return map_grouping(lambda _: next(values), schema)


def map_grouping(fn: Callable[[Any], Any], grouping: Any) -> Any:  # noqa: ANN401  # of any shape
    """Return a grouping of the same shape with each leaf replaced."""
    if isinstance(grouping, tuple | list):
        return [map_grouping(fn, item) for item in grouping]
    if isinstance(grouping, dict):
        return AttributeDict({key: map_grouping(fn, item) for key, item in grouping.items()})
    return fn(grouping)


def make_grouping_by_key(schema: Any, source: dict[Any, Any], default: Any = None) -> Any:  # noqa: ANN401  # of any shape
    """Return a grouping with each leaf replaced by what `source` has under it."""
    return map_grouping(lambda leaf: source.get(leaf, default), schema)


def validate_grouping(
    grouping: Any,  # noqa: ANN401  # of any shape
    schema: Any,  # noqa: ANN401  # the same
    full_schema: Any = None,  # noqa: ANN401  # the same
    path: tuple[Any, ...] = (),
) -> None:
    """Check that a grouping fits a schema.

    Raises:
        CallbackError: it does not; the text has the path to the difference.
    """
    where = f" at {list(path)}" if path else ""
    full_schema = schema if full_schema is None else full_schema
    if isinstance(schema, tuple | list):
        if not isinstance(grouping, tuple | list) or len(grouping) != len(schema):
            raise CallbackError(
                f"Expected a list of {len(schema)} items{where}, got {grouping!r} for "
                f"{full_schema!r}."
            )
        for index, (item, part) in enumerate(zip(grouping, schema, strict=True)):
            validate_grouping(item, part, full_schema, (*path, index))
    elif isinstance(schema, dict):
        if not isinstance(grouping, dict) or set(grouping) != set(schema):
            raise CallbackError(
                f"Expected a dict with the keys {sorted(schema)}{where}, got {grouping!r} for "
                f"{full_schema!r}."
            )
        for key, part in schema.items():
            validate_grouping(grouping[key], part, full_schema, (*path, key))
