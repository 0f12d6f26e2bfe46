"""What a callback sees at its trigger, and values of its own; see test_triggers.py."""

import heapq
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from dash import ALL, Dash, Input, Output, State, callback, clientside_callback, ctx, dcc, html

app = Dash(__name__)
ROWS = [{"n": n, "half": n / 2} for n in range(600)]
app.layout = html.Div(
    [
        dcc.Input(id="message", value=""),
        html.Button("send", id="send"),
        html.Pre(id="sent"),
        html.Pre(id="sent-too"),
        html.Div(id={"part": 1}),
        dcc.Store(id="rows", data=ROWS),
        *[html.Button(name, id=name) for name in ("types", "change", "kept", "store", "pool")],
        *[html.Pre(id=f"{name}-out") for name in ("types", "change", "kept", "store", "pool")],
        dcc.Store(id="written"),
        html.Button("large", id="large"),
        dcc.Store(id="large-rows"),
        html.Pre(id="large-out"),
    ]
)
KEPT: list[Any] = []

clientside_callback(
    "() => ''", Output("message", "value"), Input("send", "n_clicks"), prevent_initial_call=True
)
clientside_callback(
    "(clicks, message, parts) => `page ${message}`",
    Output("sent-too", "children"),
    Input("send", "n_clicks"),
    State("message", "value"),
    State({"part": ALL}, "title"),
    prevent_initial_call=True,
)


@callback(
    Output("sent", "children"),
    Input("send", "n_clicks"),
    State("message", "value"),
    prevent_initial_call=True,
)
def send(_, message):
    return f"python {message}"


@callback(
    Output("types-out", "children"),
    Input("types", "n_clicks"),
    State("rows", "data"),
    prevent_initial_call=True,
)
def types(_, rows):
    numbers = [row["n"] for row in rows]
    heapq.heapify(numbers)
    KEPT[:] = [rows]
    return f"{type(rows) is list} {type(rows[0]) is dict} {numbers[0]}"


@callback(
    Output("change-out", "children"),
    Input("change", "n_clicks"),
    State("rows", "data"),
    prevent_initial_call=True,
)
def change(_, rows):
    rows.append(0)
    rows[0]["n"] = "changed"
    return len(rows)


@callback(Output("kept-out", "children"), Input("kept", "n_clicks"), prevent_initial_call=True)
def kept(_):
    (rows,) = KEPT
    return f"{len(rows)} {rows[0]['n']}"


@callback(Output("written", "data"), Input("store", "n_clicks"), prevent_initial_call=True)
def write(clicks):
    return clicks


@callback(
    Output("store-out", "children"),
    Input("written", "data"),
    Input("written", "modified_timestamp"),
    State("store-out", "children"),
    prevent_initial_call=True,
)
def read(_, __, before):
    props = sorted(prop.partition(".")[2] for prop in ctx.triggered_prop_ids)
    return f"{before or ''}{'+'.join(props)};"


clientside_callback(
    r"""() => Array.from({length: 2000}, (_, n) => ({
        n, half: n / 2, text: "é\ud83d\ude00\ud83d", nothing: undefined, nan: NaN,
        zero: -0, time: 2 ** 41, huge: 2 ** 60, beyond: 1e21, date: new Date(0), list: [undefined],
    }))""",
    Output("large-rows", "data"),
    Input("large", "n_clicks"),
    prevent_initial_call=True,
)


@callback(Output("large-out", "children"), Input("large-rows", "data"), prevent_initial_call=True)
def large(rows):
    return f"{len(rows)} {type(rows[-1]) is dict} {rows[3]!a}"


@callback(Output("pool-out", "children"), Input("pool", "n_clicks"), prevent_initial_call=True)
def pool(_):
    with ThreadPoolExecutor(4) as executor:
        return str(list(executor.map(lambda n: n * n, range(4))))


if __name__ == "__main__":
    app.run()
