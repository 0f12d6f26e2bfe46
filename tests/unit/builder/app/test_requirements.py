"""Declared requirements: the script block, requirements.txt and pyproject.toml."""

import pytest

from pyrt_build.app.config import SiteConfig
from pyrt_build.app.requirements import read_requirements
from pyrt_build.errors import BuildError

SCRIPT = """# /// script
# requires-python = ">=3.12"
# dependencies = [
#   "pandas>=2",
# ]
# ///
"""


def read(folder, **options):
    config = SiteConfig(entry=folder / "app.py", out=folder / "dist", **options)
    return read_requirements(config)


def names(declared):
    return [str(sourced.requirement) for sourced in declared.requirements]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "app.py").write_text("")
    return tmp_path


def test_without_any_file_nothing_is_declared(folder):
    declared = read(folder)
    assert declared.source is None
    assert declared.requirements == ()


def test_the_script_block_comes_before_requirements_txt_and_that_before_pyproject(folder):
    (folder / "pyproject.toml").write_text('[project]\nname = "x"\ndependencies = ["numpy"]\n')
    assert names(read(folder)) == ["numpy"]
    (folder / "requirements.txt").write_text("plotly\n")
    assert names(read(folder)) == ["plotly"]
    (folder / "app.py").write_text(SCRIPT)
    assert names(read(folder)) == ["pandas>=2"]
    (folder / "other.txt").write_text("scipy\n")
    assert names(read(folder, requirements=folder / "other.txt")) == ["scipy"]


def test_a_pyproject_without_dependencies_declares_nothing(folder):
    (folder / "pyproject.toml").write_text("[tool.ruff]\n")
    assert read(folder).source is None


def test_requirements_txt_is_read_as_pip_reads_it(folder):
    (folder / "more.txt").write_text("scipy\n")
    (folder / "requirements.txt").write_text(
        "# comment\n"
        "--index-url https://example.org/simple\n"
        "pandas>=2  # trailing\n"
        "numpy==2.4.3 \\\n"
        "    --hash=sha256:00\n"
        "\n"
        "-r more.txt\n"
        'tzdata; sys_platform == "emscripten"\n'
    )
    declared = read(folder)
    assert names(declared) == [
        "pandas>=2",
        "numpy==2.4.3",
        "scipy",
        "tzdata",
    ]
    assert [sourced.origin for sourced in declared.requirements] == [
        "requirements.txt:3",
        "requirements.txt:4",
        "more.txt:1",
        "requirements.txt:8",
    ]


def test_a_wheel_may_be_given_by_its_path(folder):
    (folder / "requirements.txt").write_text("./own-1.0-py3-none-any.whl\n")
    (sourced,) = read(folder).requirements
    assert sourced.requirement.name == "own"
    assert sourced.requirement.url == (folder / "own-1.0-py3-none-any.whl").as_uri()


def test_a_line_that_is_no_requirement_is_named(folder):
    (folder / "requirements.txt").write_text("numpy\npandas =>2\n")
    with pytest.raises(BuildError) as caught:
        read(folder)
    assert str(caught.value).startswith("requirements.txt:2: 'pandas =>2' is no valid requirement")
    assert str(caught.value).endswith("Write it as in `pandas>=2,<4`.")


def test_a_missing_requirements_file_is_named(folder):
    with pytest.raises(BuildError, match=r"none\.txt cannot be read"):
        read(folder, requirements=folder / "none.txt")


def test_toml_that_does_not_parse_is_named(folder):
    (folder / "pyproject.toml").write_text("[project\n")
    with pytest.raises(BuildError, match=r"pyproject\.toml is no valid TOML"):
        read(folder)
