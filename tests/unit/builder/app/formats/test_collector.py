"""What becomes of a requirement, by its marker."""

import pytest
from packaging.requirements import Requirement

from pyrt_build.app.formats.collector import Collector
from pyrt_build.errors import BuildError


def collect(*lines):
    collector = Collector("requirements.txt")
    for number, line in enumerate(lines, 1):
        collector.add_text(line, f"requirements.txt:{number}", {"sha256:00"})
    return collector.declared()


def test_what_is_for_another_platform_is_left_out_and_said():
    declared = collect('pywin32==306; sys_platform == "win32"', "dash")
    assert [str(s.requirement) for s in declared.requirements] == ["dash"]
    (note,) = declared.notes
    assert note.text.startswith(
        'requirements.txt:1: pywin32==306; sys_platform == "win32" is left out'
    )
    assert note.text.endswith("it is for another platform")


def test_what_is_for_another_python_counts_without_its_version():
    (found,) = collect('own[all]==1.0; python_version < "3.9"').requirements
    assert str(found.requirement) == "own[all]"
    assert found.written == 'own[all]==1.0; python_version < "3.9"'
    assert not found.hashes, "they are of another version"


def test_a_line_for_this_python_replaces_those_for_others():
    declared = collect('own==1.0; python_version < "3.9"', 'own==2.0; python_version >= "3.9"')
    (found,) = declared.requirements
    assert str(found.requirement) == "own==2.0"
    assert found.hashes == {"sha256:00"}
    assert not found.written


def test_everything_that_is_wrong_is_said_at_once():
    with pytest.raises(BuildError) as caught:
        collect("numpy", "pandas =>2", "==1")
    first, second = str(caught.value).splitlines()
    assert first.startswith("requirements.txt:2: 'pandas =>2' is no valid requirement: ")
    assert second.startswith("requirements.txt:3: '==1' is no valid requirement: ")
    assert first.endswith("Write it as in `pandas>=2,<4`.")


def test_another_python_is_said_once():
    collector = Collector("pyproject.toml")
    for _ in range(2):
        collector.say_python(">=3.9,<3.12", "pyproject.toml: requires-python")
    collector.say_python(">=3.9", "pyproject.toml: requires-python")
    collector.say_python("no version", "pyproject.toml: requires-python")
    (note,) = collector.declared().notes
    assert note.text.startswith("pyproject.toml: requires-python asks for Python >=3.9,<3.12;")


def test_pins_and_requirements_are_apart():
    collector = Collector("uv.lock")
    collector.add(Requirement("own==1.0"), "uv.lock:1", pin=True)
    collector.add(Requirement("dash"), "uv.lock:2")
    declared = collector.declared()
    assert [s.name for s in declared.requirements] == ["dash"]
    assert [s.name for s in declared.pins] == ["own"]
