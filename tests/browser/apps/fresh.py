"""Shows what must differ between visits, and whether Python came out of a snapshot."""

import random
import secrets
import sys
import time
import uuid

from dash import Dash, Input, Output, callback, html

app = Dash(__name__)
app.layout = html.Div(
    [
        html.Div(str("_pyrt_renewal" in sys.modules), id="restored"),
        html.Div(str(random.random()), id="random"),
        html.Div(str(uuid.uuid4()), id="uuid"),
        html.Div(secrets.token_hex(), id="secrets"),
        html.Div(time.time(), id="time"),
        html.Div(time.tzname[0], id="zone"),
        html.Button("Add", id="add"),
        html.Div(id="sum"),
    ]
)


@callback(Output("sum", "children"), Input("add", "n_clicks"))
def add(clicks: int | None) -> int:
    """Count."""
    return clicks or 0


if __name__ == "__main__":
    app.run()
