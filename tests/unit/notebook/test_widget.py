"""The widget passes messages on in both directions."""

from dash import html

from pyrt.app.dash import Dash
from pyrt.notebook import output
from pyrt.notebook.options import Options
from tests.support.notebooks import LOCATION, FakeNotebook


def test_messages_and_files_go_both_ways(monkeypatch):
    FakeNotebook(monkeypatch)
    app = Dash("widget")
    app.layout = html.Div(id="one")
    widget = output.make_widget(app, Options(height=300, width="50%"))
    assert (widget._app["height"], widget._app["width"]) == (300, "50%")
    page: dict[str, object] = {"view": "v", "upTo": 0}
    wanted: dict[str, object] = {"kind": "files", "names": ["pyrt/page.js"]}
    opened: dict[str, object] = {"kind": "open", "environment": {"location": LOCATION}}
    for number, message in enumerate((wanted, opened), 1):
        widget.receive(widget, {**page, **message, "number": number}, [])
    (file, (content,)), _got, (batch, _), _ = widget.sent
    assert file["found"]
    assert len(content) == next(
        each["size"] for each in widget._app["files"] if each["name"] == "pyrt/page.js"
    )
    assert batch["view"] == "v"
    assert batch["text"].startswith('[{"type":"Document"')
