"""Markers, for Python in a tab."""

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement

from pyrt_build.app.formats.markers import applies, judge, without_marker


@pytest.mark.parametrize(
    ("marker", "verdict"),
    [
        ('python_version >= "3.9"', "applies"),
        ('sys_platform != "win32"', "applies"),
        ('sys_platform == "emscripten"', "applies"),
        ('python_version < "3.9"', "other Python"),
        ('python_full_version == "3.9.16"', "other Python"),
        ('python_version >= "3.9" and python_version < "3.10"', "other Python"),
        ('python_version == "2.7"', "other Python"),
        ('sys_platform == "win32"', "other platform"),
        ('platform_system == "Windows" and python_version >= "3.9"', "other platform"),
        ('platform_system == "Windows" and python_version < "3.9"', "other platform"),
        ('platform_machine == "x86_64"', "other platform"),
        ('implementation_name == "pypy"', "other platform"),
        ('sys_platform == "win32" or python_version < "3.8"', "other Python"),
    ],
)
def test_a_marker_applies_or_asks_for_another_platform_or_another_python(marker, verdict):
    assert judge(Marker(marker)) == verdict


def test_a_requirement_without_a_marker_applies():
    assert judge(None) == "applies"
    assert applies(Requirement("own"))


def test_what_an_extra_requires_applies_with_the_extra():
    requirement = Requirement('more; extra == "all"')
    assert not applies(requirement)
    assert applies(requirement, {"all"})
    assert str(without_marker(requirement)) == "more"
    assert requirement.marker, "the original is as it was"
