"""docs/ as a site: `mkdocs build --strict`, and each live example on it answers a click."""

import os
import subprocess
import sys

from tests.support.examples import click_examples
from tests.support.paths import ROOT
from tests.support.servers import static_server


def test_each_example_on_the_site_answers_a_click(tmp_path, page):
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-q", "-d", str(tmp_path)]
    quick = {**os.environ, "PYRT_DOCS_COMPRESSION": "fast"}
    done = subprocess.run(command, cwd=ROOT, env=quick, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    pages = [
        path
        for path in sorted(tmp_path.rglob("index.html"))
        if "pyrt-apps" not in path.parts and "<pyrt-app " in path.read_text(encoding="utf-8")
    ]
    assert len(pages) >= 3
    assert len([*tmp_path.glob("pyrt-apps/pyrt/snapshot-*")]) == 1
    with static_server(tmp_path) as address:
        for path in pages:
            where = path.parent.relative_to(tmp_path).as_posix()
            assert click_examples(page, f"{address}/{where}/".replace("/./", "/"))
