"""The app of the latency figures: one callback at load, one on a click."""

from dash import Dash, Input, Output, html

app = Dash(__name__)
app.layout = html.Div([html.Button("click", id="button", n_clicks=0), html.Div(id="out")])


@app.callback(Output("out", "children"), Input("button", "n_clicks"))
def show(clicks):
    return f"clicked {clicks}"
