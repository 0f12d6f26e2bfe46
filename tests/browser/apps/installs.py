"""Imports micropip, which holds JavaScript objects that no snapshot can have, and plotly."""

import micropip
import plotly
from dash import Dash, Input, Output, callback, html

app = Dash(__name__)
app.layout = html.Div([html.Button("Ask", id="button"), html.Div(id="out")])


@callback(Output("out", "children"), Input("button", "n_clicks"), prevent_initial_call=True)
def ask(_: int) -> str:
    """Use both."""
    return f"{len(micropip.list()) >= 0} {plotly.__name__}"


if __name__ == "__main__":
    app.run()
