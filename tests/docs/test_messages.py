"""docs/messages.md explains each code of a warning or note, and each code is used."""

import re
from pathlib import Path

from pyrt_build.console.notes import Code
from tests.support.repository import read, tracked

TABLE = re.findall(
    r"^\| (P[BY]\d+) \| (\w+) \| ([^|]+) \| ([^|]*)\|$",
    read(Path("docs/messages.md")),
    re.MULTILINE,
)


def test_the_table_has_each_code_once_in_order_with_its_level():
    levels = [(code.code, "warning" if code.is_warning else "note") for code in Code]
    assert [(code, level) for code, level, *_ in TABLE] == sorted(levels)


def test_each_code_is_explained_and_each_warning_says_what_to_do():
    for code, level, means, what_to_do in TABLE:
        assert len(means.split()) > 3, code
        assert level == "note" or len(what_to_do.split()) > 3, code


def test_each_code_is_used_by_the_builder():
    sources = [
        read(path)
        for path in tracked()
        if path.is_relative_to("build/pyrt_build") and path.suffix == ".py"
    ]
    used = {name for text in sources for name in re.findall(r"\bCode\.([A-Z_]+)\b", text)}
    assert used == {code.name for code in Code}
