import base64
import hashlib
from datetime import date
from math import pi, sin

import dash
import plotly.graph_objects as go
from dash import Input, Output, Patch, State, callback, ctx, dcc, html
from harbour import ISLANDS
from shell import action, answer, card, page, row

dash.register_page(
    __name__,
    path="/core",
    name="Core components",
    order=1,
    colour="#0b6e8f",
    description="Graphs, inputs, dates, files, Markdown: what Dash itself brings",
)

MARKDOWN = r"""
The wave that rocks the ferry, for $0 \le t \le 10$:

$$
h(t) = a \, e^{-t/\tau} \cos(2 \pi f t)
$$

```python
def height(t, a=1.2, tau=4.0, f=0.5):
    wave = cos(2 * pi * f * t)
    return a * exp(-t / tau) * wave
```
"""


def drawing():
    sliders = [
        dcc.Slider(1, 9, 1, value=3, id="core-a"),
        dcc.Slider(1, 9, 1, value=4, id="core-b"),
    ]
    return card(
        "A Graph drawn by Python, and answering clicks",
        html.Div(sliders, className="pair"),
        dcc.Graph(id="core-curve", config={"displayModeBar": False}, style={"height": "340px"}),
        answer("core-clicked"),
        wide=True,
    )


def typing():
    return card(
        "Text",
        dcc.Input(id="core-text", value="Gull Rock Light", type="text", maxLength=40),
        dcc.RadioItems(list(STYLES), "slug", id="core-style", inline=True),
        answer("core-typed"),
    )


def choosing():
    return card(
        "Choices and dates",
        dcc.Dropdown(list(ISLANDS), "Brisa", id="core-island", clearable=False),
        dcc.DatePickerRange(
            id="core-dates",
            start_date=date(2026, 6, 12),
            end_date=date(2026, 6, 19),
            initial_visible_month=date(2026, 6, 1),
            display_format="D MMM YYYY",
        ),
        dcc.Checklist(["boat", "sauna", "breakfast"], ["boat"], id="core-extras", inline=True),
        answer("core-booked"),
    )


def markdown():
    return card("Markdown, with formulas and code", dcc.Markdown(MARKDOWN, mathjax=True))


def files():
    return card(
        "Files in and out",
        dcc.Upload("Drop a file here, or click", id="core-upload", className="dropzone"),
        answer("core-uploaded"),
        row(
            action("Download the islands", "core-fetch"),
            dcc.Download(id="core-download"),
            dcc.Clipboard(id="core-copy", target_id="core-uploaded", title="Copy the line above"),
        ),
    )


def time():
    return card(
        "Time, and what is remembered",
        row(
            action("Start", "core-start"),
            action("Count a visit", "core-visit"),
        ),
        answer("core-ticks"),
        answer("core-visits"),
        dcc.Interval(id="core-interval", interval=250, disabled=True),
        dcc.Store(id="core-store", storage_type="local", data=0),
    )


def tabs():
    return card(
        "Tabs",
        dcc.Tabs(
            [dcc.Tab(label=name, value=name) for name in list(ISLANDS)[:4]],
            value="Aldra",
            id="core-tabs",
        ),
        dcc.Loading(html.Div(id="core-tab", style={"minHeight": "120px"})),
        wide=True,
    )


def layout():
    return page(
        "Core components",
        "dash",
        "dcc and html, the two libraries inside Dash. Most apps need nothing else.",
        drawing(),
        typing(),
        choosing(),
        markdown(),
        html.Div([files(), time()], className="stack"),
        tabs(),
    )


