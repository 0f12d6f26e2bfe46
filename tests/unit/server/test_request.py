"""S-113: the request in the context of a callback on a server."""

import json

import pytest

from pyrt.server.request import describe_request, read_environment


def scope(*headers, **fields):
    return {
        "type": "http",
        "path": "/sub/_dash-update-component",
        "query_string": b"",
        "client": ("192.0.2.7", 5000),
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers],
        **fields,
    }


def test_headers_have_their_usual_spelling():
    """An ASGI server gives them in small letters."""
    request = describe_request(scope(("x-request-id", "1"), ("accept-language", "de")))
    assert request.headers == {"X-Request-Id": "1", "Accept-Language": "de"}


def test_headers_are_latin_1():
    """So that no byte makes a request fail."""
    assert describe_request(scope(("x-name", "Zoë"))).headers["X-Name"] == "Zoë"


def test_the_facts_that_a_page_would_tell_come_from_headers():
    request = describe_request(
        scope(
            ("cookie", "a=1; b=2"),
            ("user-agent", "UA"),
            ("referer", "https://site.example/x"),
            ("origin", "https://site.example"),
        )
    )
    assert request.cookies == {"a": "1", "b": "2"}
    assert request.user_agent == "UA"
    assert request.referrer == "https://site.example/x"
    assert request.origin == "https://site.example"


def test_path_and_query_are_those_of_the_request():
    request = describe_request(scope(query_string=b"cacheKey=k&cancelJob=1&cancelJob=2"))
    assert request.path == "/sub/_dash-update-component?cacheKey=k&cancelJob=1&cancelJob=2"
    assert request.args["cacheKey"] == "k"
    assert request.args.getlist("cancelJob") == ["1", "2"]
    assert describe_request(scope()).path.endswith("_dash-update-component?")


def test_what_a_request_does_not_say_is_empty():
    request = describe_request(scope())
    assert request.headers == request.cookies == {}
    assert request.origin == request.user_agent == request.referrer == ""
    assert not request.args


@pytest.mark.parametrize(
    ("client", "remote"), [(("192.0.2.7", 5000), "192.0.2.7"), (None, ""), (("::1", 1), "::1")]
)
def test_the_sender_may_be_unknown(client, remote):
    """As over a Unix socket."""
    assert describe_request(scope(client=client)).remote == remote


def test_a_websockets_handshake_has_no_query_at_all():
    given = scope(("origin", "https://site.example"), type="websocket")
    del given["query_string"]
    assert describe_request(given).origin == "https://site.example"


def test_a_server_can_set_headers_and_a_page_cannot():
    assert describe_request(scope()).has_server


def test_another_process_sees_the_same_request():
    """S-126: where a job runs, it comes as JSON."""
    request = describe_request(
        scope(("cookie", "a=1"), ("user-agent", "UA"), ("origin", "o"), query_string=b"q=1")
    )
    again = read_environment(json.loads(json.dumps(request.to_json())))
    for name in ("headers", "cookies", "path", "remote", "origin", "has_server"):
        assert getattr(again, name) == getattr(request, name)
    assert again.args.to_dict() == {"q": "1"}


def test_headers_given_to_a_callback_are_its_own():
    request = describe_request(scope(("a", "1")))
    request.headers["B"] = "2"
    assert request.headers == {"A": "1"}
