"""Callbacks over a WebSocket, in the messages of Dash's own (S-131 to S-133)."""

import hashlib
import itertools
import json
from contextlib import contextmanager

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.support.bridge import SITE, ask, entry
from tests.support.programs import PATIENCE_S, wait_for


@pytest.fixture(scope="module")
def server(start_server):
    return start_server("stream.py", "--max-body", "4096")


class Page:
    """The page's end of a connection."""

    def __init__(self, connection):
        self.connection = connection
        self._waiting = []

    def send(self, kind, **fields):
        self.connection.send(json.dumps({"type": kind, **fields}))

    def call(self, number, request):
        self.send("callback_request", requestId=number, rendererId="r1", payload=request)

    def take(self):
        """Return the next message; several come in a list."""
        if not self._waiting:
            data = json.loads(self.connection.recv(PATIENCE_S))
            self._waiting = data if isinstance(data, list) else [data]
        return self._waiting.pop(0)

    def take_until(self, kind):
        taken = [self.take()]
        while taken[-1]["type"] != kind:
            taken.append(self.take())
        return taken


@contextmanager
def page_of(server, origin=SITE):
    url = server.url.replace("http", "ws")
    with connect(
        f"{url}/_dash-ws-callback", origin=origin, compression=None, max_size=None
    ) as connection:
        yield Page(connection)


_VALUES = itertools.count()


def call_prices(page):
    """Call the persistent callback, which has no Output; return the trace that its end leaves.

    Each call has its own value and so its own trace: the callback of an earlier test may end while
    the next one runs.
    """
    value = next(_VALUES)
    name = hashlib.sha256(b"in.value").hexdigest()
    inputs = [entry("in", "value", value)]
    page.call("1", {"output": name, "inputs": inputs, "changedPropIds": []})
    return f"prices-ended-{value}"


def wait_for_trace(server, name):
    wait_for(lambda: name in server.traces, name)


def test_set_props_come_one_by_one_before_the_answer(server):
    """S-131: in order, each at once."""
    with page_of(server) as page:
        page.call("7", ask("steps", "done"))
        *shown, answer = page.take_until("callback_response")
    assert [m["payload"]["props"]["value"] for m in shown] == [0, 1, 2]
    assert shown[0]["payload"]["componentId"] == "bar"
    assert shown[0]["payload"]["props"]["label"]["type"] == "B"
    assert {m["requestId"] for m in shown} == {"7"}
    assert answer == {
        "type": "callback_response",
        "rendererId": "r1",
        "requestId": "7",
        "payload": {
            "status": "ok",
            "data": {"multi": True, "response": {"steps": {"children": "done"}}},
        },
    }


@pytest.mark.parametrize("output", ["asks", "asks2"])
def test_a_callback_asks_the_page_for_a_prop(server, output):
    """S-131: from the loop and from a thread."""
    with page_of(server) as page:
        page.call("1", ask(output, 1))
        question = page.take_until("get_props_request")[-1]
        assert question["payload"] == {"componentId": "other", "properties": ["value"]}
        page.send("get_props_response", requestId=question["requestId"], payload={"value": [1, 2]})
        *shown, answer = page.take_until("callback_response")
    assert answer["payload"]["data"]["response"] == {output: {"children": [1, 2]}}
    assert [m["payload"]["componentId"] for m in shown] == ['{"i":1,"type":"x"}'][: len(shown)]


@pytest.mark.parametrize("output", ["asks", "asks2"])
def test_a_page_that_left_before_its_answer_is_no_error_of_the_app(server, output):
    """S-131: `get_prop` raises WebsocketDisconnected, which is not logged as an error."""
    before = server.mark_log()
    with page_of(server) as page:
        page.call("1", ask(output, 1))
        page.take_until("get_props_request")
    (line,) = server.lines_after(before)
    assert (line["status"], line.get("error")) == (499, None)


def test_several_callbacks_run_at_once(server):
    with page_of(server) as page:
        ended = call_prices(page)
        page.call("2", ask("steps", 1))
        page.take_until("callback_response")
        assert page.take()["requestId"] == "1"
    wait_for_trace(server, ended)


