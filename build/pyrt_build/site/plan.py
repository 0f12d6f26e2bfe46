"""From an app and its locked packages to the files of a site.

`plan` decides every byte and touches no file of the site; `write` puts them in place at once or
not at all. Layout, manifest and image format: docs/site-format.md.
"""

import html
import json
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath

from pyrt_build import cache, static_files, target
from pyrt_build.app.discover import App, read
from pyrt_build.app.requirements import SiteConfig
from pyrt_build.app.settings import Settings
from pyrt_build.errors import BuildError
from pyrt_build.packages import distribution, wheels
from pyrt_build.packages.lock import Locked
from pyrt_build.packages.wheels import Wheel
from pyrt_build.site import components, compression, image, licenses, runtime
from pyrt_build.site.compile import bytecode
from pyrt_build.types import Json

MOUNTS = {
    "stdlib": "/pyrt/stdlib",
    "engine": "/pyrt/engine",
    "packages": "/pyrt/packages",
    "app": "/app",
}
STANDARD_LIBRARY = f"{MOUNTS['stdlib']}/{PurePosixPath(bytecode.ZIP_PATH).name}"
# The app before packages, as Python has the folder of the script it runs.
PATH = ["/pyrt/engine", "/pyrt/engine/pyrt/compat", "/app", "/pyrt/packages"]
PLOTLY_JS = "plotly/package_data/plotly.min.js"
# What every page loads, as soon as Python has said which scripts of the app go before.
BUNDLES = (
    "dash/dcc/dash_core_components.js",
    "dash/dcc/dash_core_components-shared.js",
    "dash/html/dash_html_components.min.js",
    "dash/dash_table/bundle.js",
)
ICON = "favicon.ico"
# the order of the script tags, before any bundle.
REACT = (
    "polyfill@",
    f"react@{target.REACT_VERSION}",
    f"react-dom@{target.REACT_VERSION}",
    "prop-types@",
)
LOCK_FILE = "pyrt-lock.json"

