"""Messages to a view that a host may lose."""

from typing import Any

from pyrt.notebook.outbox import Outbox


def make_outbox(sent=0):
    """Return an outbox and the list of what it sends: numbers and buffers."""
    messages: list[tuple[Any, Any]] = []
    outbox = Outbox("one", lambda message, buffers: messages.append((message, buffers)), sent)
    return outbox, messages


def test_messages_are_numbered_and_sent_at_once():
    outbox, messages = make_outbox(sent=4)
    outbox.post({"kind": "lost"})
    outbox.post({"kind": "file", "name": "a"}, [b"bytes"])
    assert messages == [
        ({"kind": "lost", "view": "one", "number": 5}, ()),
        ({"kind": "file", "name": "a", "view": "one", "number": 6}, [b"bytes"]),
    ]
    assert outbox.sent == 6


def test_only_what_was_not_confirmed_is_sent_again():
    outbox, messages = make_outbox()
    for name in "abc":
        outbox.post({"kind": "file", "name": name}, [name.encode()])
    outbox.confirm(1)
    messages.clear()
    outbox.send_again()
    assert [(message["number"], buffers) for message, buffers in messages] == [
        (2, [b"b"]),
        (3, [b"c"]),
    ]
    outbox.confirm(3)
    messages.clear()
    outbox.send_again()
    assert messages == []
