# /// script
# dependencies = ["dash", "flask-caching", "matplotlib", "pandas", "requests", "scikit-learn"]
#
# [tool.pyrt]
# allow-build = ["markupsafe"]  # where Pyodide's CDN is out of reach: Flask's Jinja needs it
# ///
"""Files, databases, HTTP, plots, models, threads, and calls that are impossible in a tab."""

import base64
import io
import json
import socket
import sqlite3
import subprocess
import threading
import urllib.request
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import Pool, Process
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import pandas as pd
import requests
from dash import Dash, Input, Output, callback, ctx, get_asset_url, html
from flask_caching import Cache
from sklearn.linear_model import LinearRegression

mpl.use("agg")
app = Dash(__name__)
cache = Cache(app.server, config={"CACHE_TYPE": "FileSystemCache", "CACHE_DIR": "kept"})
computed: list[int] = []
tides = pd.read_csv("data/tides.csv")


def plot(path, colour):
    """Draw the tides into a file, or into anything that takes bytes."""
    figure, axes = plt.subplots(figsize=(2, 1))
    axes.plot(tides.hour, tides.metres, color=colour)
    figure.savefig(path, format="png")
    plt.close(figure)


plot("assets/tides.png", "teal")


def asset(name):
    """The absolute address of a file of this site."""
    return f"{app.config.requests_pathname_prefix}assets/{name}"


def read_files():
    with open("data/tides.csv", encoding="utf-8") as file:  # noqa: PTH123  # as most people do
        first = file.readline().strip()
    Path("notes.txt").write_text("kept until the page is left")
    return [first, Path(__file__).name, Path("notes.txt").read_text()[:4]]


def ask_sqlite():
    with sqlite3.connect("boats.db") as base:
        base.execute("create table if not exists boats (name text, metres real)")
        base.executemany("insert into boats values (?, ?)", [("Auk", 9.5), ("Coot", 14)])
        return pd.read_sql("select max(metres) as longest from boats", base).to_dict("records")


def ask_requests(origin):
    answer = requests.get(origin + asset("island.json"), timeout=5)
    return [answer.status_code, answer.json()]


def ask_urllib(origin):
    with urllib.request.urlopen(origin + asset("island.json")) as answer:
        return [answer.status, json.load(answer), answer.headers["Content-Type"]]


def ask_pandas(origin):
    return pd.read_json(origin + asset("island.json"), typ="series").to_dict()


def learn():
    model = LinearRegression().fit(tides[["hour"]], tides["metres"])
    return [round(float(model.coef_[0]), 4), round(float(model.intercept_), 4)]


@cache.memoize(timeout=60)
def double(number):
    computed.append(number)
    return 2 * number


def compute():
    """The Dash documentation's way to share results between callbacks."""
    return [double(2), double(2), double(3), computed]


def twice(number):
    """What a thread or a process is asked to do."""
    return 2 * number


def run_thread():
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.append(twice(1)))
    thread.start()
    thread.join()
    return found


def run_process():
    process = Process(target=twice, args=(1,))
    process.start()
    process.join()
    return process.exitcode


WORKS = {
    "files": lambda _: read_files(),
    "sqlite": lambda _: ask_sqlite(),
    "requests": ask_requests,
    "urllib": ask_urllib,
    "pandas": ask_pandas,
    "learn": lambda _: learn(),
    "cache": lambda _: compute(),
    "thread": lambda _: run_thread(),
    "threads": lambda _: ThreadPoolExecutor().submit(twice, 2).result(),
    "process": lambda _: run_process(),
    "pool": lambda _: Pool(2).map(twice, [1, 2]),
    "processes": lambda _: ProcessPoolExecutor().submit(twice, 3).result(),
}
CANNOT = {
    "lost": lambda: urllib.request.urlopen(ctx.headers["Origin"] + asset("no.json")),
    "foreign": lambda: urllib.request.urlopen("http://127.0.0.1:9/"),
    "silent": lambda: requests.get("http://127.0.0.1:9/", timeout=5),
    "socket": lambda: socket.create_connection(("127.0.0.1", 80), timeout=1),
    "subprocess": lambda: subprocess.run(["ls"], check=True),
}

app.layout = html.Div(
    [
        *(html.Button(name, id=name) for name in (*WORKS, *CANNOT)),
        *(html.Pre(id=f"{name}-said") for name in (*WORKS, *CANNOT)),
        html.Img(id="written", src=get_asset_url("tides.png"), width=200),
        html.Button("Draw again", id="draw"),
        html.Img(id="drawn", width=200),
        html.Img(id="again", width=200),
    ]
)


for name, work in WORKS.items():

    @callback(
        Output(f"{name}-said", "children"), Input(name, "n_clicks"), prevent_initial_call=True
    )
    def do(_clicks, work=work):
        return json.dumps(work(ctx.headers.get("Origin", "")))


for name, attempt in CANNOT.items():

    @callback(
        Output(f"{name}-said", "children"), Input(name, "n_clicks"), prevent_initial_call=True
    )
    def fail(_clicks, attempt=attempt):
        try:
            attempt()
        except Exception as error:  # noqa: BLE001  # they are what this is about
            return f"{type(error).__name__}: {error}"
        return "done"


@callback(
    Output("drawn", "src"),
    Output("again", "src"),
    Input("draw", "n_clicks"),
    prevent_initial_call=True,
)
def draw(_clicks):
    picture = io.BytesIO()
    plot(picture, "orange")
    plot("assets/tides.png", "red")
    code = base64.b64encode(picture.getvalue()).decode()
    return f"data:image/png;base64,{code}", app.get_asset_url("tides.png")


if __name__ == "__main__":
    app.run(debug=True)
