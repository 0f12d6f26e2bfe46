"""The HTML of an example."""

from pyrt_build.documentation import markup
from pyrt_build.documentation.example import Example


def test_the_element_names_the_app_and_waits_until_it_is_seen():
    text = markup.element(Example("one", "a.md", 1, "x"), "../pyrt-apps/")
    assert text == (
        '<div class="pyrt-example"><pyrt-app id="pyrt-one" src="../pyrt-apps/one/" height="auto" '
        'loading="lazy" title="one"></pyrt-app></div>'
    )


def test_what_authors_give_is_escaped():
    text = markup.element(Example("one", "a.md", 1, "x", title='"><b>'), "./")
    assert 'title="&quot;&gt;&lt;b&gt;"' in text


def test_a_page_loads_the_element_from_beside_the_apps():
    assert markup.script("pyrt-apps/") == '<script src="pyrt-apps/pyrt-app.js" defer></script>'