type Files = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that a site is made of.

    Attributes:
        dash: the dash wheel; only what the page loads is taken from it.
        plotly: the plotly wheel, when plotly.js is needed.
        plotly_python: whether its Python is needed, too.
        pure: wheels without compiled code.
        compiled: packages with compiled code, loaded by Pyodide.
        settings: of the app.
        server: `module:function` of the callbacks that a server answers.
        absent: modules that exist only on a server, and are imported all the same.
    """

    app: App
    dash: Wheel
    plotly: Wheel | None
    plotly_python: bool
    pure: Sequence[Wheel]
    compiled: Sequence[Locked]
    settings: Settings
    server: Sequence[str]
    absent: Sequence[str]


def plan(config: SiteConfig, inputs: Inputs) -> Files:
    """The files of the site: path -> content. The same inputs give the same bytes."""
    page = _page_files(inputs, debug=config.debug)
    files: Files = {f"pkg/{path}": data for path, data in page.items()}
    for where, path in inputs.app.assets.items():
        files[f"assets/{where}"] = read(path)
    contents = _images(config, inputs)
    images = {name: image.pack(content) for name, content in contents.items()}
    image_urls = {name: f"pyrt/{name}-{_digest(data)}.img" for name, data in images.items()}
    files |= {image_urls[name]: data for name, data in images.items()}
    scripts = _scripts()
    files |= scripts
    runtime_files = runtime.files(config, inputs.compiled)
    runtime_url = f"pyrt/runtime-{_digest(*(runtime_files[n] for n in sorted(runtime_files)))}/"
    files |= {runtime_url + name: data for name, data in runtime_files.items()}
    manifest: dict[str, Json] = {
        "pyrt": target.PYRT_VERSION,
        "pyodide": distribution.core_version(config.pyodide),
        "debug": config.debug,
        "entry": f"/app/{inputs.app.entry.name}",
        "page": _only(scripts, "pyrt/page-"),
        "worker": _only(scripts, "pyrt/worker-"),
        "runtime": runtime.describe(config, runtime_url, runtime_files),
        "images": [
            {
                **_file(image_urls[name], images[name]),
                "mount": mount,
                **_shared(contents[name], page),
            }
            for name, mount in MOUNTS.items()
        ],
        "packages": [package.name for package in inputs.compiled],
        "path": list(PATH),
        "packagesUrl": "pkg/",
        "plotlyUrl": f"pkg/{PLOTLY_JS}" if PLOTLY_JS in page else None,
        "assetsUrl": "assets/",
        "preload": [f"pkg/{path}" for path in [*_react(page), *BUNDLES]],
        "react": [f"pkg/{path}" for path in _react(page)],
        "bridge": _bridge(inputs.settings),
        "server": list(inputs.server),
        "serverOnly": list(inputs.absent),
    }
    files |= _pages(config, inputs.app, manifest)
    files[ICON] = files.get(f"assets/{ICON}") or _template(ICON).read_bytes()
    files[LOCK_FILE] = _lock_file(inputs)
    files["LICENSES.txt"] = licenses.collect(_wheels(inputs)).encode()
    return dict(sorted(files.items()))


def _file(url: str, data: bytes) -> dict[str, Json]:
    return {"url": url, "size": len(data), "sha256": cache.sha256(data)}


def _shared(content: Iterable[str], page: Files) -> dict[str, Json]:
    """Files of the page that stand in an image, too: plotly puts its own into whole documents."""
    package = PLOTLY_JS.split("/", maxsplit=1)[0]
    if PLOTLY_JS not in page or not any(path.startswith(f"{package}/") for path in content):
        return {}
    return {"shared": {PLOTLY_JS: _file(f"pkg/{PLOTLY_JS}", page[PLOTLY_JS])}}


def _bridge(settings: Settings) -> Json:
    """How the page reaches the server; the page may learn the address at run time."""
    return {
        "url": settings.bridge,
        "timeoutMs": round(settings.bridge_timeout_s * 1000),
        "credentials": settings.bridge_credentials,
    }


def _digest(*contents: bytes) -> str:
    return cache.sha256("".join(cache.sha256(data) for data in contents).encode())[:12]


def _wheels(inputs: Inputs) -> list[Wheel]:
    plotly = [inputs.plotly] if inputs.plotly else []
    return [inputs.dash, *plotly, *inputs.pure, *(wheels.read(c.path) for c in inputs.compiled)]


def _page_files(inputs: Inputs, *, debug: bool) -> Files:
    """JavaScript, CSS, fonts and images of packages: path below `pkg/` -> content."""
    plotly = [inputs.plotly] if inputs.plotly else []
    return {
        path: data
        for wheel in [inputs.dash, *plotly, *inputs.pure]
        for path, data in wheel.page.items()
        if debug or not wheels.is_for_developers(path)
    }


def _react(page: Iterable[str]) -> list[str]:
    minified = [p for p in page if p.startswith("dash/deps/") and p.endswith(".min.js")]
    return [path for start in REACT for path in minified if path.startswith(f"dash/deps/{start}")]


def _images(config: SiteConfig, inputs: Inputs) -> dict[str, Files]:
    """Content of the images, paths relative to their mounts."""
    packages: Files = _dash_metadata(inputs.dash)
    for wheel in inputs.pure:
        packages |= wheel.python
    if inputs.plotly and inputs.plotly_python:
        packages |= inputs.plotly.python
    app = {where: inputs.app.read(where) for where in inputs.app.modules}
    app |= {where: read(path) for where, path in inputs.app.data.items()}
    app |= {f"{inputs.app.assets_folder}/{w}": read(p) for w, p in inputs.app.assets.items()}
    return {
        "stdlib": runtime.standard_library(config),
        "engine": bytecode.compiled(
            _engine(inputs.dash), MOUNTS["engine"], keep_source=config.debug
        ),
        "packages": bytecode.compiled(packages, MOUNTS["packages"], keep_source=config.debug),
        "app": app,
    }


def _dash_metadata(dash: Wheel) -> Files:
    """What tells `importlib.metadata` that dash is installed; its code is pyrt's own."""
    text = f"Metadata-Version: 2.1\nName: dash\nVersion: {dash.version}\n"
    return {f"dash-{dash.version}.dist-info/METADATA": text.encode()}


def _engine(dash: Wheel) -> Files:
    """The engine, with the registry of exactly the components in the site."""
    return engine_sources() | {"pyrt/registry.json": components.registry_json(dash.path)}


def engine_sources() -> Files:
    """The installed `pyrt` package without `server/`."""
    root = Path(str(resources.files("pyrt")))
    paths = [path.relative_to(root) for path in sorted(root.rglob("*.py"))]
    return {
        f"pyrt/{path.as_posix()}": (root / path).read_bytes()
        for path in paths
        if path.parts[0] != "server"
    }


def _scripts() -> Files:
    """The compiled renderer and worker, under names that change with their content."""
    scripts = {name: static_files.read(f"{name}.js") for name in ("page", "early", "worker")}
    return {f"pyrt/{name}-{_digest(data)}.js": data for name, data in scripts.items()}


def _only(files: Iterable[str], start: str) -> str:
    (found,) = (path for path in files if path.startswith(start))
    return found


