"""Parts an app between browser and server: what of it belongs to the site.

The whole app is read first, then once more without what only the server uses. May import absent,
config, discover, removal and settings.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from pyrt_build.app.discover import App, discover
from pyrt_build.app.requirements import Declared, SiteConfig
from pyrt_build.app.settings import Settings
from pyrt_build.server_code import known_modules, removal
from pyrt_build.server_code.marks import Circumstances
from pyrt_build.server_code.removal import Removal
from pyrt_build.server_code.units import module_name


@dataclass(frozen=True, slots=True)
class Parted:
    """An app, of which some may be left on the server.

    Attributes:
        app: the part for the browser.
        removal: what went.
        absent: modules that cannot be had in a browser, whether they are imported or not.
        only_there: modules of packages that only the server imports.
    """

    app: App
    removal: Removal
    absent: frozenset[str]
    only_there: frozenset[str]

    @property
    def stand_ins(self) -> list[str]:
        """Those of `absent` that the browser's part imports all the same.

        Not those that it can do without: `except ImportError` is to find that they are not there.
        """
        found = {i.module.partition(".")[0] for i in self.app.imports if not i.optional}
        dotted = {name for name in self.absent if "." in name}
        return sorted(self.absent & found | dotted)


def part(config: SiteConfig, settings: Settings, declared: Declared) -> Parted:
    """Read an app.

    Raises:
        BuildError: it cannot be read, or a setting names a callback that is not there.
    """
    whole = discover(config.entry)
    gone = _absent(whole, settings, declared)
    taken = removal.plan(
        {where: whole.read(where) for where in whole.modules},
        whole.always,
        Circumstances(frozenset(settings.server), bridge=settings.bridge is not None),
        gone,
        {w for w in whole.modules if known_modules.covers(module_name(w), settings.server_only)},
    )
    app = discover(config.entry, taken.sources, taken.files)
    for where in [w for w in app.data if _is_the_servers(w, taken, app.texts)]:
        del app.data[where]
        app.left_out.append(f"{where} (only the server names it)")
    tops = {i.module.partition(".")[0] for i in app.imports}
    only_there = {name.partition(".")[0] for name in taken.imports} - tops
    return Parted(app, taken, gone, frozenset(only_there))


def _absent(app: App, settings: Settings, declared: Declared) -> frozenset[str]:
    own = {where.split("/", maxsplit=1)[0].removesuffix(".py") for where in app.modules}
    names = set(known_modules.KNOWN) - own
    if known_modules.has_server_database(
        (found.module for found in app.imports),
        (wanted.requirement.name for wanted in declared.wanted),
        app.texts,
    ):
        names |= set(known_modules.OVER_DATABASES) - own
    return frozenset(names | set(settings.server_only))


def _is_the_servers(where: str, taken: Removal, texts: Iterable[str]) -> bool:
    return removal.names_file(taken.texts, where) and not removal.names_file(texts, where)