def test_a_persistent_callback_ends_with_its_page(server):
    """S-132: an async one is cancelled."""
    with page_of(server) as page:
        ended = call_prices(page)
        shown = [page.take() for _ in range(3)]
    assert [m["payload"]["props"]["children"] for m in shown] == [1, 2, 3]
    wait_for_trace(server, ended)


def test_a_page_that_was_cut_off_comes_back_and_asks_again(server):
    """A WebSocket that ends without a close frame, as after a failure of the network."""
    with page_of(server) as page:
        ended = call_prices(page)
        page.take()
        page.connection.socket.close()
    wait_for_trace(server, ended)
    with page_of(server) as page:
        call_prices(page)
        assert page.take()["payload"]["props"]["children"] == 1


def test_a_callback_in_a_thread_sees_that_its_page_has_left(server):
    """S-131: `is_shutdown`."""
    with page_of(server) as page:
        page.call("1", ask("thread"))
        wait_for(lambda: "thread-begun" in server.traces, "the callback")
    wait_for(lambda: "thread-ended" in server.traces, "the end of the callback")


def test_the_page_takes_a_request_back(server):
    with page_of(server) as page:
        ended = call_prices(page)
        page.take()
        page.send("cancel_request", requestId="1")
        wait_for_trace(server, ended)
        page.call("2", ask("steps", 5))
        assert page.take_until("callback_response")[-1]["requestId"] == "2"


def test_a_page_that_does_not_read_is_let_go(server):
    """Otherwise unsent messages would fill the server's memory."""
    with page_of(server) as page:
        page.call("1", ask("floods"))
        wait_for(lambda: "let-go" in server.traces, "the end of the flood")
        with pytest.raises(ConnectionClosed, match="4008"):
            page.take_until("callback_response")


def test_heartbeats_are_answered(server):
    with page_of(server) as page:
        page.send("heartbeat")
        assert page.take() == {"type": "heartbeat_ack"}


REFUSED = {
    "unknown": (ask("nothing"), 404),
    "unmarked": (ask("local"), 403),
    "background": (ask("job"), 400),
    "wrong": ({**ask("steps"), "inputs": []}, 400),
    "nothing": (None, 400),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_request_is_refused_and_nothing_is_executed(server, name):
    request, code = REFUSED[name]
    before = server.mark_log()
    with page_of(server) as page:
        page.call("1", request)
        answer = page.take()
        page.call("2", ask("steps", 1))
        page.take_until("callback_response")
    assert (answer["payload"]["status"], answer["payload"]["code"]) == ("error", code)
    line, _ = server.lines_after(before, 2)
    assert line["status"] == code
    assert line["refused"]
    assert "local" not in server.traces


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", 400),
        ("[]", 400),
        ('{"type": 1}', 400),
        ('{"type": "_call"}', 400),
        ('{"type": "unheard of"}', 400),
        (json.dumps({"type": "callback_request", "payload": "x" * 5000}), 413),
    ],
)
def test_a_bad_message_is_answered_and_the_connection_stays_open(server, text, code):
    with page_of(server) as page:
        page.connection.send(text)
        assert page.take()["code"] == code
        page.send("heartbeat")
        assert page.take() == {"type": "heartbeat_ack"}


def test_one_number_means_one_call(server):
    with page_of(server) as page:
        call_prices(page)
        page.take()
        call_prices(page)
        assert page.take_until("error")[-1]["code"] == 400


def test_what_a_callback_raises_stays_on_the_server(server):
    before = server.mark_log()
    with page_of(server) as page:
        page.call("1", ask("failing", "password"))
        answer = page.take()["payload"]
    assert (answer["status"], answer["code"]) == ("error", 500)
    assert "secret" not in json.dumps(answer)
    assert "secret of the server: password" in server.lines_after(before)[0]["error"]


def test_pages_of_foreign_origins_are_not_let_in(server):
    with pytest.raises(InvalidStatus, match="403"), page_of(server, "http://evil.example"):
        pass


def test_a_message_of_bytes_ends_the_connection_and_not_the_server(server):
    before = server.mark_log()
    with page_of(server) as page:
        page.connection.send(b"\x00")
        with pytest.raises(ConnectionClosed, match=r"1003 .*messages are text"):
            page.take()
    assert server.lines_after(before)[0]["refused"] == "binary message"
    with page_of(server) as page:
        page.send("heartbeat")
        assert page.take() == {"type": "heartbeat_ack"}
