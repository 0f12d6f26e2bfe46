import dash
import dash_leaflet as dl
from dash import Input, Output, callback, html
from dash_extensions.javascript import Namespace
from harbour import FERRIES, ISLANDS, distance_km, islands_as_geojson, nearest_island
from shell import answer, card, page

dash.register_page(
    __name__,
    path="/leaflet",
    name="Leaflet",
    order=7,
    colour="#27ae60",
    description="A chart of the sea, without a tile server",
)

javascript = Namespace("gallery", "map")
BUOY = [44.58, -30.3]
HOME, ZOOM = [44.6, -30.55], 9


def ferry_lines():
    return [
        dl.Polyline(
            positions=[ISLANDS[start].position, ISLANDS[end].position],
            color="#6b8ea0",
            weight=1.5,
            dashArray="5 7",
            children=dl.Tooltip(f"{start} to {end}: {minutes} minutes", sticky=True),
        )
        for start, end, minutes in FERRIES
    ]


def lighthouses():
    return [
        dl.CircleMarker(
            center=[island.latitude + 0.04, island.longitude],
            radius=5,
            color="#fffdf9",
            weight=2,
            fillColor="#e4572e",
            fillOpacity=1,
            children=dl.Popup(html.B(f"{island.name} Light")),
        )
        for island in ISLANDS.values()
    ]


def sea_chart():
    buoy = {"iconUrl": dash.get_asset_url("buoy.svg"), "iconSize": [36, 36], "iconAnchor": [18, 32]}
    return dl.Map(
        [
            dl.GeoJSON(
                id="map-islands",
                data=islands_as_geojson(),
                style=javascript("style"),
                hoverStyle=javascript("hover"),
                onEachFeature=javascript("label"),
                hideout={"chosen": None},
                pane="tilePane",
            ),
            dl.LayersControl(
                [
                    dl.Overlay(dl.LayerGroup(ferry_lines()), name="Ferries", checked=True),
                    dl.Overlay(dl.LayerGroup(lighthouses()), name="Lights", checked=True),
                ],
                collapsed=False,
            ),
            dl.Marker(
                id="map-buoy",
                position=BUOY,
                draggable=True,
                icon=buoy,
                eventHandlers={"dragend": javascript("moved")},
            ),
            dl.Circle(id="map-range", center=BUOY, radius=9000, color="#e4572e", weight=1),
            dl.ScaleControl(imperial=False),
            dl.EasyButton(icon="&#8962;", title="Fly home", id="map-home"),
        ],
        id="map",
        center=HOME,
        zoom=ZOOM,
        minZoom=8,
        maxZoom=12,
        attributionControl=False,
        style={"height": "520px"},
        className="sea-chart",
    )


def layout():
    return page(
        "Leaflet",
        "dash-leaflet",
        "Drag the buoy, click an island or the open sea. The islands are GeoJSON from Python,"
        " styled by a few lines of JavaScript in the assets folder.",
        card(
            "The sea chart",
            sea_chart(),
            answer("map-buoy-text"),
            answer("map-island-text"),
            answer("map-sea-text"),
            wide=True,
        ),
    )


@callback(
    Output("map-buoy-text", "children"),
    Output("map-range", "center"),
    Input("map-buoy", "position"),
)
def locate_buoy(position):
    latitude, longitude = position
    island = nearest_island(latitude, longitude)
    away = distance_km(latitude, longitude, island)
    text = f"The buoy floats {away:.1f} km from the middle of {island.name}."
    return text, [latitude, longitude]


@callback(
    Output("map-island-text", "children"),
    Output("map-islands", "hideout"),
    Input("map-islands", "clickData"),
)
def tell_island(feature):
    if feature is None:
        return "Click an island.", {"chosen": None}
    island = ISLANDS[feature["properties"]["name"]]
    text = f"{island.name}: {island.people:,} people, known for {island.known_for}."
    return text, {"chosen": island.name}


@callback(Output("map-sea-text", "children"), Input("map", "clickData"))
def sound_depth(click):
    if click is None:
        return "Click the sea."
    latitude, longitude = click["latlng"]["lat"], click["latlng"]["lng"]
    island = nearest_island(latitude, longitude)
    depth = max(0, distance_km(latitude, longitude, island) - island.radius_km) * 3.5
    return f"{depth:.0f} m deep at {latitude:.3f}° N, {-longitude:.3f}° W"


@callback(Output("map", "viewport"), Input("map-home", "n_clicks"), prevent_initial_call=True)
def fly_home(_clicks):
    return {"center": HOME, "zoom": ZOOM, "transition": "flyTo"}
