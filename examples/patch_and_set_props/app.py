"""Partial updates: a Patch sends what changed, set_props reaches any component."""

from dash import Dash, Input, Output, Patch, State, callback, dcc, html, set_props

app = Dash(__name__, title="Patch and set_props")

app.layout = html.Main(
    [
        html.H1("Partial updates"),
        dcc.Graph(
            id="graph",
            figure={
                "data": [{"type": "scatter", "mode": "lines+markers", "y": [1, 4, 9]}],
                "layout": {"title": {"text": "three points"}},
            },
        ),
        html.Button("One more point", id="extend"),
        html.Button("Recolour", id="recolour"),
        html.Button("Log", id="log"),
        html.Ul(id="lines", children=[]),
        html.P("nothing logged yet", id="notice"),
    ],
    style={"fontFamily": "system-ui", "maxWidth": "50em", "margin": "3em auto"},
)


@callback(
    Output("graph", "figure"),
    Input("extend", "n_clicks"),
    State("graph", "figure"),
    prevent_initial_call=True,
)
def extend(_clicks, figure):
    count = len(figure["data"][0]["y"]) + 1
    patch = Patch()
    patch["data"][0]["y"].append(count**2)
    patch["layout"]["title"]["text"] = f"{count} points"
    return patch


@callback(
    Output("graph", "figure", allow_duplicate=True),
    Input("recolour", "n_clicks"),
    prevent_initial_call=True,
)
def recolour(clicks):
    patch = Patch()
    patch["data"][0]["line"] = {"color": ["crimson", "teal", "orange"][clicks % 3]}
    return patch


@callback(Output("lines", "children"), Input("log", "n_clicks"), prevent_initial_call=True)
def log(clicks):
    set_props("notice", {"children": f"{clicks} logged", "style": {"color": "seagreen"}})
    patch = Patch()
    patch.prepend(html.Li(f"line {clicks}"))
    return patch


if __name__ == "__main__":
    app.run(debug=True)
