"""A book by Jupyter Book 1, whose Sphinx is an older one: its app answers a click."""

import os
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.examples import click_examples
from tests.support.servers import static_server

PYTHON = os.environ.get("PYRT_JUPYTER_BOOK", "")
CONFIG = """\
title: Apps
execute:
  execute_notebooks: "off"
sphinx:
  extra_extensions: [pyrt_build.documentation.sphinx_extension]
  config:
    pyrt_compression: fast
    pyrt_rehearsal: require
"""
PAGE = """\
# Apps

```{pyrt-app}
:name: clicks

from dash import Dash, Input, Output, callback, html

app = Dash()
app.layout = html.Div([html.Button("Click", id="go"), html.P(id="result")])


@callback(Output("result", "children"), Input("go", "n_clicks"), prevent_initial_call=True)
def compute(clicks):
    return f"{clicks + 41} of the book"
```
"""
# What pages of Jupyter Book log themselves.
OF_THEME = ("Identifier 'THEBE_JS_URL' has already been declared", "Got invalid theme mode")


@pytest.mark.skipif(
    not Path(PYTHON).is_file(),
    reason="needs a Python with Jupyter Book 1, 130 packages with an older Sphinx than that of "
    "the tests: `make .cache/jupyter-book/.installed` installs one, PYRT_JUPYTER_BOOK names it",
)
def test_an_app_of_a_book_answers_a_click(tmp_path, page):
    (tmp_path / "_config.yml").write_text(CONFIG)
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: intro\n")
    (tmp_path / "intro.md").write_text(PAGE)
    # Warnings are errors.
    done = subprocess.run(
        [Path(PYTHON).with_name("jupyter-book"), "build", "-W", "--keep-going", tmp_path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    with static_server(tmp_path / "_build" / "html") as address:
        (frame,) = click_examples(page, f"{address}/intro.html", OF_THEME)
        expect(frame.locator("#result")).to_have_text("42 of the book")
        expect(page.locator("pre").first).to_contain_text("of the book")
