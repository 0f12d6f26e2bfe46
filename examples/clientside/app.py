"""Callbacks in JavaScript beside callbacks in Python: inline, from assets, with a promise."""

from dash import (
    ClientsideFunction,
    Dash,
    Input,
    Output,
    State,
    callback,
    clientside_callback,
    dcc,
    html,
)

app = Dash(__name__, title="Clientside")

app.layout = html.Main(
    [
        html.H1("Clientside"),
        dcc.Slider(0, 20, 1, value=6, id="frequency"),
        dcc.Graph(id="wave"),
        html.P(id="doubled"),
        html.P(id="digest"),
        html.P(id="python"),
    ],
    style={"fontFamily": "system-ui", "maxWidth": "50em", "margin": "3em auto"},
)

clientside_callback(
    """
    function (frequency) {
        const x = Array.from({length: 400}, (_, i) => i / 400);
        return {
            data: [{x, y: x.map((t) => Math.sin(2 * Math.PI * frequency * t)), mode: "lines"}],
            layout: {title: {text: `${frequency} Hz`}},
        };
    }
    """,
    Output("wave", "figure"),
    Input("frequency", "value"),
)

clientside_callback(
    ClientsideFunction("demo", "double"), Output("doubled", "children"), Input("frequency", "value")
)

clientside_callback(
    ClientsideFunction("demo", "digest"),
    Output("digest", "children"),
    Input("doubled", "children"),
    State("frequency", "value"),
)


@callback(Output("python", "children"), Input("doubled", "children"))
def answer(doubled):
    return f"Python was told: {doubled}"


if __name__ == "__main__":
    app.run(debug=True)
