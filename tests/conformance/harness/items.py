"""A test as pytest collected it, and the half of the suite that it belongs to."""

import hashlib
from typing import TypedDict


class Parameter(TypedDict):
    """The value of one parameter of a test.

    `literal` is its source, if it is a literal; else `index` is its place in the list of values.
    """

    literal: str | None
    index: int


class Item(TypedDict):
    """A collected test.

    `id` is the file and the name with parameters; `func` the name of the function; `skip` the
    reason for which pytest would skip it.
    """

    id: str
    file: str
    func: str
    name: str
    skip: str | None
    cls: bool
    fixtures: list[str]
    params: dict[str, Parameter]


def half_of(test_id: str) -> str:
    """The half of the suite: a fixed random choice by the test's name, whatever its folder."""
    name = test_id.split("::", 1)[1]
    digest = hashlib.sha256(f"pyrt-conformance:{name}".encode()).digest()
    return "open" if digest[0] % 2 == 0 else "held-out"
