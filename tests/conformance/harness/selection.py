"""Which tests of the suite run: filters, the open half, tests that have a result already."""

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from .app_module import write_app_module
from .items import Item, half_of
from .plan import Plan, UnsplittableError
from .results import Result
from .rules import NotApplicable, RuleOptions, make_plan


def is_selected(item: Item, filters: Sequence[str], ids: set[str] | None) -> bool:
    """Whether a test is in the open half and one of the filters matches it.

    Args:
        item: the test.
        filters: each the beginning of an id, a pattern for the name or, without a slash, a part
            of the id; without filters all tests match.
        ids: if given, only these tests.
    """
    if half_of(item["id"]) != "open" or (ids is not None and item["id"] not in ids):
        return False
    return not filters or any(
        item["id"].startswith(each)
        or fnmatch(item["name"], each)
        or ("/" not in each and each in item["id"])
        for each in filters
    )


def plan_test(suite: Path, item: Item, options: RuleOptions) -> Plan | NotApplicable:
    """Split a test whose app's module can be written, or name the rule for which it cannot run."""
    try:
        plan = make_plan(suite, item, options)
        if isinstance(plan, Plan):
            write_app_module(plan)
    except UnsplittableError as error:
        return NotApplicable("unsplittable", str(error))
    except RecursionError:
        return NotApplicable("unsplittable", "recursion")
    return plan


def describe_not_applicable(item: Item, reason: NotApplicable, label: str) -> dict[str, Any]:
    """The result of a test that cannot be run."""
    return {
        "id": item["id"],
        "file": item["file"],
        "half": half_of(item["id"]),
        "builder": label,
        "outcome": "n/a",
        "rule": reason.rule,
        "detail": reason.detail,
    }


def without_result(
    plans: Iterable[Plan], results: Mapping[str, Result], again: Iterable[str]
) -> list[Plan]:
    """The tests that have no result, or one of the outcomes that are to be run again."""
    outcomes = {"n/a", *again}
    return [
        plan
        for plan in plans
        if results.get(plan.item["id"], {"outcome": "n/a"})["outcome"] in outcomes
    ]
