import dash
from dash import ALL, Input, Output, callback, ctx, dcc, html
from dash_iconify import DashIconify
from shell import answer, card, page

dash.register_page(
    __name__,
    path="/iconify",
    name="Iconify",
    order=8,
    colour="#1769aa",
    description="Icons by name; here a set of our own, found without a network",
)

NAMES = (
    "anchor bell boat buoy chart compass cup fish flag fog gull heart house key"
    " lighthouse map moon rain rope sail shell star sun ticket wave wind"
)


def tile(name):
    return html.Button(
        [DashIconify(icon=f"sea:{name}", width=34), html.Span(name)],
        id={"type": "icon", "name": name},
        className="icon-tile",
        n_clicks=0,
    )


def layout():
    search = [
        dcc.Input(id="icon-search", type="text", placeholder="Search: try “boat” or “s”", value=""),
        html.Div([tile(name) for name in NAMES.split()], id="icon-tiles", className="icon-tiles"),
        answer("icon-found"),
    ]
    easel = [
        html.Div(DashIconify(id="icon-large", icon="sea:lighthouse", width=150), id="icon-frame"),
        dcc.Slider(40, 220, 20, value=160, id="icon-size", marks=None),
        dcc.RadioItems(
            {"#17222f": "ink", "#0b6e8f": "sea", "#e4572e": "coral", "#4b7f52": "moss"},
            "#0b6e8f",
            id="icon-colour",
            inline=True,
        ),
        dcc.Checklist(["turn", "mirror"], [], id="icon-turns", inline=True),
        answer("icon-chosen"),
    ]
    return page(
        "Iconify",
        "dash-iconify",
        "DashIconify knows two hundred thousand icons by name and fetches each from its server."
        " The icons on this page are drawn for it, and travel with the app.",
        card("The set", *search),
        card("The easel", *easel),
    )


@callback(
    Output({"type": "icon", "name": ALL}, "style"),
    Output("icon-found", "children"),
    Input("icon-search", "value"),
)
def search_icons(text):
    wanted = (text or "").strip().lower()
    names = [output["id"]["name"] for output in ctx.outputs_list[0]]
    found = [name for name in names if wanted in name]
    hidden = [{} if name in found else {"display": "none"} for name in names]
    return hidden, f"{len(found)} of {len(names)} icons"


@callback(
    Output("icon-large", "icon"),
    Output("icon-chosen", "children"),
    Input({"type": "icon", "name": ALL}, "n_clicks"),
)
def choose_icon(_clicks):
    name = ctx.triggered_id["name"] if ctx.triggered_id else "lighthouse"
    return f"sea:{name}", f"DashIconify(icon='sea:{name}')"


@callback(
    Output("icon-large", "width"),
    Output("icon-large", "color"),
    Output("icon-large", "rotate"),
    Output("icon-large", "flip"),
    Input("icon-size", "value"),
    Input("icon-colour", "value"),
    Input("icon-turns", "value"),
)
def draw_icon(size, colour, turns):
    return size, colour, int("turn" in turns), "horizontal" if "mirror" in turns else None
