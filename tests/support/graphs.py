"""Callbacks and components for tests of the engine's parts, without a session.

>>> graph = graph_of([Output("b", "x"), Input("a", "x")], boxes=[box("a", x=1), box("b")])
>>> graph.consumers(graph.layout.find("a"), "x")
[<Invocation f0 ...>]
"""

from typing import Any

from pyrt.engine.graph.callback_graph import CallbackGraph
from pyrt.engine.tree.layout import Layout
from pyrt.model.callback import CallbackRegistry


def box(component_id, **props):
    return {"namespace": "ns", "type": "Div", "props": {"id": component_id, **props}}


def graph_of(*declarations, ids=("a", "b", "c", "d"), boxes=None):
    """Return the graph of some callbacks, named f0, f1, ..., over a layout.

    Each declaration is a list of dependencies; a dict at its end has options of the callback. The
    layout has the given boxes, or one without props for each id.
    """
    registry = CallbackRegistry()
    for number, declaration in enumerate(declarations):
        dependencies = [each for each in declaration if not isinstance(each, dict)]
        options: dict[str, Any] = {"prevent_initial_call": True}
        for each in declaration[len(dependencies) :]:
            options |= each

        def function(*_):
            raise AssertionError

        function.__name__ = f"f{number}"
        registry.callback(*dependencies, **options)(function)
    layout = Layout({})
    layout.load([box(component_id) for component_id in ids] if boxes is None else boxes)
    return CallbackGraph(registry, layout)


def name_call(invocation):
    """The callback's name and, in brackets, the MATCH values: `f0[1]`."""
    match = ",".join(map(str, invocation.match))
    return invocation.compiled.callback.origin.name + (f"[{match}]" if match else "")
