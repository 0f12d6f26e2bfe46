"""An app of several pages: each file in the folder `pages` is one."""

import dash
from dash import Dash, dcc, html

app = Dash(__name__, use_pages=True, title="Pages")

app.layout = html.Main(
    [
        html.Nav(
            [
                dcc.Link(page["name"], href=page["relative_path"], style={"marginRight": "1em"})
                for page in dash.page_registry.values()
            ]
        ),
        dash.page_container,
    ]
)

if __name__ == "__main__":
    app.run(debug=True)
