"""`HttpError`: a request is refused, with the HTTP status and the message of the response."""

from typing import NamedTuple


class Reason(NamedTuple):
    """Why requests are refused: the HTTP status, and a name for the access log and the response."""

    status: int
    name: str


MALFORMED = Reason(400, "malformed")
FOREIGN_ORIGIN = Reason(403, "foreign origin")
UNMARKED = Reason(403, "not marked for the server")
FOREIGN_JOB_ID = Reason(403, "foreign job handle")
UNKNOWN = Reason(404, "unknown callback")
NO_MANAGER = Reason(501, "no manager for background callbacks")
TOO_LARGE = Reason(413, "body too large")
UNAVAILABLE = Reason(503, "store of jobs unavailable")


class HttpError(Exception):
    """A request is refused before any function of the app has run.

    Args:
        reason: the status and its name.
        message: what is wrong and what to do about it, for the sender of the request.
    """

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
