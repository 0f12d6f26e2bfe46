"""The file with the licenses of all software in a site."""

import re
from pathlib import Path

import pytest

from pyrt_build import target
from pyrt_build.packages.wheels import Wheel
from pyrt_build.site import licenses


def wheel(name, texts=None, stated="MIT"):
    return Wheel(Path(f"{name}.whl"), name, "1.0", "", (), {}, {}, {}, texts or {}, stated)


def titles(text):
    """What stands between two rules."""
    rule = "=" * 78
    return re.findall(f"^{rule}\n(.+)\n{rule}$", text, re.MULTILINE)


def test_without_packages_the_runtime_and_the_bundles_are_named():
    text = licenses.collect([])
    assert f"Pyodide {target.PYODIDE_VERSION}: Mozilla Public License 2.0" in text
    assert f"React, ReactDOM {target.REACT_VERSION}: MIT" in text
    assert "Python Software Foundation" in text
    assert "Yann Collet" in text
    assert "Redistributions in binary form must reproduce the above copyright" in text
    assert titles(text) == []


def test_packages_stand_in_the_order_of_their_names_whatever_that_of_the_build():
    right, left = wheel("right"), wheel("left", stated="BSD")
    text = licenses.collect([right, left])
    assert titles(text) == ["left 1.0 (BSD)", "right 1.0 (MIT)"]
    assert text == licenses.collect([left, right])


def test_every_text_is_repeated_whole_under_the_path_of_its_file():
    found = wheel("left", {"z/NOTICE": "second\n\n", "a/LICENSE": "\n  first line\n\nlast line\n"})
    text = licenses.collect([found])
    assert "-- a/LICENSE\n\nfirst line\n\nlast line\n" in text
    assert text.index("-- a/LICENSE") < text.index("-- z/NOTICE")


def test_a_package_without_a_text_is_named_all_the_same():
    assert titles(licenses.collect([wheel("left")])) == ["left 1.0 (MIT)"]


@pytest.mark.parametrize(
    ("stated", "title"),
    [
        ("MIT\n  License", "left 1.0 (MIT License)"),
        ("x" * 100, f"left 1.0 ({'x' * 100})"),
        ("Permission is hereby granted " * 20, "left 1.0"),
    ],
    ids=["lines", "long", "a whole licence"],
)
def test_the_name_of_a_licence_is_one_line_and_no_text(stated, title):
    assert titles(licenses.collect([wheel("left", stated=stated)])) == [title]
