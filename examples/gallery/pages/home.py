import platform

import dash
from dash import Input, Output, callback, dcc, html
from shell import action, answer, row

dash.register_page(
    __name__,
    path="/",
    name="Start",
    order=0,
    colour="#e4572e",
    description="Every page at a glance",
)


def tile(page):
    text = [html.Strong(page["name"]), html.Span(page["description"])]
    return dcc.Link(text, href=page["relative_path"], style={"--dot": page["colour"]})


def layout():
    pages = sorted(dash.page_registry.values(), key=lambda page: page["order"])
    return html.Article(
        [
            html.Header(
                [
                    html.H1("Every component. One small sea."),
                    html.P(
                        "Ten component libraries for Dash, a page for each, on the islands of"
                        " Aldermere. Click, type and drag: a Python callback answers every time."
                    ),
                ],
                className="hero",
            ),
            row(action("Who answers here?", "ask"), answer("who")),
            html.Div([tile(page) for page in pages if page["path"] != "/"], className="tiles"),
        ]
    )


@callback(Output("who", "children"), Input("ask", "n_clicks"))
def introduce(clicks):
    if not clicks:
        return "Press the button, and Python will tell."
    version, system = platform.python_version(), platform.system()
    return f"Python {version} on {system}, for the {clicks}. time."
