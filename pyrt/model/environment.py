"""`Environment`: the page's address, cookies and language, in place of a server's request.

The page sends them at boot, and again when they change. The callback context has them under the
names of a request (S-113). On a server, which answers requests of many pages, each call has its own
environment.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, fields, replace
from math import inf
from urllib.parse import parse_qsl


@dataclass(frozen=True, slots=True)
class Location:
    """The address of the page, in the parts `window.location` has."""

    href: str = "http://127.0.0.1:8050/"
    origin: str = "http://127.0.0.1:8050"
    pathname: str = "/"
    search: str = ""
    hash: str = ""


class QueryArguments(Mapping[str, str]):
    """The query of a URL: a mapping to the first value of each name; `getlist` has all."""

    def __init__(self, search: str) -> None:
        self._pairs = parse_qsl(search.removeprefix("?"), keep_blank_values=True)

    def __getitem__(self, key: str) -> str:
        for name, value in self._pairs:
            if name == key:
                return value
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return iter(dict(self._pairs))

    def __len__(self) -> int:
        return len(dict(self._pairs))

    def __repr__(self) -> str:
        return f"QueryArguments({self._pairs!r})"

    def getlist(self, key: str) -> list[str]:
        """Return every value given under this name, in order."""
        return [value for name, value in self._pairs if name == key]

    def to_dict(self) -> dict[str, str]:
        """Return the first value of each name."""
        return {key: self[key] for key in self}


# Attributes that remove a cookie, as Flask and `ctx.response` write them.
_REMOVING = frozenset({"max-age=0", "expires=thu, 01 jan 1970 00:00:00 gmt"})


@dataclass(frozen=True, slots=True)
class Launch:
    """How the app is run, beside its file; "Start" in docs/wire.md.

    Attributes:
        module: dotted name, for `python -m` and for `module:attribute`; empty to run the file.
        attribute: of the module, a name or a call such as `create_app()`; empty to run it.
        root: the folder of the project, which contains all files of the app.
        path: the first folders of `sys.path`.
        working_folder: the current folder.
        variables: environment variables.
        folders: folders that exist and have no files.
    """

    module: str = ""
    attribute: str = ""
    root: str = ""
    path: Sequence[str] = ()
    working_folder: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    folders: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Environment:
    """What the page tells the worker about itself; see "Start" in docs/wire.md.

    Attributes:
        entry: path of the app's script.
        debug: whether the site was built with `--debug`.
        base: path of the site's root in its URL, with a slash at the end.
        started: start of the app's script, in seconds since the epoch; files written later are not
            part of the site.
        jobs: whether the page has workers for background callbacks.
        bridge: whether it has a server.
        server: functions to call there, as `module:function`.
        server_only: modules that exist only there.
        launch: how the entry is run.
        max_result: the largest result of a callback, in bytes.
        switching: whether synchronous code can wait for asynchronous code. Browsers without stack
            switching (JSPI) cannot.
    """

    entry: str = "/app/app.py"
    debug: bool = False
    base: str = "/"
    location: Location = field(default_factory=Location)
    cookie: str = ""
    user_agent: str = ""
    language: str = ""
    referrer: str = ""
    packages_url: str = "pkg/"
    plotly_url: str | None = None
    assets_url: str = "assets/"
    started: float = inf
    jobs: bool = False
    bridge: bool = False
    server: Sequence[str] = ()
    server_only: Sequence[str] = ()
    switching: bool = True
    launch: Launch = field(default_factory=Launch)
    max_result: int = 64_000_000

    @property
    def root(self) -> str:
        """The folder of the app: of the project, or else of the app's script."""
        return self.launch.root or self.entry.rpartition("/")[0]

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies that a script in the page can read."""
        pairs = (part.strip().partition("=") for part in self.cookie.split(";"))
        return {name: value for name, mark, value in pairs if mark}

    def with_cookie(self, text: str) -> str:
        """Return the cookies of the page after `document.cookie` was set to a text."""
        pair, *attributes = (part.strip() for part in text.split(";"))
        name, _, value = pair.partition("=")
        cookies = {key: held for key, held in self.cookies.items() if key != name}
        if not any(attribute.lower() in _REMOVING for attribute in attributes):
            cookies[name] = value
        return "; ".join(f"{key}={held}" for key, held in cookies.items())

    @property
    def headers(self) -> dict[str, str]:
        """The headers that a browser would send, as far as a script can know them."""
        known = {
            "Host": self.location.origin.partition("://")[2],
            "User-Agent": self.user_agent,
            "Accept-Language": self.language,
            # A page sends its own address; on a server it is the header itself.
            "Referer": self.referrer
            if self.has_server and self.referrer
            else self.location.href.partition("#")[0],
            "Origin": self.location.origin,
            "Cookie": self.cookie,
        }
        return {name: value for name, value in known.items() if value}

    @property
    def args(self) -> QueryArguments:
        """The query of the request of a callback: empty, as in Dash."""
        return QueryArguments("")

    @property
    def path(self) -> str:
        """The path of the request of a callback, with its (empty) query."""
        return f"{self.base}_dash-update-component?"

    @property
    def remote(self) -> str:
        """The IP address of the user: always that of the local host."""
        return "127.0.0.1"

    @property
    def has_server(self) -> bool:
        """Whether a server sends the response, which can set `httponly` cookies then."""
        return False

    @property
    def origin(self) -> str:
        """Scheme, host and port of the page."""
        return self.location.origin


def decode_environment(message: Mapping[str, object]) -> Environment:
    """Read the environment from its JSON; missing keys get defaults, unknown ones are ignored.

    >>> decode_environment({"base": "/sub/", "userAgent": "x"}).base
    '/sub/'
    """
    values = dict(message)
    location, launch = values.pop("location", None), values.pop("launch", None)
    known = _decode(Environment, values)
    if isinstance(location, Mapping):
        known["location"] = decode_location(location)
    if isinstance(launch, Mapping):
        known["launch"] = decode_launch(launch)
    return Environment(**known)  # type: ignore[arg-type]  # written by pyrt's page


def decode_launch(message: Mapping[str, object]) -> Launch:
    """Read from its JSON how an app is run."""
    return Launch(**_decode(Launch, message))  # type: ignore[arg-type]  # written by pyrt


def encode_launch(launch: Launch) -> dict[str, object]:
    """Return the JSON of `decode_launch`."""
    return {_camel(item.name): getattr(launch, item.name) for item in fields(Launch)}


def _decode(kind: type[Environment | Launch], values: Mapping[str, object]) -> dict[str, object]:
    names = {_camel(item.name): item.name for item in fields(kind)}
    return {names[key]: value for key, value in values.items() if key in names}


def decode_location(message: Mapping[str, object]) -> Location:
    """Read an address from its JSON."""
    names = {item.name for item in fields(Location)}
    return Location(**{key: str(value) for key, value in message.items() if key in names})


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


class OpenPage:
    """One of several pages of an interpreter, whose environment its own calls may change."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment


_only_page = OpenPage(Environment())
_of_call: ContextVar[OpenPage | None] = ContextVar("page", default=None)


def _page() -> OpenPage:
    return _of_call.get() or _only_page


def current() -> Environment:
    """Return the environment of the current call, else that of the interpreter's only page."""
    return _page().environment


@contextmanager
def serving(page: Environment | OpenPage | None) -> Iterator[None]:
    """Set the environment of all calls in this context, tasks included; None changes nothing."""
    if page is None:
        yield
        return
    token = _of_call.set(page if isinstance(page, OpenPage) else OpenPage(page))
    try:
        yield
    finally:
        _of_call.reset(token)


def use(environment: Environment) -> None:
    """Set the environment of the interpreter's only page."""
    _only_page.environment = environment


def change(*, location: Location | None = None, cookie: str | None = None) -> None:
    """Change the address or the cookies of the page of the current call."""
    page = _page()
    now = page.environment
    page.environment = replace(
        now,
        location=now.location if location is None else location,
        cookie=now.cookie if cookie is None else cookie,
    )
