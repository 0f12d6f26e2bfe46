"""A callback that a server answers; its code is no part of the site.

On the server: `pyrt serve-bridge app.py --origin ADDRESS_OF_THE_SITE`. Its own address is `bridge`
in pyproject.toml.
"""

import os

from dash import Dash, Input, Output, callback, dcc, html

app = Dash(__name__, title="Bridge")

app.layout = html.Main(
    [
        html.H1("Bridge"),
        dcc.Input(id="number", type="number", value=12),
        html.P(id="in-the-tab"),
        html.Button("Ask the server", id="ask"),
        html.P(id="on-the-server"),
    ]
)


@callback(Output("in-the-tab", "children"), Input("number", "value"))
def square(number):
    return f"{number} squared is {(number or 0) ** 2}"


@callback(
    Output("on-the-server", "children"),
    Input("ask", "n_clicks"),
    server=True,
    prevent_initial_call=True,
)
def ask(clicks):
    return f"Answer {clicks} of a server with {os.cpu_count()} processors"


if __name__ == "__main__":
    app.run(debug=True)
