"""Settings of an app: arguments, environment variables, path prefixes and the pages folder."""

import pytest

from pyrt.app import config
from pyrt.app.config import Config, env_default, pages_folder_path, pathname_prefixes
from pyrt.model import environment
from pyrt.model.environment import Environment
from pyrt.model.errors import InvalidConfig


@pytest.fixture(autouse=True)
def no_variables(monkeypatch):
    for name in ("DASH_APP_NAME", "DASH_URL_BASE_PATHNAME", "DASH_ROUTES_PATHNAME_PREFIX"):
        monkeypatch.delenv(name, raising=False)


def test_an_argument_wins_over_the_environment_which_wins_over_the_default(monkeypatch):
    """S-171: `DASH_*` variables are read."""
    assert env_default("title", None, "default") == "default"
    monkeypatch.setenv("DASH_TITLE", "from outside")
    assert env_default("title", None, "default") == "from outside"
    assert env_default("title", "given", "default") == "given"


def test_true_and_false_in_variables_are_booleans(monkeypatch):
    monkeypatch.setenv("DASH_UI", "True")
    assert env_default("ui", None) is True
    monkeypatch.setenv("DASH_UI", "FALSE")
    assert env_default("ui", None) is False
    assert env_default("ui", "argument") == "argument"


@pytest.mark.parametrize(
    ("url_base", "routes", "requests", "expected"),
    [
        (None, None, None, (None, "/", "/")),
        ("/dash/", None, None, ("/dash/", "/dash/", "/dash/")),
        (None, "/dash/", None, (None, "/dash/", "/dash/")),
        (None, None, "/my/", (None, "/", "/my/")),
        (None, "/dash/", "/my/dash/", (None, "/dash/", "/my/dash/")),
    ],
)
def test_prefixes_follow_from_each_other(url_base, routes, requests, expected):
    """S-167."""
    assert pathname_prefixes(url_base, routes, requests) == expected


def test_requests_go_to_the_folder_of_the_site_or_to_what_the_app_says_below_it():
    """S-167."""
    environment.use(Environment(base="/project/"))
    try:
        assert pathname_prefixes() == (None, "/", "/project/")
        assert pathname_prefixes(url_base="/own/") == ("/own/", "/own/", "/project/own/")
        assert pathname_prefixes(requests="/") == (None, "/", "/project/")
        environment.use(Environment(base="/x/own/"))  # the site is where the app says
        assert pathname_prefixes(routes="/own/") == (None, "/own/", "/x/own/")
    finally:
        environment.use(Environment())


def test_the_name_of_the_app_becomes_a_prefix(monkeypatch):
    monkeypatch.setenv("DASH_APP_NAME", "sales")
    assert pathname_prefixes() == (None, "/", "/sales/")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("/a/", None, "/b/"), "`url_base_pathname` and `requests_pathname_prefix`"),
        (("/a/", "/b/", None), "`url_base_pathname` and `routes_pathname_prefix`"),
        (("a/", None, None), "needs to start with `/`"),
        (("/a", None, None), "needs to end with `/`"),
        ((None, None, "a/"), "`requests_pathname_prefix` needs to start with `/`"),
    ],
)
def test_prefixes_that_cannot_work_are_refused(arguments, message):
    with pytest.raises(InvalidConfig, match=message):
        pathname_prefixes(*arguments)


def test_a_pages_folder_must_exist_when_pages_are_wanted(tmp_path):
    """S-144."""
    (tmp_path / "custom").mkdir()
    root = str(tmp_path)
    assert pages_folder_path(root, "", use_pages=None) is None
    assert pages_folder_path(root, "pages", use_pages=None) == str(tmp_path / "pages")
    assert pages_folder_path(root, "custom", use_pages=True) == str(tmp_path / "custom")
    assert pages_folder_path(root, tmp_path / "custom", use_pages=None) == str(tmp_path / "custom")
    for folder, wanted in (("pages", True), ("other", None)):
        with pytest.raises(InvalidConfig, match=f"A folder called `{folder}` does not exist"):
            pages_folder_path(root, folder, use_pages=wanted)


def test_the_settings_of_the_app_made_last_are_kept():
    before, mine = config.current(), Config(name="mine")
    config.use(mine)
    assert config.current() is mine
    config.use(before)
