"""The index page: required parts, markers, meta tags and the source of the renderer."""

import pytest

from pyrt.app import template
from pyrt.model.errors import InvalidIndexException


def test_the_default_template_passes_its_own_checks():
    template.check_template(template.DEFAULT_INDEX)


def test_a_template_must_hold_what_starts_the_app():
    """S-165."""
    with pytest.raises(InvalidIndexException) as error:
        template.check_template("<html>{%metas%}</html>")
    assert str(error.value) == (
        "Missing items {%app_entry%}, {%config%}, {%scripts%} in index string."
    )
    with pytest.raises(InvalidIndexException) as error:
        template.check_template("{%app_entry%}{%config%}")
    assert str(error.value) == "Missing item {%scripts%} in index string."


def test_the_markers_satisfy_the_checks_of_a_finished_index():
    """S-165: each of the four parts is needed."""
    parts = [
        template.APP_ENTRY,
        template.CONFIG_MARKER,
        template.SCRIPTS_MARKER,
        template.format_renderer("x"),
    ]
    template.check_index("".join(parts))
    names = ["#react-entry-point", "#_dash-config", "dash-renderer", "new DashRenderer"]
    for part, name in zip(parts, names, strict=True):
        with pytest.raises(InvalidIndexException, match=f"Missing item {name} in index"):
            template.check_index("".join(each for each in parts if each is not part))


def test_every_occurrence_of_a_marker_is_replaced():
    assert template.interpolate("{%a%} {%b%} {%a%}", a="1") == "1 {%b%} 1"


def test_default_metas_come_first_unless_the_app_has_one_of_the_kind():
    """S-166."""
    own = {"name": "description", "content": "x"}
    completed = template.complete_metas([own])
    assert [next(iter(meta.values())) for meta in completed] == [
        "X-UA-Compatible",
        "UTF-8",
        "viewport",
        "description",
    ]
    viewport = {"name": "viewport"}
    assert template.complete_metas([viewport])[2:] == [viewport]
    for given in ({"charset": "latin-1"}, {"http-equiv": "X-UA-Compatible", "content": "x"}):
        assert len(template.complete_metas([given])) == 3
    assert len(template.complete_metas([{"http-equiv": "refresh", "content": "3"}])) == 4


def test_values_of_metas_are_escaped():
    html = template.format_metas([{"content": '"<b>"'}, {"charset": "x"}])
    assert html.split("\n      ") == [
        '<meta content="&quot;&lt;b&gt;&quot;">',
        '<meta charset="x">',
    ]


def test_hooks_of_the_constructor_become_the_renderers_source():
    """S-143."""
    assert template.renderer_source(None) == "var renderer = new DashRenderer();"
    made = template.renderer_source({"request_pre": "() => 1", "layout_pre": "f"})
    assert made == "var renderer = new DashRenderer({request_pre: () => 1,layout_pre: f});"


def test_an_inline_function_is_assigned_under_its_hash():
    """S-92; the same text as in web/src/document/document.ts."""
    assert template.inline_script("ab", "\n  (n) => n;\n") == (
        'window.dash_clientside._dashprivate_clientside_funcs["ab"] = (n) => n\n;'
    )
