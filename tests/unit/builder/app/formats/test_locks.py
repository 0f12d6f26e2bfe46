"""Lock files."""

import json

import pytest

from pyrt_build.app.declared import Selection
from pyrt_build.app.formats import locks
from pyrt_build.errors import BuildError

PYLOCK = """
lock-version = "1.0"
created-by = "x"
requires-python = ">=3.11"
extras = ["maps"]

[[packages]]
name = "dash"
version = "2.18.1"

[[packages.wheels]]
name = "dash-2.18.1-py3-none-any.whl"
url = "https://x.example/dash-2.18.1-py3-none-any.whl"
hashes = {sha256 = "aa"}

[[packages]]
name = "colorama"
version = "0.4.6"
marker = "sys_platform == 'win32'"

[[packages.wheels]]
name = "colorama-0.4.6-py3-none-any.whl"
url = "https://x.example/colorama-0.4.6-py3-none-any.whl"
hashes = {sha256 = "cc"}

[[packages]]
name = "dash-leaflet"
version = "1.0"
marker = "'maps' in extras"

[[packages.wheels]]
name = "dash_leaflet-1.0-py3-none-any.whl"
url = "https://x.example/dash_leaflet-1.0-py3-none-any.whl"
hashes = {sha256 = "cc"}
"""

UV = """
version = 1
requires-python = ">=3.11"

[[package]]
name = "tides"
source = { virtual = "." }
dependencies = [{ name = "dash" }, { name = "win", marker = "sys_platform == 'win32'" }]

[package.optional-dependencies]
maps = [{ name = "dash-leaflet", extra = ["x"] }]

[package.dev-dependencies]
dev = [{ name = "pytest" }]

[[package]]
name = "dash"
version = "2.18.1"
source = { registry = "https://x.example/simple" }
sdist = { url = "https://x.example/dash.tar.gz", hash = "sha256:aa" }
wheels = [{ url = "https://x.example/dash.whl", hash = "sha256:bb" }]
"""

POETRY = """
[[package]]
name = "dash"
version = "2.18.1"
groups = ["main"]
files = [{file = "dash.whl", hash = "sha256:bb"}]

[[package]]
name = "pytest"
version = "8.0"
groups = ["dev"]
files = []
"""

PIPFILE = {
    "default": {"dash": {"version": "==2.18.1", "hashes": ["sha256:bb"]}},
    "develop": {"pytest": {"version": "==8.0"}},
}


def write(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text)
    return path


def written(found):
    return [(str(s.requirement), s.origin, set(s.hashes)) for s in found]


def test_pylock(tmp_path):
    path = write(tmp_path, "pylock.toml", PYLOCK)
    declared = locks.read_pylock(path, Selection())
    assert written(declared.requirements) == [("dash==2.18.1", "pylock.toml:8", {"sha256:aa"})]
    (note,) = declared.notes
    assert "colorama" in note.text
    with_maps = locks.read_pylock(path, Selection(extras=("maps",)))
    assert [s.name for s in with_maps.requirements] == ["dash", "dash-leaflet"]


def test_a_pylock_that_is_none(tmp_path):
    with pytest.raises(BuildError, match=r"pylock.toml is no valid pylock.toml"):
        locks.read_pylock(write(tmp_path, "pylock.toml", 'lock-version = "1.0"\n'), Selection())


def test_uv_lock_says_what_its_project_requires(tmp_path):
    path = write(tmp_path, "uv.lock", UV)
    declared = locks.read_uv(path, Selection(extras=("maps",), groups=("dev",)))
    assert [str(s.requirement) for s in declared.requirements] == [
        "dash",
        "dash-leaflet[x]",
        "pytest",
    ]
    assert written(declared.pins) == [("dash==2.18.1", "uv.lock:17", {"sha256:aa", "sha256:bb"})]
    assert [s.name for s in locks.read_uv(path, Selection()).requirements] == ["dash"]


def test_poetry_lock(tmp_path):
    path = write(tmp_path, "poetry.lock", POETRY)
    declared = locks.read_poetry(path, Selection())
    assert written(declared.requirements) == [("dash==2.18.1", "poetry.lock:3", {"sha256:bb"})]
    pins = locks.read_poetry(path, Selection(), pins=True).pins
    assert [s.name for s in pins] == ["dash", "pytest"]


def test_pipfile_lock(tmp_path):
    path = write(tmp_path, "Pipfile.lock", json.dumps(PIPFILE, indent=1))
    declared = locks.read_pipfile_lock(path, Selection())
    assert written(declared.requirements) == [("dash==2.18.1", "Pipfile.lock:3", {"sha256:bb"})]
    with_dev = locks.read_pipfile_lock(path, Selection(groups=("dev",)))
    assert [s.name for s in with_dev.requirements] == ["dash", "pytest"]
