"""README.md: short, in a fixed order, with a picture; details are in docs/."""

import re
from pathlib import Path

from tests.support.repository import read, tracked

README = read(Path("README.md"))
HEADINGS = ["See it", "Test", "Write", "Ship"]
MAX_LINE = 120  # characters
MAX_ABOUT = 10  # lines that say what it is
MAX_PICTURE = 300_000  # bytes


def section(heading):
    text = re.split(rf"^## {heading}\n", README, flags=re.MULTILINE)[1]
    return re.split(r"^## ", text, flags=re.MULTILINE)[0]


def test_no_line_is_too_long():
    assert [line for line in README.splitlines() if len(line) > MAX_LINE] == []


def test_the_headings_are_in_the_order_of_their_use():
    fenced = re.sub(r"^```.*?^```", "", README, flags=re.MULTILINE | re.DOTALL)
    assert re.findall(r"^#+ .*$", fenced, re.MULTILINE) == [
        "# pyrt",
        *(f"## {heading}" for heading in HEADINGS),
    ]


def test_what_it_is_takes_ten_lines_and_then_there_is_a_picture():
    about = README.split("## ", maxsplit=1)[0].splitlines()[1:]
    *lines, picture = [line for line in about if line]
    assert 0 < len(lines) <= MAX_ABOUT
    found = re.fullmatch(r"!\[[^\]]+\]\((docs/[\w.-]+)\)", picture)
    assert found
    path = Path(found[1])
    assert path in tracked()
    assert path.stat().st_size < MAX_PICTURE


def test_the_first_command_to_see_and_to_test_it():
    commands = [re.search(r"^    (.*)$", section(h), re.MULTILINE) for h in HEADINGS[:2]]
    assert [found and found[1] for found in commands] == ["make demo", "make test"]


def test_the_app_that_is_shown_is_python():
    (code,) = re.findall(r"^```python\n(.*?)^```", section("Write"), re.MULTILINE | re.DOTALL)
    compile(code, "README.md", "exec")
