"""The files of pages: dash's bundles, component packages, assets, what a stylesheet names."""

import pytest
from dash import html

from pyrt.app.dash import Dash
from pyrt.model.environment import Environment
from pyrt.model.errors import PyrtError
from pyrt.notebook import files


def list_files(app):
    app.prepare()
    return files.list_files(app, Environment())


def make_app(folder):
    app = Dash("files", assets_folder=str(folder))
    app.layout = html.Div()
    return app


def test_assets_come_with_the_page_and_large_ones_when_they_are_loaded(tmp_path, monkeypatch):
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "a.woff2").write_bytes(b"font")
    (tmp_path / "picture.png").write_bytes(b"x" * 200)
    (tmp_path / "style.css").write_text("@font-face { src: url('fonts/a.woff2?v=1#x') }")
    found = list_files(make_app(tmp_path))
    assert found["assets/picture.png"].is_needed
    monkeypatch.setattr(files, "_SMALL_ASSETS", 100)
    found = list_files(make_app(tmp_path))
    assert found["assets/style.css"].is_needed
    assert found["assets/fonts/a.woff2"].is_needed
    assert not found["assets/picture.png"].is_needed


def test_react_comes_in_the_order_in_which_it_loads():
    names = [name.removeprefix("pkg/dash/deps/").split("@")[0] for name in files.react_scripts()]
    assert names == ["polyfill", "react", "react-dom", "prop-types"]


def test_plotly_is_that_of_the_kernel():
    assert files.plotly_address() == "pkg/plotly/package_data/plotly.min.js"
    app = Dash("plotly")
    app.layout = html.Div()
    found = list_files(app)["pkg/plotly/package_data/plotly.min.js"]
    assert found.path.is_file()
    assert not found.is_needed


def test_a_changed_file_has_another_hash(tmp_path):
    path = tmp_path / "a.js"
    path.write_text("1")
    before = files.PageFile("assets/a.js", path).describe()
    path.write_text("22")
    after = files.PageFile("assets/a.js", path).describe()
    assert before["sha256"] != after["sha256"]
    assert after["size"] == 2


def test_a_file_that_no_build_has_made_is_named_with_what_to_do():
    with pytest.raises(PyrtError, match=r"early\.js is missing. Run `make setup`"):
        files.read_static("early.js")
