"""Types of values: what is read, and what is refused."""

import click
import pytest

from pyrt_build.console import values


@pytest.mark.parametrize(
    ("text", "value"),
    [("https://example.org/", "https://example.org"), ("http://a:1", "http://a:1"), ("*", "*")],
)
def test_origins(text, value):
    assert values.origin(text) == value


@pytest.mark.parametrize("text", ["example.org", "https://x/path", "https://", "ftp://x"])
def test_what_is_no_origin(text):
    with pytest.raises(click.BadParameter, match="must be an origin such as"):
        values.origin(text)


@pytest.mark.parametrize(("text", "value"), [("7", 7), ("512K", 512 * 1024), ("2G", 2 << 30)])
def test_sizes(text, value):
    assert values.size(text) == value


@pytest.mark.parametrize("text", ["0", "much", "-1", "1T", "1.5M"])
def test_what_is_no_size(text):
    with pytest.raises(click.BadParameter, match="must be a size such as"):
        values.size(text)


@pytest.mark.parametrize(
    ("text", "value"), [("", ""), ("/", "/"), ("/reports", "/reports/"), ("/a/b/", "/a/b/")]
)
def test_url_paths(text, value):
    assert values.base_url(text) == value


@pytest.mark.parametrize("text", ["reports", "/a?b", "/a#b"])
def test_what_is_no_url_path(text):
    with pytest.raises(click.BadParameter, match="must be a URL path such as"):
        values.base_url(text)


def test_a_choice_names_the_word_that_was_nearly_meant():
    choice = values.Choice(["auto", "require"])
    assert choice.convert("auto", None, None) == "auto"
    with pytest.raises(click.BadParameter, match="Did you mean 'require'"):
        choice.convert("requires", None, None)
    with pytest.raises(click.BadParameter) as refused:
        choice.convert("x", None, None)
    assert "Did you mean" not in refused.value.message
