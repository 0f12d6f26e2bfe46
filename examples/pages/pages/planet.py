import dash
from dash import Input, Output, callback, dcc, html
from planets import PLANETS


def title(planet=None):
    return f"{PLANETS[planet]['name']}: planets" if planet in PLANETS else "Planets"


dash.register_page(__name__, path_template="/planet/<planet>", title=title)


def layout(planet="earth", unit="km", **_other):
    facts = PLANETS.get(planet)
    if facts is None:
        return html.H1("No such planet")
    return html.Div(
        [
            html.H1(facts["name"], id="name"),
            dcc.RadioItems(["km", "miles"], unit, id="unit", inline=True),
            dcc.Store(id="radius", data=facts["radius"]),
            html.P(id="size"),
        ]
    )


@callback(Output("size", "children"), Input("unit", "value"), Input("radius", "data"))
def size(unit, radius):
    return f"Radius: {radius if unit == 'km' else radius / 1.609344:,.0f} {unit}"
