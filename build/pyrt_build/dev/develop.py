"""`pyrt dev`: builds, serves, watches, and tells what has become of each change."""

import contextlib
import signal
import socket
import threading
import time
import webbrowser
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pyrt.model.errors import PyrtError
from pyrt_build.app.config import SiteConfig
from pyrt_build.console.output import progress, result, say, step
from pyrt_build.dev.access import PARAMETER, Access
from pyrt_build.dev.app_build import AppBuild, is_of_settings
from pyrt_build.dev.bridge import PATH, BridgeProcess
from pyrt_build.dev.server import Report, Site, make_server
from pyrt_build.dev.versions import Versions
from pyrt_build.dev.watcher import POLL_S, Watcher
from pyrt_build.errors import BuildError
from pyrt_build.project.imports import relative
from pyrt_build.site import plan

_NAMED = 3  # files in a line of the terminal
_WRITING_S = 0.1  # in which an editor writes a file to its end


@dataclass(frozen=True, slots=True)
class Options:
    """How the site is served.

    Attributes:
        host: the address to listen on.
        port: the first port to try; 0 is any.
        opens: whether a browser is opened.
        named: what names the app on a command line.
    """

    host: str = "127.0.0.1"
    port: int = 8050
    opens: bool = False
    named: Sequence[str] = ()


@dataclass(slots=True)
class _Session:
    """One run of the command."""

    config: SiteConfig
    options: Options
    versions: Versions = field(default_factory=Versions)
    stop: threading.Event = field(default_factory=threading.Event)
    bridge: BridgeProcess | None = None
    _told: set[tuple[int, str]] = field(default_factory=set)
    _files: str = ""

    def run(self) -> None:
        """Serve and watch, until interrupted.

        Raises:
            BuildError: there is no app, or the address cannot be used.
        """
        app = AppBuild(self.config)
        watcher = Watcher(app.read_files, app.watched, self.stop)
        self._build_first(app)
        self._add(app)
        options = self.options
        access = Access.of(options.host)
        site = Site(self.versions, access, self._reported, lambda: self.bridge)
        server, port = make_server(site, options.host, options.port)
        threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
        try:
            self._announce(access, port)
            self._watch(app, watcher)
        except KeyboardInterrupt:
            say("")
        finally:
            self.stop.set()
            self.versions.close()
            server.shutdown()
            server.server_close()
            if self.bridge:
                self.bridge.end()

    def _build_first(self, app: AppBuild) -> None:
        """Build all; with a bridge of its own if the app has server callbacks and names none."""
        with step("Building"):
            app.build()
        assert app.prepared is not None
        settings = app.prepared.settings
        if settings.bridge is None and app.prepared.inputs.server:
            app.config = replace(app.config, bridge=PATH)
            with step("Building, with a server for its server callbacks"):
                app.build()
            self.bridge = BridgeProcess(self.options.named)
            self.bridge.restart()

    def _add(self, app: AppBuild) -> bool:
        content = plan.app_content(app.app)
        return self.versions.add(app.files, content, f"{app.app.assets_folder.strip('/')}/")

    def _announce(self, access: Access, port: int) -> None:
        options = self.options
        if options.port and port != options.port:
            say(f"Port {options.port} is in use; this is {port}.")
        query = f"?{PARAMETER}={access.token}" if access.token else ""
        addresses = [f"http://{_shown(host)}:{port}/{query}" for host in _hosts(options.host)]
        result({"url": addresses[0], "addresses": [*addresses]})
        say(f"Serving on {addresses[0]}  (Ctrl-C ends it)")
        for address in addresses[1:]:
            say(f"  also on  {address}")
        if access.token:
            say("Who has this address can read the app's files. Share it with care.")
        if options.opens:
            webbrowser.open(addresses[0])

    def _watch(self, app: AppBuild, watcher: Watcher) -> None:
        for changed in watcher.changes():
            root = app.app.folder
            if not root.is_dir():
                self._wait_for(root)
            self._files = _name(changed, root)
            self._follow(app, changed)
            watcher.built()

    def _wait_for(self, root: Path) -> None:
        progress(f"{_now()}  {root} is not there any more; waiting until it is back")
        while not root.is_dir() and not self.stop.is_set():
            time.sleep(POLL_S)

    def _follow(self, app: AppBuild, changed: set[Path]) -> None:
        try:
            self._build_written(app, changed)
            is_new = self._add(app)
        except (BuildError, PyrtError, OSError) as error:
            text = str(error)
            if self.versions.add_error(text):
                progress(f"{_now()}  {self._files}: the version before goes on.\n{text}")
            return
        if is_new and self.bridge and any(path.suffix == ".py" for path in changed):
            self.bridge.restart()

    def _build_written(self, app: AppBuild, changed: set[Path]) -> None:
        """Build what changed files need, again a moment later if one may be half-written."""
        try:
            app.follow(changed)
        except (BuildError, PyrtError, OSError):
            if any(map(is_of_settings, changed)):
                raise  # packages may take long to look for
            self.stop.wait(_WRITING_S)
            app.follow(changed)

    def _reported(self, report: Report) -> None:
        """Write once what pages tell of a version."""
        key = (report.version, report.message)
        if key in self._told or report.version != self.versions.newest.number:
            return
        self._told.add(key)
        if self.versions.newest.error:
            return  # written already
        if report.ok:
            progress(f"{_now()}  {self._files}: runs ({report.ms} ms)")
        else:
            progress(f"{_now()}  {self._files}: the version before goes on.\n{report.message}")


def develop(config: SiteConfig, options: Options) -> None:
    """Serve an app while it is written, until interrupted.

    Raises:
        BuildError: there is no app, it cannot be built, or the address cannot be used.
    """
    with contextlib.suppress(ValueError):  # not the main thread
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # the bridge ends, too
    own = replace(config, dev=True, debug=True, rehearsal="skip", compression="fast")
    _Session(own, options).run()


def _now() -> str:
    return time.strftime("%H:%M:%S")


def _name(changed: set[Path], root: Path) -> str:
    names = sorted(
        relative(path, root) if path.is_relative_to(root) else path.name for path in changed
    )
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _hosts(host: str) -> Iterator[str]:
    """Yield the addresses under which a server can be asked."""
    if host not in {"0.0.0.0", "::"}:  # noqa: S104  # compared
        yield host
        return
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as found:
        found.connect(("192.0.2.1", 9))  # sends nothing: says by which address one would
        yield str(found.getsockname()[0])
    yield "127.0.0.1"
