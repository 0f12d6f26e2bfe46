"""From an app and its locked packages to the files of a site; nothing is written here.

docs/site-format.md describes files, manifest and images.
"""

import html
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath
from typing import cast

from pyrt.app.template import APP_ENTRY
from pyrt.model.environment import encode_launch
from pyrt_build import cache, static_files, target
from pyrt_build.agent_tools import site_files
from pyrt_build.app.config import SiteConfig
from pyrt_build.app.discover import App
from pyrt_build.app.settings import Settings
from pyrt_build.packages import distribution, wheels
from pyrt_build.packages.lock import LockedPackage
from pyrt_build.packages.wheels import Wheel
from pyrt_build.project.files import read_file
from pyrt_build.site import (
    components,
    image,
    interpreter_files,
    licenses,
    package_image,
    plotly_js,
)
from pyrt_build.site.compile import bytecode
from pyrt_build.site.manifest import (
    MOUNTS,
    Files,
    describe_file,
    describe_sheets,
    digest,
    integrity,
    read_manifest,
    script_json,
)
from pyrt_build.site.write import LOCK_FILE
from pyrt_build.translation import file as translation
from pyrt_build.types import Json

STANDARD_LIBRARY = f"{MOUNTS['stdlib']}/{PurePosixPath(bytecode.ZIP_PATH).name}"
# `sys.path`: the app before packages, as Python has the folder of the script that it runs.
PATH = ["/pyrt/engine", "/pyrt/engine/pyrt/compat", "/app", "/pyrt/packages"]
LARGE_FILE_BYTES = 5 * 2**20  # of the app's files, above which they are fetched when they are read
PLOTLY_JS = "plotly/package_data/plotly.min.js"
# What every page loads, after those scripts of the app that Python puts before them.
BUNDLES = (
    "dash/dcc/dash_core_components.js",
    "dash/dcc/dash_core_components-shared.js",
    "dash/html/dash_html_components.min.js",
    "dash/dash_table/bundle.js",
)
ICON = "favicon.ico"
EDITOR = "editor"  # web/src/hot_reload/editor_source.ts
ELEMENT = "pyrt-app.js"  # other pages name it: no hash
# the order of the script tags, before any bundle.
REACT = (
    "polyfill@",
    f"react@{target.REACT_VERSION}",
    f"react-dom@{target.REACT_VERSION}",
    "prop-types@",
)


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that a site is made of.

    Attributes:
        dash: the dash wheel; only what the page loads is taken from it.
        plotly: the plotly wheel, if plotly.js is needed.
        has_plotly_python: whether its Python is needed, too.
        pure: wheels without compiled code.
        compiled: packages with compiled code, loaded by Pyodide.
        settings: of the app.
        server: `module:function` of the callbacks that a server answers.
        stubs: modules that are replaced by stubs.
        own_compiled: wheels of the project itself; its compiled modules are among the app's files.
        routes: addresses that the app's server has, and the site has not.
    """

    app: App
    dash: Wheel
    plotly: Wheel | None
    has_plotly_python: bool
    pure: Sequence[Wheel]
    compiled: Sequence[LockedPackage]
    settings: Settings
    server: Sequence[str]
    stubs: Sequence[str]
    own_compiled: Sequence[LockedPackage] = ()
    routes: Sequence[str] = ()


def plan(config: SiteConfig, inputs: Inputs, warn: bytecode.Warn) -> Files:
    """Return the files of the site. The same inputs give the same bytes.

    `warn` is called with a text for the summary if a part of the site is not as it should be.
    """
    page = _page_files(inputs, debug=config.debug)
    files: Files = {f"pkg/{path}": data for path, data in page.items()}
    compiler = bytecode.Compiler(warn)
    python, data = _packages(inputs, page)
    contents = _images(config, inputs, compiler, python)
    own, app_image = _own_files(inputs.app)
    files |= own
    images = {name: image.pack(content) for name, content in contents.items()}
    python = package_image.with_bytecode(python, MOUNTS["packages"], compiler)
    images["app"], large = app_image
    images["packages"], beside = package_image.pack(python, data)
    files |= beside
    images = {name: images[name] for name in MOUNTS}
    image_urls = {name: f"pyrt/{name}-{digest(data)}.img" for name, data in images.items()}
    files |= {image_urls[name]: data for name, data in images.items()}
    offers = site_files.offers_tools(config, inputs.app, inputs.settings)
    scripts = _scripts("dev_" if config.dev else "", offers=offers)
    files |= scripts
    runtime_files = interpreter_files.files(config, inputs.compiled, compiler)
    packages_url = f"{config.shared}pkg/"
    runtime_url = f"pyrt/runtime-{digest(*(runtime_files[n] for n in sorted(runtime_files)))}/"
    files |= {runtime_url + name: data for name, data in runtime_files.items()}
    manifest: dict[str, Json] = {
        "pyrt": target.PYRT_VERSION,
        "pyodide": distribution.core_version(config.pyodide),
        "debug": config.debug,
        "entry": f"{MOUNTS['app']}/{inputs.app.where}",
        "launch": _launch(config, inputs.app),
        "page": _only(scripts, "pyrt/page-"),
        "worker": _only(scripts, "pyrt/worker-"),
        "workerIntegrity": integrity(scripts[_only(scripts, "pyrt/worker-")]),
        "runtime": interpreter_files.describe(config, runtime_url, runtime_files),
        "images": [
            {
                **describe_file(image_urls[name], images[name]),
                "mount": mount,
                **(_describe_large(large) if name == "app" else {}),
            }
            for name, mount in MOUNTS.items()
        ],
        "packages": [package.name for package in inputs.compiled],
        "path": list(PATH),
        "packagesUrl": packages_url,
        "plotlyUrl": f"{packages_url}{PLOTLY_JS}" if PLOTLY_JS in page else None,
        "assetsUrl": "assets/",
        "preload": [f"{packages_url}{path}" for path in [*_react(page), *BUNDLES]],
        "react": [f"{packages_url}{path}" for path in _react(page)],
        "bridge": _bridge(inputs.settings),
        "server": list(inputs.server),
        "serverOnly": list(inputs.stubs),
        "routes": list(inputs.routes),
        **_limits(inputs.settings),
        **_embedding(inputs.settings),
        **_agents(scripts),
        **({} if config.dev else describe_sheets(files)),
        **({"dev": {"server": EDITOR, "version": 1}} if config.editor else {}),
    }
    files |= _pages(config, inputs, manifest, scripts)
    files[ICON] = files.get(f"assets/{ICON}") or _template(ICON).read_bytes()
    if config.embed or inputs.settings.embed_origins:
        files[ELEMENT] = static_files.read("app-element.js")
    files[LOCK_FILE] = lock_file(
        [inputs.dash, *([inputs.plotly] if inputs.plotly else []), *inputs.pure],
        [*inputs.compiled, *inputs.own_compiled],
    )
    files["LICENSES.txt"] = licenses.collect(_wheels(inputs)).encode()
    return dict(sorted(files.items()))


def _agents(scripts: Files) -> dict[str, Json]:
    """Name the script that offers tools to agents, if the site has it."""
    found = [path for path in scripts if path.startswith("pyrt/agents-")]
    return {"agents": found[0]} if found else {}


def _limits(settings: Settings) -> dict[str, Json]:
    """Return the limits that are not the default."""
    limit = settings.max_result
    return {} if limit is None else {"maxResult": limit}


def app_content(app: App) -> Files:
    """Return the app's own files: path below `/app` -> content."""
    content = {where: app.read(where) for where in app.modules}
    content |= {where: read_file(path) for where, path in app.data.items()}
    return content | {f"{app.assets_folder}/{w}": read_file(p) for w, p in app.assets.items()}


