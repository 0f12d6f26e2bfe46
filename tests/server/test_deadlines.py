"""Requests that are never finished, over real connections."""

import json
import socket
import time
from contextlib import ExitStack

import psutil
import pytest

from tests.support.bridge import ask
from tests.support.programs import PATIENCE_S, wait_for

LARGE = 30_000_000  # more than the system buffers
APP = f"""
import time
from dash import Dash, Input, Output, callback, html

app = Dash(__name__)
app.layout = html.P(id="out")


@callback(Output("out", "children"), Input("in", "value"), server=True)
def echo(value):
    return value


@callback(Output("sleeps", "children"), Input("in", "value"), server=True)
def sleeps(value):
    time.sleep(2)
    return value


@callback(Output("large", "children"), Input("in", "value"), server=True)
def large(value):
    return "x" * {LARGE}
"""

HEAD = b"POST /_dash-update-component HTTP/1.1\r\nHost: localhost\r\n"
# Each is what a client sends, and then nothing more.
UNFINISHED = {
    "nothing": b"",
    "an empty line": b"\r\n",
    "half a head": HEAD,
    "half a body": HEAD + b"Content-Length: 100\r\n\r\n{",
    "half a chunked body": HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
    "half of a body that is refused": HEAD + b"Content-Length: 99999999999\r\n\r\n{",
}


@pytest.fixture(scope="module")
def server(start_server, tmp_path_factory):
    app = tmp_path_factory.mktemp("app") / "app.py"
    app.write_text(APP)
    limits = {"PYRT_BRIDGE_HEADER_TIMEOUT": "1", "PYRT_BRIDGE_BODY_TIMEOUT": "1.5"}
    return start_server(app, **limits)


def send(server, data):
    connection = socket.create_connection(("127.0.0.1", server.port))
    connection.settimeout(30)
    connection.sendall(data)
    return connection


def read_all(connection):
    """Return all that comes until the other end closes."""
    found = b""
    while part := connection.recv(65536):
        found += part
    return found


@pytest.mark.parametrize("name", UNFINISHED)
def test_a_request_that_is_not_finished_is_closed(server, name):
    with send(server, UNFINISHED[name]) as connection:
        answer = read_all(connection)
    status = b"413" if "refused" in name else b"408"
    assert answer.startswith(b"HTTP/1.1 " + status)
    assert answer.count(b"HTTP/1.1") == 1
    assert server.post(ask("out", 1)).status_code == 200


def test_a_client_that_sends_byte_by_byte_is_closed_too(server):
    with send(server, HEAD) as connection:
        connection.settimeout(0.1)
        answer, end = b"", time.monotonic() + 20
        while not answer and time.monotonic() < end:
            try:
                answer = connection.recv(65536)
            except TimeoutError:
                connection.sendall(b"X")
    assert answer.startswith(b"HTTP/1.1 408")


def test_the_second_request_of_a_connection_has_its_own_deadline(server):
    with send(server, b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n") as connection:
        answer = b""
        while b'"ok"' not in answer:
            answer += connection.recv(65536)
        connection.sendall(HEAD)
        assert read_all(connection).startswith(b"HTTP/1.1 408")


def test_the_log_has_one_line_for_each(server):
    for name, expected in {"half a head": None, "half a body": 1}.items():
        before = server.mark_log()
        with send(server, UNFINISHED[name]) as connection:
            read_all(connection)
        (line,) = server.lines_after(before)
        assert (line["status"], line["refused"]) == (408, "request not finished")
        assert line.get("in") == expected
        assert line["remote"] == "127.0.0.1"


def test_a_slow_callback_is_no_slow_client(server):
    """The body has come: nothing is awaited of the client."""
    answer = server.post(ask("sleeps", 1))
    assert answer.json()["response"] == {"sleeps": {"children": 1}}


def test_a_websocket_is_not_closed_by_them(server):
    handshake = (
        b"GET /_dash-ws-callback HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    with send(server, handshake) as connection:
        assert connection.recv(65536).startswith(b"HTTP/1.1 101")
        connection.settimeout(3)
        with pytest.raises(TimeoutError):
            connection.recv(1)


def test_a_client_may_have_so_many_connections(start_server):
    """They take file descriptors before they are requests."""
    few = start_server("plain.py", "--at-once", "20")
    few.client.close()  # its own connection counts as well
    with ExitStack() as idle:
        for _ in range(20):
            idle.enter_context(send(few, HEAD))
        with send(few, b"") as connection:
            assert read_all(connection).startswith(b"HTTP/1.1 429")
        wait_for(lambda: few.access_log, "the line of the log")
        assert few.access_log[-1]["refused"] == "too many requests"
    get = b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

    def is_answered():
        with send(few, get) as connection:
            return read_all(connection).startswith(b"HTTP/1.1 200")

    wait_for(is_answered, "an answer, once the others are closed")


def test_a_client_that_takes_no_response_is_let_go(server):
    """Otherwise its response would stay in the server's memory."""
    request = json.dumps(ask("large", 1)).encode()
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", server.port))
        connection.settimeout(PATIENCE_S)
        connection.sendall(HEAD + b"Content-Length: %d\r\n\r\n%s" % (len(request), request))
        own = connection.getsockname()[1]
        wait_for(lambda: own in peers_of(server), "the connection")
        wait_for(lambda: own not in peers_of(server), "the end of the connection")


def peers_of(server):
    """Return the ports of all clients that have a connection to a server."""
    found = psutil.Process(server.pid).net_connections(kind="tcp4")
    return {connection.raddr.port for connection in found if connection.raddr}


def test_a_client_that_reads_slowly_gets_all(server):
    request = json.dumps(ask("large", 1)).encode()
    received = 0
    with send(server, HEAD + b"Content-Length: %d\r\n\r\n%s" % (len(request), request)) as line:
        while received < LARGE:
            received += len(line.recv(LARGE // 5))
            time.sleep(0.1)
    assert received > LARGE
