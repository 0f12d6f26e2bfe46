"""The HTML that a saved notebook has of an app."""

from pyrt.notebook.last_state import LINE, MAX_CHARS, make_live_state, make_state, state_class


def test_the_state_stands_in_a_frame_without_scripts_below_one_line():
    html = make_state("x", '<p title="a">left</p>', height=300)
    assert LINE in html
    assert '<iframe sandbox srcdoc="&lt;p title=&quot;a&quot;&gt;left&lt;/p&gt;"' in html
    assert "height: 300px" in html
    assert f'class="{state_class("x")}"' in html


def test_before_anything_is_shown_and_for_what_is_too_large_there_is_no_line():
    for page in ("", "x" * (MAX_CHARS + 1)):
        assert make_state("x", page, height=300) == '<div class="pyrt-state-x"></div>'


def test_an_app_that_travels_with_the_notebook_is_loaded_by_a_script_where_it_is_shown():
    html = make_live_state("x", '<p title="a">app</p>', height=300)
    assert LINE not in html
    assert "srcdoc=" not in html
    assert 'data-page="&lt;p title=&quot;a&quot;&gt;app&lt;/p&gt;"' in html
    assert f'class="{state_class("x")}"' in html
