"""A button and a text. `pyrt build` makes a site of it; `pytest` runs its test."""

from dash import Dash, Input, Output, callback, html

app = Dash(__name__, title="Minimal")

app.layout = html.Main(
    [
        html.H1("Minimal"),
        html.Button("Click", id="button", n_clicks=0),
        html.P(id="text"),
    ]
)


@callback(Output("text", "children"), Input("button", "n_clicks"))
def show(clicks):
    return f"Clicked {clicks} times"


if __name__ == "__main__":
    app.run(debug=True)