type _AppImage = tuple[bytes, dict[str, tuple[str, bytes]]]


def _own_files(app: App) -> tuple[Files, _AppImage]:
    """Return assets, below the app's prefix too, large files, and the image without these."""
    content = app_content(app)
    folder = app.assets_folder
    files = {
        f"{prefix}assets/{where}": content[f"{folder}/{where}"]
        for prefix in {"", app.prefix}
        for where in app.assets
    }
    large = _take_large(content, app)
    return files | dict(large.values()), (image.pack(content), large)


def with_app(config: SiteConfig, inputs: Inputs, files: Files) -> Files:
    """Return a planned site with another version of the app's own files, and the same packages."""
    manifest = read_manifest(files)
    images, shared = manifest["images"], _app_urls(manifest)
    assert isinstance(images, list)
    names = ("assets/", f"{inputs.app.prefix}assets/")
    old = {path for path in files if path in shared or path.startswith(names)}
    kept = {p: data for p, data in files.items() if p not in old and not p.endswith(".html")}
    own, (packed, large) = _own_files(inputs.app)
    url = f"pyrt/app-{digest(packed)}.img"
    described = {**describe_file(url, packed), "mount": MOUNTS["app"], **_describe_large(large)}
    manifest |= {
        "entry": f"{MOUNTS['app']}/{inputs.app.where}",
        "launch": _launch(config, inputs.app),
        "images": [
            described if isinstance(each, dict) and each["mount"] == MOUNTS["app"] else each
            for each in images
        ],
        "bridge": _bridge(inputs.settings),
        "server": list(inputs.server),
        "serverOnly": list(inputs.stubs),
        "routes": list(inputs.routes),
    }
    scripts = {str(manifest["page"]): files[str(manifest["page"])]}
    kept |= own | {url: packed} | _pages(config, inputs, manifest, scripts)
    kept[ICON] = kept.get(f"assets/{ICON}") or _template(ICON).read_bytes()
    return dict(sorted(kept.items()))


