"""Apps that `pyrt check` reads in its tests: a head that is right, and what follows it."""

from textwrap import dedent

from pyrt_build.check import check as checks
from pyrt_build.commands.base import app_config

HEAD = """
import dash
from dash import ALL, MATCH, Dash, Input, Output, State, callback, clientside_callback, dcc, html
app = Dash(__name__)
app.layout = html.Div([html.P(id="a"), html.P(id="b"), html.Button(id="go"),
    html.P(id={"t": 1}), html.P(id={"u": 1})])
"""
LINES = HEAD.count("\n")
CALLBACK = "@callback(Output('a', 'children'), Input('go', 'n_clicks'))\n"


def check_app(folder, source, files):
    """Check an app in the current folder; the keys of files are paths with `__` and `_dot_`."""
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (folder / "app.py").write_text(HEAD + dedent(source))
    return checks.check(app_config("app.py"))


def found(checked):
    """Places and codes; a line counts from the end of the head."""
    return [(each.file, each.line - LINES, each.code) for each in checked.findings]


def assert_finding(checked, line: int, code: str, text: str) -> None:
    """Assert that a check of app.py has found one thing, and what it says."""
    assert found(checked) == [("app.py", line, code)]
    assert text in checked.findings[0].text
