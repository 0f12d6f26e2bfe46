"""Makes a site of one app, as a builder for the harness of Dash's tests.

python -m benchmarks.dash_in_pyodide APP.py FOLDER
"""

import sys
from pathlib import Path

from benchmarks import sites
from benchmarks.dash_in_pyodide.site import make_site

if __name__ == "__main__":
    app, out = map(Path, sys.argv[1:])
    make_site(app.resolve().parent, out, sites.dash_in_pyodide(), sites.dash_python())
