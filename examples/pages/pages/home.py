import dash
from dash import dcc, html
from planets import PLANETS

dash.register_page(__name__, path="/", name="Home", description="All planets at a glance")


def layout():
    links = [
        html.Li(dcc.Link(planet["name"], href=dash.get_relative_path(f"/planet/{key}")))
        for key, planet in PLANETS.items()
    ]
    return html.Div([html.H1("Planets"), html.Ul(links, id="planets")])
