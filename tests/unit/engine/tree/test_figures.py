"""The figure of a Graph includes data added by extendData and prependData, as in Dash."""

import pytest

from pyrt.engine.tree.figures import follow


def graph(*traces):
    figure = {"data": list(traces), "layout": {}}
    return {"namespace": "dash_core_components", "type": "Graph", "props": {"figure": figure}}


def grown(component, **values):
    return follow(component, values)["figure"]["data"]  # type: ignore[index]


def test_data_is_added_to_all_traces_or_to_those_named():
    component = graph({"x": [1], "y": [2]}, {"x": [3], "y": [4]})
    both = {"x": [[10], [30]], "y": [[20], [40]]}
    assert grown(component, extendData=both) == [
        {"x": [1, 10], "y": [2, 20]},
        {"x": [3, 30], "y": [4, 40]},
    ]
    assert grown(component, extendData=[{"y": [[5, 6]]}, [1]])[1]["y"] == [4, 5, 6]
    assert component["props"]["figure"]["data"][1]["y"] == [4]


def test_the_number_of_points_has_a_limit():
    component = graph({"x": [1, 2], "marker": {"size": [7, 8]}})
    assert grown(component, extendData=[{"x": [[3, 4]]}, [0], 3])[0]["x"] == [2, 3, 4]
    assert grown(component, prependData=[{"x": [[0]]}, [0], 2])[0]["x"] == [0, 1]
    sizes = [{"marker.size": [[9]]}, [0], {"marker.size": [2]}]
    assert grown(component, extendData=sizes)[0]["marker"]["size"] == [8, 9]


@pytest.mark.parametrize(
    "data",
    [
        {},
        None,
        "no data",
        [{"y": [[1]]}, [5]],
        {"missing": [[1]]},
        {"name": [[1]]},
        {"y": [1]},
        [{"y": [[1], [2]]}, [0]],
    ],
)
def test_what_does_not_fit_changes_nothing(data):
    assert follow(graph({"y": [1], "name": "a"}), {"extendData": data}) == {}


def test_other_components_and_whole_figures_are_left_alone():
    data = {"y": [[1]]}
    other = {"namespace": "own", "type": "Graph", "props": {"figure": {"data": [{"y": []}]}}}
    assert follow(other, {"extendData": data}) == {}
    assert follow(graph({"y": []}), {"extendData": data, "figure": {}}) == {}
