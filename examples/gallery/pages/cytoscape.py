from itertools import pairwise

import dash
import dash_cytoscape as cyto
from dash import Input, Output, State, callback, dcc, html
from harbour import FERRIES, ISLANDS, quickest_way
from shell import answer, card, page

dash.register_page(
    __name__,
    path="/cytoscape",
    name="Cytoscape",
    order=6,
    colour="#f39c12",
    description="The ferry network: tap two islands to find a way",
)

STYLES = [
    {
        "selector": "node",
        "style": {
            "label": "data(id)",
            "width": "data(size)",
            "height": "data(size)",
            "background-color": "#0b6e8f",
            "color": "#17222f",
            "font-size": 15,
            "text-valign": "bottom",
            "text-margin-y": 6,
        },
    },
    {
        "selector": "edge",
        "style": {
            "label": "data(minutes)",
            "line-color": "#c9c0ac",
            "width": 2.5,
            "curve-style": "bezier",
            "font-size": 12,
            "color": "#66717d",
            "text-background-color": "#fffdf9",
            "text-background-opacity": 1,
            "text-background-padding": 3,
        },
    },
    {"selector": ".way", "style": {"line-color": "#e4572e", "width": 6}},
    {"selector": "node.way", "style": {"background-color": "#e4572e"}},
]


def elements(way=()):
    legs = {frozenset(leg) for leg in pairwise(way)}
    nodes = [
        {
            "data": {"id": name, "size": 16 + island.people**0.5 / 2},
            "position": {"x": island.longitude * 500, "y": -island.latitude * 700},
            "classes": "way" if name in way else "",
        }
        for name, island in ISLANDS.items()
    ]
    edges = [
        {
            "data": {"id": f"{start}-{end}", "source": start, "target": end, "minutes": minutes},
            "classes": "way" if frozenset((start, end)) in legs else "",
        }
        for start, end, minutes in FERRIES
    ]
    return nodes + edges


def layout():
    return page(
        "Cytoscape",
        "dash-cytoscape",
        "Drag the islands about. Tap one, then another: Python finds the quickest way.",
        card(
            "Seven islands, ten ferries",
            dcc.RadioItems(
                {"preset": "as on the map", "circle": "circle", "grid": "grid", "cose": "springs"},
                "preset",
                id="cyto-layout",
                inline=True,
                className="choices",
            ),
            cyto.Cytoscape(
                id="cyto",
                elements=elements(),
                layout={"name": "preset", "fit": True, "padding": 45},
                stylesheet=STYLES,
                style={"width": "100%", "height": "460px"},
                minZoom=0.3,
                maxZoom=3,
            ),
            dcc.Store(id="cyto-start"),
            answer("cyto-way"),
            html.Div(id="cyto-hover", className="answer"),
            wide=True,
        ),
    )


@callback(Output("cyto", "layout"), Input("cyto-layout", "value"))
def arrange(name):
    return {"name": name, "fit": True, "padding": 45, "animate": False}


@callback(
    Output("cyto", "elements"),
    Output("cyto-way", "children"),
    Output("cyto-start", "data"),
    Input("cyto", "tapNodeData"),
    State("cyto-start", "data"),
)
def find_way(tapped, start):
    if tapped is None:
        return elements(), "Tap an island.", None
    if start is None:
        return elements([tapped["id"]]), f"From {tapped['id']} to where?", tapped["id"]
    minutes, way = quickest_way(start, tapped["id"])
    return elements(way), f"{' → '.join(way)}: {minutes} minutes", None


@callback(Output("cyto-hover", "children"), Input("cyto", "mouseoverNodeData"))
def tell_island(node):
    if node is None:
        return "Point at an island."
    island = ISLANDS[node["id"]]
    return f"{island.name}: {island.people:,} people, known for {island.known_for}."
