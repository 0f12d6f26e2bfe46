"""Every error pyrt raises, in one tree; `dash.exceptions` shows the part an app may name.

The four kinds below `PyrtError` say *when* something went wrong. The other names are Dash's own,
with Dash's inheritance (Dash 4.4, `dash/exceptions.py`), so that `except` clauses written for Dash
catch what they caught there. A class may therefore have two parents.

    PyrtError
    |-- DashException                    whatever an app may catch by one of Dash's names
    |   |-- DefinitionError              while the app is declared
    |   |   |-- DuplicateCallback, DuplicateIdError, NoLayoutException, InvalidConfig, ...
    |   |-- StandInError                 a result is wanted of what exists only on a server
    |   |-- LayoutError                  an id or a property is not there when it is needed
    |   `-- CallbackException            Dash's word for all that concerns callbacks
    |       |-- PreventUpdate            control flow, not a failure
    |       |-- IncorrectTypeException, InvalidComponentIdError, ...   (DefinitionErrors, too)
    |       `-- CallbackError            the author's function raised, or returned the wrong shape
    |           `-- InvalidCallbackReturnValue
    `-- ProtocolError                    page and worker disagree: a bug of ours

A message says what is wrong, where (callback, file and line), and what to do. This module imports
nothing of pyrt.
"""

# Dash chose these names; an app's `except` clause must find them unchanged.
# ruff: noqa: N818

from textwrap import dedent


class PyrtError(Exception):
    """The root of all errors raised by pyrt."""


class DashException(PyrtError):
    """The root of the errors Dash's documentation names; indentation of the message is removed."""

    def __init__(self, msg: str = "") -> None:
        super().__init__(dedent(msg).strip())


class ProtocolError(PyrtError):
    """Page and worker disagree about a message: a bug of pyrt, never of the app."""


class DefinitionError(DashException):
    """The app is declared in a way that cannot work."""


class LayoutError(DashException):
    """An id or a property is not in the layout at the moment it is needed."""


class CallbackException(DashException):
    """Something about a callback: its declaration, its run or its result."""


class CallbackError(CallbackException):
    """The author's function raised (`__cause__` has it) or returned the wrong shape."""


class PreventUpdate(CallbackException):
    """Raised by a callback to leave everything as it is (S-52)."""


class InvalidCallbackReturnValue(CallbackError):
    """A callback's result has the wrong shape, or holds a value that is no JSON (S-61)."""


class MissingCallbackContextException(CallbackException):
    """The callback context was asked for outside of a callback (S-110)."""


class StandInError(DashException):
    """A result is wanted of a module that exists only on a server."""


class BackgroundCallbackError(DashException):
    """A background callback failed, or is wired so that it would start itself (S-42, S-126)."""


class MissingLongCallbackManagerError(DashException):
    """A background callback ran without a manager (S-120)."""


class ImportedInsideCallbackError(DashException):
    """A component package was imported while a callback ran (S-35)."""


class WebSocketCallbackError(CallbackException):
    """A callback was asked for over a websocket but does not allow it."""


class WebsocketDisconnected(CallbackException):
    """The page at the other end of a persistent callback is gone."""


class UnsupportedRelativePath(CallbackException):
    """A path cannot be made relative to the app's prefix (S-167)."""


class IncorrectTypeException(CallbackException, DefinitionError):
    """A dependency has the wrong type, or stands in the wrong place (S-2)."""


class NonExistentEventException(CallbackException, DefinitionError):
    """A dependency names an event; Dash has had none since 0.22."""


class IDsCantContainPeriods(CallbackException, DefinitionError):
    """The older name of `InvalidComponentIdError`."""


class InvalidComponentIdError(IDsCantContainPeriods):
    """A string id holds a character that ids used in callbacks cannot have (S-12)."""


class WildcardInLongCallback(CallbackException, DefinitionError):
    """`progress` or `cancel` of a background callback has a wildcard id (S-42)."""


class DuplicateCallback(DefinitionError):
    """Two callbacks write the same property without saying so (S-10, S-36)."""


class NoLayoutException(DefinitionError):
    """The app or a page has no layout, or one that is no component (S-161)."""


class DuplicateIdError(DefinitionError):
    """Two components of the first layout have the same id."""


class InvalidConfig(DefinitionError):
    """A setting of the app contradicts another, or the files beside it."""


class InvalidIndexException(DefinitionError):
    """The page template lacks something it must contain (S-165)."""


class PageError(DefinitionError):
    """A page is registered in the wrong way or at the wrong time (S-145)."""


class HookError(DefinitionError):
    """Two hooks both ask to be the last one (S-140)."""


class ObsoleteKwargException(DefinitionError):
    """An argument that Dash has dropped."""


class ObsoleteAttributeException(DefinitionError):
    """An attribute that Dash has dropped."""


class AppNotFoundError(DashException):
    """`get_app()` was called before there was an app (S-173)."""


class InvalidResourceError(DashException):
    """A script or stylesheet is declared in a way that cannot be served."""


class DependencyException(DashException):
    """A file of a component package is asked for that the package does not have."""


class ResourceException(DashException):
    """A script or stylesheet has no usable source."""


class ProxyError(DashException):
    """The `proxy` argument of `app.run` does not fit host and port."""
