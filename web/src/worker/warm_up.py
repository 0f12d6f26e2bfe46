"""First uses of packages that are much slower than later ones, run before a snapshot is taken.

Runs in Pyodide, only in the build's rehearsal, after the modules of an app are imported. Its
results are dropped; the caches that the packages fill stay in the memory. An error only means that
the first use by the app is slow.
"""

# ruff: noqa: INP001, PLC0415 - a single file; it imports only what the app has imported.

import contextlib
import sys
from typing import Any


def warm_up() -> None:
    """Use the packages that are imported."""
    uses = (
        # Each imports the other at its first use.
        ({"plotly.graph_objs", "plotly.graph_objects"}, _figures),
        ({"plotly.express"}, _express),
    )
    for names, use in uses:
        if not names.isdisjoint(sys.modules):
            with contextlib.suppress(Exception):
                use()


def _figures() -> None:
    """Make a figure: the first one reads the schema of all properties (0.9 s, then 1 ms)."""
    import plotly.graph_objects as go

    points: Any = [0.0]
    if "numpy" in sys.modules:
        points = sys.modules["numpy"].array(points)
    figure = go.Figure(go.Scatter(x=points, y=points))
    figure.update_layout(title="", xaxis_title="").to_plotly_json()


def _express() -> None:
    """Make a chart: the first one builds the default template (2 s, then 0.1 s)."""
    import plotly.express as px

    frame: Any = {"x": [0.0, 1.0], "y": [0.0, 1.0], "z": ["a", "b"]}
    if "pandas" in sys.modules:
        frame = sys.modules["pandas"].DataFrame(frame)
    px.scatter(frame, x="x", y="y", color="z", title="").to_plotly_json()


warm_up()
