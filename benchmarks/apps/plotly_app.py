"""A plotly app without numpy: one figure of graph_objects at load, one on a click."""

import plotly.graph_objects as go
from dash import Dash, Input, Output, dcc, html

app = Dash(__name__)
app.layout = html.Div([html.Button("click", id="button", n_clicks=0), dcc.Graph(id="graph")])


@app.callback(Output("graph", "figure"), Input("button", "n_clicks"))
def show(clicks):
    figure = go.Figure(go.Bar(x=["a", "b", "c"], y=[1, 2 + clicks, 3]))
    return figure.update_layout(title=f"clicked {clicks}")
