"""Makes the site of a playground: the page with the editor, its starts, packages and examples."""

import html
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from pyrt_build import cache, hashes, static_files, target
from pyrt_build.app.config import SiteConfig
from pyrt_build.app.formats import markers
from pyrt_build.console.notes import Code, Note, refuse_warnings
from pyrt_build.console.output import step, take_notes
from pyrt_build.packages import resolve, wheels
from pyrt_build.packages.lock import LockedPackage
from pyrt_build.packages.search import module_names
from pyrt_build.packages.search.rules import OWN_PACKAGES, SERVER_PACKAGES
from pyrt_build.playground import additions
from pyrt_build.playground.completion import completion_json
from pyrt_build.playground.examples import read_examples
from pyrt_build.playground.starts import STARTS, BuiltStart, Start, build_start
from pyrt_build.site import compression, licenses, plan, write
from pyrt_build.site.compile import bytecode
from pyrt_build.site.manifest import Files, digest, script_json
from pyrt_build.types import Json

_SCRIPT = "playground.js"
_EDITOR = "playground_editor.js"
# That it starts, and that an empty app needs nothing of its packages.
_OF_EVERY_START = frozenset({Code.STARTED, Code.UNUSED_PACKAGE})
_SCRIPT_LICENSES = ("playground_licenses.txt", "playground_editor_licenses.txt")


@dataclass(frozen=True, slots=True)
class Options:
    """What a playground is made of.

    Attributes:
        starts: names of `STARTS`; none: all of them.
        packages: requirements beside those of the starts.
        index: address of the package index that the page may ask, with a slash at its end; empty:
            none.
    """

    starts: Sequence[str] = ()
    packages: Sequence[str] = ()
    index: str = ""

    @property
    def chosen(self) -> list[Start]:
        """The starts, the smallest first."""
        return [start for start in STARTS if not self.starts or start.name in self.starts]


@dataclass(frozen=True, slots=True)
class Made:
    """A playground that was written.

    Attributes:
        out: its folder.
        starts: name -> size in bytes.
        packages: those beside the starts, as `name version`.
    """

    out: Path
    files: Files
    starts: Mapping[str, int]
    packages: Sequence[str]
    notes: Sequence[Note]


def make(config: SiteConfig, options: Options) -> Made:
    """Make a playground, and write it to its folder.

    Args:
        config: the options of builds; its `out` is the folder.
        options: what it is made of.

    Raises:
        BuildError: nothing was written; an older playground in the folder is unchanged.
        StrictError: there are warnings, and `strict` is set; likewise.
    """
    additions.check_requirements(options.packages)
    write.check_place(config.out)
    starts = options.chosen
    with hashes.remembered(cache.folder("hashes") / "files.json"):
        locked, notes = additions.lock(options.packages, starts[-1], config)
        built: list[BuiltStart] = []
        for start in starts:
            with step(f"Building the start {start.name!r}"):
                built.append(build_start(start, config))
        notes += [note for each in built for note in each.notes if note.code not in _OF_EVERY_START]
        # An app that needs one of these gets the largest start, which has it in its snapshot.
        found = additions.additions(locked, [package.name for package in built[-1].locked])
        compiler = bytecode.Compiler(notes.append)
        of_packages, told = additions.site_files(found, compression.level(config), compiler)
    notes = [*dict.fromkeys([*notes, *take_notes()])]
    if config.strict:
        refuse_warnings(notes)
    wheels_ = _wheels([*locked, *(package for each in built for package in each.locked)])
    of_starts = {_start_url(each): each.content for each in built}
    completion = completion_json(resolve.dash_wheel(config.index_url), [p.path for p in wheels_])
    examples = read_examples()
    told_all: dict[str, Json] = {
        "starts": [_describe(each) for each in built],
        "packages": [*told],
        "index": _describe_index(options.index) if options.index else None,
        "examples": [example.as_json() for example in examples],
        "editor": _named(_EDITOR),
        "completion": f"completion-{digest(completion)}.json",
        "pyrt": target.PYRT_VERSION,
        "standardLibrary": [*sorted(sys.stdlib_module_names)],
    }
    files = _page(told_all) | of_starts | of_packages
    files |= {example.picture_url: example.picture for example in examples}
    files |= {
        str(told_all["completion"]): completion,
        "LICENSES.txt": _licenses(config, wheels_),
        write.LOCK_FILE: plan.lock_file((), wheels_),
        # GitHub Pages would leave out the folders of packages that begin with `_`.
        ".nojekyll": b"",
    }
    files = dict(sorted(files.items()))
    write.write(files, config.out)
    return Made(
        config.out,
        files,
        {each.start.name: len(each.content) for each in built},
        [f"{each.package.name} {each.package.version}" for each in found],
        notes,
    )


def _start_url(built: BuiltStart) -> str:
    return f"starts/{built.start.name}-{digest(built.content)}.html"


def _describe(built: BuiltStart) -> Json:
    """Return what the page is told of a start (`StartInfo` there)."""
    packages: list[Json] = [
        {
            "name": package.name,
            "version": package.version,
            "modules": [*sorted(wheels.top_level_modules(package.path))],
        }
        for package in built.locked
    ]
    return {
        "name": built.start.name,
        "url": _start_url(built),
        "size": len(built.content),
        "hasGraphs": built.start.has_graphs,
        "packages": packages,
    }


def _describe_index(url: str) -> Json:
    """Return what the page is told of the index (`IndexInfo` there)."""
    names: Json = {**module_names.DIFFERENT}
    return {
        "url": url,
        "python": {**markers.ENVIRONMENT},
        "provided": [*sorted({*SERVER_PACKAGES, *OWN_PACKAGES})],
        "modules": {"different": names, "same": [*sorted(module_names.SAME)]},
    }


def _named(script: str) -> str:
    """Return the name of a script in the playground's folder."""
    stem = script.removesuffix(".js").replace("_", "-")
    return f"{stem}-{digest(static_files.read(script))}.js"


def _page(told: Mapping[str, Json]) -> Files:
    name, editor = _named(_SCRIPT), str(told["editor"])
    template = resources.files("pyrt_build") / "templates" / "playground.html"
    values = {
        "script": html.escape(name),
        "editor": html.escape(editor),
        "config": script_json(told),
    }
    text = template.read_text(encoding="utf-8")
    page = re.sub(r"\{\{(\w+)\}\}", lambda found: values[found[1]], text)
    scripts = {name: static_files.read(_SCRIPT), editor: static_files.read(_EDITOR)}
    return {"index.html": page.encode(), **scripts}


def _wheels(locked: Sequence[LockedPackage]) -> list[LockedPackage]:
    return [*{package.name: package for package in locked}.values()]


def _licenses(config: SiteConfig, locked: Sequence[LockedPackage]) -> bytes:
    paths = [resolve.dash_wheel(config.index_url), *(package.path for package in locked)]
    of_sites = licenses.collect(map(wheels.read_about, paths))
    return b"\n".join([of_sites.encode(), *map(static_files.read, _SCRIPT_LICENSES)])
