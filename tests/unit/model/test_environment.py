"""The environment of a page: its address, query, cookies and headers."""

import pytest

from pyrt.model import environment
from pyrt.model.environment import Environment, Location, QueryArguments, decode_environment


def test_what_the_page_does_not_say_has_a_default():
    assert decode_environment({}) == Environment()
    assert decode_environment({"somethingNew": 1}) == Environment()


def test_the_wire_is_read_into_names_of_python():
    read = decode_environment(
        {
            "entry": "/app/main.py",
            "debug": True,
            "base": "/sub/",
            "location": {"href": "https://h/sub/?a=1", "origin": "https://h", "more": "x"},
            "userAgent": "UA",
            "plotlyUrl": "pkg/p.js",
        }
    )
    assert (read.entry, read.debug, read.base) == ("/app/main.py", True, "/sub/")
    assert read.location == Location(href="https://h/sub/?a=1", origin="https://h")
    assert (read.user_agent, read.plotly_url) == ("UA", "pkg/p.js")


def test_cookies_headers_and_the_rest_of_a_request_are_made_up_from_the_page():
    """S-113."""
    page = Environment(
        base="/sub/",
        cookie="a=1; b=x=y;  c; d=",
        user_agent="UA",
        language="de",
        location=Location(href="http://h:1/sub/", origin="http://h:1"),
    )
    assert page.cookies == {"a": "1", "b": "x=y", "d": ""}
    assert page.headers["User-Agent"] == "UA"
    assert page.headers["Accept-Language"] == "de"
    assert page.headers["Referer"] == "http://h:1/sub/"
    assert page.headers["Host"] == "h:1"
    assert page.path == "/sub/_dash-update-component?"
    assert (page.remote, page.origin) == ("127.0.0.1", "http://h:1")
    assert not page.args
    assert page.args.getlist("cancelJob") == []


def test_headers_the_page_does_not_know_are_absent():
    assert "User-Agent" not in Environment().headers


def test_query_arguments_give_the_first_value_and_all_of_them():
    """S-113: a multi-dict with `getlist`."""
    arguments = QueryArguments("?a=1&b=&a=2")
    assert arguments["a"] == "1"
    assert arguments.getlist("a") == ["1", "2"]
    assert arguments.get("missing") is None
    assert dict(arguments) == arguments.to_dict() == {"a": "1", "b": ""}
    assert len(arguments) == 2
    with pytest.raises(KeyError):
        arguments["c"]


def test_address_and_cookies_may_change_one_at_a_time():
    environment.use(Environment(cookie="a=1"))
    try:
        environment.change(location=Location(pathname="/new"))
        assert environment.current().location.pathname == "/new"
        assert environment.current().cookie == "a=1"
        environment.change(cookie="a=2")
        assert environment.current().location.pathname == "/new"
        assert environment.current().cookie == "a=2"
    finally:
        environment.use(Environment())


def test_each_of_several_pages_has_its_own_changes():
    one, two = environment.OpenPage(Environment()), environment.OpenPage(Environment())
    with environment.serving(one):
        environment.change(cookie="a=1")
    with environment.serving(two):
        assert environment.current().cookie == ""
    with environment.serving(one):
        assert environment.current().cookie == "a=1"
    assert environment.current().cookie == ""