def _app_urls(manifest: Mapping[str, Json]) -> set[str]:
    """Return the addresses of the app's image, and of its large files."""
    images = manifest["images"]
    assert isinstance(images, list)
    found: set[str] = set()
    for each in images:
        assert isinstance(each, dict)
        if each["mount"] == MOUNTS["app"]:
            shared = each.get("shared")
            found.add(str(each["url"]))
            if isinstance(shared, dict):
                found |= {str(entry["url"]) for entry in shared.values() if isinstance(entry, dict)}
    return found


def _embedding(settings: Settings) -> dict[str, Json]:
    """Return the origins whose pages may use props, if there are any."""
    return {"embedOrigins": [*settings.embed_origins]} if settings.embed_origins else {}


def _launch(config: SiteConfig, app: App) -> dict[str, Json]:
    """Describe how the worker runs the app."""
    mount = MOUNTS["app"]
    launch = replace(
        config.launch,
        root=mount,
        path=config.launch.path or [mount],
        variables=config.variables,
        folders=[f"{mount}/{folder}" for folder in app.empty],
    )
    return cast("dict[str, Json]", encode_launch(launch))


def _take_large(content: Files, app: App) -> dict[str, tuple[str, bytes]]:
    """Take large files out of the app's image: they are fetched when they are read.

    Returns:
        Path of each -> its URL in the site, and its content.
    """
    assets = f"{app.assets_folder}/"
    large: dict[str, tuple[str, bytes]] = {}
    for where in [w for w, data in content.items() if len(data) > LARGE_FILE_BYTES]:
        if where in app.modules:
            continue
        data = content.pop(where)
        url = f"pyrt/file-{digest(data)}.bin"
        if where.removeprefix(assets) in app.assets and where.startswith(assets):
            url = f"assets/{where.removeprefix(assets)}"
        large[where] = (url, data)
    return large


def _describe_large(large: Mapping[str, tuple[str, bytes]]) -> dict[str, Json]:
    described: dict[str, Json] = {w: describe_file(url, data) for w, (url, data) in large.items()}
    return {"shared": described} if described else {}


def _bridge(settings: Settings) -> Json:
    """Describe how the page reaches the server."""
    return {
        "url": settings.bridge,
        "timeoutMs": round(settings.bridge_timeout_s * 1000),
        "credentials": settings.bridge_credentials,
    }


def _wheels(inputs: Inputs) -> list[Wheel]:
    plotly = [inputs.plotly] if inputs.plotly else []
    return [
        inputs.dash,
        *plotly,
        *inputs.pure,
        *(wheels.read_about(c.path) for c in inputs.compiled),
    ]


