"""Paths and page templates: a path that was joined from parts can be split again."""

from hypothesis import given
from hypothesis import strategies as st

from pyrt.app.pages import parse_query, parse_variables
from pyrt.app.paths import relative_path, strip_relative_path

part = st.text("abcdefghijkl-_.0123", min_size=1, max_size=6)
parts = st.lists(part, max_size=4)
name = st.sampled_from(["id", "year", "name", "x"])


@given(prefix=parts, path=parts)
def test_a_prefix_is_added_to_a_path_and_stripped_again(prefix, path):
    """S-167."""
    at = "/" + "".join(f"{each}/" for each in prefix)
    assert strip_relative_path(at, relative_path(at, "/" + "/".join(path))) == "/".join(path)


@given(values=st.dictionaries(name, part, min_size=1), first=part)
def test_variables_are_found_again_in_the_path_made_of_them(values, first):
    """S-148."""
    template = "/".join([first, *(f"<{key}>" for key in values)])
    path = "/".join([first, *values.values()])
    assert parse_variables(path, template) == values


@given(template=st.text("ab<>/*?.", max_size=12), path=st.text("ab/.", max_size=12))
def test_no_template_breaks_the_matching(template, path):
    variables = parse_variables(path, template)
    assert variables is None or all(value in path for value in variables.values())


@given(search=st.text(max_size=30))
def test_no_query_breaks_the_parser(search):
    """S-149."""
    for value in parse_query(f"?{search}").values():
        assert isinstance(value, str) or len(value) > 1