@callback(Output("core-curve", "figure"), Input("core-a", "value"), Input("core-b", "value"))
def draw_curve(a, b):
    turns = [2 * pi * step / 720 for step in range(721)]
    curve = go.Scatter(
        x=[sin(a * turn) for turn in turns],
        y=[sin(b * turn + pi / 5) for turn in turns],
        line={"color": "#0b6e8f", "width": 2.5},
        hovertemplate="%{x:.2f}, %{y:.2f}<extra></extra>",
    )
    quiet = {"visible": False, "range": [-1.1, 1.1]}
    return go.Figure(curve).update_layout(
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        plot_bgcolor="rgba(0,0,0,0)",
        paper_bgcolor="rgba(0,0,0,0)",
        xaxis=quiet,
        yaxis=quiet,
        uirevision="same",
    )


@callback(
    Output("core-clicked", "children"),
    Output("core-curve", "figure", allow_duplicate=True),
    Input("core-curve", "clickData"),
    prevent_initial_call="initial_duplicate",
)
def mark_point(click):
    if click is None:
        return "Click on the curve.", dash.no_update
    point = click["points"][0]
    figure = Patch()
    figure["layout"]["annotations"] = [
        {"x": point["x"], "y": point["y"], "text": "here", "arrowcolor": "#e4572e"}
    ]
    return f"You clicked at {point['x']:.3f}, {point['y']:.3f}.", figure


STYLES = {
    "title": str.title,
    "slug": lambda text: "-".join(text.lower().split()),
    "backwards": lambda text: text[::-1],
}


@callback(
    Output("core-typed", "children"), Input("core-text", "value"), Input("core-style", "value")
)
def restyle_text(text, style):
    return STYLES[style](text or "")


@callback(
    Output("core-booked", "children"),
    Input("core-island", "value"),
    Input("core-dates", "start_date"),
    Input("core-dates", "end_date"),
    Input("core-extras", "value"),
)
def book(island, start, end, extras):
    if not (start and end):
        return "Choose two dates."
    nights = (date.fromisoformat(end) - date.fromisoformat(start)).days
    price = nights * (64 + 18 * len(extras))
    return f"{nights} nights on {island} with {', '.join(extras) or 'nothing else'}: {price} crowns"


@callback(
    Output("core-uploaded", "children"),
    Input("core-upload", "contents"),
    State("core-upload", "filename"),
)
def weigh_file(contents, name):
    if contents is None:
        return "Python will say how big it is, and its SHA-256."
    content = base64.b64decode(contents.partition(",")[2])
    return f"{name}: {len(content)} bytes, sha256 {hashlib.sha256(content).hexdigest()[:16]}…"


@callback(
    Output("core-download", "data"), Input("core-fetch", "n_clicks"), prevent_initial_call=True
)
def send_islands(_clicks):
    lines = [f"{island.name},{island.people}" for island in ISLANDS.values()]
    return dcc.send_string("\n".join(["island,people", *lines]) + "\n", "islands.csv")


@callback(
    Output("core-interval", "disabled"),
    Output("core-start", "children"),
    Output("core-ticks", "children"),
    Input("core-start", "n_clicks"),
    Input("core-interval", "n_intervals"),
)
def run_stopwatch(starts, ticks):
    running = starts % 2 == 1
    seconds = (ticks or 0) / 4
    return not running, "Stop" if running else "Start", f"{seconds:.2f} s on the stopwatch"


@callback(
    Output("core-store", "data"),
    Output("core-visits", "children"),
    Input("core-visit", "n_clicks"),
    Input("core-store", "modified_timestamp"),
    State("core-store", "data"),
)
def count_visits(_clicks, _changed, visits):
    visits = (visits or 0) + (ctx.triggered_id == "core-visit")
    return visits, f"{visits} visits, kept in this browser"


@callback(Output("core-tab", "children"), Input("core-tabs", "value"))
def describe(name):
    island = ISLANDS[name]
    return html.Dl(
        className="facts",
        children=[
            html.Dt("People"),
            html.Dd(f"{island.people:,}"),
            html.Dt("Known for"),
            html.Dd(island.known_for),
            html.Dt("Position"),
            html.Dd(f"{island.latitude:.2f}° N, {-island.longitude:.2f}° W"),
        ],
    )
