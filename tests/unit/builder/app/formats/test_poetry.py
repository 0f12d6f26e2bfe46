"""The notations of Poetry and Pipenv."""

import pytest

from pyrt_build.app.declared import Selection
from pyrt_build.app.formats.collector import Collector
from pyrt_build.app.formats.poetry import add, read_pipfile, specifier
from pyrt_build.app.formats.text import parse_toml
from pyrt_build.errors import BuildError


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("^2.18", ">=2.18,<3"),
        ("^0.4.1", ">=0.4.1,<0.5"),
        ("^0.0.3", ">=0.0.3,<0.0.4"),
        ("^1", ">=1,<2"),
        ("^0.0", ">=0.0,<0.1"),
        ("~4.9.1", ">=4.9.1,<4.10"),
        ("~4", ">=4,<5"),
        ("~=4.9", "~=4.9"),
        ("*", ""),
        ("1.2.3", "==1.2.3"),
        ("2.*", "==2.*"),
        (">= 1.0, < 2", ">=1.0,<2"),
        (">=1.0 <2", ">=1.0,<2"),
        ("^1.0 || ^2.0", ">=2.0,<3"),
    ],
)
def test_versions(version, expected):
    assert specifier(version) == expected


POETRY = """
[tool.poetry.dependencies]
python = "^3.11"
dash = "^2.18"
humanize = { version = "^4.9", extras = ["x"], optional = false }
torch = { version = "*", optional = true }
old = [
  { version = "1.0", python = "<3.9" },
  { version = "2.0", python = ">=3.9" },
]
away = { git = "https://x.example/away.git", tag = "v1" }
win = { version = "*", platform = "win32" }

[tool.poetry.extras]
deep = ["torch"]

[tool.poetry.group.viz.dependencies]
plotly = "^5"

[tool.poetry.group.docs]
optional = true

[tool.poetry.group.docs.dependencies]
sphinx = "*"
"""


def poetry(**selection):
    collector = Collector("pyproject.toml")
    add(collector, parse_toml(POETRY, "x"), POETRY, Selection(**selection))
    return collector.declared()


def names(found):
    return [str(s.requirement) for s in found]


def test_dependencies_of_poetry():
    declared = poetry()
    assert names(declared.requirements) == [
        "dash<3,>=2.18",
        "humanize[x]<5,>=4.9",
        "old==2.0",
        "away @ git+https://x.example/away.git@v1",
    ]
    assert declared.requirements[0].origin == "pyproject.toml:4"
    (note,) = declared.notes
    assert "win" in note.text
    assert "another platform" in note.text


def test_groups_that_poetry_installs_are_pins_until_they_are_chosen():
    assert names(poetry().pins) == ["plotly<6,>=5"]
    chosen = poetry(groups=("viz", "docs"), extras=("deep",))
    assert not chosen.pins
    assert {"plotly<6,>=5", "sphinx", "torch"} < set(names(chosen.requirements))


def test_a_group_that_does_not_exist():
    with pytest.raises(BuildError, match=r"there is no group 'prod'\. There are: viz, docs"):
        poetry(groups=("prod",))


def test_a_pipfile(tmp_path):
    (tmp_path / "Pipfile").write_text(
        '[packages]\ndash = "*"\nhumanize = "~=4.9"\nwin = {version = "*", sys_platform = '
        '"== \'win32\'"}\n[dev-packages]\npytest = "*"\n[requires]\npython_version = "3.11"\n'
    )
    declared = read_pipfile(tmp_path / "Pipfile", Selection())
    assert names(declared.requirements) == ["dash", "humanize~=4.9"]
    assert len(declared.notes) == 2, "Windows, Python 3.11"
    with_dev = read_pipfile(tmp_path / "Pipfile", Selection(groups=("dev",)))
    assert names(with_dev.requirements)[-1] == "pytest"
    with pytest.raises(BuildError, match="there is no group 'prod'"):
        read_pipfile(tmp_path / "Pipfile", Selection(groups=("prod",)))
