# /// script
# dependencies = ["dash", "pandas", "openpyxl"]
# ///
"""Files: dcc.Upload sends them to Python, dcc.Download saves them for the user."""

import base64
import hashlib
import io
import json
from pathlib import Path

import pandas as pd
from dash import Dash, Input, Output, State, callback, ctx, dcc, html

frame = pd.DataFrame({"island": ["Aldra", "Brisa"], "people": [4210, 1385]})
folder = Path("written")
folder.mkdir(exist_ok=True)
(folder / "note.txt").write_text("written by Python\n")

app = Dash(__name__)
WAYS = {
    "csv": lambda: dcc.send_data_frame(frame.to_csv, "islands.csv", index=False),
    "excel": lambda: dcc.send_data_frame(frame.to_excel, "islands.xlsx", index=False),
    "file": lambda: dcc.send_file(folder / "note.txt"),
    "bytes": lambda: dcc.send_bytes(b"\x00\xff\x7f", "raw.bin"),
    "writer": lambda: dcc.send_bytes(lambda out: out.write(b"by a function"), "raw.txt"),
    "string": lambda: dcc.send_string("grüße", "hello.txt"),
    "dict": lambda: {"content": "<b>hi</b>", "filename": "hi.html", "type": "text/html"},
}
app.layout = html.Div(
    [
        dcc.Upload(html.P("One file"), id="one"),
        html.Pre(id="one-seen"),
        dcc.Upload(html.P("Many"), id="many", multiple=True, accept=".csv", max_size=1000),
        html.Pre(id="many-seen"),
        html.Div([html.Button(way, id=way) for way in WAYS]),
        dcc.Download(id="download"),
    ]
)


def describe(contents, filename, modified):
    """Name, kind, size and digest of an upload."""
    kind, _, text = contents.partition(",")
    data = base64.b64decode(text)
    return [filename, kind, len(data), hashlib.sha256(data).hexdigest()[:8], modified > 1e9]


@callback(
    Output("one-seen", "children"),
    Input("one", "contents"),
    State("one", "filename"),
    State("one", "last_modified"),
    prevent_initial_call=True,
)
def see_one(contents, filename, modified):
    return json.dumps(describe(contents, filename, modified))


@callback(
    Output("many-seen", "children"),
    Input("many", "contents"),
    State("many", "filename"),
    prevent_initial_call=True,
)
def see_many(contents, names):
    tables = [
        pd.read_csv(io.BytesIO(base64.b64decode(each.partition(",")[2]))) for each in contents
    ]
    return json.dumps([names, int(pd.concat(tables)["people"].sum())])


@callback(
    Output("download", "data"), [Input(way, "n_clicks") for way in WAYS], prevent_initial_call=True
)
def send(*_clicks):
    return WAYS[ctx.triggered_id]()


if __name__ == "__main__":
    app.run(debug=True)