def _page_files(inputs: Inputs, *, debug: bool) -> Files:
    """Return JavaScript, CSS, fonts and pictures of packages: path below `pkg/` -> content."""
    plotly = [inputs.plotly] if inputs.plotly else []
    found: Files = {}
    for wheel in [inputs.dash, *plotly, *inputs.pure]:
        found |= wheel.page
        if debug and wheel.page:
            found |= wheels.read_development_files(wheel.path)
    if PLOTLY_JS in found:
        found[PLOTLY_JS] = plotly_js.compiled_at_once(found[PLOTLY_JS])
    return found


def _react(page: Iterable[str]) -> list[str]:
    minified = [p for p in page if p.startswith("dash/deps/") and p.endswith(".min.js")]
    return [path for start in REACT for path in minified if path.startswith(f"dash/deps/{start}")]


def _packages(inputs: Inputs, page: Files) -> tuple[dict[str, Files], Files]:
    """Return what Python finds of packages: name -> files of its modules; data and page's files."""
    has_plotly = inputs.plotly is not None and inputs.has_plotly_python
    python = [inputs.dash, *inputs.pure, *([inputs.plotly] if inputs.plotly and has_plotly else [])]
    data: Files = {}
    for wheel in python:
        data |= wheel.data
        if wheel is not inputs.dash:  # its modules are the engine's, elsewhere
            data |= {path: page[path] for path in wheel.page if path in page}
    if has_plotly and PLOTLY_JS in page:  # of another version than its Python, it may be
        data[PLOTLY_JS] = page[PLOTLY_JS]
    # Of two releases of plotly, one has its Python, and the other what the page loads.
    return {wheel.name: wheel.python for wheel in python if wheel.python}, data


def _images(
    config: SiteConfig,
    inputs: Inputs,
    compiler: bytecode.Compiler,
    python: Mapping[str, Files],
) -> dict[str, Files]:
    """Return the content of two images, with paths relative to their mounts."""
    offers = site_files.offers_tools(config, inputs.app, inputs.settings)
    engine = _engine(inputs, offers=offers)
    engine |= _below("pyrt", ("hot_reload",)) if config.dev else {}
    if config.static or inputs.settings.precompute or inputs.app.mentions("precompute"):
        engine |= _below("pyrt", ("precompute",))
    packages = {path: data for files in python.values() for path, data in files.items()}
    _compile_at_once(config, inputs, compiler, {"engine": engine, "packages": packages})
    return {
        "stdlib": interpreter_files.standard_library(config, compiler),
        "engine": bytecode.compiled(engine, MOUNTS["engine"], compiler, keep_source=config.debug),
    }


def _compile_at_once(
    config: SiteConfig, inputs: Inputs, compiler: bytecode.Compiler, images: Mapping[str, Files]
) -> None:
    """Compile all that is not in the cache yet, so that each process has much to do.

    Without a CPython of the site's series, a process has to start Pyodide first, for 3 s.
    """
    missing = [*interpreter_files.uncompiled(config, inputs.compiled)]
    if missing:
        for name, files in images.items():
            missing += bytecode.groups_of(files, MOUNTS[name])
        compiler.compile_groups(missing)


def _engine(inputs: Inputs, *, offers: bool) -> Files:
    """Return the engine, with a registry of the components in the dash wheel."""
    dash = inputs.dash
    key = f"{components.RULES}-{dash.sha256[:32]}"
    registry = cache.once(
        cache.folder("unpacked") / f"registry-{key}.json",
        lambda: components.registry_json(dash.path),
    )
    engine = engine_sources() | {"pyrt/registry.json": registry}
    return engine | site_files.engine_files(inputs.app, offers=offers)


def _below(package: str, folders: Sequence[str]) -> Files:
    """Return the modules of folders of a package of pyrt's."""
    root = Path(str(resources.files(package)))
    paths = [path for folder in folders for path in sorted((root / folder).glob("*.py"))]
    return {f"{package}/{path.relative_to(root).as_posix()}": path.read_bytes() for path in paths}


_NOT_IN_A_TAB = {
    "pyrt": {"agent_page", "agents", "hot_reload", "notebook", "precompute", "server", "testing"},
    "pyrt/compat/dash": {"mcp"},
    "pyrt/app/flask": {"idle_servers.py"},
    "pyrt/managers": {"deliveries.py"},
}


