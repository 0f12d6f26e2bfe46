"""What a site has in addition if its app offers tools to agents (docs/agents.md)."""

import ast
from importlib import resources
from pathlib import Path

from pyrt_build.app.config import SiteConfig
from pyrt_build.app.discover import App
from pyrt_build.app.settings import Settings

type Files = dict[str, bytes]  # by path in the engine's image

_VARIABLE = "DASH_MCP_ENABLED"
_OPTION = "enable_mcp"
_NAMES = ("agents/__init__.py", "agents/settings.py", "compat/dash/mcp/__init__.py")
_NOT_IN_A_TAB = {"describe.py", "protocol.py"}


def offers_tools(config: SiteConfig, app: App, settings: Settings) -> bool:
    """Tell whether the app may offer its tools: it says so, its environment, or the project.

    Whether it does is decided where it runs: `enable_mcp` may be the value of a variable.
    """
    if settings.mcp or config.variables.get(_VARIABLE, "").lower() in {"true", "1"}:
        return True
    return any(_enables(app.read(where)) for where in app.modules if where.endswith(".py"))


def _enables(source: bytes) -> bool:
    if _OPTION.encode() not in source:
        return False
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):  # said elsewhere
        return False
    return any(
        keyword.arg == _OPTION
        and not (isinstance(keyword.value, ast.Constant) and not keyword.value.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
    )


def engine_files(app: App, *, offers: bool) -> Files:
    """Return the modules of pyrt that only such a site has.

    `import dash.mcp` finds names in any site; without tools they do nothing.
    """
    root = resources.files("pyrt")
    names = _NAMES if app.imports_module("dash.mcp") else ()
    found = {f"pyrt/{path}": root.joinpath(path).read_bytes() for path in names}
    if offers:
        folder = Path(str(root)) / "agents"
        for path in sorted(folder.rglob("*")):
            if path.suffix in {".py", ".json"} and path.name not in _NOT_IN_A_TAB:
                where = path.relative_to(folder).as_posix()
                found[f"pyrt/agents/{where}"] = path.read_bytes()
    return found
