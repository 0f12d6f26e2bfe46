"""A callback imports modules of the standard library and of a package when it is called."""

import plotly
from dash import Dash, Input, Output, callback, html

app = Dash(__name__)
app.layout = html.Div(
    [html.Button("Import", id="button"), html.Div(id="out"), html.Div(plotly.__name__, id="name")]
)


@callback(Output("out", "children"), Input("button", "n_clicks"), prevent_initial_call=True)
def import_modules(_: int) -> str:
    """Import modules that the start of the app does not need."""
    import colorsys  # noqa: PLC0415
    import wave  # noqa: PLC0415

    from plotly.graph_objs import Bar  # noqa: PLC0415

    return f"{colorsys.rgb_to_hsv(1, 0, 0)} {wave.__name__} {Bar(y=[1]).type}"


if __name__ == "__main__":
    app.run()
