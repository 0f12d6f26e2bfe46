import dash
from dash import dcc, html
from planets import PLANETS

dash.register_page(__name__, name="Moons", redirect_from=["/moons"])


def layout(least="0", **_other):
    found = {p["name"]: p["moons"] for p in PLANETS.values() if p["moons"] >= int(least)}
    figure = {"data": [{"type": "bar", "x": list(found), "y": list(found.values())}]}
    return html.Div([html.H1("Moons"), dcc.Graph(id="moons", figure=figure)])
