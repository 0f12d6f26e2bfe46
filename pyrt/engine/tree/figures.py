"""What dcc.Graph does to its own figure when it gets `extendData` or `prependData`.

plotly.js adds the data to the very arrays of the figure in the page, so a Dash server sees them in
`State("graph", "figure")`, and apps count on it to find the last point. The figure here is another
object: it follows by itself, without a message. May import `values`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pyrt.engine.tree.values import read

GRAPH = ("dash_core_components", "Graph")


def follow(component: Mapping[str, Any], values: Mapping[str, object]) -> dict[str, object]:
    """Return the new `figure` of a component that is given these values, where it has one.

    Data that does not fit is left out: plotly.js refuses it as a whole, and says so.
    """
    if (component.get("namespace"), component.get("type")) != GRAPH or "figure" in values:
        return {}
    figure = read(component["props"].get("figure"))
    grown = figure
    for prop, at_end in (("prependData", False), ("extendData", True)):
        data = read(values.get(prop))
        if data and isinstance(grown, dict):
            grown = _grow(grown, data, at_end=at_end)
    return {} if grown is figure else {"figure": grown}


def _grow(figure: dict[str, Any], data: Any, *, at_end: bool) -> dict[str, Any]:  # noqa: ANN401
    """Return a figure with more data; it shares with the old one what has not changed.

    Args:
        figure: the old one.
        data: `updates`, or `[updates, trace indices?, most points?]`; updates are lists by
            attribute, one for each trace.
        at_end: whether the data comes after the old one; if points are too many, those at the
            other end go.
    """
    updates, indices, most = data, None, None
    if isinstance(data, list):
        updates, indices, most = (*data, None, None)[:3]
    try:
        if indices is None:
            indices = range(len(next(iter(updates.values()))))
        traces = list(figure["data"])
        for attribute, lists in updates.items():
            limits = most[attribute] if isinstance(most, dict) else [most] * len(lists)
            for index, more, limit in zip(indices, lists, limits, strict=True):
                keys = attribute.split(".")
                traces[index] = _lengthen(traces[index], keys, more, limit, at_end=at_end)
    except (AttributeError, IndexError, KeyError, StopIteration, TypeError, ValueError):
        return figure
    return {**figure, "data": traces}


def _lengthen(
    value: Any,  # noqa: ANN401
    keys: Sequence[str],
    more: list[object],
    limit: int | None,
    *,
    at_end: bool,
) -> Any:  # noqa: ANN401
    if keys:
        key, *rest = keys
        return {**value, key: _lengthen(value[key], rest, more, limit, at_end=at_end)}
    if not isinstance(value, list):
        raise TypeError("only lists grow")
    longer = [*value, *more] if at_end else [*more, *value]
    if limit is None or limit < 0 or len(longer) <= limit:
        return longer
    return longer[len(longer) - limit :] if at_end else longer[:limit]
