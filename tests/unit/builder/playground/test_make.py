"""A playground from starts that are built already: its files, and what its page is told."""

import json
import re

import pytest

from pyrt_build import hashes, static_files
from pyrt_build.app.config import SiteConfig
from pyrt_build.errors import BuildError
from pyrt_build.packages import resolve
from pyrt_build.packages.lock import LockedPackage
from pyrt_build.playground import additions, make
from pyrt_build.playground.starts import BuiltStart
from pyrt_build.site.compile import bytecode
from tests.support.wheels import make_wheel

SCRIPTS = {
    "playground.js": b"script",
    "playground_editor.js": b"editor",
    "playground_licenses.txt": b"fflate (MIT)",
    "playground_editor_licenses.txt": b"CodeMirror (MIT)",
}


@pytest.fixture
def locked(tmp_path):
    """A package that the largest start has, and one more."""
    found = []
    for name in ("numpy", "extra"):
        path = make_wheel(tmp_path, name, {f"{name}.py": b""})
        found.append(LockedPackage(name, "1.0", path, hashes.file_sha256(path)))
    return found


@pytest.fixture(autouse=True)
def _built(monkeypatch, tmp_path, locked):
    """Starts and packages as if they had been built."""
    dash = make_wheel(
        tmp_path, "dash", {f"dash/{n}/metadata.json": b"{}" for n in ("html", "dcc", "dash_table")}
    )

    def build_start(start, config):
        has = locked[:1] if start.name == "data" else []
        return BuiltStart(start, f"start {start.name}".encode(), has, [])

    monkeypatch.setattr(make, "build_start", build_start)
    monkeypatch.setattr(resolve, "dash_wheel", lambda index_url=None: dash)
    monkeypatch.setattr(static_files, "read", SCRIPTS.__getitem__)
    monkeypatch.setattr(bytecode, "find_compiler", lambda: None)
    monkeypatch.setattr(
        additions, "lock", lambda given, start, config: (locked if given else [], [])
    )


def made(out, *starts, packages=()):
    config = SiteConfig(entry=out / "app.py", out=out, compression="fast")
    return make.make(config, make.Options(starts, packages))


def told(out):
    return json.loads(found(r'id="pyrt-playground">(.*?)</script>', out))


def found(pattern, out):
    match = re.search(pattern, (out / "index.html").read_text())
    assert match, pattern
    return match[1]


def test_the_page_names_every_file_of_its_folder(tmp_path):
    out = tmp_path / "out"
    made(out, packages=["extra"])
    config = told(out)
    assert [start["name"] for start in config["starts"]] == ["dash", "plotly", "data"]
    for start in config["starts"]:
        content = (out / start["url"]).read_bytes()
        assert content == f"start {start['name']}".encode()
        assert start["size"] == len(content)
    assert config["starts"][2]["packages"] == [
        {"name": "numpy", "version": "1.0", "modules": ["numpy"]}
    ]
    # An app that imports numpy gets the start that has it.
    assert [each["name"] for each in config["packages"]] == ["extra"]
    assert all((out / each["image"]).is_file() for each in config["packages"])
    assert json.loads((out / config["completion"]).read_text())["dash.html"] == {}
    for example in config["examples"]:
        assert (out / example["picture"]).read_bytes()[8:12] == b"WEBP"
    assert "math" in config["standardLibrary"]
    assert (out / found(r'<script defer src="(.*?)">', out)).read_bytes() == b"script"
    assert (out / config["editor"]).read_bytes() == b"editor"
    assert found(r'<link rel="modulepreload" href="(.*?)">', out) == config["editor"]
    assert (out / ".nojekyll").is_file()
    licenses = (out / "LICENSES.txt").read_text()
    assert "fflate (MIT)" in licenses
    assert "CodeMirror (MIT)" in licenses
    lock = json.loads((out / "pyrt-lock.json").read_text())
    assert [entry["name"] for entry in lock["packages"]] == ["extra", "numpy"]


def test_the_page_is_told_of_an_index_what_it_needs_to_ask_it(tmp_path):
    out = tmp_path / "out"
    config = SiteConfig(entry=out / "app.py", out=out, compression="fast")
    make.make(config, make.Options(index="https://x.org/simple/"))
    index = told(out)["index"]
    assert index["url"] == "https://x.org/simple/"
    assert index["python"]["sys_platform"] == "emscripten"
    assert {"dash", "flask"} <= {*index["provided"]}
    assert index["modules"]["different"]["yaml"] == "pyyaml"
    assert "dash_ag_grid" in index["modules"]["same"]
    made(out)
    assert told(out)["index"] is None


def test_another_playground_takes_the_place_of_the_first_and_leaves_files_of_others(tmp_path):
    out = tmp_path / "out"
    made(out)
    (out / "CNAME").write_text("play.example.org")
    made(out, "dash")
    assert [path.name for path in (out / "starts").iterdir()] == [
        told(out)["starts"][0]["url"].removeprefix("starts/")
    ]
    assert (out / "CNAME").is_file()


def test_nothing_is_written_when_a_start_fails(tmp_path, monkeypatch):
    def fail(start, config):
        raise BuildError("no wheel")

    monkeypatch.setattr(make, "build_start", fail)
    with pytest.raises(BuildError, match="no wheel"):
        made(tmp_path / "out")
    assert not (tmp_path / "out").exists()
