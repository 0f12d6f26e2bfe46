"""One click answered by Python and one by JavaScript, in the same page."""

from dash import Dash, Input, Output, html

app = Dash(__name__)
app.layout = html.Div(
    [
        html.Button("Python", id="button", n_clicks=0),
        html.Div(id="out"),
        html.Button("JavaScript", id="local-button", n_clicks=0),
        html.Div(id="local-out"),
    ]
)


@app.callback(Output("out", "children"), Input("button", "n_clicks"))
def show(clicks):
    return f"clicked {clicks}"


app.clientside_callback(
    "(clicks) => `clicked ${clicks}`",
    Output("local-out", "children"),
    Input("local-button", "n_clicks"),
)
