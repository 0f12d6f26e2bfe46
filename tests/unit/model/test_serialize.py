"""Conversion of Python values to JSON, and the errors for values without one."""

import array
import dataclasses
import decimal
import enum
import gc
import json
import uuid
from collections import OrderedDict
from datetime import UTC, date, datetime, time
from io import BytesIO
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from pyrt.model.attributes import AttributeDict
from pyrt.model.callback import no_update
from pyrt.model.components import LIBRARIES
from pyrt.model.errors import InvalidCallbackReturnValue
from pyrt.model.patch import Patch
from pyrt.model.serialize import Encoded, encode, to_json_value, without_collections
from pyrt.model.table_format import Format

Div = LIBRARIES["html"].make("Div")
Span = LIBRARIES["html"].make("Span")


class Colour(enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    HIGH = 3


class Word(enum.StrEnum):
    YES = "yes"


class Pair(NamedTuple):
    a: int
    b: int


@dataclasses.dataclass
class Point:
    x: int
    where: date
    _secret: int = 0


NAN, INF = float("nan"), float("inf")
ID = uuid.UUID(int=5)


def both(value):
    """Return the plain data of a value, which both ways of making it agree on."""
    plain = to_json_value(value)
    assert encode(value).decode() == plain
    assert json.loads(json.dumps(plain)) == plain
    return plain


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (None, None),
        ("é\u2028</script>", "é\u2028</script>"),
        (True, True),
        (3, 3),
        (2**70, 2**70),
        ((1, [2]), [1, [2]]),
        (Pair(1, 2), [1, 2]),
        (OrderedDict(a=1), {"a": 1}),
        (AttributeDict(a=[AttributeDict(b=1)]), {"a": [{"b": 1}]}),
        ([Level.HIGH, Word.YES, Colour.RED], [3, "yes", "red"]),
        (date(2024, 1, 2), "2024-01-02"),
        (datetime(2024, 1, 2, 3, 4, 5, 6), "2024-01-02T03:04:05.000006"),  # noqa: DTZ001  # without a time zone
        (datetime(2024, 1, 2, tzinfo=UTC), "2024-01-02T00:00:00+00:00"),
        (time(3, 4), "03:04:00"),
        (decimal.Decimal("1.5"), 1.5),
        (ID, str(ID)),
        (Point(1, date(2024, 1, 2)), {"x": 1, "where": "2024-01-02"}),
        (array.array("i", [1, 2]), [1, 2]),
        (no_update, {"_dash_no_update": "_dash_no_update"}),
        (Format().precision(2).to_plotly_json()["specifier"], ".2"),
    ],
)
def test_values_become_json(value, plain):
    """R-65, R-66."""
    assert both(value) == plain
    assert both([value]) == [plain]


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (np.int64(3), 3),
        (np.float32(0.5), 0.5),
        (np.float64(0.5), 0.5),
        (np.bool_(True), True),  # noqa: FBT003  # a value
        (np.str_("x"), "x"),
        (np.array(5), 5),
        (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
        (np.array([1.5, NAN]), [1.5, None]),
        (np.array(["2024-01-02", "NaT"], dtype="datetime64[D]"), ["2024-01-02", "NaT"]),
        (np.datetime64("2024-01-02T03:04"), "2024-01-02T03:04:00"),
        (np.datetime64("2024-02"), "2024-02-01"),
        (np.datetime64("2024-02-03T04", "ns"), "2024-02-03T04:00:00.000000000"),
        (np.ma.masked, None),
        (np.array([date(2024, 1, 2), None], dtype=object), ["2024-01-02", None]),
        (pd.Timestamp("2024-01-02"), "2024-01-02T00:00:00"),
        (pd.NaT, None),
        (pd.NA, None),
        (pd.Timedelta(hours=1), "P0DT1H0M0S"),
        (pd.Series([1, None]), [1, None]),
        (pd.Series(pd.to_datetime(["2024-01-02"])), ["2024-01-02T00:00:00"]),
        (pd.Index(["a", "b"]), ["a", "b"]),
        (pd.Series(["a", "b"], dtype="category"), ["a", "b"]),
        (
            pd.DataFrame({"a": [1], "b": [pd.Timestamp("2024-01-02")]}).to_dict("records"),
            [{"a": 1, "b": "2024-01-02T00:00:00"}],
        ),
    ],
)
def test_values_of_numpy_and_pandas_become_json(value, plain):
    """R-65."""
    assert both(value) == plain


