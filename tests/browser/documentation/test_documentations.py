"""Two documentations of ten examples each, by Sphinx and by MkDocs: each app answers a click."""

import math
import subprocess
import sys
import textwrap

import pytest
from playwright.sync_api import expect

from tests.support.examples import click_examples
from tests.support.faulty_host import faulty_host
from tests.support.servers import static_server

READY = "performance.getEntriesByName('pyrt:ready').length > 0"
# Of the ten apps, each shows another value: of a number of clicks, from 1.
EXPRESSIONS = [
    "clicks + 41",
    "'pyrt'[::-1] * clicks",
    "math.comb(10, clicks + 2)",
    "sum(range(100 * clicks))",
    "sorted({3, 1, 2} - {clicks})",
    "math.gcd(84, 35 + clicks * 7)",
    "'-'.join('abc' * clicks)",
    "divmod(1000, clicks + 6)",
    "hex(255 << clicks)",
    "[n for n in range(2, 30 + clicks) if all(n % d for d in range(2, n))]",
]
APP = """\
import math

from dash import Dash, Input, Output, callback, html

app = Dash()
app.layout = html.Div([html.Button("Compute", id="go"), html.P(id="result")])


@callback(Output("result", "children"), Input("go", "n_clicks"), prevent_initial_call=True)
def compute(clicks):
    return str({expression})
"""
SOURCES = [APP.format(expression=expression) for expression in EXPRESSIONS]


def sphinx_page():
    blocks = [
        f".. pyrt-app::\n   :name: app-{number}\n\n{textwrap.indent(source, '   ')}"
        for number, source in enumerate(SOURCES)
    ]
    return "Apps\n====\n\n" + "\n".join(blocks)


def mkdocs_page():
    blocks = [
        f"```python pyrt name=app-{number}\n{source}```\n" for number, source in enumerate(SOURCES)
    ]
    return "# Apps\n\n" + "\n".join(blocks)


def run(*command, code=0):
    done = subprocess.run(
        [sys.executable, "-m", *command], capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def build_sphinx(folder):
    (folder / "conf.py").write_text(
        'extensions = ["pyrt_build.documentation.sphinx_extension"]\n'
        'pyrt_compression = "fast"\npyrt_rehearsal = "require"\n'
    )
    (folder / "index.rst").write_text(sphinx_page())
    run("sphinx", "-q", "-W", str(folder), str(folder / "site"))


def build_mkdocs(folder, text=None, code=0):
    (folder / "mkdocs.yml").write_text(
        "site_name: Apps\ntheme: {name: material, font: false}\n"
        "plugins:\n  - pyrt:\n      compression: fast\n      rehearsal: require\n"
    )
    (folder / "docs").mkdir()
    (folder / "docs" / "index.md").write_text(text or mkdocs_page())
    config = str(folder / "mkdocs.yml")
    return run("mkdocs", "build", "--strict", "-q", "-f", config, code=code)


@pytest.mark.parametrize("build", [build_sphinx, build_mkdocs])
def test_ten_examples_of_a_documentation_answer_a_click(build, tmp_path, page):
    build(tmp_path)
    snapshots = {path.name for path in tmp_path.glob("site/pyrt-apps/pyrt/snapshot-*")}
    assert len(snapshots) == 1
    requested = []
    page.on("request", lambda request: requested.append(request.url))
    with static_server(tmp_path / "site") as address:
        frames = click_examples(page, f"{address}/index.html")
        assert len(frames) == len(EXPRESSIONS)
        for frame, expression in zip(frames, EXPRESSIONS, strict=True):
            value = eval(expression, {"math": math, "clicks": 1})
            expect(frame.locator("#result")).to_have_text(str(value))
    shared = {url for url in requested if "/pyrt/snapshot-" in url}
    assert shared == {f"{address}/pyrt-apps/pyrt/{name}" for name in snapshots}


def test_files_that_examples_share_are_healed_or_named(tmp_path, browser):
    """A script of a package in `pyrt-apps/pkg/`, which is above the example's own folder."""
    block = f"```python pyrt name=app\n{SOURCES[0]}```\n"
    build_mkdocs(tmp_path, f"# App\n\n{block}\n{block.replace('name=app', 'name=other')}")
    script = "pyrt-apps/pkg/dash/html/dash_html_components.min.js"
    assert (tmp_path / "site" / script).is_file()
    with faulty_host(tmp_path / "site") as host:
        for kind in ("503 once", "404"):
            host.fail(script, kind)
            page = browser.new_context().new_page()
            page.goto(f"{host.address}/pyrt-apps/app/index.html")
            if kind == "404":
                name = script.removeprefix("pyrt-apps/")
                expect(page.get_by_role("alert")).to_contain_text(name, timeout=60_000)
                expect(page.get_by_role("alert")).to_contain_text("404")
            else:
                page.wait_for_function(READY, timeout=60_000)
                page.get_by_role("button", name="Compute").click()
                expect(page.locator("#result")).to_have_text("42")
                expect(page.get_by_role("alert")).to_have_count(0)
            assert host.asked > 1
            page.context.close()


WRONG = """# Apps

```python pyrt name=fails
from dash import Dash, html

app = Dash()
app.layout = html.P(1 / 0)
```

```python pyrt name=lacks
import no_such_module
from dash import Dash

app = Dash()
```
"""


def test_apps_that_cannot_be_built_are_told_together_with_lines_of_the_page(tmp_path):
    told = build_mkdocs(tmp_path, WRONG, code=1)
    assert "index.md:11 (lacks): index.md:11 imports no_such_module" in told
    assert "index.md:4 (fails): The app does not start in a browser" in told
    assert 'File "index.md", line 7' in told
    assert "ZeroDivisionError" in told
    assert not (tmp_path / "site" / "index.html").exists()
    assert not (tmp_path / "site" / "pyrt-apps").exists()
