"""Location and Link, the three kinds of Store, Geolocation, and Markdown."""

import json

from dash import Dash, Input, Output, State, callback, ctx, dcc, html

app = Dash(__name__)
PARTS = ("pathname", "search", "hash", "href")
KINDS = ("memory", "session", "local")
TEXT = r"""
    ## Tides

    A [link](https://example.org/) and a formula, $e^{i\pi} = -1$.

    $$\int_0^1 x\,dx$$

    | place | metres |
    |-------|-------:|
    | pier  | 2      |

    ```python
    def tide(hour):
        return hour
    ```

    <b>bold</b> <dccLink href="?by=markdown" />
"""

app.layout = html.Div(
    [
        dcc.Location(id="here", refresh=False),
        dcc.Location(id="router", refresh="callback-nav"),
        dcc.Link("Harbour", href="?place=harbour", id="link", title="to the harbour"),
        dcc.Link("Elsewhere", href="?place=else", target="_blank", id="other"),
        html.A("Plain", href="#plain", id="plain"),
        html.Button("To the sea", id="sea"),
        html.Pre(id="address"),
        *(html.Div([dcc.Store(id=kind, storage_type=kind, data=0)]) for kind in KINDS),
        *(html.Pre(id=f"{kind}-kept") for kind in KINDS),
        html.Button("Count", id="count"),
        html.Button("Clear", id="clear"),
        dcc.Geolocation(id="place", high_accuracy=True),
        html.Button("Where?", id="where"),
        html.Pre(id="found"),
        dcc.Markdown(
            TEXT, id="text", mathjax=True, dangerously_allow_html=True, link_target="_blank"
        ),
        dcc.Markdown("no formula: $x^2$", id="plain-text"),
        dcc.Input(id="source", value="*waves*"),
        dcc.Markdown(id="written", className="prose"),
    ]
)


@callback(Output("address", "children"), [Input("here", part) for part in PARTS])
def tell_address(*parts):
    return json.dumps(parts)


@callback(
    Output("router", "search"),
    Output("router", "hash"),
    Input("sea", "n_clicks"),
    prevent_initial_call=True,
)
def sail(_clicks):
    return "?place=sea", "#deep"


for kind in KINDS:

    @callback(
        Output(f"{kind}-kept", "children"),
        Input(kind, "modified_timestamp"),
        Input(kind, "data"),
    )
    def tell_kept(_changed, data):
        return json.dumps(data)

    @callback(
        Output(kind, "data"),
        Output(kind, "clear_data"),
        Input("count", "n_clicks"),
        Input("clear", "n_clicks"),
        State(kind, "data"),
        prevent_initial_call=True,
    )
    def keep(_count, _clear, data):
        if ctx.triggered_id == "clear":
            return data, True
        return (data or 0) + 1, False


@callback(Output("place", "update_now"), Input("where", "n_clicks"), prevent_initial_call=True)
def where(_clicks):
    return True


@callback(Output("found", "children"), Input("place", "position"), Input("place", "position_error"))
def tell_place(position, error):
    return json.dumps([position and [position["lat"], position["lon"]], error])


@callback(Output("written", "children"), Input("source", "value"))
def write(text):
    return text


if __name__ == "__main__":
    app.run(debug=True)
