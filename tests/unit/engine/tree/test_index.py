"""S-12 to S-18, R-49: components are found by id and pattern, in the order of the layout."""

import pytest

from pyrt.engine.tree.index import IdIndex, IndexedComponent, Pattern, strict_key
from pyrt.model.ids import ALL, ALLSMALLER, MATCH, stringify_id

YES, NO = True, False  # values of ids like any other


def node(component_id):
    dict_id = component_id if isinstance(component_id, dict) else None
    return IndexedComponent(
        stringify_id(component_id), dict_id, {"props": {"id": component_id}}, None, ()
    )


def index_of(*ids):
    index = IdIndex()
    index.replace((), [node(component_id) for component_id in ids], {})
    return index


def found(index, pattern, binding=None):
    return [dict(zip(n.keys, n.values, strict=YES)) for n in index.find(Pattern(pattern), binding)]


def rows(*values):
    return [{"row": value} for value in values]


def test_a_pattern_finds_ids_with_exactly_its_keys():
    """S-12."""
    index = index_of("row", {"row": 1}, {"row": 1, "column": 2}, {"column": 2})
    assert found(index, {"row": ALL}) == [{"row": 1}]
    assert found(index, {"column": ALL, "row": ALL}) == [{"column": 2, "row": 1}]
    assert found(index, {"other": ALL}) == []


def test_fixed_values_are_strict():
    """S-17."""
    index = index_of(*rows(1, "1", YES, 0, NO))
    assert found(index, {"row": 1}) == rows(1)
    assert found(index, {"row": "1"}) == rows("1")
    assert found(index, {"row": YES}) == rows(YES)
    assert found(index, {"row": 1.0}) == rows(1), "JavaScript has one kind of number"
    assert strict_key(YES) != strict_key(1)


def test_match_takes_the_bound_value_and_numeric_text_answers_for_numbers():
    """S-13, S-17."""
    index = index_of(*rows(1, "1", 2, "a"))
    bound = Pattern({"row": MATCH}).bind([1])
    assert found(index, {"row": MATCH}, bound) == rows(1, "1")
    assert found(index, {"row": ALL}, bound) == rows(1, "1", 2, "a")


def test_allsmaller_takes_what_sorts_before_the_bound_value():
    """S-13, S-17: numbers and numeric text, False, True, other text."""
    index = index_of(*rows("b", 10, YES, "9", NO, "a", 2))
    pattern = {"row": ALLSMALLER}
    assert found(index, pattern, Pattern({"row": MATCH}).bind([10])) == rows("9", 2)
    assert found(index, pattern, Pattern({"row": MATCH}).bind([YES])) == rows(10, "9", NO, 2)
    assert found(index, pattern, Pattern({"row": MATCH}).bind(["b"])) == rows(
        10, YES, "9", NO, "a", 2
    )


def test_a_component_found_by_allsmaller_binds_greater_values():
    """S-20: the outputs that a changed ALLSMALLER input concerns."""
    index = index_of(*rows(1, 2, 3))
    assert found(index, {"row": MATCH}, Pattern({"row": ALLSMALLER}).bind([2])) == rows(3)


def test_a_key_that_is_not_bound_fits_everything():
    """S-15: an Input need not have all MATCH keys of the Outputs."""
    index = index_of(*rows(1, 2))
    assert found(index, {"row": MATCH}, Pattern({"other": MATCH}).bind([7])) == rows(1, 2)
    assert found(index, {"row": MATCH}) == rows(1, 2)


def test_fixed_and_bound_values_are_looked_up_together():
    index = index_of(*({"type": t, "i": i} for t in "xy" for i in range(3)))
    bound = Pattern({"type": "z", "i": MATCH}).bind([1, "z"])
    assert found(index, {"type": "y", "i": MATCH}, bound) == [{"type": "y", "i": 1}]


def test_match_values_tell_invocations_apart():
    """S-15."""
    pattern = Pattern({"b": MATCH, "a": 1, "c": MATCH})
    assert pattern.match_keys == ("b", "c")
    assert pattern.match_values([1, "x", YES]) == ("x", (bool, YES))
    assert not pattern.multi
    assert Pattern({"b": MATCH, "a": ALL}).multi


def replace(index, removed, added, same=()):
    """Exchange ids; those in `same` keep their path."""
    old = {
        component_id["row"]: n
        for component_id in removed
        for n in index.nodes.values()
        if n.id == stringify_id(component_id)
    }
    new = [node(component_id) for component_id in added]
    kept = {n: old[n.values[0]] for n in new if n.values[0] in same}
    index.replace(list(old.values()), new, kept)


def test_new_ids_come_last():
    """R-49."""
    index = index_of(*rows(1, 2, 3))
    replace(index, rows(2), rows(9, 2))
    assert found(index, {"row": ALL}) == rows(1, 3, 9, 2)


def test_an_id_at_its_former_path_gets_its_old_position_back():
    """R-49: the first of three was replaced by another, which stays in front of the rest."""
    index = index_of(*rows(1, 2, 3))
    replace(index, rows(1, 2, 3), rows(7, 2, 3), same={2, 3})
    assert found(index, {"row": ALL}) == rows(7, 2, 3)
    replace(index, rows(7, 2), rows(7, 2), same={7, 2})
    assert found(index, {"row": ALL}) == rows(7, 2, 3)


def test_positions_can_be_inserted_again_and_again():
    """Between two neighbours there is always room."""
    index = index_of(*rows(1, 2, 3))
    for _ in range(200):
        replace(index, rows(2), rows(2), same={2})
        replace(index, rows(1), rows(1), same={1})
    assert found(index, {"row": ALL}) == rows(1, 2, 3)
    assert found(index, {"row": 2}) == rows(2)


def test_searches_follow_what_comes_and_goes():
    index = index_of(*rows(*range(20)))
    assert len(found(index, {"row": ALL})) == 20
    assert found(index, {"row": 3}) == rows(3)
    version = index.version
    replace(index, rows(*range(15)), rows(3, 30))
    assert index.version > version
    assert found(index, {"row": ALL}) == rows(*range(15, 20), 3, 30)
    assert found(index, {"row": 3}) == rows(3)
    assert found(index, {"row": 4}) == []
    replace(index, rows(30), [])
    assert found(index, {"row": 30}) == []


def test_of_two_components_with_an_id_the_last_one_counts():
    """R-50."""
    index = IdIndex()
    first, second = node("a"), node("a")
    index.replace((), [first, second], {})
    assert index.nodes["a"] is second
    index.replace([first], (), {})
    assert index.nodes["a"] is second
    index.replace([second], (), {})
    assert "a" not in index.nodes


@pytest.mark.parametrize("change", [((), ())])
def test_nothing_to_do_is_no_change(change):
    index = index_of("a")
    version = index.version
    index.replace(*change, {})
    assert index.version == version