def _template(name: str) -> Traversable:
    return resources.files("pyrt_build") / "templates" / name


def _pages(config: SiteConfig, app: App, manifest: Mapping[str, Json]) -> Files:
    """index.html, one for each page with a fixed path, and 404.html for all other addresses."""
    template = _template("index.html").read_text()
    text = _script_json(manifest)

    def page(root: str) -> bytes:
        values = {
            "root": html.escape(root),
            "title": html.escape(app.title),
            "page": html.escape(f"{root}{manifest['page']}"),
            "links": "".join(_links(root, app)),
            "manifest": text,
        }
        return re.sub(r"\{\{(\w+)\}\}", lambda m: values[m[1]], template).encode()

    files = {"index.html": page("./"), "404.html": page(config.base_url or "/")}
    for path in app.pages:
        parts = [part for part in path.split("/") if part]
        if parts and ".." not in parts:
            files["/".join([*parts, "index.html"])] = page("../" * len(parts))
    return files


def read_manifest(files: Files) -> dict[str, Json]:
    """The manifest of a planned site."""
    manifest: dict[str, Json] = json.loads(_manifest_text(files))
    return manifest


def with_snapshot(files: Files, snapshot: bytes) -> Files:
    """A planned site with a snapshot (compressed), which its pages name in their manifest."""
    url = f"pyrt/snapshot-{_digest(snapshot)}.bin"
    entry = _file(url, snapshot) | {"unpacked": compression.unpacked_size(snapshot)}
    return with_manifest(files | {url: snapshot}, read_manifest(files) | {"snapshot": entry})


def with_manifest(files: Files, manifest: Mapping[str, Json]) -> Files:
    """A planned site with another manifest in all of its pages."""
    before, after = _manifest_text(files).encode(), _script_json(manifest).encode()
    pages = {
        path: data.replace(before, after) for path, data in files.items() if path.endswith(".html")
    }
    return dict(sorted((files | pages).items()))


def _manifest_text(files: Files) -> str:
    page = files["index.html"].decode()
    return page.split('id="pyrt-manifest">')[1].split("</script>")[0]


def _script_json(value: Mapping[str, Json]) -> str:
    """JSON that can stand in a script element."""
    return json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")


def _links(root: str, app: App) -> Iterator[str]:
    """Head elements that let the browser fetch early what the page will ask for."""
    # Without a link the browser would ask for /favicon.ico, outside of the site.
    icon = f"{root}assets/{ICON}" if ICON in app.assets else "data:,"
    yield f'\n<link rel="icon" href="{icon}">'
    for url in BUNDLES:
        yield f'\n<link rel="prefetch" as="script" href="{root}pkg/{url}">'


def _lock_file(inputs: Inputs) -> bytes:
    """Every package of the site with version, file and hash."""
    entries = [
        {"name": w.name, "version": w.version, "file": w.file_name, "sha256": w.sha256}
        for w in [inputs.dash, *([inputs.plotly] if inputs.plotly else []), *inputs.pure]
    ] + [
        {"name": p.name, "version": p.version, "file": p.path.name, "sha256": p.sha256}
        for p in inputs.compiled
    ]
    content = {
        "pyrt": target.PYRT_VERSION,
        "pyodide": target.PYODIDE_VERSION,
        "packages": sorted(entries, key=lambda entry: str(entry["name"])),
    }
    return (json.dumps(content, indent=1) + "\n").encode()


def write(files: Mapping[str, bytes], out: Path) -> None:
    """Put a site in place of an older one, at once: a failure leaves the older one as it was.

    Raises:
        BuildError: the folder holds something else than a site, or cannot be written.
    """
    if out.exists() and not out.is_dir():
        raise BuildError(f"{out} is a file; give a folder with --out.")
    if out.is_dir() and any(out.iterdir()) and not (out / LOCK_FILE).is_file():
        raise BuildError(
            f"{out} is not empty and no site of pyrt (it has no {LOCK_FILE}); it stays as it is. "
            "Give another folder with --out, or empty this one."
        )
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as beside:
            new, old = Path(beside, "new"), Path(beside, "old")
            for path, data in files.items():
                target = new / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
            _exchange(new, out, old)
    except OSError as error:
        raise BuildError(
            f"The site cannot be written to {out}: {error.strerror} ({error.filename}). "
            "Give a folder that can be written with --out."
        ) from error


def _exchange(new: Path, out: Path, old: Path) -> None:
    if not out.exists():
        new.rename(out)
        return
    out.rename(old)
    try:
        new.rename(out)
    except OSError:
        old.rename(out)
        raise
    shutil.rmtree(old, ignore_errors=True)
