"""Requests to the server of server callbacks are passed on as if a page of its own had asked."""

import socket
import threading

from pyrt_build.dev.bridge import BridgeProcess, pass_on, request_head


def test_host_and_origin_are_those_of_the_bridge():
    headers = {"Host": "192.168.1.7:8050", "Origin": "http://192.168.1.7:8050", "X-A": "1"}
    head = request_head("POST", "/_dash-update-component", headers, 9001)
    assert head.decode().split("\r\n") == [
        "POST /_dash-update-component HTTP/1.1",
        "Host: 127.0.0.1:9001",
        "Origin: http://127.0.0.1:9001",
        "X-A: 1",
        "Connection: close",
        "",
        "",
    ]


def test_a_websocket_stays_one():
    head = request_head("GET", "/", {"Upgrade": "websocket", "Connection": "keep-alive"}, 1)
    assert b"Connection: Upgrade\r\n" in head
    assert b"keep-alive" not in head


def test_bytes_go_in_both_directions_until_one_side_ends():
    (page, inner), (outer, server) = socket.socketpair(), socket.socketpair()
    thread = threading.Thread(target=pass_on, args=(inner, outer), daemon=True)
    thread.start()
    page.sendall(b"question")
    assert server.recv(100) == b"question"
    server.sendall(b"answer")
    assert page.recv(100) == b"answer"
    server.close()
    page.close()
    thread.join(60)
    assert not thread.is_alive()
    inner.close()
    outer.close()


def test_one_that_does_not_run_is_not_waited_for():
    assert BridgeProcess(["app.py"]).connect() is None
