"""Notebooks of marimo as text, and the cells that several tests play."""

from collections.abc import Sequence
from textwrap import indent

IMPORTS = """
from dash import Dash, Input, Output, dcc, html
return Dash, Input, Output, dcc, html"""

COUNTER = """Dash, Input, Output, dcc, html
counter = Dash("counter")
counter.layout = html.Div(
    [html.Button("Add", id="add"), html.P("0", id="count"), dcc.Input("x", id="text"),
     html.P(id="echo")]
)

@counter.callback(Output("count", "children"), Input("add", "n_clicks"), prevent_initial_call=True)
def count(clicks):
    return str(clicks)

@counter.callback(Output("echo", "children"), Input("text", "value"))
async def echo(value):
    return value.upper()

counter
return (counter,)"""


def marimo_notebook(cells: Sequence[str]) -> str:
    """Return a notebook of cells: each is the body of a function, with its `return`."""
    parts = ["import marimo\n\napp = marimo.App()\n"]
    for number, cell in enumerate(cells):
        head, _, body = cell.partition("\n")
        parts.append(f"@app.cell\ndef cell_{number}({head}):\n{indent(body, '    ')}\n")
    return "\n\n".join(parts)
