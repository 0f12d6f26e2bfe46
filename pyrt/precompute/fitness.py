"""Whether the results of a callback can be computed in advance, and if not, why.

A callback that asks for it by `precompute=True` is trusted to depend on its arguments only. Where
all callbacks are tried (`precompute = "auto"`), its code, and that of the app's functions that it
calls, may not name what changes from call to call: the clock, random numbers, the network, the
environment, global variables that it assigns.
"""

import sys
from collections.abc import Iterator
from opcode import opname
from types import CodeType, FunctionType, ModuleType

from pyrt.model.callback import Callback
from pyrt.model.origin import is_coroutine_function

_OF_THE_CALL = {"ctx", "callback_context", "set_props"}  # what a call knows beside its arguments
_CHANGING_MODULES = {
    "asyncio", "datetime", "getpass", "httpx", "os", "pathlib", "random", "requests", "secrets",
    "socket", "sqlite3", "subprocess", "tempfile", "threading", "time", "urllib", "urllib3", "uuid",
}  # fmt: skip
_CHANGING_NAMES = {
    "open", "input", "now", "today", "utcnow", "time", "perf_counter", "default_rng", "random",
    "rand", "randn", "randint", "environ", "getenv", "request", "session", "urlopen", "read_csv",
    "read_json", "read_excel", "read_parquet", "id", "globals",
}  # fmt: skip
_STORE_GLOBAL = next(code for code, name in enumerate(opname) if name == "STORE_GLOBAL")


def why_unfit(callback: Callback) -> str:
    """Return why the results of a callback cannot be known in advance; empty if they can."""
    assert callback.function is not None
    dependencies = (*callback.inputs, *callback.state, *callback.outputs)
    named = sorted(_names(callback.function) & _OF_THE_CALL)
    obstacles = {
        "it is a background callback": callback.background is not None,
        "it sends values while it runs": callback.websocket or callback.persistent,
        "it runs on the server": callback.server,
        "it is async": is_coroutine_function(callback.function),
        "it has `running` values": bool(callback.running),
        "it has no Input or no Output": not (callback.inputs and callback.outputs),
        "it has a dictionary id": any(not isinstance(d.component_id, str) for d in dependencies),
        f"it uses {', '.join(named)}": bool(named),
    }
    return next((text for text, is_there in obstacles.items() if is_there), "")


def why_impure(callback: Callback) -> str:
    """Return why a callback may give another result for the same arguments; else nothing."""
    assert callback.function is not None
    for function in _functions(callback.function):
        code = function.__code__
        if any(_assigns_global(each) for each in _codes(code)):
            return f"{function.__name__} assigns a global variable"
        used = {name for each in _codes(code) for name in each.co_names}
        changing = sorted(used & _CHANGING_NAMES)
        if changing:
            return f"{function.__name__} uses {', '.join(changing)}"
        modules = {_module_of(function.__globals__.get(name)) for name in used}
        found = sorted(modules & _CHANGING_MODULES)
        if found:
            return f"{function.__name__} uses the module {', '.join(found)}"
    return ""


def _names(function: object) -> set[str]:
    return {n for f in _functions(function) for code in _codes(f.__code__) for n in code.co_names}


def _functions(function: object, seen: set[int] | None = None) -> Iterator[FunctionType]:
    """Yield a function and those of the app's own modules that it names."""
    seen = set() if seen is None else seen
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    if not isinstance(function, FunctionType) or id(function) in seen:
        return
    seen.add(id(function))
    yield function
    folder = _folder(function)
    for code in _codes(function.__code__):
        for name in code.co_names:
            other = function.__globals__.get(name)
            if isinstance(other, FunctionType) and _folder(other) == folder:
                yield from _functions(other, seen)


def _folder(function: FunctionType) -> str:
    return function.__code__.co_filename.rpartition("/")[0]


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _assigns_global(code: CodeType) -> bool:
    return any(byte == _STORE_GLOBAL for byte in code.co_code[::2])


def _module_of(value: object) -> str:
    """Return the top name of the module that a global variable is, or comes from."""
    if isinstance(value, ModuleType):
        return value.__name__.partition(".")[0]
    if isinstance(value, FunctionType | type) or callable(value):
        return str(getattr(value, "__module__", "")).partition(".")[0]
    return ""


def names_of(callback: Callback) -> set[str]:
    """Return the names by which settings may call a callback: `module:function`."""
    function = callback.function
    name, module = getattr(function, "__name__", ""), getattr(function, "__module__", "")
    main = sys.modules.get("__main__")
    file = str(getattr(main, "__file__", "") or "").replace("\\", "/")
    stem = file.rpartition("/")[2].removesuffix(".py")
    return {f"{module}:{name}", *([f"{stem}:{name}"] if module == "__main__" else [])}
