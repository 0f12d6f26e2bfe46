"""LICENSES.txt: the name of every work in a site, with its licence."""

from collections.abc import Iterable
from importlib import resources

from pyrt_build import target
from pyrt_build.packages.wheels import Wheel

_RULE = "=" * 78
_MAX_NAME_CHARS = 100  # some metadata has the whole licence in the field for its name
# Works in the runtime and the bundles that have no file with their licence.
_NOTICES = f"""\
Pyodide {target.PYODIDE_VERSION}: Mozilla Public License 2.0, https://github.com/pyodide/pyodide
  (source code is available there; the files in this site are unmodified builds of it)
CPython {target.PYTHON_SERIES} and its standard library: Python Software Foundation License, https://python.org
Emscripten system libraries: MIT and University of Illinois/NCSA, https://emscripten.org
React, ReactDOM {target.REACT_VERSION}: MIT, copyright Facebook, Inc. and its affiliates
prop-types 15.8.1: MIT, copyright Facebook, Inc. and its affiliates
@babel/polyfill 7.12.1: MIT, copyright Sebastian McKenzie and other contributors
Zstandard's decoder: BSD 3-clause, copyright Meta Platforms, Inc. and affiliates; compiled in
  zstddec 0.3.4: MIT, copyright Don McCurdy
"""


def collect(bundled: Iterable[Wheel]) -> str:
    """Return the text of LICENSES.txt for a site with these packages."""
    # The decoder is compiled into the worker's script, and no package of the site has its text.
    decoder = resources.files("pyrt_build") / "templates" / "zstd_license.txt"
    parts = [
        "This site contains the works of others, listed here with their licences.\n",
        _NOTICES,
        f"-- Zstandard's decoder\n\n{decoder.read_text(encoding='utf-8').strip()}\n",
    ]
    for wheel in sorted(bundled, key=lambda w: w.name):
        stated = " ".join(wheel.license_name.split())
        title = f"{wheel.name} {wheel.version}" + (
            f" ({stated})" if len(stated) <= _MAX_NAME_CHARS else ""
        )
        texts = [f"-- {path}\n\n{text.strip()}\n" for path, text in sorted(wheel.licenses.items())]
        parts.append("\n".join([_RULE, title, _RULE, "", *texts]))
    return "\n".join(parts)
