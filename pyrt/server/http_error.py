"""`HttpError`: a request is refused, with the HTTP status and the message of the response."""

from typing import NamedTuple


class Reason(NamedTuple):
    """Why requests are refused: the HTTP status, and a name for the access log and the response."""

    status: int
    name: str


MALFORMED = Reason(400, "malformed")
FOREIGN_ORIGIN = Reason(403, "foreign origin")
FOREIGN_HOST = Reason(403, "foreign host")
UNMARKED = Reason(403, "not marked for the server")
FOREIGN_JOB_ID = Reason(403, "foreign job handle")
UNKNOWN = Reason(404, "unknown callback")
NO_MANAGER = Reason(501, "no manager for background callbacks")
TOO_SLOW = Reason(408, "request not finished")
TOO_LARGE = Reason(413, "body too large")
TOO_MANY = Reason(429, "too many requests")
UNAVAILABLE = Reason(503, "store of jobs unavailable")


class HttpError(Exception):
    """A request is refused before any function of the app has run.

    Args:
        reason: the status and its name.
        message: what is wrong and what to do about it, for the sender of the request.
        retry_after_s: when the same request may be sent again, in seconds; None if it may not.
    """

    def __init__(self, reason: Reason, message: str, retry_after_s: int | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
        self.reason = reason
        self.message = message
