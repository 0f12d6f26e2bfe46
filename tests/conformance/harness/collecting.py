"""A pytest plugin that writes what pytest collected, as a list of `items.Item`.

CONF_COLLECT names the file, CONF_SUITE the folder of the suite.
"""

import ast
import json
import operator
import os
import sys
from contextlib import suppress
from pathlib import Path

import dash  # noqa: F401 - the installed one, before any path is changed
import pytest

from . import missing_modules
from .app_module import parameter_names
from .items import Item, Parameter

FAKE_COLUMNS = ("country", "pop", "continent", "lifeExp", "gdpPercap", "year")
FAKE_ROWS = 300

missing_modules.install()


def _avoid_internet() -> None:
    """Replace tables that files read by URL when they are imported by a made-up one."""
    try:
        import pandas as pd  # noqa: PLC0415 - may be missing
    except ImportError:
        return
    read_csv = pd.read_csv

    def read(source, *args, **options):
        if str(source).startswith("http"):
            return pd.DataFrame({column: range(FAKE_ROWS) for column in FAKE_COLUMNS})
        return read_csv(source, *args, **options)

    pd.read_csv = read


_avoid_internet()


def pytest_collection_finish(session):
    """Write the file."""
    suite = Path(os.environ["CONF_SUITE"])
    items = [_describe(item, suite) for item in session.items]
    Path(os.environ["CONF_COLLECT"]).write_text(json.dumps(items, indent=0))


def _describe(item, suite: Path) -> Item:
    file = os.path.relpath(item.path, suite)
    parameters: dict[str, Parameter] = {
        name: {"literal": _literal(value), "index": _index(item, name, value)}
        for name, value in (item.callspec.params if hasattr(item, "callspec") else {}).items()
    }
    return Item(
        id=f"{file}::{item.name}",
        file=file,
        func=item.originalname or item.name,
        name=item.name,
        skip=_skip_reason(item),
        cls=bool(item.cls),
        fixtures=list(item._fixtureinfo.argnames),
        params=parameters,
    )


def _skip_reason(item) -> str | None:
    reason = None
    if mark := item.get_closest_marker("skip"):
        reason = str(mark.kwargs.get("reason") or (mark.args[0] if mark.args else "skip"))
    for mark in item.iter_markers("skipif"):
        condition = mark.args[0] if mark.args else False
        if isinstance(condition, str):
            condition = _evaluate(condition, item)
        if condition:
            reason = str(mark.kwargs.get("reason", "skipif"))
    return reason


def _evaluate(condition: str, item) -> bool:
    with suppress(Exception):
        return bool(eval(condition, {**vars(item.module), "sys": sys, "os": os}))
    return False


def _literal(value: object) -> str | None:
    """The source of a value, if it is a literal."""
    with suppress(Exception):
        source = repr(value)
        read = ast.literal_eval(source)
        if read == value and type(read) is type(value):
            return source
    return None


def _index(item, name: str, value: object) -> int:
    """The index of a parameter's value in the list given to `parametrize`."""
    for mark in item.iter_markers("parametrize"):
        names = parameter_names(mark.args[0])
        if name in names:
            values = [_value(row, names, name) for row in mark.args[1]]
            for is_same in (operator.is_, operator.eq):
                for index, each in enumerate(values):
                    if is_same(each, value):
                        return index
    return 0


def _value(row, names: list[str], name: str):
    """The value of one parameter in a row of `parametrize`."""
    if isinstance(row, type(pytest.param())):
        row = row.values  # noqa: PD011 - a ParameterSet
    elif len(names) == 1:
        return row
    return row[names.index(name)]
