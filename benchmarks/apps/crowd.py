"""The page of echo.py with 10,000 more components."""

from dash import Dash, Input, Output, html

app = Dash(__name__)
app.layout = html.Div(
    [
        html.Button("Python", id="button", n_clicks=0),
        html.Div(id="out"),
        html.Div([html.Span(id=f"other-{n}") for n in range(10_000)]),
    ]
)


@app.callback(Output("out", "children"), Input("button", "n_clicks"))
def show(clicks):
    return f"clicked {clicks}"
