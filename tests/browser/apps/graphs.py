# /// script
# dependencies = ["dash", "numpy", "plotly"]
# ///
"""What a dcc.Graph tells Python, what Python tells it, and arrays that travel as bytes."""

import base64
import gc
import json
from importlib import metadata
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
from dash import Dash, Input, Output, Patch, State, callback, dcc, html

app = Dash(__name__)
STILL = {"displayModeBar": False, "edits": {"annotationPosition": False}}
PLAIN = {"margin": {"l": 30, "r": 10, "t": 10, "b": 30}, "width": 400, "height": 240}


def points():
    """Nine points in a grid, at which a mouse can be aimed."""
    x, y = np.meshgrid(np.arange(3), np.arange(3))
    figure = go.Figure(
        go.Scatter(
            x=x.ravel(),
            y=y.ravel(),
            mode="markers",
            marker_size=20,
            customdata=[f"p{index}" for index in range(9)],
            name="points",
        )
    )
    figure.update_layout(**PLAIN, dragmode="select", showlegend=True)
    figure.add_annotation(x=1, y=1.5, text="note", captureevents=True, showarrow=False)
    return figure.update_xaxes(range=[-0.5, 2.5]).update_yaxes(range=[-0.5, 2.5])


def line(*values):
    return {"data": [{"y": list(values), "type": "scatter"}], "layout": dict(PLAIN)}


def first_line():
    """The first line of this file, which is open while what a package keeps open is given up."""
    with Path(__file__).open("rb", buffering=0) as file:
        metadata.MetadataPathFinder.invalidate_caches()
        gc.collect()
        return file.readline().decode()


app.layout = html.Div(
    [
        dcc.Graph(id="points", figure=points(), config=STILL, clear_on_unhover=True),
        dcc.Tooltip(id="tip", direction="bottom"),
        *(
            html.Pre(id=name)
            for name in ("clicked", "hovered", "selected", "moved", "styled", "noted")
        ),
        html.Button("Extend", id="extend"),
        html.Button("Prepend", id="prepend"),
        dcc.Graph(id="line", figure=line(1, 2), config=STILL),
        html.Pre(id="line-figure"),
        html.Button("Compute", id="compute"),
        dcc.Graph(id="wave", config=STILL),
        html.Pre(id="sum"),
        html.Button("Whole", id="whole"),
        html.Iframe(id="document", width=440, height=280),
        html.Button("Recolour", id="recolour"),
        dcc.Graph(
            id="formula",
            figure=go.Figure(layout={**PLAIN, "title": "$e^{i\\pi}$"}),
            mathjax=True,
            config=STILL,
        ),
        dcc.Graph(id="patched", figure=line(3, 1, 2), config=STILL, animate=True),
        html.Pre(first_line(), id="first-line"),
    ]
)


def names(data):
    """The custom data of the points of an event."""
    return data and [point.get("customdata") for point in data["points"]]


@callback(Output("document", "srcDoc"), Input("whole", "n_clicks"), prevent_initial_call=True)
def write_document(_clicks):
    """A document for download, as apps offer it: plotly.js is in it."""
    return points().to_html()


@callback(Output("clicked", "children"), Input("points", "clickData"))
def tell_click(data):
    return json.dumps([names(data), data and sorted(data)])


@callback(
    Output("hovered", "children"),
    Output("tip", "show"),
    Output("tip", "bbox"),
    Output("tip", "children"),
    Input("points", "hoverData"),
)
def tell_hover(data):
    if data is None:
        return "null", False, None, None
    (name,) = names(data)
    return json.dumps(name), True, data["points"][0]["bbox"], html.B(f"This is {name}", id="tipped")


@callback(Output("selected", "children"), Input("points", "selectedData"))
def tell_selection(data):
    return json.dumps([names(data), data and sorted(data)])


@callback(Output("moved", "children"), Input("points", "relayoutData"))
def tell_layout(data):
    return json.dumps(sorted(data or ()))


@callback(Output("styled", "children"), Input("points", "restyleData"))
def tell_style(data):
    return json.dumps(data)


@callback(Output("noted", "children"), Input("points", "clickAnnotationData"))
def tell_note(data):
    return json.dumps(data and data["annotation"]["text"])


@callback(Output("line", "extendData"), Input("extend", "n_clicks"), prevent_initial_call=True)
def extend(clicks):
    return {"y": [[10 * clicks]]}, [0], 4


@callback(Output("line", "prependData"), Input("prepend", "n_clicks"), prevent_initial_call=True)
def prepend(clicks):
    return {"y": [[-clicks]]}


@callback(
    Output("line-figure", "children"),
    Input("extend", "n_clicks"),
    Input("prepend", "n_clicks"),
    State("line", "figure"),
)
def tell_figure(_extended, _prepended, figure):
    return json.dumps(figure["data"][0]["y"])


@callback(Output("wave", "figure"), Input("compute", "n_clicks"))
def compute(clicks):
    x = np.linspace(0, 2 * np.pi, 10_000)
    y = np.sin(x) * (1 + (clicks or 0))
    matrix = np.arange(6, dtype="int32").reshape(2, 3)
    heat = go.Heatmap(z=matrix, xaxis="x2", yaxis="y2", showscale=False)
    figure = go.Figure([go.Scattergl(x=x, y=y), heat], PLAIN)
    return figure.update_layout(xaxis={"domain": [0, 0.7]}, xaxis2={"domain": [0.75, 1]})


@callback(Output("sum", "children"), Input("wave", "figure"))
def tell_sum(figure):
    if not figure:
        return "nothing"
    packed = figure["data"][0]["y"]  # plotly.py packs arrays since its version 6
    wave = np.frombuffer(base64.b64decode(packed["bdata"]), packed["dtype"])
    return f"{len(wave)} points, up to {wave.max():.3f}"


@callback(Output("patched", "figure"), Input("recolour", "n_clicks"), prevent_initial_call=True)
def recolour(_clicks):
    patch = Patch()
    patch["data"][0]["line"]["color"] = "rgb(200, 0, 0)"
    patch["data"][0]["y"].append(5)
    return patch


if __name__ == "__main__":
    app.run(debug=True)
