"""The module that makes the app: its name, its folder, and its second name in `sys.modules`."""

import os
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


def serve_program(host: str | None, port: int | str | None) -> None:
    """Let `pyrt dev` take the place of a program that Python itself runs, by `python app.py`.

    In the tab, on a server and in `pyrt replay` the script has been started by pyrt.

    Args:
        host: that `app.run` was given.
        port: likewise.
    """
    main = sys.modules["__main__"]
    path = Path(getattr(main, "__file__", None) or "").absolute()
    if sys.platform == "emscripten" or caller_name() != "__main__" or not path.is_file():
        return
    is_script = getattr(main, "__spec__", None) is None and path.suffix == ".py"
    if not is_script and not _is_called_by(str(path)):  # by pytest, a server, another tool
        return
    if path == Path(environment.current().entry):
        return
    given = {"--host": host or os.environ.get("HOST"), "--port": port or os.environ.get("PORT")}
    flags = [text for name, value in given.items() if value for text in (name, str(value))]
    sys.stdout.flush()
    sys.stderr.write(f"pyrt: {path.name} is served by `pyrt dev`: it runs in the browser.\n")
    sys.stderr.flush()
    # By name, and in a process of its own: `pyrt` imports nothing of the builder.
    _become([sys.executable, "-m", "pyrt_build.cli", "dev", str(path), *flags])


def _is_called_by(file: str) -> bool:
    """Tell whether the innermost frame that is not of pyrt belongs to a file."""
    own = str(Path(__file__).parents[1])
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001
    while frame is not None and frame.f_code.co_filename.startswith(own):
        frame = frame.f_back
    return frame is not None and str(Path(frame.f_code.co_filename).absolute()) == file


def _become(command: list[str]) -> None:
    """Run a command in place of this process."""
    if os.name == "posix":
        os.execv(command[0], command)  # noqa: S606  # without a shell
    import subprocess  # noqa: PLC0415  # slow to import, and only needed on Windows

    sys.exit(subprocess.call(command))  # noqa: S603  # ours


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
