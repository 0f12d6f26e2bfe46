"""The table `[tool.pyrt]`: in pyproject.toml beside the app, or in the app's own script block.

    [tool.pyrt]
    bridge = "https://calc.example.org"        # where server callbacks are answered
    bridge-timeout = 60                        # seconds for one answer
    bridge-credentials = "include"             # cookies: omit, same-origin, include
    server = ["app:total", "pages.report:sum"] # callbacks that run on the server
    server-only = ["warehouse"]                # modules that exist only on the server
    max-result = 64                            # MB of one result
    mcp = true                                 # agents may call the app's callbacks
    first-paint = false
    precompute = ["app:draw"]                  # callbacks whose results travel; or "auto"
    precompute-calls = 500                     # at most so many calls of one of them
    precompute-size = 5                        # and so many MB of results in all, compressed
    offline = true                             # browsers keep the site, as --offline
    name = "Tides"                             # of the installed app, with --offline
    icon = "icon.png"                          # likewise; a square of 144 pixels or more, or SVG
    theme-color = "#204080"                    # of its title bar
    background-color = "white"                 # until its first frame is there
    translation = "translation.de.json"        # pyrt's own words in another language
    pyodide = "../pyodide"                     # source of Pyodide's packages, as --pyodide
    entry = "dashboard/app.py"                 # what `pyrt build` builds, in any of its forms
    include = ["plugins/*.py"]                 # files that travel, although they otherwise do not
    exclude = ["raw/"]                         # files that do not
    env = { DASHBOARD_TITLE = "Tides" }        # environment variables of the app, readable by all
    extras = ["maps"]                          # of the project, as --extra
    groups = ["web"]                           # dependency groups, as --group
    override-dependencies = ["numpy>=2"]       # in place of what packages require
    exclude-dependencies = ["psutil"]          # packages that nothing gets
    allow-build = ["own-thing"]                # packages that may be built from source

Key by key, the script block wins over pyproject.toml, and the command line over both.
"""

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, cast
from urllib.parse import urlsplit

from packaging.requirements import InvalidRequirement, Requirement

from pyrt_build.app.config import SiteConfig
from pyrt_build.app.requirements import read_project, read_script_block
from pyrt_build.errors import BuildError

type Credentials = Literal["omit", "same-origin", "include"]

_CREDENTIALS = ("omit", "same-origin", "include")
VARIABLE = r"[A-Za-z_]\w*"  # the name of an environment variable
_PACKAGE = r"[A-Za-z0-9][\w.-]*"
_COLOR = r"#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})|[a-z]+"
_DOTTED = r"[^\W\d]\w*(\.[^\W\d]\w*)*"


@dataclass(frozen=True, slots=True)
class Settings:
    """The checked table, with defaults applied.

    Attributes:
        bridge: address without a slash at its end: absolute, or a path on the host of the site.
        bridge_timeout_s: time limit of one answer of the bridge.
        bridge_credentials: which cookies are sent to it, as in `fetch`.
        server: `module:function` of callbacks that run on the server.
        server_only: modules that exist only on the server.
        max_result_mb: the largest result of a callback, in MB; None for the default.
        mcp: whether agents may call the app's callbacks, unless the app says otherwise itself.
        first_paint: whether the site may contain its prerendered first layout.
        precompute: `module:function` of callbacks whose results the build computes, beside those
            that ask for it themselves; or "auto" for all that are fit for it.
        precompute_calls: at most so many calls of one of them.
        precompute_size_mb: at most so many MB of results in all, compressed.
        offline: whether browsers keep the site for use without a network.
        name: of the installed app; None for the title of the app.
        icon: its picture, a path; None for pyrt's own.
        theme_color: of its title bar, as in CSS.
        background_color: of its window until the first frame is there, as in CSS.
        translation: pyrt's own words in another language, a path; None for English.
        pyodide: another source of Pyodide's packages: a folder, an address, or a wheel.
        entry: what is built if nothing is on the command line.
        include: patterns of files that travel, although they otherwise would not.
        exclude: patterns of files that do not.
        env: environment variables of the app.
        extras: extras of the project whose requirements count.
        groups: dependency groups of the project whose requirements count.
        override_dependencies: requirements that replace all others of the same package.
        exclude_dependencies: packages that nothing gets, whoever requires them.
        allow_build: packages that may be built from source.
        prefer_index: packages that the index gives, though Pyodide has a patched build.
        embed_origins: origins whose pages may use the app's props, if they have it in a frame.
        content_security_policy: directive -> what it allows besides.
    """

    bridge: str | None = None
    bridge_timeout_s: float = 60
    bridge_credentials: Credentials = "same-origin"
    server: tuple[str, ...] = ()
    server_only: tuple[str, ...] = ()
    max_result_mb: float | None = None
    mcp: bool = False
    first_paint: bool = True
    precompute: tuple[str, ...] | Literal["auto"] = ()
    precompute_calls: int = 500
    precompute_size_mb: float = 5
    offline: bool = False
    name: str | None = None
    icon: str | None = None
    theme_color: str | None = None
    background_color: str = "#ffffff"
    translation: str | None = None
    pyodide: str | None = None
    entry: str | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    extras: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    override_dependencies: tuple[Requirement, ...] = ()
    exclude_dependencies: tuple[str, ...] = ()
    allow_build: tuple[str, ...] = ()
    prefer_index: tuple[str, ...] = ()
    embed_origins: tuple[str, ...] = ()
    content_security_policy: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def max_result(self) -> int | None:
        """The largest result of a callback, in bytes; None for the default."""
        return None if self.max_result_mb is None else int(self.max_result_mb * 1_000_000)

    @property
    def bridge_origin(self) -> str | None:
        """Scheme, host and port of an absolute address."""
        parts = urlsplit(self.bridge or "")
        return f"{parts.scheme}://{parts.netloc}" if parts.scheme else None


