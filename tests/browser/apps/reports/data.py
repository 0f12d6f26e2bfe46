# /// script
# dependencies = ["dash", "pandas"]
# ///
"""What values become on their way, and packages that pandas imports for one feature."""

import dataclasses
import datetime as dt
import enum
import uuid

import numpy as np
import pandas as pd
from dash import Dash, Input, Output, callback, ctx, dcc, html


class Kind(enum.Enum):
    """One that json does not know."""

    ONE = 1


@dataclasses.dataclass
class Point:
    """Another."""

    x: int = 1


VALUES = {
    "dt": np.datetime64("2024-02-03T04:05"),
    "month": np.datetime64("2024-02"),
    "hour": np.datetime64("2024-02-03T04"),
    "mix": {"b": 1, 2: 2},
    "u64": 2**63 + 5,
    "big": 2**53 + 1,
    "enum": Kind.ONE,
    "uuid": uuid.UUID(int=5),
    "dc": Point(),
    "datekey": {dt.date(2024, 1, 1): 1},
    "npkey": {np.int64(3): 1},
}
DATA = pd.DataFrame({"x": [1, 2, 3, 4], "y": [1, 4, 9, 15]})


def features():
    """Results of what needs jinja2 and scipy."""
    gaps = pd.Series([1, None, 9.0, 16.0, None, 36.0]).interpolate("quadratic")
    return [
        f"style {'<table' in DATA.style.to_html()}",
        f"spline {gaps[1]:.0f} {gaps[4]:.0f}",
        f"kendall {round(DATA.corr('kendall').iloc[0, 1], 3)}",
    ]


def attempt():
    """Each feature, or what is missing."""
    try:
        return ", ".join(features())
    except Exception as error:  # noqa: BLE001  # shown
        return f"{type(error).__name__}: {error}"


app = Dash(__name__)
app.layout = html.Div(
    [
        html.P(attempt(), id="features"),
        *(html.Button(name, id=name) for name in VALUES),
        dcc.Store(id="store"),
        html.Pre("-", id="seen"),
    ]
)


@callback(
    Output("store", "data"),
    [Input(name, "n_clicks") for name in VALUES],
    prevent_initial_call=True,
)
def put(*_clicks):
    return {"k": ctx.triggered_id, "v": VALUES[ctx.triggered_id]}


@callback(Output("seen", "children"), Input("store", "data"), prevent_initial_call=True)
def show(data):
    return repr(data)


if __name__ == "__main__":
    app.run(debug=True)
