"""The change of a dcc.Graph's own figure when it gets `extendData` or `prependData`.

plotly.js adds the data to the arrays of the figure in the page, so a Dash server sees them in
`State("graph", "figure")`, and apps rely on that to find the last point. The engine has its own
copy of the figure, and makes the same change to it without a message.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pyrt.engine.tree.values import read_value

GRAPH = ("dash_core_components", "Graph")


def follow(component: Mapping[str, Any], values: Mapping[str, object]) -> dict[str, object]:
    """Return `{"figure": new figure}` for a Graph that gets these values; `{}` if nothing changes.

    Data that does not fit the figure is ignored, as plotly.js ignores it with a warning.
    """
    if (component.get("namespace"), component.get("type")) != GRAPH or "figure" in values:
        return {}
    figure = read_value(component["props"].get("figure"))
    extended = figure
    for prop, at_end in (("prependData", False), ("extendData", True)):
        data = read_value(values.get(prop))
        if data and isinstance(extended, dict):
            extended = _extend_figure(extended, data, at_end=at_end)
    return {} if extended is figure else {"figure": extended}


def _extend_figure(figure: dict[str, Any], data: Any, *, at_end: bool) -> dict[str, Any]:  # noqa: ANN401  # JSON
    """Return a figure with more data; unchanged parts are shared with the old one.

    Args:
        figure: the old figure.
        data: `updates`, or `[updates, trace indices?, maximal points?]`. `updates` is
            `{attribute: [new points of each trace]}`.
        at_end: add after the old points, else before them. Points beyond the maximum are removed
            at the other end.
    """
    updates, indices, max_points = data, None, None
    if isinstance(data, list):
        updates, indices, max_points = (*data, None, None)[:3]
    try:
        if indices is None:
            indices = range(len(next(iter(updates.values()))))
        traces = list(figure["data"])
        for attribute, lists in updates.items():
            limits = (
                max_points[attribute] if isinstance(max_points, dict) else [max_points] * len(lists)
            )
            for index, more, limit in zip(indices, lists, limits, strict=True):
                keys = attribute.split(".")
                traces[index] = _lengthen(traces[index], keys, more, limit, at_end=at_end)
    except (AttributeError, IndexError, KeyError, StopIteration, TypeError, ValueError):
        return figure
    return {**figure, "data": traces}


def _lengthen(
    value: Any,  # noqa: ANN401  # JSON
    keys: Sequence[str],
    more: list[object],
    limit: int | None,
    *,
    at_end: bool,
) -> Any:  # noqa: ANN401  # JSON
    if keys:
        key, *rest = keys
        return {**value, key: _lengthen(value[key], rest, more, limit, at_end=at_end)}
    if not isinstance(value, list):
        raise TypeError("only lists can be extended")
    longer = [*value, *more] if at_end else [*more, *value]
    if limit is None or limit < 0 or len(longer) <= limit:
        return longer
    return longer[len(longer) - limit :] if at_end else longer[:limit]
