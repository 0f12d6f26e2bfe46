"""All errors that pyrt raises; `dash.exceptions` has those that Dash names.

Names of Dash have Dash's inheritance (Dash 4.4, `dash/exceptions.py`), so that `except` clauses
written for Dash catch the same errors. A class may therefore have two parents.

    PyrtError
    |-- DashException                    all that an app can catch by a name of Dash
    |   |-- DefinitionError              raised while the app is declared
    |   |   |-- DuplicateCallback, DuplicateIdError, NoLayoutException, InvalidConfig, ...
    |   |-- ServerOnlyError              a result is needed of a module that only a server has
    |   |-- LayoutError                  an id or a property is missing when it is needed
    |   `-- CallbackException            Dash's parent of errors about callbacks
    |       |-- PreventUpdate            control flow, not a failure
    |       |-- IncorrectTypeException, InvalidComponentIdError, ...   (DefinitionErrors, too)
    |       `-- CallbackError            the function raised, or returned the wrong shape
    |           `-- InvalidCallbackReturnValue
    |               `-- ResultTooLargeError
    `-- ProtocolError                    page and worker disagree: a bug of pyrt

A message has what is wrong, where (callback, file and line), and what to do.
"""

# The names are Dash's.
# ruff: noqa: N818

from textwrap import dedent


class PyrtError(Exception):
    """The root of all errors raised by pyrt."""


class DashException(PyrtError):
    """The parent of all errors of Dash; the indentation of the message is removed."""

    def __init__(self, msg: str = "") -> None:
        super().__init__(dedent(msg).strip())


class ProtocolError(PyrtError):
    """A message is invalid: a bug of pyrt, never of the app."""


class DefinitionError(DashException):
    """The declaration of the app is invalid."""


class LayoutError(DashException):
    """An id or a property is missing in the layout when it is needed."""


class CallbackException(DashException):
    """An error of the declaration, the run or the result of a callback."""


class CallbackError(CallbackException):
    """The function of a callback raised (`__cause__` has the error) or returned the wrong shape."""


class PreventUpdate(CallbackException):
    """Raised by a callback to change no Output (S-52)."""


class InvalidCallbackReturnValue(CallbackError):
    """A callback's result has the wrong shape, or a value that cannot become JSON (S-61)."""


class ResultTooLargeError(InvalidCallbackReturnValue):
    """A callback's result is above the limit.

    Args:
        label: of the callback, with its file.
        reason: the rest of the sentence, without a value or a file of the app.
    """

    def __init__(self, label: str, reason: str) -> None:
        super().__init__(f"{label} {reason}")
        self.label = label
        self.reason = reason


class MissingCallbackContextException(CallbackException):
    """The callback context is used outside of a callback (S-110)."""


class ServerOnlyError(DashException):
    """A result is needed of a module that exists only on a server."""


class BackgroundCallbackError(DashException):
    """A background callback failed, or would start itself (S-42, S-126)."""


class MissingLongCallbackManagerError(DashException):
    """A background callback ran without a manager (S-120)."""


class ImportedInsideCallbackError(DashException):
    """A component package was imported while a callback ran (S-35)."""


class WebSocketCallbackError(CallbackException):
    """A callback was called over a websocket but does not allow it."""


class WebsocketDisconnected(CallbackException):
    """The page of a persistent callback has disconnected."""


class UnsupportedRelativePath(CallbackException):
    """A path cannot be made relative to the app's prefix (S-167)."""


class IncorrectTypeException(CallbackException, DefinitionError):
    """A dependency has the wrong type, or is in the wrong position (S-2)."""


class NonExistentEventException(CallbackException, DefinitionError):
    """A dependency names an event; Dash has had none since 0.22."""


class IDsCantContainPeriods(CallbackException, DefinitionError):
    """The older name of `InvalidComponentIdError`."""


class InvalidComponentIdError(IDsCantContainPeriods):
    """A string id has a character that ids of callbacks cannot have (S-12)."""


class WildcardInLongCallback(CallbackException, DefinitionError):
    """`progress` or `cancel` of a background callback has a wildcard id (S-42)."""


class DuplicateCallback(DefinitionError):
    """Two callbacks write the same property without `allow_duplicate` (S-10, S-36)."""


class NoLayoutException(DefinitionError):
    """The app or a page has no layout, or one that is no component (S-161)."""


class DuplicateIdError(DefinitionError):
    """Two components of the first layout have the same id."""


class InvalidConfig(DefinitionError):
    """A setting of the app contradicts another one, or the app's files."""


class InvalidIndexException(DefinitionError):
    """The page template lacks a required part (S-165)."""


class PageError(DefinitionError):
    """A page is registered with invalid arguments or at the wrong time (S-145)."""


class HookError(DefinitionError):
    """Two hooks both have `final=True` (S-140)."""


class ObsoleteKwargException(DefinitionError):
    """An argument that Dash has dropped."""


class ObsoleteAttributeException(DefinitionError):
    """An attribute that Dash has dropped."""


class AppNotFoundError(DashException):
    """`get_app()` was called before an app was created (S-173)."""


class InvalidResourceError(DashException):
    """A script or stylesheet is declared in a way that cannot be served."""


class DependencyException(DashException):
    """A file of a component package is requested that the package does not have."""


class ResourceException(DashException):
    """A script or stylesheet has no usable source."""


class ProxyError(DashException):
    """The `proxy` argument of `app.run` does not fit host and port."""
