"""pyproject.toml and setup.cfg."""

import pytest

from pyrt_build.app.declared import Selection
from pyrt_build.app.formats.project import read, read_folder
from pyrt_build.errors import BuildError

PROJECT = """
[project]
name = "tides"
requires-python = ">=3.9,<3.13"
dependencies = [
  "dash>=2",
]

[project.optional-dependencies]
maps = ["dash-leaflet"]

[dependency-groups]
base = ["numpy"]
dev = ["pytest", {include-group = "base"}]
"""


def project(tmp_path, text, **selection):
    path = tmp_path / "pyproject.toml"
    path.write_text(text)
    return read(path, Selection(**selection))


def written(declared):
    return [(str(s.requirement), s.origin) for s in declared.requirements]


def test_dependencies(tmp_path):
    declared = project(tmp_path, PROJECT)
    assert written(declared) == [("dash>=2", "pyproject.toml:6")]
    (note,) = declared.notes
    assert note.text.startswith("pyproject.toml: requires-python asks for Python >=3.9,<3.13;")


def test_extras_and_groups_are_chosen(tmp_path):
    declared = project(tmp_path, PROJECT, extras=("Maps",), groups=("dev",))
    assert [name for name, _ in written(declared)] == ["dash>=2", "dash-leaflet", "pytest", "numpy"]


def test_extras_and_groups_that_do_not_exist_are_named_at_once(tmp_path):
    with pytest.raises(BuildError) as caught:
        project(tmp_path, PROJECT, extras=("map",), groups=("prod",))
    assert str(caught.value).splitlines() == [
        "pyproject.toml: there is no extra 'map'. There are: maps.",
        "pyproject.toml: there is no group 'prod'. There are: base, dev.",
    ]


def test_requirements_that_setuptools_reads_from_a_file(tmp_path):
    (tmp_path / "needs.txt").write_text("dash\n")
    text = (
        '[project]\nname = "x"\ndynamic = ["dependencies"]\n'
        '[tool.setuptools.dynamic]\ndependencies = {file = ["needs.txt"]}\n'
    )
    assert written(project(tmp_path, text)) == [("dash", "needs.txt:1")]


def test_a_project_without_requirements_says_nothing(tmp_path):
    assert project(tmp_path, "[tool.ruff]\n") is None
    assert read_folder(tmp_path, Selection()) is None


def test_setup_files_are_read_and_never_run(tmp_path):
    (tmp_path / "setup.py").write_text(
        "from setuptools import setup\nopen('mark', 'w')\nsetup(install_requires=['dash>=2'])\n"
    )
    assert written(read_folder(tmp_path, Selection())) == [("dash>=2", "setup.py")]
    (tmp_path / "setup.cfg").write_text(
        "[options]\ninstall_requires =\n  numpy\n[options.extras_require]\nall = scipy\n"
    )
    assert written(read_folder(tmp_path, Selection(extras=("all",)))) == [
        ("numpy", "setup.cfg"),
        ("scipy", "setup.cfg"),
    ]
    assert not (tmp_path / "mark").exists()


def test_a_list_with_a_name_in_a_setup_py_is_read_and_what_is_computed_is_not_known(tmp_path):
    setup = tmp_path / "setup.py"
    setup.write_text("NEEDS = [\n    'dash',\n]\nsetup(install_requires=NEEDS)\n")
    assert written(read_folder(tmp_path, Selection())) == [("dash", "setup.py")]
    setup.write_text("dash = open('x').read()\nsetup(install_requires=dash.split())\n")
    assert read_folder(tmp_path, Selection()) is None


def test_poetry_and_pep_621_in_one_file(tmp_path):
    text = PROJECT + '[tool.poetry.dependencies]\npython = "^3.9"\nhumanize = "^4.9"\n'
    assert [name for name, _ in written(project(tmp_path, text))] == ["humanize<5,>=4.9", "dash>=2"]