def test_what_is_not_a_number_is_null():
    """R-65."""
    assert both([NAN, INF, -INF, {"a": np.float64(NAN)}]) == [None, None, None, {"a": None}]
    assert both({"NaN": "Infinity", "x": NAN}) == {"NaN": "Infinity", "x": None}


def test_floats_without_a_fraction_are_ints_as_when_the_page_sends_them_back():
    """R-67."""
    plain = both([1.0, -0.0, 2.5, 1e20, 1e21])
    assert plain == [1, 0, 2.5, 10**20, 1e21]
    assert [type(value) for value in plain] == [int, int, float, int, float]


def test_keys_are_text_as_python_spells_them():
    """R-65."""
    keys = {1: "a", 1.5: "b", None: "d", Level.HIGH: "e", 2.0: "f"}
    assert both(keys) == {"1": "a", "1.5": "b", "null": "d", "3": "e", "2.0": "f"}
    assert both({True: "c"}) == {"true": "c"}


def test_keys_may_be_scalars_of_numpy_and_dates():
    assert both({np.int64(1): 2, date(2024, 1, 2): 3, Word.YES: 4}) == {
        "1": 2,
        "2024-01-02": 3,
        "yes": 4,
    }


def test_components_become_their_tree():
    """R-64."""
    tree = Div([Span("x", id={"a": 1}), 2, None], style={"n": (1, 2)})
    assert both(tree) == {
        "type": "Div",
        "namespace": "dash_html_components",
        "props": {
            "children": [
                {
                    "type": "Span",
                    "namespace": "dash_html_components",
                    "props": {"children": "x", "id": {"a": 1}},
                },
                2,
                None,
            ],
            "style": {"n": [1, 2]},
        },
    }


def test_a_patch_becomes_its_operations_with_their_values():
    """S-100."""
    patch = Patch()
    patch["a"] = Div(date(2024, 1, 2))
    plain = both(patch)
    assert isinstance(plain, dict)
    (operation,) = plain["operations"]
    assert operation["params"]["value"]["props"] == {"children": "2024-01-02"}


def test_an_image_becomes_a_data_uri():
    """R-65."""
    uri = both(Image.new("RGB", (1, 1)))
    assert isinstance(uri, str)
    assert uri.startswith("data:image/png;base64,iVBOR")
    content = BytesIO()
    Image.new("RGB", (1, 1)).save(content, format="PNG")
    assert len(uri) > len(content.getvalue())


def test_objects_with_to_plotly_json_are_encoded_by_it():
    """R-65: `to_plotly_json` comes before all else."""

    class Mine(list[int]):
        def to_plotly_json(self):
            return {"mine": 1}

    class Other:
        def to_plotly_json(self):
            return {"other": Mine([1])}

    assert to_json_value(Other()) == {"other": [1]}
    assert encode(Other()).decode() == {"other": [1]}


def test_text_is_compact_and_buffers_are_none_without_a_figure():
    made = encode({"a": [1, np.arange(100_000)[:2]]})
    assert made == Encoded('{"a":[1,[0,1]]}')


