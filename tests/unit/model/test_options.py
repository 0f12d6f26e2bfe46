"""S-23, S-42, S-99, S-122: options of callbacks with a specific format."""

import pytest

from pyrt.model.dependencies import Input, Output
from pyrt.model.errors import DefinitionError, WildcardInLongCallback
from pyrt.model.ids import ALL, ALLSMALLER, MATCH
from pyrt.model.options import Background, Running, make_background, make_running

DISABLED = Output("button", "disabled")
BAR = Output("bar", "value")


def background(**options):
    defaults = {
        "interval_ms": 1000,
        "manager": None,
        "progress": None,
        "progress_default": None,
        "cancel": None,
        "cache_args_to_ignore": None,
        "cache_ignore_triggered": True,
    }
    return make_background(**{**defaults, **options})


@pytest.mark.parametrize("nothing", [None, [], ()])
def test_without_running_no_property_is_switched(nothing):
    """S-99."""
    assert make_running(nothing) == ()


@pytest.mark.parametrize(
    "given",
    [
        (DISABLED, True, False),
        [DISABLED, True, False],
        [(DISABLED, True, False)],
        ([DISABLED, True, False],),
    ],
)
def test_one_property_may_stand_alone_or_in_a_list(given):
    """S-99."""
    assert make_running(given) == (Running(DISABLED, on=True, off=False),)


def test_values_of_running_stay_as_they_are():
    """S-99: they are values of props, so that a list or None is one of them."""
    (entry,) = make_running([(DISABLED, [1, 2], None)])
    assert entry.on == [1, 2]
    assert entry.off is None


@pytest.mark.parametrize("entry", [(DISABLED,), (DISABLED, True), (DISABLED, True, False, 1)])
def test_an_entry_of_running_has_three_items(entry):
    with pytest.raises(TypeError):
        make_running([entry])


def test_an_option_that_is_not_given_is_the_default():
    """S-23."""
    assert background() == Background()


def test_a_single_value_becomes_a_tuple_of_one():
    """S-23, S-122."""
    made = background(
        progress=BAR, progress_default=7, cancel=Input("stop", "n_clicks"), cache_args_to_ignore=0
    )
    assert made.progress == (BAR,)
    assert made.progress_default == (7,)
    assert made.cancel == (Input("stop", "n_clicks"),)
    assert made.cache_args_to_ignore == (0,), "the index 0 is not taken for nothing"


def test_several_values_keep_their_order():
    made = background(
        progress=[BAR, Output("bar", "max")],
        progress_default=["0", "10"],
        cache_args_to_ignore=["b", "a"],
    )
    assert [str(output) for output in made.progress] == ["bar.value", "bar.max"]
    assert made.progress_default == ("0", "10")
    assert made.cache_args_to_ignore == ("b", "a")


def test_a_text_is_one_value_and_not_a_list_of_characters():
    made = background(progress=BAR, progress_default="wait", cache_args_to_ignore="token")
    assert made.progress_default == ("wait",)
    assert made.cache_args_to_ignore == ("token",)


@pytest.mark.parametrize("role", ["progress", "cancel"])
@pytest.mark.parametrize("wildcard", [ALL, ALLSMALLER, MATCH])
def test_progress_and_cancel_have_no_wildcards(role, wildcard):
    """S-42."""
    kind = Output if role == "progress" else Input
    dependencies = [kind("fixed", "value"), kind({"type": "bar", "i": wildcard}, "value")]
    with pytest.raises(WildcardInLongCallback, match=f"The {role} of a background callback"):
        background(**{role: dependencies})


def test_a_dict_id_without_a_wildcard_is_a_fixed_id():
    """S-42."""
    made = background(progress=Output({"type": "bar", "i": 1}, "value"))
    assert len(made.progress) == 1


@pytest.mark.parametrize(
    ("progress", "default"), [(None, "0"), (BAR, ["0", "10"]), ([BAR, DISABLED], "0")]
)
def test_there_is_one_default_for_each_progress_output(progress, default):
    """S-122."""
    with pytest.raises(DefinitionError, match=r"has \d outputs, but progress_default has \d"):
        background(progress=progress, progress_default=default)
