"""Which code blocks of a Markdown text are examples."""

import pytest

from pyrt_build.documentation.fences import find_fences, read_options

TEXT = """# Title

```python pyrt name=one height=300
a
  b
```

```python
no example
```

- list

    ~~~ {.python .pyrt .hide-code name="two three"}
    c

      d
    ~~~
"""


def test_examples_have_their_place_their_code_and_their_options():
    one, two = find_fences(TEXT)
    assert (one.first, one.last, one.indent, one.language) == (2, 5, "", "python")
    assert one.code == "a\n  b\n"
    assert one.options == {"name": "one", "height": "300"}
    assert (two.first, two.last, two.indent) == (13, 17, "    ")
    assert two.code == "c\n\n  d\n"
    assert two.options == {"name": "two three", "hide-code": ""}


@pytest.mark.parametrize(
    "text",
    [
        "````markdown\n```python pyrt\na\n```\n````",
        "~~~\n```python pyrt\na\n```\n~~~",
        "```pyrt\na\n```",
        "```python pyrtle\na\n```",
        "```{.python}\na\n```",
        "``` `python pyrt` ```\na",
        "text ```python pyrt",
    ],
)
def test_other_code_blocks_are_none(text):
    assert list(find_fences(text)) == []


def test_a_block_that_is_not_closed_goes_to_the_end():
    (found,) = find_fences("```python pyrt\na\nb")
    assert (found.last, found.code) == (3, "a\nb\n")


def test_options_that_cannot_be_read_are_told():
    (found,) = find_fences('```python pyrt title="a\nx\n```')
    assert "cannot be read: No closing quotation" in found.problem
    assert read_options("name=a hide-code") == ({"name": "a", "hide-code": ""}, "")