@pytest.mark.parametrize(
    ("value", "path", "kind", "hint"),
    [
        ({1, 2}, "the value itself", "set", "Make a list of it: sorted(...)."),
        ([1, {2}], "[1]", "set", "Make a list of it: sorted(...)."),
        ({"a": [b"x"]}, "['a'] > [0]", "bytes", "Decode it, or send it in base64."),
        (
            [Div([Span(style={"b": {14}}, id="x")])],
            "[0] > Div.children > [0] > Span#x.style > ['b']",
            "set",
            "Make a list of it: sorted(...).",
        ),
        (
            pd.DataFrame({"a": [1]}),
            "the value itself",
            "DataFrame",
            'Make records of it: frame.to_dict("records").',
        ),
        ((x for x in [1]), "the value itself", "generator", "Make a list of it: list(...)."),
        ({(1, 2): 3}, "[(1, 2)]", "tuple", "Convert it before you return it."),
        (np.array([1j]), "[0]", "complex", "Convert it before you return it."),
        (
            Div(Span),
            "Div.children",
            "ComponentMeta",
            "Did you forget the brackets of Span()?",
        ),
    ],
)
def test_what_cannot_become_json_is_named_with_its_path(value, path, kind, hint):
    """S-61."""
    for convert in (encode, to_json_value):
        with pytest.raises(InvalidCallbackReturnValue) as error:
            convert(value, where="update (app.py:3)")
        message = str(error.value)
        assert message.startswith(
            f"update (app.py:3) returned a value having type `{kind}`, which is not JSON "
            f"serializable.\nPath: {path}\nValue: "
        )
        assert message.endswith(hint)


def test_a_value_that_contains_itself_is_refused():
    """S-61."""
    value: list[object] = []
    value.append(value)
    for convert in (encode, to_json_value):
        with pytest.raises(InvalidCallbackReturnValue, match="f returned a value that contains"):
            convert(value, where="f")


def test_an_error_of_the_apps_own_conversion_is_the_cause():
    """S-61."""

    class Broken:
        def to_plotly_json(self):
            raise RuntimeError("out of order")

    for convert in (encode, to_json_value):
        with pytest.raises(InvalidCallbackReturnValue) as error:
            convert([Broken()])
        assert str(error.value.__cause__) == "out of order"


def test_long_values_are_shortened_in_messages():
    with pytest.raises(InvalidCallbackReturnValue) as error:
        encode({"x" * 1000})
    assert len(str(error.value)) < 600


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (2**53, 2**53),
        (2**53 + 1, 2**53),
        (-(2**63) - 5, -9223372036854776000),
        (10**25, 1e25),
        ([{"n": 2**63 + 5}], [{"n": 9223372036854776000}]),
        (1e20, 10**20),
    ],
)
def test_integers_are_read_as_javascript_rounds_them(value, read):
    """R-67: as if a page had sent them."""
    assert repr(both(value)) == repr(read)


def test_a_pair_of_surrogates_is_one_character_as_javascript_reads_it():
    """R-67: as if a page had sent it."""
    value = {"\ud83d\ude00": ["a\ud83d\ude00\U0001f600", "\ude00\ud83d", "é"]}
    assert both(value) == {"\U0001f600": ["a\U0001f600\U0001f600", "\ude00\ud83d", "é"]}


def test_text_is_utf_8_even_if_a_character_is_cut_in_half():
    text = encode(["é\U0001f600", "\U0001f600"[:1] + "x\ud83d"]).text
    assert text == '["é\U0001f600","\U0001f600x\\ud83d"]'
    assert json.loads(text.encode()) == ["é\U0001f600", "\U0001f600x\ud83d"]


def test_keys_that_are_integers_come_first():
    """R-67."""
    value = {"b": 1, 10: 2, "2": {"a": 0, "0": 1}, "03": 4, "x1": 5}
    assert json.dumps(both(value)) == ('{"2": {"0": 1, "a": 0}, "10": 2, "b": 1, "03": 4, "x1": 5}')
    kept = {"x1": {"y2": 1}, "b": 2}
    assert json.dumps(both(kept)) == json.dumps(kept)


def test_collections_are_off_meanwhile_and_on_again_also_after_an_error():
    assert without_collections(lambda data: (data, gc.isenabled()), 1) == (1, False)
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError):
        without_collections(lambda data: 1 / data, 0)
    assert gc.isenabled()


def test_where_they_are_off_they_stay_off():
    gc.disable()
    try:
        assert without_collections(int, "3") == 3
        assert not gc.isenabled()
    finally:
        gc.enable()
