"""The module that makes the app: its name, its folder, and its second name in `sys.modules`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pyrt.model import environment

if TYPE_CHECKING:
    from types import FrameType


def caller_name() -> str:
    """Return the name of the module whose top-level code is running."""
    # inspect.stack() would read every source file
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001
    while frame is not None:
        if frame.f_code.co_name == "<module>":
            return str(frame.f_globals.get("__name__", "__main__"))
        frame = frame.f_back
    return "__main__"


def explain_program() -> None:
    """Write how to see an app that Python itself runs, by `python app.py`: nothing serves it.

    In the tab, on a server and in `pyrt replay` the script has been started by pyrt.
    """
    file = getattr(sys.modules["__main__"], "__file__", None) or ""
    path = Path(file).absolute()
    if sys.platform == "emscripten" or caller_name() != "__main__" or not path.is_file():
        return
    if path != Path(environment.current().entry):
        here = Path.cwd()
        shown = path.relative_to(here) if path.is_relative_to(here) else path
        sys.stderr.write(
            f"pyrt: {path.name} has run, and nothing serves it. `pyrt build {shown}` makes a site "
            "of it, and `pyrt serve dist` serves that.\n"
        )


def import_app(app_file: str, application_name: str = "app") -> object:
    """Return the app of a module, as `dash.testing` does.

    Raises:
        KeyError: the module has no such name.
    """
    from importlib import import_module  # noqa: PLC0415  # few apps import one another

    try:
        return vars(import_module(app_file))[application_name]
    except KeyError:
        raise KeyError(f"{app_file} has no {application_name!r}: name its app.") from None


def root_path(name: str) -> str:
    """Return the folder of a module; the working directory if it has no file."""
    file = getattr(sys.modules.get(name), "__file__", None) or _find_file(name)
    return str(Path(file).absolute().parent if file else Path.cwd())


def _find_file(name: str) -> str | None:
    if name == "__main__" or not name:
        return None
    from importlib.util import find_spec  # noqa: PLC0415  # slow to import, seldom needed

    try:
        spec = find_spec(name)
    except (ImportError, ValueError):
        return None
    return spec.origin if spec and spec.has_location else None


def alias(name: str) -> None:
    """Register the running script under its import name: `import app` must not run it again."""
    module = sys.modules.get(name) if name == "__main__" else None
    file = getattr(module, "__file__", None)
    if module is None or not str(file).endswith(".py"):
        return
    if module.__spec__ is not None:  # run by `python -m`
        sys.modules.setdefault(module.__spec__.name, module)
        return
    path = Path(str(file)).absolute()
    for folder in _import_folders():
        if path.is_relative_to(folder):
            parts = path.relative_to(folder).with_suffix("").parts
            if all(part.isidentifier() for part in parts):
                sys.modules.setdefault(".".join(parts), module)
            return


def _import_folders() -> list[Path]:
    return [Path(entry).absolute() for entry in sys.path]