def read_settings(config: SiteConfig) -> Settings:
    """Read the settings of an app.

    Raises:
        BuildError: a key is unknown, or its value is not valid.
    """
    settings = Settings()
    project = config.settings_file or config.entry.with_name("pyproject.toml")
    for origin, content in (
        (project.name, read_project(project.with_name("app.py"))),
        (config.entry.name, read_script_block(config.entry)),
    ):
        settings = _apply(settings, find_table(content, origin), f"{origin}, [tool.pyrt]")
    beside = config.entry.parent / (settings.pyodide or "")
    if settings.pyodide and beside.exists():
        settings = replace(settings, pyodide=str(beside))
    folders = [path.parent for path in (config.settings_file, config.entry) if path]
    settings = replace(
        settings,
        icon=_beside(folders, settings.icon),
        translation=_beside(folders, settings.translation),
    )
    given = {"bridge": config.bridge, "pyodide": config.pyodide}
    for key, value in given.items():
        settings = _apply(settings, {key: value} if value else {}, f"--{key}")
    return settings


def _beside(folders: Sequence[Path], name: str | None) -> str | None:
    """Return the path of a file in the first of the folders that has it, or else in the last."""
    if not name:
        return None
    found = (folder / name for folder in folders if (folder / name).is_file())
    return str(next(found, folders[-1] / name))


