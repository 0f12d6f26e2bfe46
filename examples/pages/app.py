"""A site of several pages: a folder, templates, query strings, a redirect, a 404."""

import dash
from dash import Dash, dcc, html

app = Dash(__name__, use_pages=True, title="Planets")

app.layout = html.Div(
    [
        html.Nav(
            [
                dcc.Link(page["name"], href=page["relative_path"], style={"marginRight": "1em"})
                for page in dash.page_registry.values()
                if page["path_template"] is None and not page["module"].endswith("not_found_404")
            ]
        ),
        html.Hr(),
        dash.page_container,
    ],
    style={"fontFamily": "system-ui", "maxWidth": "44em", "margin": "3em auto"},
)

if __name__ == "__main__":
    app.run(debug=True)
