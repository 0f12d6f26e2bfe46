import dash
import dash_extensions as de
from dash import Input, Output, callback, dcc, html
from harbour import FERRIES
from shell import answer, card, page

dash.register_page(
    __name__,
    path="/extensions",
    name="Extensions",
    order=10,
    colour="#8e44ad",
    description="Events, keys, animations, diagrams and safe HTML",
)

CLICK = {"event": "click", "props": ["offsetX", "offsetY", "shiftKey"]}
DIRTY = '<b onmouseover="steal()">Ahoy</b> from <a href="javascript:steal()">Aldra</a>!'


def pad():
    return card(
        "Events of the browser, in Python",
        de.EventListener(
            html.Div("Click anywhere in here", id="ext-pad"), id="ext-listener", events=[CLICK]
        ),
        answer("ext-clicked"),
    )


def keys():
    return card(
        "Keys",
        de.Keyboard(
            dcc.Input(id="ext-field", type="text", placeholder="Type here, arrows too"),
            id="ext-keyboard",
        ),
        answer("ext-pressed"),
    )


def pictures():
    day, night = dash.get_asset_url("day.svg"), dash.get_asset_url("night.svg")
    return card(
        "Before and after",
        de.BeforeAfter(
            id="ext-compare", before={"src": day}, after={"src": night}, height="240px", value=55
        ),
    )


def wheel():
    return card(
        "An animation",
        html.Div(
            de.Lottie(
                id="ext-wheel",
                url=dash.get_asset_url("wheel.json"),
                options={"loop": True, "autoplay": False},
                action="stop",
            ),
            className="wheel",
        ),
        dcc.RadioItems(["play", "pause", "stop"], "stop", id="ext-action", inline=True),
        answer("ext-wheel-text"),
    )


def diagram():
    return card(
        "A diagram from text",
        dcc.RadioItems({"LR": "across", "TD": "down"}, "LR", id="ext-direction", inline=True),
        de.Mermaid(id="ext-diagram", chart="flowchart LR\n  Aldra", name="ferries"),
        wide=True,
    )


def purified():
    return card(
        "HTML from strangers, made harmless",
        dcc.Textarea(id="ext-html", value=DIRTY, rows=3),
        de.Purify(id="ext-purified", html=DIRTY, className="answer purified"),
        answer("ext-weight"),
    )


def layout():
    return page(
        "Extensions",
        "dash-extensions",
        "What Dash leaves out: listen to any event of the browser, play a Lottie, draw Mermaid.",
        pad(),
        pictures(),
        html.Div([keys(), purified()], className="stack"),
        wheel(),
        diagram(),
    )


@callback(
    Output("ext-clicked", "children"),
    Input("ext-listener", "n_events"),
    Input("ext-listener", "event"),
)
def tell_click(count, event):
    if not event:
        return "No click yet."
    with_shift = " with shift" if event["shiftKey"] else ""
    return f"Click {count}{with_shift} at {event['offsetX']:.0f}, {event['offsetY']:.0f}"


@callback(
    Output("ext-pressed", "children"),
    Input("ext-keyboard", "n_keydowns"),
    Input("ext-keyboard", "keydown"),
)
def tell_key(count, key):
    return f"Key {count}: {key['key']}" if key else "No key yet."


@callback(
    Output("ext-wheel", "action"),
    Output("ext-wheel-text", "children"),
    Input("ext-action", "value"),
)
def turn_wheel(action):
    return action, {"play": "Hard a-starboard!", "pause": "Hold her so.", "stop": "Midships."}[
        action
    ]


@callback(Output("ext-diagram", "chart"), Input("ext-direction", "value"))
def draw_ferries(direction):
    lines = [
        f"  {start.replace(' ', '')}[{start}] -- {minutes} --- {end.replace(' ', '')}[{end}]"
        for start, end, minutes in FERRIES
    ]
    return "\n".join([f"flowchart {direction}", *lines])


@callback(
    Output("ext-purified", "html"), Output("ext-weight", "children"), Input("ext-html", "value")
)
def purify(text):
    return text, f"{len(text)} characters went in."
