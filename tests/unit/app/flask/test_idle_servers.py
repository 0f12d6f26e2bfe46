"""Servers that a script starts for its app: outside of a tab they return at once."""

import sys
import webbrowser
from pathlib import Path

from pyrt.app import launch
from pyrt.app.flask.idle_servers import returning
from pyrt.model.environment import Launch

SCRIPT = """
import flask, webbrowser
from werkzeug.serving import run_simple
from wsgiref.simple_server import make_server
webbrowser.open("http://localhost:8050")
with make_server("localhost", 8050, None) as server:
    server.serve_forever()
run_simple("localhost", 8050, None, use_reloader=True)
flask.Flask("x").run(debug=True)
with open("went on", "w", encoding="utf-8") as file:
    file.write(__name__)
"""


def test_a_script_goes_on_after_its_server(tmp_path, monkeypatch):
    for name in ("flask", "flask.app", "werkzeug.serving", "wsgiref.simple_server"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    monkeypatch.setattr(sys, "argv", [])
    monkeypatch.chdir(tmp_path)
    (tmp_path / "run.py").write_text(SCRIPT, encoding="utf-8")
    launch.run(str(tmp_path / "run.py"), Launch())
    assert Path("went on").read_text(encoding="utf-8") == "__main__"


def test_everything_is_as_before_afterwards():
    opened, finders = webbrowser.open, list(sys.meta_path)
    with returning():
        assert webbrowser.open is not opened
    assert webbrowser.open is opened
    assert sys.meta_path == finders
