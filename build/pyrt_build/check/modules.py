"""Imports that fail in a tab: modules of no package, of packages without a build, of an OS."""

from collections.abc import Collection, Iterator

from pyrt_build.app.declared import DeclaredRequirements
from pyrt_build.app.discover import App, Import
from pyrt_build.check.finding import Finding
from pyrt_build.console.notes import Code
from pyrt_build.packages import distribution, needs
from pyrt_build.packages.search import module_names
from pyrt_build.server_code.known_modules import DATABASES
from pyrt_build.server_code.partition import Partition

_SERVER = "Let a server answer the callbacks that use it (server=True)"
_COMPUTED = f"{_SERVER}, or compute the results beforehand"
_NUMBA = "It needs numba"
_MODEL = f"{_COMPUTED}, or save the model in a form that scikit-learn or numpy can read"
# Packages that have compiled code and no build for WebAssembly, or that need what a tab lacks.
NO_WHEEL = {
    "RPi": "A tab cannot see the pins of a machine. " + _SERVER,
    "catboost": _MODEL,
    "cudf": _COMPUTED,
    "cupy": "Use numpy, or compute on a server (server=True)",
    "datashader": f"{_NUMBA}. {_COMPUTED}",
    "explainerdashboard": "It needs numba; scikit-learn's own inspection module runs",
    "fastparquet": "pandas.read_parquet reads the same files by pyarrow: require that",
    "grpc": f"A tab has no sockets. {_SERVER}",
    "jaxlib": _COMPUTED,
    "llvmlite": _COMPUTED,
    "numba": "Use numpy or scipy in its place, or guard the import with try/except ImportError",
    "onnxruntime": _COMPUTED,
    "playwright": _SERVER,
    "prophet": _COMPUTED,
    "psutil": "A tab cannot see processes. Guard the import with try/except ImportError",
    "pyspark": _SERVER,
    "pytorch_lightning": _MODEL,
    "rpy2": f"It needs R. {_SERVER}",
    "shap": "It needs numba; scikit-learn's own inspection module runs",
    "stumpy": f"{_NUMBA}. {_COMPUTED}",
    "tensorflow": _COMPUTED,
    "torch": _COMPUTED,
    "torchaudio": _COMPUTED,
    "torchvision": _COMPUTED,
    "umap": f"{_NUMBA}. {_COMPUTED}",
    "vtk": _SERVER,
    "win32api": _SERVER,
    "win32com": _SERVER,
    "xlwings": f"It needs Excel. openpyxl reads and writes its files, or: {_SERVER}",
}
# Modules whose package has source only, which a build does not run unasked, and the package.
SOURCE_ONLY = {"dash_bio": "dash-bio", "pandasql": "pandasql"}
_DATABASE = (
    "connects to a database by sockets, which a tab does not have: the import works there, and a "
    f"call fails. {_SERVER}, or ship the data as files (CSV, Parquet, SQLite)"
)
# Modules of Python's own that exist only with a window system, a terminal, users or Windows.
NO_MODULE = frozenset(
    (  # noqa: SIM905 -- a list would take a page
        "_winapi curses dbm ensurepip grp idlelib msvcrt nt pwd readline resource syslog tkinter"
        " turtle turtledemo venv winreg winsound"
    ).split()
)
# Modules that Python had before, by the version that removed them.
_REMOVED = {
    "3.12": "asynchat asyncore distutils imp smtpd",
    "3.13": (
        "aifc audioop cgi cgitb chunk crypt imghdr lib2to3 mailcap msilib nis nntplib ossaudiodev"
        " pipes sndhdr spwd sunau telnetlib uu xdrlib"
    ),
}
REMOVED = {name: version for version, names in _REMOVED.items() for name in names.split()}
# Distributions that bring one of them back.
_BACKPORTS = ("setuptools", "legacy-", "standard-", "audioop-", "pyasyncore", "pyasynchat")


def inspect(
    parts: Partition, declared: DeclaredRequirements, built: Collection[str]
) -> Iterator[Finding]:
    """Yield the imports that fail, those of code that only a server runs left out.

    Args:
        parts: the app.
        declared: its requirements.
        built: packages that may be built from source.
    """
    app = parts.app
    for found in _first_imports(app):
        top = found.module.partition(".")[0]
        if top in NO_WHEEL:
            text = f"{top} has no build for a browser. {NO_WHEEL[top]}"
            yield _finding(found, Code.NO_WHEEL, text)
        elif top in SOURCE_ONLY and SOURCE_ONLY[top] not in built:
            name = SOURCE_ONLY[top]
            text = f"of {name} there is only its source: --allow-build {name} lets a build run it"
            yield _finding(found, Code.NO_WHEEL, text)
        elif top in DATABASES:
            yield _finding(found, Code.NO_WHEEL, f"{top} {_DATABASE}")
        elif top in NO_MODULE:
            text = f"Python in a browser has no {top}. Guard the import, or remove it"
            yield _finding(found, Code.NO_MODULE, text)
        elif top in REMOVED and not _is_own(app, found) and not _brings_back(declared):
            text = f"Python has no {top} since {REMOVED[top]}. Use what its documentation names"
            yield _finding(found, Code.NO_MODULE, text)
    unknown = needs.unknown_imports(
        app,
        declared,
        distribution.modules_of_packages(),
        parts.server_modules,
        parts.server_only,
    )
    for found in unknown:
        if found.module not in NO_WHEEL and found.module not in REMOVED:
            yield _finding(found, Code.UNKNOWN_IMPORT, _unknown(found.module))


def _is_own(app: App, found: Import) -> bool:
    """Tell whether a module of the app has the name of an import."""
    top = found.module.partition(".")[0]
    return any(f"/{where}".endswith((f"/{top}.py", f"/{top}/__init__.py")) for where in app.modules)


def _brings_back(declared: DeclaredRequirements) -> bool:
    return any(
        each.name.startswith(_BACKPORTS) for each in (*declared.requirements, *declared.pins)
    )


def _unknown(module: str) -> str:
    """Return what to do about a module that nothing provides."""
    others = [name for name, package in module_names.DIFFERENT.items() if package == module]
    if others:
        advice = f"{others[0]} {_DATABASE}" if others[0] in DATABASES else f"Import {others[0]}"
        return f"{module} is a package, whose module is {others[0]}. {advice}"
    return (
        f"nothing that is known provides {module}: there is no such file in the project, and no "
        "requirement for it. Name its package in requirements.txt, or put the file beside the app"
    )


def _first_imports(app: App) -> list[Import]:
    """Return the first import of each module that may not fail."""
    first: dict[str, Import] = {}
    for found in app.imports:
        if not found.optional:
            first.setdefault(found.module.partition(".")[0], found)
    return list(first.values())


def _finding(found: Import, code: Code, text: str) -> Finding:
    file, _, line = found.origin.rpartition(":")
    return Finding(file, int(line), code.code, text)
