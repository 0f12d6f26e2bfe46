"""Paths that are never part of a site, and paths that only look like them."""

import pytest

from pyrt_build.project import names
from tests.support.traps import LEFTOVER_NAMES, LOOK_ALIKES, SECRET_NAMES


@pytest.mark.parametrize("where", SECRET_NAMES)
def test_the_name_of_a_secret_is_known_in_any_folder(where):
    assert names.secret_reason(where)
    assert names.secret_reason(f"data/{where}")


@pytest.mark.parametrize("where", LEFTOVER_NAMES)
def test_what_servers_and_tools_leave_behind_is_known(where):
    hidden = where.rpartition("/")[2].startswith(".")
    assert hidden or names.leftover_reason(where)


@pytest.mark.parametrize("where", [*LOOK_ALIKES, "assets/style.css", "app.py", "a/b.parquet"])
def test_other_names_are_not(where):
    assert not names.secret_reason(where)
    assert not names.leftover_reason(where)
