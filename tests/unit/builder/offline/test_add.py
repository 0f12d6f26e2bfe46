"""When browsers keep a site, and what a site has for that."""

import json

import pytest

from pyrt_build import static_files
from pyrt_build.app.config import SiteConfig
from pyrt_build.app.discover import discover
from pyrt_build.app.settings import Settings
from pyrt_build.errors import BuildError
from pyrt_build.offline import add as offline
from pyrt_build.site.manifest import read_manifest
from tests.support.tiny_site import FILES
from tests.support.workspace import write_files


@pytest.fixture
def config(tmp_path):
    return lambda **options: SiteConfig(tmp_path / "app.py", tmp_path / "dist", **options)


def test_an_option_or_a_setting_asks_for_it_and_a_single_file_needs_none(config):
    assert not offline.is_wanted(config(), Settings())
    assert offline.is_wanted(config(offline=True), Settings())
    assert offline.is_wanted(config(), Settings(offline=True))
    assert not offline.is_wanted(config(single_file=True), Settings(offline=True))


def test_what_it_needs_is_looked_at_before_anything_is_built(config, tmp_path):
    with pytest.raises(BuildError, match="--cdn leaves files on the network"):
        offline.check(config(cdn=True), Settings(offline=True))
    none = Settings(icon=str(tmp_path / "none.png"))
    with pytest.raises(BuildError, match="cannot be read"):
        offline.check(config(offline=True), none)
    offline.check(config(cdn=True), none)


def test_a_site_gets_a_worker_a_list_and_a_manifest(tmp_path, monkeypatch):
    monkeypatch.setattr(static_files, "read", lambda name: f"/* {name} */".encode())
    write_files(tmp_path, {"app.py": "from dash import Dash\nDash(title='Tides')\n"})
    app = discover(tmp_path / "app.py")
    page = FILES["index.html"].replace(b"<html>", b'<html data-root="./">')
    site = FILES | {"index.html": page}
    files = offline.add(site, app, Settings(), debug=False)
    added = files.keys() - FILES.keys()
    (icon,) = added - {"app.webmanifest", "pyrt-offline.js", "pyrt-offline.json"}
    assert icon.startswith("pyrt/icon-")
    assert files["pyrt-offline.js"] == b"/* offline.js */"
    listed = json.loads(files["pyrt-offline.json"])["files"]
    assert {icon, "app.webmanifest"} <= listed.keys()
    assert not {"pyrt-offline.js", "pyrt-offline.json"} & listed.keys()
    named = read_manifest(files)["offline"]
    assert isinstance(named, dict)
    assert named["worker"] == "pyrt-offline.js"
    assert offline.add(site, app, Settings(), debug=False) == files
