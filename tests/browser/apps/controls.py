"""Every dcc input component, and the values that Python receives.

Beside each of them, `<id>-<property>` shows the JSON of the property as Python received it.
"""

import asyncio
import json
from datetime import date

from dash import Dash, Input, Output, State, callback, dcc, html

TOWNS = ["Aldra", "Brisa", "Corr"]

app = Dash(__name__)


def show_received(component, *properties):
    """The component, followed by each of the properties as Python receives it."""

    def echo(name):
        @callback(Output(f"{component.id}-{name}", "children"), Input(component.id, name))
        def tell(value):
            return json.dumps(value)

        return html.Pre(id=f"{component.id}-{name}")

    return html.Div([component, *map(echo, properties)])


app.layout = html.Div(
    [
        show_received(dcc.Input(id="text", debounce=True), "value", "n_submit", "n_blur"),
        show_received(dcc.Input(id="live", value="ab"), "value"),
        show_received(
            dcc.Input(id="number", type="number", min=0, max=10, step=0.5, value=2), "value"
        ),
        show_received(dcc.Textarea(id="area", value="one\ntwo"), "value", "n_blur"),
        show_received(dcc.Dropdown(TOWNS, id="town", searchable=True), "value", "search_value"),
        show_received(
            dcc.Dropdown(
                [
                    {"label": html.B(town, className="bold"), "value": index, "search": town}
                    for index, town in enumerate(TOWNS)
                ],
                [0],
                multi=True,
                id="towns",
            ),
            "value",
        ),
        show_received(
            dcc.Checklist(["tea", "milk"], ["tea"], id="breakfast", inline=True), "value"
        ),
        show_received(
            dcc.RadioItems(
                [{"label": html.I("low", id="low"), "value": 1}, {"label": "high", "value": 2}],
                id="tide",
            ),
            "value",
        ),
        show_received(
            dcc.Slider(0, 10, 1, value=3, id="knots", updatemode="drag"), "value", "drag_value"
        ),
        show_received(dcc.RangeSlider(0, 20, 5, value=[5, 15], id="range", marks=None), "value"),
        show_received(
            dcc.DatePickerSingle(
                id="day",
                date=date(2026, 6, 12),
                min_date_allowed=date(2026, 6, 3),
                display_format="YYYY-MM-DD",
                clearable=True,
            ),
            "date",
        ),
        show_received(
            dcc.DatePickerRange(
                id="stay",
                initial_visible_month=date(2026, 6, 1),
                minimum_nights=2,
                display_format="YYYY-MM-DD",
            ),
            "start_date",
            "end_date",
        ),
        show_received(
            dcc.Tabs(
                [
                    dcc.Tab(html.P("In the harbour", id="first"), label="Harbour", value="a"),
                    dcc.Tab(html.P("On the sea", id="second"), label="Sea", value="b"),
                    dcc.Tab(label="Shut", value="c", disabled=True),
                ],
                id="tabs",
            ),
            "value",
        ),
        show_received(dcc.Button("Press", id="button"), "n_clicks", "n_blur"),
        show_received(dcc.Clipboard(id="copy", target_id="first"), "n_clicks"),
        show_received(dcc.Clipboard(id="copy-content"), "content"),
        html.Button("Ask", id="ask"),
        show_received(
            dcc.ConfirmDialog(id="confirm", message="Sure?"),
            "submit_n_clicks",
            "cancel_n_clicks",
            "displayed",
        ),
        show_received(
            dcc.ConfirmDialogProvider(
                html.Button("Sink", id="sink"), id="provider", message="Sink it?"
            ),
            "submit_n_clicks",
            "cancel_n_clicks",
        ),
        show_received(dcc.Interval(id="clock", interval=30, max_intervals=4), "n_intervals"),
        html.Button("Slower", id="slower"),
        html.Button("Load", id="load"),
        html.Button("Finish", id="finish"),
        dcc.Loading(html.P("empty", id="loaded"), id="loading", type="dot", color="teal"),
        html.P("beside", id="beside"),
        html.P(id="finished"),
    ]
)


@callback(
    Output("copy-content", "content"), Input("copy-content", "n_clicks"), prevent_initial_call=True
)
def content(clicks):
    return f"copied from Python {clicks}"


@callback(Output("confirm", "displayed"), Input("ask", "n_clicks"), prevent_initial_call=True)
def ask(_clicks):
    return True


@callback(
    Output("clock", "max_intervals"),
    Input("slower", "n_clicks"),
    State("clock", "n_intervals"),
    prevent_initial_call=True,
)
def slower(_clicks, ticks):
    return ticks + 1


gate = asyncio.Event()


@callback(Output("loaded", "children"), Input("load", "n_clicks"), prevent_initial_call=True)
async def load(clicks):
    gate.clear()
    await gate.wait()
    return f"loaded {clicks}"


@callback(Output("finished", "children"), Input("finish", "n_clicks"), prevent_initial_call=True)
def finish(clicks):
    gate.set()
    return f"finished {clicks}"


if __name__ == "__main__":
    app.run(debug=True)
