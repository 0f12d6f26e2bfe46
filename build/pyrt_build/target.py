"""The versions that this release of pyrt is made for, each written once.

`pyproject.toml` takes pyrt's own version from here. Versions that other files must repeat, because
they cannot import this one (`pyrt/`, which also runs in the browser, and `web/package.json`), are
compared with it in tests/unit/builder/test_target.py.
"""

PYRT_VERSION = "0.1.0"

# Dash: its component bundles are taken from the wheel of exactly this release.
DASH_VERSION = "4.4.1"
REACT_VERSION = "18.3.1"  # of the copy in the dash wheel

# Pyodide, and the Python in it.
PYODIDE_LOCK = "pyodide-lock.json"  # name of the list of packages in its distributions
PYODIDE_VERSION = "314.0.7"
PYTHON_VERSION = "3.14.2"
EMSCRIPTEN_VERSION = "5.0.3"
ABI_VERSION = "2026_0"  # of wheels with compiled code (PEP 783)
BYTECODE_MAGIC = 3627  # the same in all releases of one Python series

PYTHON_SERIES = PYTHON_VERSION.rpartition(".")[0]  # 3.14
PYTHON_DIGITS = PYTHON_SERIES.replace(".", "")  # 314, as in the names of files
PYTHON_TAG = f"cp{PYTHON_DIGITS}"
PLATFORM = f"pyemscripten_{ABI_VERSION}"
PLATFORM_TAG = f"{PLATFORM}_wasm32"

# A wheel on the package index that carries a Pyodide distribution of the same Python and ABI. It is
# used where Pyodide's CDN cannot be reached.
FALLBACK_WHEEL = "open-webui==0.12.4"
FALLBACK_WHEEL_PYTHON = "3.12"  # its metadata excludes newer versions
FALLBACK_WHEEL_MB = 106
