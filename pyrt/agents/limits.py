"""Sizes of results: what a model is given is cut, and says so."""

import json
from typing import Any

MAX_RESULT = 100_000  # characters of JSON in one result, and in one resource
MAX_ROWS = 50  # of a table written as text
_MORE = "..."
_AROUND = 4  # characters around a key and its value


def to_json(value: object) -> str:
    """Return JSON; what is not JSON is written as text."""
    return json.dumps(value, ensure_ascii=False, default=str)


def cut(value: Any, limit: int = MAX_RESULT) -> tuple[Any, str]:  # noqa: ANN401  # JSON
    """Return a value whose JSON has about `limit` characters at most, and what was done to it.

    Long texts lose their end, long lists their last items. The text is empty if nothing was cut.
    """
    size = len(to_json(value))
    if size <= limit:
        return value, ""
    made = _shrink(value, limit)
    return made, (
        f"This result was cut from {size} to {len(to_json(made))} characters: long lists have lost "
        "their last items, long texts their ends."
    )


def cut_text(text: str, limit: int = MAX_RESULT) -> str:
    """Return a text of at most `limit` characters."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}{_MORE} (cut, {len(text)} characters in all)"


def _shrink(value: Any, budget: int) -> Any:  # noqa: ANN401  # JSON
    if len(to_json(value)) <= budget:
        return value
    if isinstance(value, dict):
        return _shrink_dict(value, budget)
    if isinstance(value, list):
        return _shrink_list(value, budget)
    return str(value)[: max(budget - len(_MORE) - _AROUND, 0)] + _MORE


def _shrink_dict(value: dict[str, Any], budget: int) -> dict[str, Any]:
    """Shrink the largest values: what small ones leave is for the others."""
    sizes = sorted((len(to_json(item)), key) for key, item in value.items())
    left = budget - sum(len(to_json(key)) + _AROUND for _, key in sizes)
    made: dict[str, Any] = {}
    for position, (_, key) in enumerate(sizes):
        share = max(left // (len(sizes) - position), len(_MORE))
        made[key] = _shrink(value[key], share)
        left -= len(to_json(made[key]))
    return {key: made[key] for key in value}


def _shrink_list(value: list[Any], budget: int) -> list[Any]:
    made: list[Any] = []
    for item in value:
        size = len(to_json(item)) + 2
        if size > budget:
            if not made:
                made.append(_shrink(item, budget))
            break
        made.append(item)
        budget -= size
    return made
