"""Modules that exist only on a server, in a tab: stand-ins that do nothing and explain themselves.

    import redis                          # works
    cache = redis.Redis(host="db")        # works: another stand-in
    @queue.task                           # works: the function stays what it is

    cache.get("x")                        # in a callback: ServerOnlyError, which says what to do
    list(cache.scan_iter())               # anywhere: there is nothing to give

So the same source runs on both sides. What stands in is said by the manifest (docs/site-format.md);
only the app and the job worker have stand-ins, a server never. May import the engine's context and
the model.
"""

import sys
from abc import ABCMeta
from collections.abc import Callable, Iterable, Sequence
from importlib.machinery import ModuleSpec
from types import FunctionType, ModuleType
from typing import Any, NoReturn

from pyrt.engine.call.context import current
from pyrt.model.errors import ServerOnlyError
from pyrt.model.origin import find_caller

# What task queues and caches hang on a function that they decorate.
_OF_TASKS = frozenset(
    (  # noqa: SIM905 -- a list would take a page
        "apply_async cache_clear chunks clear delay map retry s send si signature starmap subtask"
    ).split()
)
_ERROR_NAMES = ("Error", "Exception", "Timeout", "Warning")


def install(names: Iterable[str]) -> None:
    """Let stand-ins take the place of these modules and of what is below them."""
    _finder.names = frozenset(names)
    if _finder not in sys.meta_path:
        # In front: a folder of that name may have been left with nothing but data in it.
        sys.meta_path.insert(0, _finder)


class StandIn:
    """Something of a module that is not here.

    Args:
        path: its full name: `redis.Redis()`.
    """

    def __init__(self, path: str) -> None:
        vars(self)["_path"] = path

    def __repr__(self) -> str:
        return f"<{_path(self)}: exists only on a server>"

    # --- what declarations do; in a callback it would be for a result

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(f"{_path(self)} has no {name}: it exists only on a server.")
        return _member(_path(self), name)

    def __setattr__(self, name: str, value: object) -> None:
        vars(self)[name] = value

    def __call__(self, *args: object, **_: object) -> Any:  # noqa: ANN401, D102
        if current.get() is not None:
            explain(self, "called")
        if len(args) == 1 and isinstance(args[0], FunctionType | type):
            return _decorated(_path(self), args[0])
        return StandIn(f"{_path(self)}()")

    def __getitem__(self, key: object) -> Any:  # noqa: ANN401
        return self._declared("read from", f"{_path(self)}[{key!r}]")

    def __setitem__(self, key: object, value: object) -> None:
        self._declared("written to", "")

    def __enter__(self) -> Any:  # noqa: ANN401
        return self._declared("entered", _path(self))

    def __exit__(self, *_: object) -> None:
        pass

    def __str__(self) -> str:
        self._declared("converted", "")
        return repr(self)

    def __bool__(self) -> bool:
        self._declared("tested", "")
        return True

    def __or__(self, _: object) -> Any:  # noqa: ANN401
        return self._declared("combined", _path(self))

    __ror__ = __or__

    def __mro_entries__(self, _: object) -> tuple[type, ...]:
        return (StandInClass("StandInBase", (), {"_path": _path(self)}),)

    def __instancecheck__(self, _: object) -> bool:
        return False

    def __subclasscheck__(self, _: object) -> bool:
        return False

    def _declared(self, use: str, path: str) -> "StandIn":
        if current.get() is not None:
            explain(self, use)
        return StandIn(path)


class StandInClass(ABCMeta):
    """The class of an app's classes that derive from something that is not here."""

    def __getattr__(cls, name: str) -> Any:  # noqa: ANN401
        if name.startswith("_"):
            raise AttributeError(f"{cls.__name__} has no {name}.")
        return _member(f"{cls._path}", name)


class StandInModule(ModuleType):
    """A module that is not here; any name can be imported from it."""

    __version__ = "0"
    __all__: Sequence[str] = ()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(f"{self.__name__} has no {name}: it exists only on a server.")
        return _member(self.__name__, name)


class _Finder:
    """Finds and loads them; `importlib.abc` would cost the start of every app."""

    names: frozenset[str] = frozenset()

    def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
        """Return the spec of a stand-in."""
        if not any(f"{fullname}.".startswith(f"{absent}.") for absent in self.names):
            return None
        return ModuleSpec(fullname, self, is_package=True)  # type: ignore[arg-type]  # by shape

    @staticmethod
    def create_module(spec: ModuleSpec) -> ModuleType:
        """Return the module."""
        return StandInModule(spec.name)

    @staticmethod
    def exec_module(_: ModuleType) -> None:
        """Leave it empty."""


_finder = _Finder()


def explain(thing: StandIn, use: str) -> NoReturn:
    """Say what is missing, where it was wanted, and what to do.

    Raises:
        ServerOnlyError: always.
    """
    path = _path(thing)
    module = path.partition(".")[0].partition("(")[0]
    context = current.get()
    place = find_caller(path)
    callback = f", in the callback {context.run.compiled.callback}" if context else ""
    raise ServerOnlyError(
        f"{path} is {use} ({place.file}:{place.line}{callback}), but {module} exists only on a "
        "server: here is a stand-in that does nothing. Let the callback run there: give it "
        "server=True or name it in [tool.pyrt] server, and build with --bridge URL."
    )


def _path(thing: StandIn) -> str:
    path: str = vars(thing)["_path"]
    return path


def _member(path: str, name: str) -> object:
    """Something in a module or on an object; errors are classes, which `except` insists on."""
    full = f"{path}.{name}"
    if name.endswith(_ERROR_NAMES) and name[0].isupper():
        return _errors.setdefault(full, type(name, (Exception,), {"__module__": path}))
    return StandIn(full)


_errors: dict[str, type[Exception]] = {}


def _decorated[F: Callable[..., object] | type](path: str, function: F) -> F:
    """The function itself, with what the decorator would have hung on it."""
    for name in _OF_TASKS:
        if isinstance(function, FunctionType) and not hasattr(function, name):
            setattr(function, name, StandIn(f"{path}({function.__name__}).{name}"))
    return function


def _refuse(method: str, use: str) -> None:
    def refuse(self: StandIn, *_: object) -> NoReturn:
        explain(self, use)

    refuse.__name__ = method
    setattr(StandIn, method, refuse)


# There is nothing to give, wherever it is asked for.
for _use, _methods in {
    "iterated": ("__iter__", "__next__", "__reversed__", "__aiter__", "__anext__"),
    "awaited": ("__await__", "__aenter__", "__aexit__"),
    "converted": ("__int__", "__float__", "__index__", "__complex__", "__bytes__", "__fspath__"),
    "measured": ("__len__", "__contains__"),
    "compared": ("__lt__", "__le__", "__gt__", "__ge__"),
    "computed with": ("__add__", "__radd__", "__sub__", "__rsub__", "__mul__", "__rmul__"),
    "divided": ("__truediv__", "__rtruediv__", "__floordiv__", "__mod__", "__neg__"),
    "given as a result": ("to_plotly_json", "__array__"),
}.items():
    for _method in _methods:
        _refuse(_method, _use)
