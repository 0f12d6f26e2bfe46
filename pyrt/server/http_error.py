"""`Refusal`: why a request is not carried out, with the status that says so. Imports nothing."""

from typing import NamedTuple


class Reason(NamedTuple):
    """A kind of refusal: its HTTP status, and its name in the journal and in the answer."""

    status: int
    name: str


MALFORMED = Reason(400, "malformed")
FOREIGN_ORIGIN = Reason(403, "foreign origin")
UNMARKED = Reason(403, "not marked for the server")
FOREIGN_HANDLE = Reason(403, "foreign job handle")
UNKNOWN = Reason(404, "unknown callback")
NO_MANAGER = Reason(501, "no manager for background callbacks")
TOO_LARGE = Reason(413, "body too large")
UNAVAILABLE = Reason(503, "store of jobs unavailable")


class Refusal(Exception):  # noqa: N818  # it is an answer, not a failure
    """A request that is answered without anything being executed.

    Args:
        reason: the kind.
        message: what is wrong and what to do, for whoever has sent it.
    """

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
