"""The list of a site's files: what browsers keep, with hash and type, and the version."""

import hashlib
import json

import pytest

from pyrt_build.app.discover import discover
from pyrt_build.offline.file_list import with_file_list
from pyrt_build.site.manifest import read_manifest
from tests.support.tiny_site import FILES
from tests.support.workspace import write_files


@pytest.fixture
def app(tmp_path):
    write_files(tmp_path, {"app.py": "from dash import Dash\nDash()\n"})
    return discover(tmp_path / "app.py")


def read(files):
    return json.loads(files["pyrt-offline.json"])


def test_it_lists_what_pages_and_python_ask_for(app):
    files = with_file_list(FILES, app, debug=False)
    content = read(files)
    assert set(content["files"]) == {
        *("index.html", "a/index.html", "pyrt/page-1.js", "favicon.ico"),
        *("assets/data.geojson", "assets/picture.png", "assets/CNAME"),
    }
    for path, (sha256, size) in content["files"].items():
        assert sha256 == hashlib.sha256(files[path]).hexdigest()
        assert size == len(files[path])


def test_each_kind_of_file_has_a_type(app):
    types = read(with_file_list(FILES, app, debug=False))["types"]
    assert types[".html"] == "text/html; charset=utf-8"
    assert types[".js"] == "text/javascript; charset=utf-8"
    assert (types[".png"], types[".ico"]) == ("image/png", "image/x-icon")
    assert types[".geojson"] == "application/octet-stream"


def test_pages_name_their_version_which_follows_from_all_files(app):
    files = with_file_list(FILES, app, debug=False)
    version = read(files)["version"]
    assert read_manifest(files)["offline"] == {"worker": "pyrt-offline.js", "version": version}
    assert f'"version":"{version}"' in files["a/index.html"].decode()
    assert with_file_list(FILES, app, debug=False) == files
    other = with_file_list(FILES | {"assets/data.geojson": b"[]"}, app, debug=False)
    assert read(other)["version"] != version
    unlisted = with_file_list(FILES | {"LICENSES.txt": b"BSD"}, app, debug=False)
    assert read(unlisted)["version"] == version
