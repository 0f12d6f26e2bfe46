"""Sizes and times as people read them."""

import pytest

from pyrt_build.console import amounts


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (40_000, "40 kB"),
        (3_140_000, "3.1 MB"),
        (105_900_000, "106 MB"),
        (67_267_000_000, "67.3 GB"),
    ],
)
def test_sizes(count, text):
    assert amounts.size(count) == text


def test_numbers_of_files():
    assert [amounts.files(n) for n in (0, 1, 2)] == ["0 files", "1 file", "2 files"]


def test_sizes_of_sites_have_the_unit_of_their_budgets():
    assert amounts.site_size(3 * 2**19) == "1.5 MB"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.04, "0.0 s"), (9.94, "9.9 s"), (42.3, "42 s"), (125, "2 min 5 s")]
)
def test_times(seconds, text):
    assert amounts.duration(seconds) == text
