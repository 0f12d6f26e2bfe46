"""Versions by how near they are to what is wished for."""

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from pyrt_build.packages.search.nearest import nearest_first


@pytest.mark.parametrize(
    ("wanted", "versions", "expected"),
    [
        ("==1.5", "1.0 1.5 2.0", "1.5 1.0 2.0"),
        ("==1.5", "1.0 1.4 1.7 1.9 2.0 3.0", "1.7 1.9 1.4 1.0 2.0 3.0"),
        ("==1.26.2", "2.4 3.0 0.9", "2.4 0.9 3.0"),
        ("<2", "2.4 2.0 3.0", "2.0 2.4 3.0"),
        (">=1,<2", "1.1 1.9 2.0", "1.9 1.1 2.0"),
        (">=3", "2.4 1.0", "2.4 1.0"),
        ("==1.5.*", "1.4 1.6", "1.6 1.4"),
        ("==1.5", "1.6rc1 2.0", "2.0 1.6rc1"),
        ("", "1.0 2.0", "2.0 1.0"),
    ],
)
def test_the_same_major_first_then_newer_ones(wanted, versions, expected):
    listed = [Version(text) for text in versions.split()]
    found = nearest_first(listed, SpecifierSet(wanted))
    assert " ".join(map(str, found)) == expected
