"""The messages that a page sends over a WebSocket."""

import json

import pytest

from pyrt.server.http_error import MALFORMED, HttpError
from pyrt.server.socket_messages import (
    CallbackRequest,
    CancelRequest,
    Heartbeat,
    PropsResponse,
    read_message,
)


@pytest.mark.parametrize(
    ("message", "read"),
    [
        (
            {"type": "callback_request", "requestId": "1", "rendererId": "r", "payload": {"a": 1}},
            CallbackRequest("1", "r", {"a": 1}),
        ),
        ({"type": "callback_request", "requestId": 1}, CallbackRequest("1", "", None)),
        ({"type": "cancel_request", "requestId": "1"}, CancelRequest("1")),
        (
            {"type": "get_props_response", "requestId": "2", "payload": {"value": 1}},
            PropsResponse("2", {"value": 1}),
        ),
        ({"type": "heartbeat"}, Heartbeat()),
    ],
)
def test_each_message_of_a_page_is_read(message, read):
    assert read_message(json.dumps(message)) == read


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"type": 1}', '{"type": "callback_response"}'])
def test_anything_else_is_malformed(text):
    with pytest.raises(HttpError) as caught:
        read_message(text)
    assert caught.value.reason == MALFORMED


def test_an_unknown_type_is_named_but_not_at_length():
    with pytest.raises(HttpError, match=r"'x{40}'"):
        read_message(json.dumps({"type": "x" * 1000}))
