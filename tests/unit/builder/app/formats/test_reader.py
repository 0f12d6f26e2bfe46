"""Which format a file has, and which file counts."""

import pytest

from pyrt_build.app.declared import Selection
from pyrt_build.app.formats.reader import find, read, read_with_lock
from pyrt_build.errors import BuildError
from tests.support.paths import ROOT

ODD = ROOT / "tests" / "projects" / "cases" / "odd_requirements"


def written(declared):
    return [str(s.requirement) for s in (*declared.requirements, *declared.pins)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("utf16.txt", ["dash", "humanize"]),
        ("latin1.txt", ["dash", "humanize"]),
        ("markers.txt", ["dash", "humanize"]),
        ("hashes.txt", ["humanize==4.9.0", "dash"]),
        ("conda.txt", ["dash==2.18.1", "humanize==4.9.0"]),
        ("freeze_conda.txt", ["dash", "humanize"]),
        ("environment.yml", ["dash==2.18.*", "humanize==4.9.0"]),
        ("Pipfile", ["dash", "humanize~=4.9"]),
        ("poetry.toml", ["dash<3,>=2.18", "humanize<5,>=4.9", "pytest<9,>=8"]),
    ],
)
def test_the_formats_that_people_have(name, expected):
    assert written(read(ODD / name)) == expected


def source(folder):
    declared = find(folder)
    return declared and declared.source


def test_the_first_file_that_has_requirements_counts(tmp_path):
    assert find(tmp_path) is None
    (tmp_path / "environment.yml").write_text("dependencies: [dash, {pip: [own]}]\n")
    assert source(tmp_path) == "environment.yml"
    (tmp_path / "Pipfile").write_text('[packages]\ndash = "*"\n')
    assert source(tmp_path) == "Pipfile"
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\n")
    assert source(tmp_path) == "Pipfile"
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\ndependencies = ["dash"]\n')
    assert source(tmp_path) == "pyproject.toml"
    (tmp_path / "requirements.txt").write_text("dash\n")
    assert source(tmp_path) == "requirements.txt"


def test_a_lock_file_beside_gives_versions(tmp_path):
    (tmp_path / "Pipfile").write_text('[packages]\ndash = "*"\n')
    (tmp_path / "Pipfile.lock").write_text('{"default": {"own": {"version": "==1.0"}}}')
    declared = read_with_lock(tmp_path / "Pipfile")
    assert [s.name for s in declared.requirements] == ["dash"]
    assert [str(s.requirement) for s in declared.pins] == ["own==1.0"]
    assert declared.source == "Pipfile"


def test_a_project_that_is_named_by_its_folder_brings_its_requirements(tmp_path):
    (tmp_path / "requirements.txt").write_text("-e .[maps]\nhumanize\n")
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "x"\ndependencies = ["dash"]\n'
        '[project.optional-dependencies]\nmaps = ["own"]\n'
    )
    assert written(read(tmp_path / "requirements.txt")) == ["humanize", "dash", "own"]
    (tmp_path / "pyproject.toml").write_text("[project")
    with pytest.raises(BuildError, match=r"^requirements.txt:1: pyproject.toml is no valid TOML"):
        read(tmp_path / "requirements.txt")


def test_a_file_without_requirements_is_named(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\n")
    with pytest.raises(BuildError, match=r"pyproject.toml has no requirements"):
        read(tmp_path / "pyproject.toml", Selection())
