"""Options of the developer tools, and the checks of `run`'s port and proxy."""

import pytest

from pyrt.app.devtools import DevTools, check_port, check_proxy, make_dev_tools
from pyrt.model.errors import ProxyError


@pytest.fixture(autouse=True)
def no_variables(monkeypatch):
    for name in ("DASH_UI", "DASH_PROXY", "HOST", "PORT"):
        monkeypatch.delenv(name, raising=False)


def test_switches_follow_debug_unless_chosen():
    """S-172."""
    assert make_dev_tools(debug=False) == DevTools()
    tools = make_dev_tools(debug=True, ui=False, hot_reload_interval=7)
    assert not tools.ui
    assert tools.props_check
    assert tools.validate_callbacks
    assert tools.prune_errors
    assert tools.hot_reload_interval == 7
    assert tools.hot_reload_max_retry == 8


def test_a_variable_overrides_debug_and_an_argument_overrides_the_variable(monkeypatch):
    """S-171."""
    monkeypatch.setenv("DASH_UI", "true")
    assert make_dev_tools(debug=False).ui is True
    assert make_dev_tools(debug=True, ui=False).ui is False


def test_an_unknown_switch_is_refused():
    with pytest.raises(TypeError, match="unexpected keyword argument 'dev_tools_colour'"):
        make_dev_tools(debug=True, colour="red")


def test_the_port_comes_from_the_argument_the_environment_or_the_default(monkeypatch):
    assert check_port(None) == 8050
    monkeypatch.setenv("PORT", "12345")
    assert check_port(None) == 12345
    assert check_port("80") == 80


@pytest.mark.parametrize(
    ("port", "error", "shown"),
    [
        ("garbage", ValueError, "'garbage'"),
        ("65536", AssertionError, "65536"),
        (-1, AssertionError, "-1"),
    ],
)
def test_an_invalid_port_is_refused(port, error, shown):
    """S-171."""
    with pytest.raises(error) as raised:
        check_port(port)
    assert str(raised.value) == f"Expecting an integer from 1 to 65535, found port={shown}"


def test_a_proxy_must_fit_scheme_host_and_port():
    check_proxy(None, None, 8050, secure=False)
    check_proxy("http://127.0.0.1:8050::https://app.org", None, 8050, secure=False)
    for proxy, name in (
        ("https://127.0.0.1:8050::http://x.org", "protocol: https"),
        ("http://0.0.0.0:8050::http://x.org", "host: 0.0.0.0"),
        ("http://127.0.0.1:80::http://x.org", "port: 80"),
    ):
        with pytest.raises(ProxyError, match=f"http://x.org, you must use {name}"):
            check_proxy(proxy, None, 8050, secure=False)
