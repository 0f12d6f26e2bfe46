# /// script
# dependencies = ["dash", "flask"]
# ///
"""A Dash app below a prefix of a Flask app, which a script serves by itself."""

from dash import Dash, Input, Output, callback, dcc, html
from flask import Flask, request
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import run_simple

flask_app = Flask("port")
app = Dash(__name__, requests_pathname_prefix="/boards/")
app.layout = html.Main(
    [
        dcc.Location(id="here"),
        dcc.Link("Tides", href=app.get_relative_path("/tides"), id="tides"),
        html.Img(src=app.get_asset_url("dot.svg"), id="dot"),
        html.Button("Ask", id="ask", n_clicks=0),
        html.P(id="text"),
    ]
)


@callback(Output("text", "children"), Input("here", "pathname"), Input("ask", "n_clicks"))
def show(path, clicks):
    return f"{app.strip_relative_path(path) or 'home'} {clicks} {request.method}"


if __name__ == "__main__":
    application = DispatcherMiddleware(flask_app, {"/boards": app.server})
    run_simple("localhost", 8050, application, use_reloader=True)