def find_table(content: Mapping[str, object] | None, origin: str) -> dict[str, object]:
    """Return `[tool.pyrt]` of a file; empty without one.

    Raises:
        BuildError: it is no table.
    """
    tool = (content or {}).get("tool")
    table = tool.get("pyrt", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        raise BuildError(f"{origin}: tool.pyrt must be a table: [tool.pyrt].")
    return table


def read_entry_setting(folder: Path) -> str | None:
    """Return `entry` of the pyproject.toml in a folder.

    Raises:
        BuildError: the file or the value is not valid.
    """
    table = find_table(read_project(folder / "app.py"), "pyproject.toml")
    given = {"entry": table["entry"]} if "entry" in table else {}
    return _apply(Settings(), given, "pyproject.toml, [tool.pyrt]").entry


def _apply(settings: Settings, table: Mapping[str, object], origin: str) -> Settings:
    changes: dict[str, object] = {}
    for key, value in table.items():
        if key not in _READERS:
            raise BuildError(_unknown(key, origin))
        field, read, expected = _READERS[key]
        try:
            changes[field] = read(value)
        except (TypeError, ValueError) as error:
            raise BuildError(f"{origin}: {key} = {value!r} is not {expected}.") from error
    return replace(settings, **changes)  # type: ignore[arg-type]  # the readers give these types


def _unknown(key: str, origin: str) -> str:
    near = difflib.get_close_matches(key.replace("_", "-"), _READERS, n=1, cutoff=0.5)
    hint = f"Did you mean {near[0]}? " if near else ""
    return f"{origin}: there is no setting {key!r}. {hint}There are: {', '.join(_READERS)}."


def _address(value: object) -> str:
    parts = urlsplit(_text(value))
    absolute = parts.scheme in {"http", "https"} and parts.netloc
    path = not parts.scheme and not parts.netloc and parts.path.startswith(("/", "./"))
    is_plain = re.fullmatch(r"[\w.:\[\]-]*", parts.netloc)  # it becomes part of a policy
    if not (absolute or path) or parts.query or parts.fragment or not is_plain:
        raise ValueError(value)
    return parts.geturl().rstrip("/")


def _positive(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        raise TypeError(value)
    return value


def _count(value: object) -> int:
    if type(value) is not int or value < 1:
        raise ValueError(value)
    return value


def _precompute(value: object) -> tuple[str, ...] | Literal["auto"]:
    return "auto" if value == "auto" else _names(rf"{_DOTTED}:{_DOTTED}")(value)


def _credentials(value: object) -> Credentials:
    if value not in _CREDENTIALS:
        raise ValueError(value)
    return cast("Credentials", value)


def _names(pattern: str) -> Callable[[object], tuple[str, ...]]:
    def read(value: object) -> tuple[str, ...]:
        if not isinstance(value, list):
            raise TypeError(value)
        texts = tuple(_text(item) for item in value)
        if not all(re.fullmatch(pattern, text) for text in texts):
            raise ValueError(value)
        return texts

    return read


def _patterns(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(value)
    return tuple(_text(item) for item in value)


def _variables(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise TypeError(value)
    if not all(re.fullmatch(VARIABLE, name) for name in value):
        raise ValueError(value)
    return {name: _variable(item) for name, item in value.items()}


def _variable(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else _text(value)


def _policy(value: object) -> dict[str, tuple[str, ...]]:
    """Read directives of a policy; a source must not end its directive, or the header."""
    if not isinstance(value, dict):
        raise TypeError(value)
    if not all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in value):
        raise ValueError(value)
    read = _names(r"[^\s;,]+")
    return {name: read(sources) for name, sources in value.items()}


def _requirements(value: object) -> tuple[Requirement, ...]:
    if not isinstance(value, list):
        raise TypeError(value)
    try:
        return tuple(Requirement(_text(item)) for item in value)
    except InvalidRequirement as error:
        raise ValueError(value) from error


def _name(value: object) -> str:
    if not _text(value).strip():
        raise ValueError(value)
    return _text(value).strip()


def _color(value: object) -> str:
    if not re.fullmatch(_COLOR, _text(value), re.IGNORECASE):
        raise ValueError(value)
    return _text(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _bool(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


# key -> field, reader, description of valid values
_READERS: dict[str, tuple[str, Callable[[object], object], str]] = {
    "bridge": (
        "bridge",
        _address,
        'an address such as "https://calc.example.org", or a path such as "/calc"',
    ),
    "bridge-timeout": ("bridge_timeout_s", _positive, "a number of seconds above 0"),
    "bridge-credentials": (
        "bridge_credentials",
        _credentials,
        f"one of {', '.join(map(repr, _CREDENTIALS))}",
    ),
    "server": ("server", _names(rf"{_DOTTED}:{_DOTTED}"), 'a list such as ["app:total"]'),
    "server-only": ("server_only", _names(_DOTTED), 'a list of modules such as ["warehouse"]'),
    "max-result": ("max_result_mb", _positive, "a number of megabytes above 0"),
    "mcp": ("mcp", _bool, "true or false"),
    "first-paint": ("first_paint", _bool, "true or false"),
    "precompute": ("precompute", _precompute, 'a list such as ["app:draw"], or "auto"'),
    "precompute-calls": ("precompute_calls", _count, "a whole number above 0"),
    "precompute-size": ("precompute_size_mb", _positive, "a number of megabytes above 0"),
    "offline": ("offline", _bool, "true or false"),
    "name": ("name", _name, 'a text such as "Tides"'),
    "icon": ("icon", _name, 'a file such as "icon.png"'),
    "translation": ("translation", _name, 'a file such as "translation.de.json"'),
    "theme-color": ("theme_color", _color, 'a colour such as "#204080" or "navy"'),
    "background-color": ("background_color", _color, 'a colour such as "#204080" or "navy"'),
    "extras": ("extras", _names(_PACKAGE), 'a list of extras such as ["maps"]'),
    "groups": ("groups", _names(_PACKAGE), 'a list of groups such as ["web"]'),
    "override-dependencies": (
        "override_dependencies",
        _requirements,
        'a list of requirements such as ["numpy>=2"]',
    ),
    "exclude-dependencies": (
        "exclude_dependencies",
        _names(_PACKAGE),
        'a list of packages such as ["psutil"]',
    ),
    "allow-build": ("allow_build", _names(_PACKAGE), 'a list of packages such as ["own-thing"]'),
    "prefer-index": ("prefer_index", _names(_PACKAGE), 'a list of packages such as ["httpx"]'),
    "pyodide": ("pyodide", _text, 'a text such as "../pyodide" or "https://host/pyodide/"'),
    "entry": ("entry", _text, 'a file, a folder or module:attribute, such as "app.main:server"'),
    "include": ("include", _patterns, 'a list of patterns such as ["plugins/*.py"]'),
    "exclude": ("exclude", _patterns, 'a list of patterns such as ["raw/"]'),
    "embed-origins": (
        "embed_origins",
        _names(r"https?://[A-Za-z0-9.-]+(:\d+)?|https?://\[[0-9a-f:]+\](:\d+)?"),
        'a list of origins, without a path, such as ["https://docs.example.org"]',
    ),
    "content-security-policy": (
        "content_security_policy",
        _policy,
        'a table of lists such as { img-src = ["https://tiles.example.org"] }',
    ),
    "env": ("env", _variables, 'a table of texts such as { TITLE = "Tides" }'),
}
