"""Addresses below the app's prefix: assets, relative paths and stripped paths."""

import time
from dataclasses import replace

import pytest

from pyrt.app import config
from pyrt.app.config import Config
from pyrt.app.paths import (
    asset_url,
    get_asset_url,
    get_relative_path,
    relative_path,
    strip_app_path,
    strip_relative_path,
)
from pyrt.model import environment
from pyrt.model.errors import UnsupportedRelativePath


def settings(prefix="/", external="", folder="assets"):
    return Config(
        requests_pathname_prefix=prefix,
        assets_external_path=external,
        assets_url_path=folder,
        assets_folder="/there/is/none",
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (settings(), "/assets/a.css"),
        (settings("/app/"), "/app/assets/a.css"),
        (settings("/app/", folder="/css"), "/app/css/a.css"),
        (settings("/app/", "http://x.com/"), "http://x.com/assets/a.css"),
    ],
)
def test_assets_are_found_below_the_external_path_or_the_prefix(given, expected):
    """S-163."""
    assert asset_url(given, "a.css") == expected


def test_a_file_that_the_script_has_written_is_its_own_address(tmp_path):
    """S-163: no host can serve what came to be in the user's browser."""
    given = Config(settings("/app/"), assets_folder=str(tmp_path))
    (tmp_path / "note.txt").write_text("hi")
    before = environment.current()
    try:
        environment.use(replace(before, started=time.time() - 60))
        assert asset_url(given, "note.txt?v=2") == "data:text/plain;base64,aGk="
        assert asset_url(given, "other.txt") == "/app/assets/other.txt"
        environment.use(replace(before, started=time.time() + 60))
        assert asset_url(given, "note.txt?v=2") == "/app/assets/note.txt?v=2"
    finally:
        environment.use(before)


@pytest.mark.parametrize(
    ("prefix", "path", "expected"),
    [
        ("/", "", "/"),
        ("/my/", "", "/my/"),
        ("/", "/", "/"),
        ("/my/", "/", "/my/"),
        ("/", "/page-1/", "/page-1/"),
        ("/my/", "/page-1/sub", "/my/page-1/sub"),
    ],
)
def test_a_relative_path_gets_the_prefix(prefix, path, expected):
    """S-167."""
    assert relative_path(prefix, path) == expected


def test_a_relative_path_must_start_with_a_slash():
    with pytest.raises(UnsupportedRelativePath, match="write '/page-1', not 'page-1'"):
        relative_path("/my/", "page-1")


@pytest.mark.parametrize(
    ("prefix", "path", "expected"),
    [
        ("/", None, None),
        ("/my/", None, None),
        ("/", "/", ""),
        ("/my/", "/my", ""),
        ("/my/", "/my/", ""),
        ("/", "/page-1/", "page-1"),
        ("/my/", "/my/page-1/sub/", "page-1/sub"),
        ("/my/", "/my/my/", "my"),
        ("/my/", "/my/else/my/", "else/my"),
    ],
)
def test_a_stripped_path_loses_the_prefix_once_and_its_outer_slashes(prefix, path, expected):
    """S-167."""
    assert strip_relative_path(prefix, path) == expected


@pytest.mark.parametrize(("prefix", "path"), [("/", "page"), ("/my", "page"), ("/my", "/other")])
def test_a_path_of_another_app_is_refused(prefix, path):
    with pytest.raises(UnsupportedRelativePath, match=f"'{path}' is no path of this app"):
        strip_relative_path(prefix, path)


def test_the_functions_of_the_module_use_the_app_made_last():
    before = config.current()
    config.use(settings("/last/"))
    try:
        assert get_asset_url("x.png") == "/last/assets/x.png"
        assert get_relative_path("/page") == "/last/page"
        assert strip_app_path("/last/page/") == "page"
    finally:
        config.use(before)
