"""The description of the page that the worker sends: scripts, stylesheets and configuration."""

import os
from typing import Any

import pytest

from pyrt.app import document, hooks
from pyrt.app.dash import APPS, Dash
from pyrt.app.document import describe_config, describe_scripts, describe_stylesheets
from pyrt.model.component import DASH_VERSION
from pyrt.model.components import LIBRARIES
from pyrt.model.dependencies import Input, Output
from pyrt.model.environment import Environment
from tests.support.messages import encode

DEBUG = Environment(debug=True)
Div: Any = LIBRARIES["html"].make("Div")


@pytest.fixture(autouse=True)
def clean(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(hooks, "hooks", hooks.Hooks())
    yield
    APPS.forget()


@pytest.fixture
def package(package):
    """A component package with a script, a chunk and a stylesheet."""
    package._js_dist = [
        {"relative_package_path": "main.js", "namespace": "fake_package"},
        {"relative_package_path": "async-x.js", "namespace": "fake_package", "async": True},
    ]
    package._css_dist = [{"relative_package_path": "a.css", "namespace": "fake_package"}]
    return package


def make_app(tmp_path, **options):
    folder = tmp_path / "assets" / "sub"
    folder.mkdir(parents=True)
    for name in ("b.js", "a.mjs", "x.css", "sub/c.js", "favicon.ico"):
        (tmp_path / "assets" / name).write_text("")
    app = Dash("some_module_name", **options)
    app.layout = Div()
    app.prepare()
    return app


def urls(tags, key):
    return [tag[key] for tag in tags]


def test_scripts_come_in_dashs_order(tmp_path, package):
    """R-7, S-164: external, packages, assets, dash's own, hooks. No React, no renderer."""
    app = make_app(tmp_path, external_scripts=["https://c/e.js", {"src": "f.js", "type": "module"}])
    hooks.hooks.script([{"external_url": "https://h/h.js", "external_only": True}])
    app.scripts.append_script({"external_url": "https://c/g.js", "external_only": True})
    assert describe_scripts(app, DEBUG) == [
        {"src": "https://c/e.js"},
        {"src": "f.js", "type": "module"},
        {"src": "pkg/fake_package/main.js"},
        {"src": "assets/a.mjs", "type": "module"},
        {"src": "assets/b.js"},
        {"src": "assets/sub/c.js"},
        {"src": "https://c/g.js"},
        {"src": "pkg/dash/dcc/dash_core_components.js"},
        {"src": "pkg/dash/dcc/dash_core_components-shared.js"},
        {"src": "pkg/dash/html/dash_html_components.min.js"},
        {"src": "pkg/dash/dash_table/bundle.js"},
        {"src": "https://h/h.js"},
    ]


def test_stylesheets_come_in_dashs_order(tmp_path, package):
    """R-9: external, packages, assets, hooks."""
    app = make_app(
        tmp_path, external_stylesheets=["https://c/e.css", {"href": "f.css", "rel": "x"}]
    )
    hooks.hooks.stylesheet([{"external_url": "https://h/h.css", "external_only": True}])
    assert describe_stylesheets(app, DEBUG) == [
        {"href": "https://c/e.css"},
        {"href": "f.css", "rel": "x"},
        {"href": "pkg/fake_package/a.css"},
        {"href": "assets/x.css"},
        {"href": "https://h/h.css"},
    ]


def test_assets_are_left_out_when_the_app_says_so(tmp_path):
    """S-162."""
    app = make_app(tmp_path, include_assets_files=False)
    assert not [url for url in urls(describe_scripts(app, DEBUG), "src") if "assets" in url]
    assert document.favicon_url(app, DEBUG) is None


def test_assets_keep_the_folder_the_app_gave_and_may_be_external(tmp_path):
    """S-163: relative to the site, unless they are external."""
    app = make_app(tmp_path, assets_url_path="/static", url_base_pathname="/app/")
    assert "static/b.js" in urls(describe_scripts(app, DEBUG), "src")
    page = Environment(base="/site/")
    assert document.favicon_url(app, page) == "/site/static/favicon.ico"
    app.config.assets_external_path = "https://cdn/"
    assert document.favicon_url(app, page) == "https://cdn/static/favicon.ico"
    assert "https://cdn/static/b.js" in urls(describe_scripts(app, DEBUG), "src")


def test_assets_written_by_the_script_travel_in_their_address(tmp_path):
    """R-46: dash_extensions' `assign` writes JavaScript while the app is being declared."""
    app = make_app(tmp_path)
    os.utime(tmp_path / "assets" / "b.js", (500, 500))
    (tmp_path / "assets" / "a.mjs").write_text("f();")
    os.utime(tmp_path / "assets" / "a.mjs", (2000, 2000))
    tags = describe_scripts(app, Environment(started=1000))
    assert {"src": "assets/b.js"} in tags
    assert {"src": "data:text/javascript;base64,ZigpOw==", "type": "module"} in tags


def test_a_package_may_force_eager_loading(tmp_path, package):
    """R-13."""
    package._force_eager_loading = True
    found = urls(describe_scripts(make_app(tmp_path), Environment(plotly_url="p")), "src")
    assert "pkg/fake_package/async-x.js" in found
    assert "pkg/dash/dcc/async-graph.js" in found
    assert "pkg/plotly/package_data/plotly.min.js" in found


def test_prop_types_are_loaded_for_app_developers_only(tmp_path):
    """R-10."""
    app = make_app(tmp_path)
    app.enable_dev_tools(debug=True)
    proptypes = "pkg/dash/dcc/proptypes.js"
    assert proptypes in urls(describe_scripts(app, DEBUG), "src")
    assert proptypes not in urls(describe_scripts(app, Environment()), "src")


def test_tags_are_encoded_for_the_wire():
    tag = {"href": "a.css", "media": "print", "type": "text/css"}
    assert document.encode_tag(tag, "href") == {
        "src": "a.css",
        "type": "text/css",
        "attributes": {"media": "print"},
    }
    assert document.encode_tag({"src": "a.js"}, "src") == {"src": "a.js"}


def test_the_configuration_is_what_dash_tells_its_page(tmp_path):
    app = make_app(tmp_path, show_undo_redo=True, update_title="", csrf_token_name="t")
    described = describe_config(app, DEBUG)
    assert described["requests_pathname_prefix"] == "/"
    assert described["show_undo_redo"] is True
    assert described["update_title"] == ""
    assert described["dash_version"] == DASH_VERSION
    assert described["csrf_token_name"] == "t"
    assert described["ui"] is False
    assert "dev_tools" not in described


def test_developer_tools_are_shown_in_debug_sites_only(tmp_path):
    """S-172: `debug=True` in the script is meant for the developer's machine."""
    app = make_app(tmp_path)
    hooks.hooks.devtool("ns", "Type", {"id": "x"})
    app.run(debug=True)
    shown = describe_config(app, DEBUG)
    assert shown["ui"] is shown["props_check"] is shown["validate_callbacks"] is True
    assert [each["type"] for each in shown["dev_tools"]] == ["Type"]  # type: ignore[attr-defined]
    hidden = describe_config(app, Environment())
    assert hidden["ui"] is hidden["props_check"] is False
    assert "dev_tools" not in hidden


def test_the_icon_of_the_assets_folder_is_linked(tmp_path):
    """S-162."""
    app = make_app(tmp_path)
    link = '<link rel="icon" type="image/x-icon" href="/assets/favicon.ico">'
    assert link in document.render_index(app, DEBUG)


def test_the_whole_description_is_plain_data(tmp_path):
    """docs/wire.md: the message `Document`."""
    app = make_app(tmp_path, external_stylesheets=[{"href": "a.css", "media": "print"}])
    app.clientside_callback("() => 1", Output("a", "children"), Input("a", "id"))
    hooks.hooks.devtool("ns", "Type", {"children": Div(id="x")})
    app.enable_dev_tools(debug=True)
    made = document.describe(app, DEBUG)
    message: Any = encode(made)
    assert message["type"] == "Document"
    assert message["stylesheets"][0] == {"src": "a.css", "attributes": {"media": "print"}}
    assert message["updateTitle"] == "Updating..."
    assert message["favicon"] == "/assets/favicon.ico"
    assert message["childrenProps"]["dash_core_components"]["Tab"] == ["label"]
    (inline,) = message["inlineScripts"]
    assert inline["source"] == "() => 1"
    assert len(inline["hash"]) == 64
    (tool,) = message["config"]["dev_tools"]
    assert tool["props"]["children"]["type"] == "Div"


def test_an_empty_update_title_is_told_to_the_page(tmp_path):
    """S-160: None and '' turn it off."""
    app = make_app(tmp_path, update_title="")
    assert document.describe(app, DEBUG).update_title == ""
