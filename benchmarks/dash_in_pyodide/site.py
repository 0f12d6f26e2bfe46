"""Makes the site of one app: the shared files, the app as an archive, its assets."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from benchmarks.dash_in_pyodide.distribution import FOLDER

PAGE = f"""<!doctype html>
<html><head><meta charset="utf-8"><title>Loading</title><link rel="icon" href="data:,">
<script>window.__pyrt_ready__ = false;</script>
<script src="/{FOLDER}/page.js"></script></head><body>Starting Python ...</body></html>
"""
# Where the app has its assets, and under which path they are served.
ASK_ASSETS = """
import json, sys
sys.path.insert(0, ".")
from app import app
config = app.config
names = config.assets_folder, config.assets_url_path, config.requests_pathname_prefix
print("\\n@@" + json.dumps(names))
"""


def make_site(app: Path, site: Path, distribution: Path, python: Path) -> None:
    """Make the site.

    Args:
        app: the app's folder, with app.py.
        site: folder to be written.
        distribution: see distribution.py; its files are linked.
        python: interpreter with a real Dash.
    """
    shutil.rmtree(site, ignore_errors=True)
    shutil.copytree(distribution, site, copy_function=_link_or_copy)
    for name in ("index.html", "404.html"):
        (site / name).write_text(PAGE)
    with ZipFile(site / FOLDER / "app.zip", "w", ZIP_DEFLATED) as archive:
        for path in sorted(app.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                archive.write(path, path.relative_to(app))
    _copy_assets(app, site, python)


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy(source, target)


def _copy_assets(app: Path, site: Path, python: Path) -> None:
    done = subprocess.run(
        [python, "-c", ASK_ASSETS],
        cwd=app,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    folder, path, prefix = json.loads(done.stdout.rpartition("@@")[2])
    if Path(folder).is_dir():
        for base in {"", prefix.strip("/")}:
            shutil.copytree(folder, site / base / path.strip("/"), dirs_exist_ok=True)
