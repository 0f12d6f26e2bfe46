"""A gallery of component libraries, one page for each; every page is answered by Python."""

import dash
from dash import ALL, Dash, Input, Output, callback, dcc, html

app = Dash(__name__, use_pages=True, title="Gallery", update_title=None)


def pages():
    return sorted(dash.page_registry.values(), key=lambda page: page["order"])


def menu():
    return [
        dcc.Link(
            page["name"],
            href=page["relative_path"],
            id={"type": "menu", "path": page["path"]},
            style={"--dot": page["colour"]},
        )
        for page in pages()
    ]


app.layout = html.Div(
    [
        dcc.Location(id="address"),
        html.Aside(
            [
                html.Div([html.Span("Aldermere"), html.Small("a gallery of Dash")], id="brand"),
                html.Nav(menu()),
                html.Footer("Seven islands, ten libraries, and Python behind every button."),
            ]
        ),
        html.Main(dash.page_container),
    ],
    id="gallery",
)


@callback(
    Output({"type": "menu", "path": ALL}, "className"),
    Input("address", "pathname"),
)
def mark_current_page(pathname):
    here = "/" + (dash.strip_relative_path(pathname) or "")
    links = dash.ctx.outputs_list
    return ["current" if link["id"]["path"] == here else "" for link in links]


if __name__ == "__main__":
    app.run(debug=True)
