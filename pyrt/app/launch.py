"""Runs an app as `python FILE`, `python -m` or a server such as gunicorn would.

file                    __main__, from a file; its folder is the first on `sys.path`
module                  __main__, from a module of a package, which is imported before
module and attribute    imported under its own name; the attribute is looked up or called
"""

import ast
import importlib
import os
import sys
from collections.abc import Awaitable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from importlib.machinery import FileFinder, SourceFileLoader
from importlib.util import find_spec
from pathlib import Path
from types import CodeType, ModuleType

from pyrt.app import awaitables
from pyrt.model import environment
from pyrt.model.environment import Launch
from pyrt.model.failures import StartError

_ALLOW_TOP_LEVEL_AWAIT = 0x2000  # ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
_WATCH = "PYRT_WATCH"  # set by the builder for a start that did not come to an end
_IS_COROUTINE = 0x80  # inspect.CO_COROUTINE


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A script with `await` in it, where Python cannot wait for it in between."""

    result: Awaitable[object]

    async def finish(self) -> None:
        """Run the script to its end."""
        with _ending_by_exit():
            await self.result


def prepare(launch: Launch) -> None:
    """Set up what the app finds: environment variables, empty folders, `sys.path`, folder."""
    os.environ.update(launch.variables)
    for folder in launch.folders:
        Path(folder).mkdir(parents=True, exist_ok=True)
    if launch.path:
        importlib.import_module("dash")  # pyrt's, even if the app has a folder of this name
        own = {launch.root, *launch.path}
        sys.path[:] = [*launch.path, *(path for path in sys.path if path not in own)]
        _forget_folders()
    if launch.working_folder:
        os.chdir(launch.working_folder)
    if _WATCH in launch.variables:
        importlib.import_module("pyrt_watch")


def _forget_folders() -> None:
    """Let imports look into folders again: the app's files came after Python first did.

    `importlib.invalidate_caches` would import `importlib.metadata`, and read the directory of the
    standard library's zip again, which a tab had to download for that.
    """
    for path, finder in list(sys.path_importer_cache.items()):
        if finder is None:
            del sys.path_importer_cache[path]
        elif isinstance(finder, FileFinder):
            finder.invalidate_caches()
    if "importlib.metadata" in sys.modules:
        sys.modules["importlib.metadata"].MetadataPathFinder.invalidate_caches()


def run(entry: str, launch: Launch, *, as_main: bool = True) -> object:
    """Run the app; return the value of the attribute, if one is named, or an `Unfinished` script.

    `sys.exit()` without an error ends a script only.

    Args:
        entry: path of the app's file.
        launch: how it is run.
        as_main: whether a script is `__main__`; on a server it is imported, as by gunicorn.

    Raises:
        StartError: there is no such module or attribute.
    """
    if launch.attribute or not (as_main or not launch.module):
        module = importlib.import_module(launch.module)
        return find_attribute(module, launch.attribute) if launch.attribute else None
    if not as_main:
        _import_file(entry)
        return None
    with nullcontext() if sys.platform == "emscripten" else _without_servers():
        return _run_module(launch.module) if launch.module else run_script(entry)


def _without_servers() -> AbstractContextManager[None]:
    from pyrt.app.flask.idle_servers import returning  # noqa: PLC0415  # not in a site

    return returning()


def run_script(entry: str) -> Unfinished | None:
    """Run a file as Python runs a script: as `__main__`, with its name in `sys.argv`."""
    loader = SourceFileLoader("__main__", entry)
    module = ModuleType("__main__")
    module.__file__ = entry
    module.__loader__ = loader
    return _run_main(module, loader)


def _run_module(name: str) -> Unfinished | None:
    """Run a module as `python -m` does."""
    package = name.rpartition(".")[0]
    if package:
        importlib.import_module(package)
    spec = find_spec(name)
    if spec is None or spec.origin is None or not isinstance(spec.loader, SourceFileLoader):
        raise StartError(f"There is no module {name} that can be run.")
    module = ModuleType("__main__")
    module.__file__ = spec.origin
    module.__spec__ = spec
    module.__package__ = spec.parent
    module.__loader__ = spec.loader
    return _run_main(module, spec.loader)


def _run_main(module: ModuleType, loader: SourceFileLoader) -> Unfinished | None:
    assert module.__file__ is not None
    sys.modules["__main__"] = module
    sys.argv = [module.__file__]
    code = _compile(loader, module.__file__)
    with _ending_by_exit():
        result = eval(code, vars(module))  # noqa: S307  # it is the app
        if code.co_flags & _IS_COROUTINE:
            if not environment.current().switching:
                return Unfinished(result)
            awaitables.finish(result)
    return None


@contextmanager
def _ending_by_exit() -> Iterator[None]:
    try:
        yield
    except SystemExit as end:
        if end.code not in {None, 0}:
            raise


def _compile(loader: SourceFileLoader, file: str) -> CodeType:
    """Return the code of a script, from its `.pyc` if there is one.

    `await` is allowed at the top level, as in notebooks.
    """
    try:
        code: CodeType | None = loader.get_code(loader.name)
    except SyntaxError as error:
        if "await" not in str(error) and "async" not in str(error):
            raise
        source = Path(file).read_bytes()
        code = compile(source, file, "exec", flags=_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    assert code is not None  # a source file always has code
    return code


def _import_file(entry: str) -> None:
    from importlib.util import module_from_spec, spec_from_file_location  # noqa: PLC0415

    file = Path(entry)
    spec = spec_from_file_location(file.stem, file)
    if spec is None or spec.loader is None or not file.is_file():
        raise StartError(f"There is no app {file}. Give the path of a Python file.")
    module = module_from_spec(spec)
    sys.modules[file.stem] = module
    spec.loader.exec_module(module)


def find_attribute(module: ModuleType, expression: str) -> object:
    """Return `server`, `app.server` or the result of `create_app("x", debug=True)` of a module.

    Raises:
        StartError: the module has no such attribute, or it is neither a name nor a call.
    """
    try:
        node = ast.parse(expression, mode="eval").body
    except SyntaxError:
        node = ast.Constant(None)
    call = node if isinstance(node, ast.Call) else None
    value: object = module
    for name in _names(call.func if call else node, expression):
        try:
            value = getattr(value, name)
        except AttributeError:
            raise StartError(
                f"{module.__name__}:{expression} was asked for, and {module.__name__} "
                f"({getattr(module, '__file__', '')}) has no {name!r}. "
                f"It has: {', '.join(_public(module)) or 'no names'}."
            ) from None
    if call is None:
        return value
    if not callable(value):
        raise StartError(f"{module.__name__}:{expression} was asked for, and it is no function.")
    return value(
        *(_literal(each, expression) for each in call.args),
        **{each.arg: _literal(each.value, expression) for each in call.keywords if each.arg},
    )


def _names(node: ast.expr, expression: str) -> list[str]:
    match node:
        case ast.Name(id=name):
            return [name]
        case ast.Attribute(value=value, attr=name):
            return [*_names(value, expression), name]
        case _:
            raise StartError(
                f"{expression!r} is neither a name nor a call of a function: write app:server or "
                "app:create_app()."
            )


def _literal(node: ast.expr, expression: str) -> object:
    try:
        return ast.literal_eval(node)
    except ValueError:
        raise StartError(
            f"In {expression!r} every argument must be a value such as 'prod' or True."
        ) from None


def _public(module: ModuleType) -> list[str]:
    return sorted(
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    )
