"""Separates the browser's part of an app from the server's.

The whole app is read first, then once more without what only the server uses.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyrt_build.app.config import Layout, SiteConfig
from pyrt_build.app.discover import App, discover
from pyrt_build.app.settings import Settings
from pyrt_build.project.files import names_file
from pyrt_build.server_code import known_modules, removal
from pyrt_build.server_code.code_units import module_name
from pyrt_build.server_code.marks import Options
from pyrt_build.server_code.removal import Removal
from pyrt_build.server_code.routes import Route, find_routes


@dataclass(frozen=True, slots=True)
class Partition:
    """The browser's part of an app.

    Attributes:
        app: that part.
        removal: what was removed.
        server_modules: modules that exist only on a server, imported or not.
        server_only: top-level modules of packages that only removed code imports.
        routes: what the app, removed code included, tells its own server.
    """

    app: App
    removal: Removal
    server_modules: frozenset[str]
    server_only: frozenset[str]
    routes: Sequence[Route] = ()

    @property
    def stubs(self) -> list[str]:
        """Those of `server_modules` that the browser's part imports, and gets as stubs.

        Not those of optional imports: there `except ImportError` is to run.
        """
        needed = {i.module.partition(".")[0] for i in self.app.imports if not i.optional}
        dotted = {name for name in self.server_modules if "." in name}
        return sorted(self.server_modules & needed | dotted)


def partition(config: SiteConfig, settings: Settings) -> Partition:
    """Read an app, and remove what only the server uses.

    Raises:
        BuildError: the app cannot be read, or a setting names a callback that does not exist.
    """
    layout = config.layout or Layout(config.entry.parent)
    whole = discover(config.entry, layout=layout)
    server_modules = _server_modules(whole, settings)
    removed = removal.plan(
        {where: whole.read(where) for where in (whole.where, *whole.modules)},
        whole.roots,
        Options(frozenset(settings.server), bridge=settings.bridge is not None),
        server_modules,
        {
            w
            for w in whole.modules
            if known_modules.covers(module_name(w, layout.path), settings.server_only)
        },
        layout.path,
    )
    app = discover(config.entry, removed.sources, removed.files, layout)
    for where in [w for w in app.data if _is_only_on_server(w, removed, app.strings)]:
        del app.data[where]
        app.left_out.append(f"{where} (only the server names it)")
    imported = {i.module.partition(".")[0] for i in app.imports}
    server_only = {name.partition(".")[0] for name in removed.imports} - imported
    routes = [route for route in find_routes(whole) if route.place not in removed.mounts]
    return Partition(app, removed, server_modules, frozenset(server_only), routes)


def _server_modules(app: App, settings: Settings) -> frozenset[str]:
    own = {module_name(where, app.layout.path).split(".")[0] for where in app.modules}
    names = set(known_modules.SERVER_MODULES) - own
    if known_modules.has_server_database(
        (found.module for found in app.imports if not found.optional),
        app.database_urls,
    ):
        names |= set(known_modules.DATABASE_TOOLKITS) - own
    return frozenset(names | set(settings.server_only))


def _is_only_on_server(where: str, removed: Removal, strings: Iterable[str]) -> bool:
    """Tell whether removed code names a data file, and other code does not."""
    return names_file(removed.strings, where) and not names_file(strings, where)
