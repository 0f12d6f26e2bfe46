"""`pyrt mcp`: what stops it before it speaks the protocol."""

import importlib.util

import pytest

from pyrt_build.cli import main


@pytest.fixture
def app(tmp_path):
    file = tmp_path / "app.py"
    file.write_text("from dash import Dash\napp = Dash(__name__)\n", encoding="utf-8")
    return file


def test_without_the_sdk_it_says_what_to_install(monkeypatch, capsys, app):
    real = importlib.util.find_spec
    monkeypatch.setattr(
        "pyrt.server.serve.find_spec", lambda name: None if name == "mcp" else real(name)
    )
    assert main(["mcp", str(app)]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert 'pip install "pyrt-dash[mcp]"' in told.err


def test_an_app_that_is_not_there(capsys, tmp_path):
    assert main(["mcp", str(tmp_path / "none.py")]) == 1
    assert "none.py" in capsys.readouterr().err
