"""Uses every component of a package that pyrt does not know."""

import pyrt_test_components as ptc
from dash import Dash, Input, Output, callback, dcc, html

app = Dash(__name__, suppress_callback_exceptions=True)

shelf = ptc.Shelf(
    [html.Span("at the foot", id="foot"), ptc.Stamp(id="inner", label="inside")],
    id="shelf",
    frame={"title": html.B("Shelf", id="title"), "line": "thin"},
    items=[
        {"label": html.I("first", id="first"), "value": "a"},
        {"label": "second", "value": "b"},
        {"label": ptc.Stamp(id={"kind": "item", "n": 3}, label="third"), "value": "c"},
    ],
    slots={"left": dcc.Input(id="left", value=""), "right": "plain"},
    drawers={"top": {"content": html.S("knives", id="top")}},
)

app.layout = html.Div(
    [
        ptc.Stamp(id="stamp", label=html.U("Press", id="word"), **{"data-note": "kept"}),
        html.P(id="pressed"),
        shelf,
        html.P(id="chosen"),
        html.P(id="typed"),
        ptc.Later(id="later", text="later"),
        html.P(id="size"),
        ptc.Peek(id="peek", of="stamp", prop="n_clicks"),
        ptc.Guest(id="guest"),
        html.P(id="visited"),
        ptc.Broken("whole", id="broken"),
        html.Button("Break", id="break"),
    ]
)


@callback(
    Output("pressed", "children"),
    Output("word", "children"),
    Output("peek", "value"),
    Input("stamp", "n_clicks"),
    prevent_initial_call=True,
)
def press(clicks):
    return f"pressed {clicks}", f"Press again ({clicks})", f"peeked {clicks}"


@callback(
    Output("chosen", "children"),
    Output("title", "children"),
    Output("first", "children"),
    Input("shelf", "chosen"),
    Input("inner", "n_clicks"),
    Input({"kind": "item", "n": 3}, "n_clicks"),
    prevent_initial_call=True,
)
def choose(value, inner, item):
    return f"{value} {inner} {item}", f"Shelf of {value}", f"first of {value}"


@callback(Output("typed", "children"), Output("top", "children"), Input("left", "value"))
def echo(text):
    return f"typed {text!r}", text or "knives"


@callback(Output("size", "children"), Input("later", "size"), Input("later", "text"))
def measure(size, text):
    return f"{text} has {size} letters"


@callback(
    Output("guest", "component"),
    Output("later", "text"),
    Input("stamp", "n_clicks"),
    prevent_initial_call=True,
)
def invite(clicks):
    guest = ptc.Stamp(id="invited", label=f"guest {clicks}", n_clicks=0)
    return guest.to_plotly_json(), "much later"


@callback(Output("visited", "children"), Input("invited", "n_clicks"), prevent_initial_call=True)
def visit(clicks):
    return f"visited {clicks}"


@callback(Output("broken", "fail"), Input("break", "n_clicks"), prevent_initial_call=True)
def smash(_clicks):
    return True


if __name__ == "__main__":
    app.run(debug=True)
