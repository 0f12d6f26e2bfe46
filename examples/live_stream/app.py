# /// script
# dependencies = ["dash"]
#
# [tool.pyrt]
# bridge = "http://127.0.0.1:8060"
# ///
"""Prices that a server pushes into a static page: a persistent callback over the bridge.

pyrt build examples/live_stream/app.py
pyrt serve-bridge examples/live_stream/app.py --origin http://127.0.0.1:8050
pyrt serve dist
"""

import asyncio
import random
import time

from dash import Dash, Input, Output, callback, ctx, dcc, html, set_props

STOCKS = {"ACME": 182.4, "GLOBEX": 96.1, "INITECH": 41.7}
COLOURS = {"ACME": "#3b5bdb", "GLOBEX": "#0ca678", "INITECH": "#f08c00"}
SHOWN = 240  # points of a line
RATES = {"USD": ("$", 1.0), "EUR": ("€", 0.91), "JPY": ("¥", 149.0)}

app = Dash(__name__, title="Live stream")


def card(name):
    return html.Article(
        [
            html.H2(name, style={"color": COLOURS[name]}),
            html.P("—", id={"price": name}, className="price"),
            html.P("", id={"change": name}, className="change"),
        ]
    )


def empty_figure():
    traces = [
        {"name": name, "x": [], "y": [], "mode": "lines", "line": {"color": COLOURS[name]}}
        for name in STOCKS
    ]
    layout = {
        "margin": {"t": 10, "r": 10, "b": 30, "l": 50},
        "height": 300,
        "xaxis": {"type": "date"},
        "yaxis": {"ticksuffix": " %", "zeroline": True},
        "legend": {"orientation": "h", "y": 1.12},
        "font": {"family": "system-ui"},
    }
    return {"data": traces, "layout": layout}


app.layout = html.Main(
    [
        html.H1("Live stream"),
        html.P(id="state", className="state", children="waiting for the server …"),
        html.Section([card(name) for name in STOCKS], className="cards"),
        dcc.Graph(id="chart", figure=empty_figure(), config={"displayModeBar": False}),
        html.Div(
            [
                html.Div(
                    ["Show in", dcc.RadioItems(list(RATES), "USD", id="currency", inline=True)]
                ),
                html.Div(
                    ["Prices per second", dcc.Slider(1, 10, 1, value=4, id="speed", marks=None)]
                ),
                dcc.Checklist(["pause"], [], id="pause"),
            ],
            className="controls",
        ),
        dcc.Store(id="prices"),
    ]
)


class Market:
    """Random walks from the same start: what a server might get from an exchange."""

    def __init__(self):
        self.prices = dict(STOCKS)

    def tick(self):
        for name, price in self.prices.items():
            self.prices[name] = round(price * (1 + random.gauss(0, 0.002)), 2)
        return dict(self.prices)


@callback(server=True, websocket=True, persistent=True)
async def push():
    """Runs on the server, one for each open page, and never returns."""
    page, market = ctx.websocket, Market()
    while not page.is_shutdown:
        if await page.get_prop("pause", "value"):  # the server asks the page
            set_props("state", {"children": "paused", "className": "state paused"})
            await asyncio.sleep(0.2)
            continue
        prices = market.tick()
        now = time.time() * 1000
        growth = [[100 * (prices[name] / start - 1)] for name, start in STOCKS.items()]
        new = {"x": [[now]] * len(STOCKS), "y": growth}
        set_props("chart", {"extendData": [new, list(range(len(STOCKS))), SHOWN]})
        set_props("prices", {"data": prices})
        set_props("state", {"children": "live", "className": "state live"})
        await asyncio.sleep(1 / (await page.get_prop("speed", "value") or 1))


@callback(
    Output({"price": "ACME"}, "children"),
    Output({"price": "GLOBEX"}, "children"),
    Output({"price": "INITECH"}, "children"),
    Output({"change": "ACME"}, "children"),
    Output({"change": "GLOBEX"}, "children"),
    Output({"change": "INITECH"}, "children"),
    Input("prices", "data"),
    Input("currency", "value"),
    prevent_initial_call=True,
)
def show(prices, currency):
    """Runs in the tab: converts what the server pushes, without asking it."""
    if not prices:
        return ["—"] * 3 + [""] * 3
    sign, rate = RATES[currency]
    shown = [f"{sign}{prices[name] * rate:,.2f}" for name in STOCKS]
    changes = [100 * (prices[name] / start - 1) for name, start in STOCKS.items()]
    return shown + [f"{'▲' if change >= 0 else '▼'} {abs(change):.2f} %" for change in changes]


if __name__ == "__main__":
    app.run(debug=True)
