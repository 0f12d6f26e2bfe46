"""The options of `pyrt build`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pyrt.model.environment import Launch

type Rehearsal = Literal["auto", "require", "skip"]
type Host = Literal["github-pages", "netlify", "cloudflare"]
type Compression = Literal["fast", "default", "release"]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the files of an app are.

    Attributes:
        root: the folder that contains all of them.
        path: the folders of `sys.path` below it, relative; "" is the root.
        core: the folder of which everything may travel, relative; of the rest, what is named.
        include: patterns of files that travel although they otherwise would not.
        exclude: patterns of files that do not.
        allowed: paths of files that may hold a secret and travel all the same.
        may_make_app_when_run: whether it is no error if no module calls `Dash(...)`: the app is run
            before the site is written.
    """

    root: Path
    path: tuple[str, ...] = ("",)
    core: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    may_make_app_when_run: bool = False


@dataclass(frozen=True, slots=True)
class SiteConfig:
    """The options, with defaults applied and paths made absolute.

    Attributes:
        entry: the app's file; `project.find` replaces it by what it finds.
        out: the folder of the site, or the path of the single file.
        base_url: URL path of the site, for 404.html; empty, or with a slash at its end.
        debug: dev tools, message log, source maps.
        dev: the site of `pyrt dev`, in which the app runs again when it has changed.
        editor: with `dev`: the app comes from the page around the site, that of a playground.
        cdn: leave Pyodide's files on its CDN.
        rehearsal: start the site once in a browser: if there is one, always, or never.
        compression: how small the files become, and how long that takes.
        precompress: write compressed copies of files, too.
        embed: add the script of `<pyrt-app>`, for pages that have the app in a frame.
        shared: before the addresses of files that the site shares with those beside it, as `../`;
            empty for a site by itself.
        host: the host for which files are written beside the site, as `_headers`.
        single_file: make one HTML file of the site; `out` is its path.
        small: leave the snapshot out of the single file.
        offline: let browsers keep the site for use without a network.
        static: make a site without Python, whose callbacks are all computed at build time.
        describe: write llms.txt, for which the app is run on this machine.
        pyodide: folder, address or wheel of another Pyodide distribution.
        index_url: package index for pip.
        requirements: a file to read in place of those beside the app.
        bridge: address of the server that answers callbacks.
        strict: warnings are errors.
        target: what stands for the app on the command line, as a file or `module:attribute`.
        module: what is run as `python -m`.
        env: environment variables of the app, `NAME=VALUE` each.
        env_files: files with more of them.
        allowed_secrets: files that may hold a secret and travel all the same.
        list_files: print what was decided about each file, and why.
        run: run the app with this machine's Python, if there is no browser to run it in.
        layout: where the app's files are; None for the entry's own folder.
        launch: how the app is run in the site.
        settings_file: the pyproject.toml with `[tool.pyrt]`; None for the one beside the app.
        variables: the environment variables of the app.
        extra: extras of the project whose requirements count.
        group: dependency groups of the project whose requirements count.
        allow_build: packages that may be built from source.
    """

    entry: Path
    out: Path
    base_url: str = ""
    debug: bool = False
    dev: bool = False
    editor: bool = False
    cdn: bool = False
    rehearsal: Rehearsal = "auto"
    compression: Compression = "default"
    precompress: bool = False
    embed: bool = False
    shared: str = ""
    host: Host | None = None
    single_file: bool = False
    small: bool = False
    offline: bool = False
    static: bool = False
    describe: bool = False
    pyodide: str | None = None
    index_url: str | None = None
    requirements: Path | None = None
    bridge: str | None = None
    strict: bool = False
    target: str | None = None
    module: str = ""
    env: tuple[str, ...] = ()
    env_files: tuple[Path, ...] = ()
    allowed_secrets: tuple[Path, ...] = ()
    list_files: bool = False
    run: bool = False
    layout: Layout | None = None
    launch: Launch = field(default_factory=Launch)
    settings_file: Path | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    extra: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    allow_build: tuple[str, ...] = ()
