from math import pi, sin

import plotly.graph_objects as go
from dash import Dash, Input, Output, callback, dcc, html

X = [step / 50 for step in range(int(100 * pi))]

app = Dash(__name__)
app.layout = html.Main(
    [
        html.H1("Waves"),
        html.Label("Frequency", id="frequency-label"),
        dcc.Slider(1, 8, 1, value=2, id="frequency"),
        html.Label("Second frequency", id="second-label"),
        dcc.Slider(0, 8, 1, value=3, id="second"),
        dcc.Graph(id="graph"),
    ]
)


@callback(Output("graph", "figure"), Input("frequency", "value"), Input("second", "value"))
def draw(frequency, second):
    figure = go.Figure(go.Scatter(x=X, y=[sin(frequency * x) + sin(second * x) for x in X]))
    figure.update_layout(margin={"t": 10, "r": 10}, yaxis_range=[-2.1, 2.1])
    return figure


if __name__ == "__main__":
    app.run(debug=True)
