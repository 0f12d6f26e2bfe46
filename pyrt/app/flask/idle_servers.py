"""Servers that a script starts for its app: outside of a tab, where one could run, they return.

    server.run()    run_simple(host, port, app)    make_server(host, port, app).serve_forever()
    waitress.serve(app.server)                     webbrowser.open(address)

A test (`pyrt_app`), `pyrt build --run` and an agent's page run the script as `python FILE` does,
and show the app themselves: a server would never let them go on. In a tab `pyrt.browser_stdlib`
does it.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

from pyrt.browser_stdlib import IdleServer, PatchingLoader


def _return(*_: object, **__: object) -> None:
    """Do nothing."""


def _make_server(*_: object, **__: object) -> IdleServer:
    return IdleServer()


_REPLACED: Mapping[str, Mapping[str, object]] = {
    "flask.app": {"Flask.run": _return},
    "waitress": {"serve": _return},
    "webbrowser": {"open": _return, "open_new": _return, "open_new_tab": _return},
    "werkzeug.serving": {"run_simple": _return, "make_server": _make_server},
    "wsgiref.simple_server": {"make_server": _make_server},
}


@contextmanager
def returning() -> Iterator[None]:
    """Let them return at once, in modules that are imported meanwhile, too."""
    undo: list[tuple[object, str, object]] = []

    def patch(module: ModuleType) -> None:
        for path, function in _REPLACED[module.__name__].items():
            owner: object = module
            *outer, name = path.split(".")
            for each in outer:
                owner = getattr(owner, each)
            undo.append((owner, name, getattr(owner, name)))
            setattr(owner, name, function)

    for name in _REPLACED:
        if name in sys.modules:
            patch(sys.modules[name])
    finder = _Finder(patch)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for owner, name, before in reversed(undo):
            setattr(owner, name, before)


class _Finder:
    """Finds these modules, and adds the patch to their loaders."""

    def __init__(self, patch: Callable[[ModuleType], None]) -> None:
        self._patch = patch

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path, target) if name in _REPLACED else None
        if spec and spec.loader:
            spec.loader = PatchingLoader(spec.loader, self._patch)  # type: ignore[assignment]
        return spec
