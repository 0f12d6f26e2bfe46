"""Releases that are much older than the newest, by dates of uploads."""

import pytest
from packaging.version import Version

from pyrt_build.console.notes import Code
from pyrt_build.packages.search import age


@pytest.fixture
def index(monkeypatch):
    """An index that knows how many days ago each version was uploaded."""
    days: dict[str, int] = {}

    def versions(_name, _index_url, before=None):
        limit = int(before.removeprefix("P").removesuffix("D"))
        return [version for version, ago in days.items() if ago >= limit]

    monkeypatch.setattr("pyrt_build.packages.pip.versions", versions)
    return days


def rows():
    return list(age.old_releases([("own", Version("1.0"), Version("2.0"), "x needs own<2")], None))


def test_a_release_four_years_older_than_the_newest_is_said(index):
    index.update({"1.0": 5 * 365, "2.0": 200})
    (row,) = rows()
    assert row.code is Code.OLD_RELEASE
    assert (row.package, row.taken) == ("own", "1.0")
    assert row.why == "more than 3 years older than 2.0: x needs own<2"


@pytest.mark.parametrize(
    "days",
    [{"1.0": 2 * 365, "2.0": 100}, {"1.0": 5 * 365, "2.0": 3 * 365}, {"1.0": 10**6, "2.0": 10**6}],
    ids=["both new", "both old", "an index without dates"],
)
def test_others_are_not(index, days):
    index.update(days)
    assert rows() == []
