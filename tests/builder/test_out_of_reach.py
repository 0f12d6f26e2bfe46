"""Pyodide's CDN is out of reach: what the index cannot give in its place is named, all at once."""

import hashlib
import json

import pytest

from pyrt_build.packages import distribution
from tests.support.workspace import BROWSER_TAG, empty_lock

APP = "from dash import Dash\napp = Dash(__name__)\n"
LINUX = "cp314-cp314-manylinux_2_28_x86_64"
COMPILED = ("lxml", "pillow", "numpy", "pyyaml")


def entry(name):
    return {
        "name": name,
        "version": "3.0",
        "file_name": f"{name}-3.0-{BROWSER_TAG}.whl",
        "install_dir": "site",
        "sha256": "0" * 64,
        "imports": [{"pillow": "PIL", "pyyaml": "yaml"}.get(name, name)],
        "depends": [],
    }


@pytest.fixture
def offline(workspace, monkeypatch):
    """A workspace where the CDN has four packages and does not answer; the index carries none."""
    lock = empty_lock()
    lock["packages"] = {name: entry(name) for name in COMPILED}
    text = json.dumps(lock)
    (workspace.root / "static" / "pyodide" / "pyodide-lock.json").write_text(text)
    workspace.add_wheel("open-webui", "0.12.4", {"open_webui/pyodide/pyodide-lock.json": text})
    monkeypatch.setattr(distribution, "CDN", "http://127.0.0.1:9/full/")
    for name in COMPILED:
        workspace.add_wheel(name, "3.0", {f"{name}.so": ""}, tag=LINUX)
    workspace.add_wheel("templates", "1.0", {"templates.py": ""}, ["lxml>=2"])
    for version in range(1, 6):  # each of them needs what cannot be had
        workspace.add_wheel("layouts", f"{version}.0", {"layouts.py": ""}, ["templates", "speedy"])
    workspace.add_wheel("speedy", "1.0", {"speedy.so": ""}, tag=LINUX)
    return workspace


def test_all_that_cannot_be_had_is_named_with_who_needs_it(offline, capsys):
    files = {
        "app.py": APP + "import layouts, PIL\n",
        "requirements.txt": "layouts\npillow\n",
    }
    assert offline.build(files) == 1
    shown = capsys.readouterr().err
    assert (
        "requirements.txt:2 needs pillow, and for a browser only Pyodide's distribution has it "
        "(3.0), which is out of reach.\n"
    ) in shown
    assert "templates 1.0 needs lxml>=2, and for a browser only Pyodide's dist" in shown
    assert "layouts 5.0 needs speedy, and no version of it runs in a browser" in shown
    assert shown.count("Pyodide's CDN is out of reach: http://127.0.0.1:9/full/") == 1
    assert "--pyodide" in shown
    assert "numpy" not in shown
    assert "Pin some of them" not in shown
    assert not offline.out.exists()


def test_a_package_that_only_others_require_is_named_after_a_search(offline, capsys):
    files = {"app.py": APP + "import layouts\n", "requirements.txt": "layouts\n"}
    assert offline.build(files) == 1
    shown = capsys.readouterr().err
    assert "templates 1.0 needs lxml>=2" in shown
    assert 'exclude-dependencies = ["speedy"]' in shown


def test_an_older_release_does_not_stand_in_for_the_part_that_a_package_pins(offline, capsys):
    """As polars pins polars-runtime-32, of which the index has a release without code."""
    offline.add_wheel("frames", "2.1", {"frames.py": ""}, ["frames-runtime==2.1"])
    offline.add_wheel("frames-runtime", "0.0.0", {"frames_runtime.py": ""})
    offline.add_wheel("frames-runtime", "2.1", {"frames_runtime.so": ""}, tag=LINUX)
    files = {"app.py": APP + "import frames\n", "requirements.txt": "frames\n"}
    assert offline.build(files) == 1
    assert "frames 2.1 needs frames-runtime==2.1, and no version of it" in capsys.readouterr().err


def test_what_the_app_can_do_without_is_left_out(offline, capsys):
    guarded = "try:\n    import numpy\nexcept ImportError:\n    numpy = None\n"
    assert offline.build({"app.py": APP + guarded, "requirements.txt": "numpy\n"}) == 0
    assert "numpy" in capsys.readouterr().out


def test_the_python_of_a_package_whose_compiled_code_is_optional_is_taken(offline, capsys):
    """The hash of the line is that of the wheel on the index; no code of it runs here."""
    files = {"yaml/__init__.py": "raise SystemExit", "yaml/_yaml.so": "ELF"}
    wheel = offline.add_wheel("pyyaml", "3.0", files, tag=LINUX)
    sha256 = hashlib.sha256(wheel.read_bytes()).hexdigest()
    files = {
        "app.py": APP + "import yaml\n",
        "requirements.txt": f"pyyaml==3.0 --hash=sha256:{sha256}\n",
    }
    assert offline.build(files, "--strict", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    (package,) = document["packages"]
    assert package["file"] == "pyyaml-3.0-py3-none-any.whl"
    (row,) = document["relaxed"]
    assert row["taken"] == "3.0"
    assert row["why"].startswith("Pyodide's build cannot be had here; this is the package's Python")
    files["requirements.txt"] = f"pyyaml==3.0 --hash=sha256:{'0' * 64}\n"
    assert offline.build(files) == 1
    assert f"the hash of {wheel.name} is sha256:{sha256}" in capsys.readouterr().err
