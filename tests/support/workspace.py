"""A workspace for builds without a network.

Packages are tiny wheels in a folder, Pyodide is tiny, the cache is empty. pip, the builder and its
cache are the real ones.
"""

import hashlib
import io
import json
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from pyrt_build import target
from pyrt_build.cli import main
from pyrt_build.site import compression

# Of wheels with compiled code that run in the browser.
BROWSER_TAG = f"{target.PYTHON_TAG}-{target.PYTHON_TAG}-{target.PLATFORM_TAG}"
COMPONENTS = {"Div": ["id", "children"], "Graph": ["id", "figure"]}


def library(*needed):
    """A shared library for a tab: WebAssembly that needs other libraries, and does nothing."""
    names = b"".join(bytes([len(name)]) + name.encode() for name in needed)
    memory = bytes([1, 4, 0, 0, 0, 0])
    others = bytes([2, len(names) + 1, len(needed)]) + names
    content = b"\x08dylink.0" + memory + others
    return b"\0asm\1\0\0\0\0" + bytes([len(content)]) + content


def write_files(folder, files):
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())


@dataclass
class Workspace:
    """The folders of a workspace; adds packages to it and builds an app in it."""

    root: Path

    @property
    def wheels(self):
        return self.root / "index"

    @property
    def distribution(self):
        return self.root / "pyodide"

    @property
    def app(self):
        return self.root / "app"

    @property
    def out(self):
        return self.root / "dist"

    def add_wheel(self, name, version, files, requires=(), **place):
        """Put a wheel into the index, or into `folder=`; `tag=` is its platform tag."""
        tag, folder = place.get("tag", "py3-none-any"), place.get("folder", self.wheels)
        stem = f"{name.replace('-', '_')}-{version}"
        lines = "".join(f"Requires-Dist: {line}\n" for line in requires)
        info = {
            "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{lines}\n",
            "WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n",
            "RECORD": "",
            "licenses/LICENSE": f"The licence of {name}.",
        }
        path = folder / f"{stem}-{tag}.whl"
        path.parent.mkdir(exist_ok=True)
        with zipfile.ZipFile(path, "w") as archive:
            for where, text in files.items():
                archive.writestr(zipfile.ZipInfo(where), text)
            for where, text in info.items():
                archive.writestr(zipfile.ZipInfo(f"{stem}.dist-info/{where}"), text)
        return path

    def add_source(self, name, version, backend):
        """Put a source distribution into the index, built by the code of a backend."""
        stem = f"{name.replace('-', '_')}-{version}"
        files = {
            f"{name.replace('-', '_')}/__init__.py": "",
            "backend.py": backend,
            "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "backend"\n'
            'backend-path = ["."]\n',
            "PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        }
        with tarfile.open(self.wheels / f"{stem}.tar.gz", "w:gz") as archive:
            for where, text in files.items():
                entry = tarfile.TarInfo(f"{stem}/{where}")
                entry.size, entry.mtime = len(text), 1_000_000_000
                archive.addfile(entry, io.BytesIO(text.encode()))

    def add_to_pyodide(  # noqa: PLR0913, PLR0917  # what describes a package
        self, name, version, files, depends=(), requires=(), tag=BROWSER_TAG
    ):
        """A package in a distribution for `--pyodide`; without a tag, one with compiled code."""
        wheel = self.add_wheel(name, version, files, requires, tag=tag, folder=self.distribution)
        entry = {
            "name": name,
            "version": version,
            "file_name": wheel.name,
            "install_dir": "site",
            "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
            "imports": [name],
            "depends": list(depends),
        }
        lock = self.distribution / "pyodide-lock.json"
        content = json.loads(lock.read_text()) if lock.exists() else empty_lock()
        content["packages"][name] = entry
        lock.write_text(json.dumps(content))
        return wheel

    def build(self, files, *options):
        """Write an app and build it; the exit code."""
        write_files(self.app, files)
        rehearsal = [] if "--rehearsal=require" in options else ["--no-rehearsal"]
        command = ["build", str(self.app / "app.py"), "-o", str(self.out)]
        return main([*command, *rehearsal, *options])

    def site(self):
        """The files of the site: path -> content."""
        return {
            path.relative_to(self.out).as_posix(): path.read_bytes()
            for path in sorted(self.out.rglob("*"))
            if path.is_file()
        }

    def manifest(self):
        page = (self.out / "index.html").read_text()
        return json.loads(page.split('id="pyrt-manifest">')[1].split("</script>")[0])


def empty_lock():
    info = {"abi_version": target.ABI_VERSION, "arch": "wasm32"}
    return {
        "info": {**info, "platform": "emscripten_5_0_3", "python": target.PYTHON_VERSION},
        "packages": {},
    }


def dash_files():
    metadata = {
        f"src/{name}.react.js": {
            "props": {p: {"type": {"name": "any"}, "required": False} for p in props}
        }
        for name, props in COMPONENTS.items()
    }
    files = {f"dash/{m}/metadata.json": json.dumps(metadata) for m in ("html", "dcc", "dash_table")}
    for path in (
        "__init__.py",
        "dash.py",
        "deps/react@18.3.1.min.js",
        "deps/react-dom@18.3.1.min.js",
        "deps/react-dom@18.3.1.js",
        "deps/prop-types@15.8.1.min.js",
        "deps/polyfill@7.12.1.min.js",
        "dcc/dash_core_components.js",
        "dcc/dash_core_components.js.map",
        "dcc/dash_core_components-shared.js",
        "dcc/async-graph.js",
        "html/dash_html_components.min.js",
        "dash_table/bundle.js",
        "dash_table/demo.js",
        "dash-renderer/build/dash_renderer.min.js",
    ):
        files[f"dash/{path}"] = f"/* {path} */"
    return files


def plotly_files():
    return {
        "plotly/__init__.py": "",
        "plotly/express/__init__.py": "",
        "plotly/package_data/plotly.min.js": "/* plotly.js */",
        "plotly/package_data/templates/plotly.json": "{}",
    }


def make_workspace(folder, patch):
    """Make a workspace in an empty folder; environment variables point to it until `patch` ends.

    `patch` must be the one that the test uses, too: two would be undone in the wrong order, and
    leave the PATH of the workspace to all later tests of the process.
    """
    workspace = Workspace(folder)
    static = {
        "page.js": "/* page */",
        "agents.js": "/* agents */",
        "agents_page.js": "/* page with agents */",
        "early.js": "/* early */",
        "single.js": "/* single */",
        "offline.js": "/* offline */",
        "app-element.js": "/* pyrt-app */",
        "worker.js": "/* worker */",
        "pyodide/pyodide.mjs": "/* mjs */",
        "pyodide/pyodide.asm.mjs": "/* asm */",
        "pyodide/pyodide.asm.wasm": b"\0asm",
        "pyodide/pyodide-lock.json": json.dumps(empty_lock()),
    }
    write_files(folder / "static", static)
    with zipfile.ZipFile(folder / "static" / "pyodide" / "python_stdlib.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo("json.py"), "x = 1")
    (folder / "nothing").mkdir()
    workspace.add_wheel(
        "dash", target.DASH_VERSION, dash_files(), ["Flask", "plotly>=5", "importlib-metadata"]
    )
    workspace.add_wheel("plotly", "7.1.0", plotly_files(), ["narwhals>=1.15"])
    workspace.add_wheel("narwhals", "2.0", {"narwhals/__init__.py": ""})
    patch.chdir(folder)
    patch.setattr(compression, "LEVELS", dict.fromkeys(compression.LEVELS, compression.FAST))
    for name, value in {
        "PATH": folder / "nothing",  # no Node, no CPython 3.14: bytecode is another matter
        "PYRT_CACHE": folder / "cache",
        "PYRT_STATIC": folder / "static",
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": "index",  # relative: a cache is valid in other workspaces
    }.items():
        patch.setenv(name, str(value))
    return workspace
