# /// script
# dependencies = ["dash", "dash-cytoscape", "dash-extensions", "dash-leaflet>=1.1"]
# ///
"""JavaScript that the app itself writes while it starts, and a bundle that it asks for then."""

import dash_cytoscape
import dash_leaflet as dl
from dash import Dash, Input, Output, callback, html
from dash_extensions.javascript import assign

dash_cytoscape.load_extra_layouts()
style = assign("(feature) => ({color: feature.properties.colour})", name="style")
triangle = {
    "type": "Feature",
    "properties": {"colour": "#c0392b"},
    "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]},
}
elements = [
    *({"data": {"id": name, "label": name}} for name in "abc"),
    *({"data": {"source": "a", "target": name}} for name in "bc"),
]

app = Dash(__name__)

app.layout = html.Div(
    [
        dl.Map(
            dl.GeoJSON(id="shape", data=triangle, style=style),
            center=[0.5, 0.5],
            zoom=7,
            style={"height": 250},
        ),
        html.P(id="clicked"),
        dash_cytoscape.Cytoscape(id="tree", layout={"name": "dagre"}, elements=elements),
    ]
)


@callback(Output("clicked", "children"), Input("shape", "clickData"), prevent_initial_call=True)
def tell(feature):
    return f"It is {feature['properties']['colour']}."


if __name__ == "__main__":
    app.run(debug=True)
