"""Tests in the form of Dash's, for the harness: each needs another part of it.

The numbers in the names are chosen so that all are in the open half of a suite.
"""

from multiprocessing import Lock, Value

import dash
from dash import ALL, Dash, Input, Output, dcc, html


def test_smpl001_click(dash_duo):
    app = Dash(__name__)
    app.layout = html.Div([html.Button("more", id="more", n_clicks=0), html.Div(id="out")])

    @app.callback(Output("out", "children"), Input("more", "n_clicks"))
    def show(clicks):
        return f"clicked {clicks}"

    dash_duo.start_server(app)
    dash_duo.wait_for_text_to_equal("#out", "clicked 0")
    dash_duo.find_element("#more").click()
    dash_duo.wait_for_text_to_equal("#out", "clicked 1")
    assert dash_duo.get_logs() == []


def test_smpl002_clientside(dash_duo):
    app = Dash(__name__)
    app.layout = html.Div([dcc.Input(id="name", value=""), html.Div(id="greeting")])
    app.clientside_callback(
        "function (name) { return `Hello, ${name}`; }",
        Output("greeting", "children"),
        Input("name", "value"),
    )

    dash_duo.start_server(app)
    dash_duo.find_element("#name").send_keys("Ada")
    dash_duo.wait_for_text_to_equal("#greeting", "Hello, Ada")


def test_smpl003_pages(dash_duo):
    app = Dash(__name__, use_pages=True, pages_folder="")
    dash.register_page("home", path="/", layout=html.P("At home", id="text"))
    dash.register_page("away", path="/away", layout=html.P("Far away", id="text"))
    app.layout = html.Div([dcc.Link("away", href="/away", id="link"), dash.page_container])

    dash_duo.start_server(app)
    dash_duo.wait_for_text_to_equal("#text", "At home")
    dash_duo.find_element("#link").click()
    dash_duo.wait_for_text_to_equal("#text", "Far away")
    dash_duo.wait_for_page(f"{dash_duo.server_url}/away")
    dash_duo.wait_for_text_to_equal("#text", "Far away")
    assert dash_duo.get_logs() == []


def test_smpl004_pattern_matching(dash_duo):
    app = Dash(__name__)
    rows = [html.Button(name, id={"row": name}, n_clicks=0) for name in ("a", "b")]
    app.layout = html.Div([*rows, html.Div(id="total")])

    @app.callback(Output("total", "children"), Input({"row": ALL}, "n_clicks"))
    def add(clicks):
        return str(sum(clicks))

    dash_duo.start_server(app)
    dash_duo.wait_for_text_to_equal("#total", "0")
    for button in dash_duo.find_elements("button"):
        button.click()
    dash_duo.wait_for_text_to_equal("#total", "2")


def test_smpl005_dev_tools_error(dash_duo):
    app = Dash(__name__)
    app.layout = html.Div([html.Button("divide", id="divide"), html.Div(id="result")])

    @app.callback(
        Output("result", "children"), Input("divide", "n_clicks"), prevent_initial_call=True
    )
    def divide(clicks):
        return clicks / 0

    dash_duo.start_server(
        app, debug=True, use_reloader=False, use_debugger=True, dev_tools_hot_reload=False
    )
    dash_duo.wait_for_element("#divide").click()
    dash_duo.wait_for_text_to_equal(dash_duo.devtools_error_count_locator, "1")


def test_smpl006_remote_name(dash_duo):
    calls = Value("i", 0)
    names = []
    app = Dash(__name__)
    app.layout = html.Div([dcc.Input(id="name", value="x"), html.Div(id="out")])

    @app.callback(Output("out", "children"), Input("name", "value"))
    def show(name):
        calls.value += 1
        names.append(name)
        return name

    dash_duo.start_server(app)
    dash_duo.wait_for_text_to_equal("#out", "x")
    assert calls.value == 1
    calls.value = 10
    dash_duo.find_element("#name").send_keys("y")
    dash_duo.wait_for_text_to_equal("#out", "xy")
    assert calls.value == 11
    assert names == ["x", "xy"]
    assert names[-1].upper() == "XY"


def test_smpl007_server_route(dash_duo):
    app = Dash(__name__)
    app.layout = html.Div(id="out")

    @app.server.route("/status")
    def status():
        return "up"

    dash_duo.start_server(app)
    dash_duo.driver.get(f"{dash_duo.server_url}/status")
    assert dash_duo.find_element("body").text == "up"


def test_smpl008_lock(dash_duo):
    lock = Lock()
    app = Dash(__name__)
    app.layout = html.Div([html.Button("more", id="more"), html.Div("none", id="out")])

    @app.callback(Output("out", "children"), Input("more", "n_clicks"), prevent_initial_call=True)
    def show(clicks):
        with lock:
            return f"clicked {clicks}"

    dash_duo.start_server(app)
    dash_duo.wait_for_text_to_equal("#out", "none")
    with lock:
        dash_duo.find_element("#more").click()
        dash_duo.wait_for_element('#out[data-dash-is-loading="true"]')
        assert dash_duo.find_element("#out").text == "none"
    dash_duo.wait_for_text_to_equal("#out", "clicked 1")
