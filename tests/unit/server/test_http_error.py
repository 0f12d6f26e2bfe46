"""HttpError: the reason, status and message with which a server refuses a request."""

import pytest

from pyrt.server import http_error
from pyrt.server.http_error import HttpError, Reason

REASONS = [value for value in vars(http_error).values() if isinstance(value, Reason)]


def test_reasons_are_told_apart_by_their_names():
    assert len({reason.name for reason in REASONS}) == len(REASONS) >= 8


@pytest.mark.parametrize("reason", REASONS, ids=lambda reason: reason.name)
def test_every_reason_has_a_status_that_says_error(reason):
    assert 400 <= reason.status < 600
    assert reason.status != 500, "that is what an app's own exceptions give"


def test_an_error_has_its_reason_and_says_what_is_wrong():
    error = HttpError(http_error.TOO_LARGE, "at most 3 bytes")
    assert error.reason.status == 413
    assert str(error) == error.message == "at most 3 bytes"
