"""`dash._grouping`: the functions that packages which wrap callbacks import."""

from pyrt.model.groupings import (
    flatten_grouping,
    grouping_len,
    make_grouping_by_index,
    make_grouping_by_key,
    map_grouping,
    validate_grouping,
)

__all__ = [
    "flatten_grouping",
    "grouping_len",
    "make_grouping_by_index",
    "make_grouping_by_key",
    "map_grouping",
    "validate_grouping",
]