def engine_sources() -> Files:
    """Return the installed `pyrt` package without what no tab needs."""
    root = str(resources.files("pyrt"))
    found: Files = {}
    for folder, below, names in os.walk(root):
        part = f"pyrt{folder.removeprefix(root)}".replace(os.sep, "/")
        others = _NOT_IN_A_TAB.get(part, ())
        below[:] = [name for name in below if name not in others]
        for name in names:
            if name.endswith(".py") and name not in others:
                found[f"{part}/{name}"] = Path(folder, name).read_bytes()
    return dict(sorted(found.items()))


def _scripts(kind: str, *, offers: bool) -> Files:
    """Return the compiled scripts, under names with a hash of their content.

    Args:
        kind: `dev_` for those of `pyrt dev`.
        offers: whether the site offers tools.
    """
    names = {"page": f"{kind}page", "worker": f"{kind}worker"}
    if offers:
        names |= {"page": f"{kind or 'agents_'}page", "agents": "agents"}
    scripts = {name: static_files.read(f"{file}.js") for name, file in names.items()}
    return {f"pyrt/{name}-{digest(data)}.js": data for name, data in scripts.items()}


def early_script() -> str:
    """Return the first script of each page, which stands in it: nothing can fail before it.

    Raises:
        ValueError: it contains what would end a script element.
    """
    text = static_files.read("early.js").decode().strip()
    if re.search(r"</script|<!--", text, re.IGNORECASE):
        raise ValueError("early.js cannot stand in a page")
    return text


def _only(files: Iterable[str], start: str) -> str:
    (found,) = (path for path in files if path.startswith(start))
    return found


def _template(name: str) -> Traversable:
    return resources.files("pyrt_build") / "templates" / name


def _pages(
    config: SiteConfig, inputs: Inputs, manifest: Mapping[str, Json], scripts: Files
) -> Files:
    """Return index.html, one for each page with a fixed path, and 404.html for other addresses."""
    template = _template("index.html").read_text(encoding="utf-8")
    text = script_json(manifest)
    page_script = scripts[str(manifest["page"])]
    app = inputs.app

    def page(root: str) -> bytes:
        values = {
            "root": html.escape(root),
            "title": html.escape(app.title),
            "page": html.escape(f"{root}{manifest['page']}"),
            "integrity": integrity(page_script),
            "translation": _translation(inputs.settings),
            "early": early_script(),
            "links": "".join(_links(root, f"{root}{manifest['packagesUrl']}", app)),
            "manifest": text,
            "entry": APP_ENTRY,
        }
        return re.sub(r"\{\{(\w+)\}\}", lambda m: values[m[1]], template).encode()

    files = {"index.html": page("./"), "404.html": page(config.base_url or "/")}
    for path in app.pages:
        parts = [part for part in path.split("/") if part]
        if parts and ".." not in parts:
            files["/".join([*parts, "index.html"])] = page("../" * len(parts))
    return files


def _translation(settings: Settings) -> str:
    """Return the element with pyrt's own words in another language; empty without them."""
    if settings.translation is None:
        return ""
    text = script_json(translation.for_page(settings.translation))
    return f'\n<script type="application/json" id="pyrt-translation">{text}</script>'


def _links(root: str, packages_url: str, app: App) -> Iterator[str]:
    """Yield elements of the head: the icon, and files to fetch early."""
    # Without a link the browser requests /favicon.ico, which may be outside of the site.
    icon = f"{root}assets/{ICON}" if ICON in app.assets else "data:,"
    yield f'\n<link rel="icon" href="{html.escape(icon)}">'
    for url in BUNDLES:
        yield f'\n<link rel="prefetch" as="script" href="{html.escape(packages_url)}{url}">'


def lock_file(pure: Iterable[Wheel], locked: Iterable[LockedPackage]) -> bytes:
    """Return pyrt-lock.json: every package of a site with version, file and hash."""
    entries = [
        {"name": w.name, "version": w.version, "file": w.file_name, "sha256": w.sha256}
        for w in pure
    ] + [
        {"name": p.name, "version": p.version, "file": p.path.name, "sha256": p.sha256}
        for p in locked
    ]
    content = {
        "pyrt": target.PYRT_VERSION,
        "pyodide": target.PYODIDE_VERSION,
        "packages": sorted(entries, key=lambda entry: str(entry["name"])),
    }
    return (json.dumps(content, indent=1) + "\n").encode()
