"""Arrays of numpy in figures: which become buffers, and which stay in the JSON."""

import json

import numpy as np
import pandas as pd
import plotly.express as px
import plotly.graph_objects as go
import pytest
from plotly.io.json import to_json_plotly

from pyrt.model.arrays import LIST_LENGTH, SPEC_SIZE_BYTES
from pyrt.model.components import LIBRARIES
from pyrt.model.serialize import encode, to_json_value

Div = LIBRARIES["html"].make("Div")
Graph = LIBRARIES["dcc"].make("Graph")
Store = LIBRARIES["dcc"].make("Store")
BIG = np.linspace(0.5, 1, SPEC_SIZE_BYTES)


def in_dash(figure):
    """Return what a callback gets for a figure in Dash, after the page has sent it back."""

    def shorten(text):
        number = float(text)
        return int(number) if number.is_integer() else number

    return json.loads(to_json_plotly(figure), parse_float=shorten)


FRAME = pd.DataFrame(
    {
        "day": pd.date_range("2024-01-01", periods=500),
        "count": np.arange(500),
        "share": np.linspace(0, 1, 500),
        "name": ["a", "b"] * 250,
    }
)

FIGURES = {
    "lines": px.line(FRAME, x="count", y="share"),
    "dates": px.scatter(FRAME, x="day", y="share", color="name"),
    "bars": px.bar(FRAME.head(7), x="name", y="count"),
    "image": px.imshow(np.linspace(0, 1, 3000).reshape(50, 60)),
    "large ints": go.Figure(go.Scatter(y=np.arange(500) * 2**40)),
    "floats with gaps": go.Figure(go.Scatter(y=np.where(BIG > 0.7, np.nan, BIG))),
    "unsigned": go.Figure(go.Scatter(y=np.arange(70_000, dtype="uint64"))),
    "other byte order": go.Figure(go.Scatter(y=BIG.astype(">f8"))),
    "lists": go.Figure(go.Scatter(y=[1, 2.5, None])),
    "nothing": go.Figure(go.Scatter(y=np.array([]))),
    "frames": go.Figure(go.Scatter(y=BIG), frames=[go.Frame(data=[go.Scatter(y=BIG)])]),
    "in the layout": go.Figure(layout={"xaxis": {"tickvals": BIG, "range": np.array([0, 1.5])}}),
    "custom data": px.scatter(FRAME, x="count", y="share", custom_data=["count", "share"]),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_callback_sees_of_a_figure_what_dash_would_give_it(name):
    figure = FIGURES[name]
    assert encode(figure, figure=True).decode() == in_dash(figure)
    assert to_json_value(figure) == in_dash(figure)


def test_large_arrays_of_a_figure_travel_as_buffers():
    made = encode(go.Figure(go.Scatter(y=BIG)), figure=True)
    (buffer,) = made.buffers
    assert bytes(buffer.data) == BIG.tobytes()
    assert (buffer.dtype, buffer.shape) == ("float64", (len(BIG),))
    assert f'"y":{{"_pyrt_buffer":0,"dtype":"float64","shape":[{len(BIG)}]}}' in made.text
    assert len(made.text) < 20_000


def test_64_bit_integers_travel_in_the_smallest_type_that_holds_them():
    made = encode(go.Figure(go.Scatter(y=np.arange(10_000))), figure=True)
    assert [(buffer.dtype, buffer.shape) for buffer in made.buffers] == [("int16", (10_000,))]


def test_a_matrix_keeps_its_shape():
    made = encode(FIGURES["image"], figure=True)
    assert [buffer.shape for buffer in made.buffers] == [(50, 60)]
    transposed = go.Figure(go.Heatmap(z=np.arange(6000.0).reshape(60, 100).T))
    (buffer,) = encode(transposed, figure=True).buffers
    assert np.frombuffer(buffer.data).reshape(buffer.shape)[3, 2] == 203


def test_small_arrays_of_a_figure_stay_in_the_text():
    made = encode(go.Figure(go.Scatter(y=np.arange(3))), figure=True)
    assert made.buffers == ()
    assert '"y":{"dtype":"i1","bdata":"AAEC"}' in made.text


def test_the_figure_is_not_changed():
    figure = go.Figure(go.Scatter(y=BIG))
    encode(figure, figure=True)
    assert np.array_equal(figure.data[0].y, BIG)


def test_graphs_in_a_tree_give_buffers_and_other_components_do_not():
    figure = go.Figure(go.Scatter(y=BIG))
    made = encode(Div([Graph(figure=figure), Store(id="s", data=figure), Graph(id="g")]))
    assert len(made.buffers) == 1
    assert made.text.count("_pyrt_buffer") == 1
    assert made.text.count("bdata") == 1
    assert made.decode() == to_json_value(
        Div([Graph(figure=figure), Store(id="s", data=figure), Graph(id="g")])
    )


def test_a_figure_that_is_no_figure_prop_keeps_the_form_of_dash():
    figure = go.Figure(go.Scatter(y=BIG))
    made = encode(figure)
    assert made.buffers == ()
    assert made.decode() == in_dash(figure)


def test_very_large_arrays_of_a_plain_dict_travel_as_buffers_and_are_lists_in_python():
    values = np.arange(LIST_LENGTH) + 0.5
    values[1] = np.nan
    expected = [None if index == 1 else value for index, value in enumerate(values.tolist())]
    for column in (values, pd.Series(values)):
        made = encode({"data": [{"y": column, "x": column[:10]}]}, figure=True)
        assert len(made.buffers) == 1
        assert made.decode() == {"data": [{"y": expected, "x": expected[:10]}]}


def test_integral_floats_of_a_list_are_ints_as_a_page_would_send_them():
    """R-67."""
    made = encode({"data": [{"y": np.arange(LIST_LENGTH) / 2.0}]}, figure=True)
    assert len(made.buffers) == 1
    y = made.decode()["data"][0]["y"]  # type: ignore[call-overload, index]
    assert [repr(value) for value in y[:4]] == ["0", "0.5", "1", "1.5"]  # type: ignore[index, union-attr]


def test_the_page_is_told_which_form_dash_sends():
    """R-21."""
    spec = encode(go.Figure(go.Scatter(y=BIG)), figure=True)
    assert '"list"' not in spec.text
    as_list = encode({"data": [{"y": np.arange(LIST_LENGTH)}]}, figure=True)
    assert '"list":true}' in as_list.text


def test_traces_in_a_plain_dict_count_as_lists():
    figure = {"data": [go.Scatter(y=np.arange(LIST_LENGTH)), go.Scatter(y=np.arange(3))]}
    made = encode(figure, figure=True)
    assert len(made.buffers) == 1
    assert made.decode() == in_dash(figure)


def test_an_array_that_the_app_changes_later_is_not_changed_in_the_message():
    values = np.zeros(LIST_LENGTH)
    made = encode({"data": [{"y": values}]}, figure=True)
    values[:] = 1
    assert set(made.decode()["data"][0]["y"]) == {0}  # type: ignore[arg-type, call-overload, index]


def test_buffers_are_renumbered_behind_those_of_other_values():
    figure = go.Figure([go.Scatter(y=BIG, name='{"_pyrt_buffer":5'), go.Scatter(y=BIG)])
    made = encode(figure, figure=True)
    text = made.text_after(3)
    assert [f'{{"_pyrt_buffer":{n},' in text for n in (0, 1, 3, 4)] == [False, False, True, True]
    assert json.loads(text)["data"][0]["name"] == '{"_pyrt_buffer":5'
    assert made.text_after(0) is made.text


def test_a_figure_with_its_own_way_to_json_is_asked():
    class Mine(go.Figure):  # type: ignore[misc]  # plotly has no types
        def to_plotly_json(self):
            return {"data": [{"y": [1]}]}

    made = encode(Mine(go.Scatter(y=BIG)), figure=True)
    assert made.decode() == {"data": [{"y": [1]}]}
    assert made.buffers == ()


def test_none_and_plain_figures_pass():
    assert encode(None, figure=True).text == "null"
    assert encode({"data": [{"y": [1, 2]}]}, figure=True).text == '{"data":[{"y":[1,2]}]}'
    assert encode(np.arange(3), figure=True).text == "[0,1,2]"
