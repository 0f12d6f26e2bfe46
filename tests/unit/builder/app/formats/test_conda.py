"""conda's lists and environments."""

import pytest

from pyrt_build.app.formats.conda import is_export, read_environment, read_export
from pyrt_build.errors import BuildError


def pins(declared):
    return [str(s.requirement) for s in declared.pins]


def write(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text)
    return path


def test_an_export_gives_pins(tmp_path):
    text = (
        "# platform: win-64\n_libgcc_mutex=0.1=main\ndash=2.18.1=pyhd8ed1ab_0\n"
        "matplotlib-base=3.9.1=py312_0\nown=1.0=pypi_0\npython=3.11.4=h1\n"
    )
    assert is_export(text)
    declared = read_export(write(tmp_path, "conda.txt", text))
    assert pins(declared) == ["matplotlib==3.9.1"]
    assert [str(s.requirement) for s in declared.requirements] == ["dash==2.18.1", "own==1.0"]
    (note,) = declared.notes
    assert note.text.startswith("conda.txt:6 asks for Python ==3.11.4;")


def test_a_version_that_is_not_understood_is_said_where_the_package_counts(tmp_path):
    """Libraries of conda that are no Python packages have versions such as 9e."""
    text = "name: x\ndependencies:\n  - jpeg=9e=h166bdaf_1\n  - dash\n"
    declared = read_environment(write(tmp_path, "environment.yml", text))
    assert declared.notes == ()
    (pin,) = declared.pins
    assert str(pin.requirement) == "jpeg", "no version is wished for"
    assert (pin.written, pin.origin) == ("jpeg==9e", "environment.yml:3")
    assert pin.why == "this version is not understood"


def test_an_explicit_list_has_addresses(tmp_path):
    text = "@EXPLICIT\nhttps://x.example/noarch/humanize-4.9.0-pyhd8ed1ab_0.conda#00ff\n"
    assert is_export(text)
    assert pins(read_export(write(tmp_path, "conda.txt", text))) == ["humanize==4.9.0"]


@pytest.mark.parametrize("text", ["dash==2.18\n", "dash\n", "dash=2.18\npandas>=2\n", "# only\n"])
def test_requirements_of_pip_are_no_export(text):
    assert not is_export(text)


def test_an_environment(tmp_path):
    text = """name: x
channels: [conda-forge]
dependencies:
  - python>=3.9
  - dash=2.18
  - conda-forge::numpy>=1.20,<3
  - pandas=2.1.4=py311_0
  - scipy ==1.11.4
  - humanize=4.9.*
  - plotly
  - pip
  - pip:
    - own==1.0
    - -r more.txt
"""
    (tmp_path / "more.txt").write_text("other\n")
    declared = read_environment(write(tmp_path, "environment.yml", text))
    assert [(str(s.requirement), s.origin) for s in declared.requirements] == [
        ("dash==2.18.*", "environment.yml:5"),
        ("own==1.0", "environment.yml:13"),
        ("other", "more.txt:1"),
    ]
    assert pins(declared) == [
        "numpy<3,>=1.20",
        "pandas==2.1.4",
        "scipy==1.11.4",
        "humanize==4.9.*",
        "plotly",
    ]
    assert declared.notes == ()


@pytest.mark.parametrize("text", ["a: [", "name: x\n", "- dash\n"])
def test_what_is_no_environment_is_named(tmp_path, text):
    with pytest.raises(BuildError, match=r"^environment.yml is no"):
        read_environment(write(tmp_path, "environment.yml", text))


def test_a_line_that_is_no_package_is_named(tmp_path):
    path = tmp_path / "list.txt"
    path.write_text("@EXPLICIT\n--editable .[web]\ndash=2.18=pypi_0\n")
    found = read_export(path)
    assert [str(r.requirement) for r in found.requirements] == ["dash==2.18"]
    assert ["list.txt:2" in note.text for note in found.notes] == [True]
