"""The classes of errors: their messages, and their base classes of Dash."""

import pytest

from pyrt.model import errors


def test_messages_lose_the_indentation_of_the_source():
    error = errors.DashException(
        """
        First line.
            Indented.
        """
    )
    assert str(error) == "First line.\n    Indented."


def test_what_an_app_catches_in_dash_it_catches_here():
    for name in ("PreventUpdate", "InvalidCallbackReturnValue", "IncorrectTypeException"):
        assert issubclass(getattr(errors, name), errors.CallbackException)
    assert issubclass(errors.InvalidComponentIdError, errors.IDsCantContainPeriods)
    assert issubclass(errors.DuplicateCallback, errors.DashException)
    assert not issubclass(errors.DuplicateCallback, errors.CallbackException)


def test_a_bug_of_ours_is_not_caught_as_an_error_of_the_app():
    with pytest.raises(errors.PyrtError):
        raise errors.ProtocolError("page and worker disagree")
    assert not issubclass(errors.ProtocolError, errors.DashException)
