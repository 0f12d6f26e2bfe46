"""First uses that cost far more than all that follow, made before a snapshot is taken.

Runs in Pyodide, in the build's rehearsal only, once the modules of an app are imported. What it
makes is thrown away; what the packages have found out and kept for themselves stays in the memory.
A package that is not as expected here is only less warm.
"""

# ruff: noqa: INP001, PLC0415 - a file that travels alone; nothing is imported that the app did not.

import contextlib
import sys
from typing import Any


def warm_up() -> None:
    """Use what is there."""
    for name, use in (("plotly.graph_objs", _figures), ("plotly.express", _express)):
        if name in sys.modules:
            with contextlib.suppress(Exception):
                use()


def _figures() -> None:
    """The first figure reads the description of all properties: 0.9 s, then 1 ms."""
    import plotly.graph_objects as go

    figure = go.Figure(go.Scatter(x=[0], y=[0]))
    figure.update_layout(title="", xaxis_title="").to_plotly_json()


def _express() -> None:
    """The first chart builds the default template: 2 s, then 0.1 s."""
    import plotly.express as px

    frame: Any = {"x": [0.0, 1.0], "y": [0.0, 1.0], "z": ["a", "b"]}
    if "pandas" in sys.modules:
        frame = sys.modules["pandas"].DataFrame(frame)
    px.scatter(frame, x="x", y="y", color="z", title="").to_plotly_json()


warm_up()
