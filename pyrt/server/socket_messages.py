"""The messages that a page sends over a WebSocket, read and checked; `sockets` lists them."""

from dataclasses import dataclass

from pyrt.server.http_error import MALFORMED, HttpError
from pyrt.server.request import parse_json

_SHOWN_CHARS = 40  # of an unknown message's type, repeated in the error


@dataclass(frozen=True, slots=True)
class CallbackRequest:
    """A callback is to be called.

    Attributes:
        request_id: chosen by the page; identifies the call on this connection.
        renderer_id: any JSON; repeated in each message that concerns the call.
        payload: the request as in S-50, not checked yet.
    """

    request_id: str
    renderer_id: object
    payload: object


@dataclass(frozen=True, slots=True)
class CancelRequest:
    """The page does not need the response of a call any more."""

    request_id: str


@dataclass(frozen=True, slots=True)
class PropsResponse:
    """The values that a `get_props_request` asked for: `{prop: value}`, not checked yet."""

    request_id: str
    payload: object


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The page asks whether the connection still works."""


type PageMessage = CallbackRequest | CancelRequest | PropsResponse | Heartbeat


def read_message(text: str) -> PageMessage:
    """Return the message in a text.

    Raises:
        HttpError: it is not JSON, or not one of the messages that a page may send.
    """
    message = parse_json(text)
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise HttpError(MALFORMED, "A message is a JSON object with a type.")
    request_id = str(message.get("requestId"))
    match message["type"]:
        case "callback_request":
            renderer_id = message.get("rendererId", "")
            return CallbackRequest(request_id, renderer_id, message.get("payload"))
        case "cancel_request":
            return CancelRequest(request_id)
        case "get_props_response":
            return PropsResponse(request_id, message.get("payload"))
        case "heartbeat":
            return Heartbeat()
        case other:
            raise HttpError(MALFORMED, f"There is no message {other[:_SHOWN_CHARS]!r}.")
