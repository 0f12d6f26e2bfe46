"""The client that a proxy names."""

import asyncio

import pytest

from pyrt.server.proxy import ClientAddress


def pass_on(headers, *, kind="http", header="X-Forwarded-For"):
    """Return the scope that the application behind gets."""
    seen = []

    async def app(scope, receive, send):
        seen.append(scope)

    scope = {
        "type": kind,
        "client": ("10.0.0.1", 5),
        "scheme": "http" if kind == "http" else "ws",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
    }
    asyncio.run(ClientAddress(app, header)(scope, None, None))  # type: ignore[arg-type]  # not called
    return seen[0]


@pytest.mark.parametrize(
    ("headers", "client"),
    [
        ([("X-Forwarded-For", "9.9.9.9")], "9.9.9.9"),
        ([("X-Forwarded-For", "1.1.1.1, 9.9.9.9")], "9.9.9.9"),
        ([("X-Forwarded-For", "1.1.1.1"), ("X-Forwarded-For", "9.9.9.9")], "9.9.9.9"),
        ([("X-Forwarded-For", "")], "10.0.0.1"),
        ([("X-Real-IP", "9.9.9.9")], "10.0.0.1"),
        ([], "10.0.0.1"),
    ],
)
def test_the_client_is_what_the_nearest_proxy_has_added(headers, client):
    assert pass_on(headers)["client"][0] == client


@pytest.mark.parametrize(("kind", "scheme"), [("http", "https"), ("websocket", "wss")])
def test_the_scheme_is_the_clients(kind, scheme):
    assert pass_on([("X-Forwarded-Proto", "https")], kind=kind)["scheme"] == scheme
    assert pass_on([("X-Forwarded-Proto", "gopher")], kind=kind)["scheme"] != "gopher"


def test_what_is_no_request_is_passed_on():
    assert pass_on([("X-Forwarded-For", "1.1.1.1")], kind="lifespan")["client"][0] == "10.0.0.1"
