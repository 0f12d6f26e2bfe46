"""What an example is, and what is wrong with examples before any is built."""

from pathlib import Path

import pytest

from pyrt_build.documentation.example import (
    Example,
    Examples,
    default_name,
    find_problems,
)

TWICE = (
    "b.md:7 (two): There is an example of that name at a.md:30, too. Give one of them another name."
)
NULL_BYTES = (
    "b.md:7 (two): The code is no Python: b.md:7: source code string cannot contain null bytes."
)
RELATIVE = "Its path is relative to that of the page."


def add(examples, source="app = 1\n", page="a.md", line=5, **options):
    named = {name.replace("_", "-"): value for name, value in options.items()}
    return examples.add(page, line, source, named, folder=Path("/docs/sub"), root=Path("/docs"))


def test_an_example_without_a_name_is_named_by_its_page_and_its_place_there():
    examples = Examples()
    assert add(examples, page="guide/a b.md").name == "guide-a-b-1"
    assert add(examples, page="guide/a b.md").name == "guide-a-b-2"
    assert default_name("index", 1) == "index-1"
    assert default_name("ä.md", 1) == "example-1"


def test_options_are_those_of_the_element_and_of_the_build():
    example = add(
        Examples(), name="one", height="20rem", title="A", packages="a>=1, b", hide_code=""
    )
    assert (example.height, example.title, example.hide_code) == ("20rem", "A", True)
    assert example.packages == ("a>=1", "b")
    assert example.place == "a.md:5"


@pytest.mark.parametrize(
    ("given", "path"), [("../x.py", "/docs/x.py"), ("/y/x.py", "/docs/y/x.py")]
)
def test_a_file_is_relative_to_the_page_or_to_the_documentation(given, path):
    example = add(Examples(), source="", file=given)
    assert example.file == Path(path).resolve()
    assert example.place == "a.md:4"  # the line of the options: the page has none of the code


@pytest.mark.parametrize(
    ("source", "options", "told"),
    [
        ("x", {"hight": "3"}, "There is no option hight. The options are: name, file, height"),
        ("x", {"name": "Ä b"}, "The name 'Ä b' cannot be that of a folder"),
        ("x", {"name": "pkg"}, "The name 'pkg' is that of a folder which all examples share"),
        ("x", {"height": "tall"}, "The height 'tall' is none"),
        ("x", {"name": ""}, "name needs a value, as in name=..."),
        ("x", {"file": "a.py"}, "There is a file and a code block, too"),
        ("", {"file": "a.py", "packages": "x"}, "packages is for code blocks"),
        (" \n", {}, "There is no code"),
    ],
)
def test_options_that_make_no_sense_are_told_with_their_place(source, options, told):
    examples = Examples()
    assert add(examples, source, **options) is None
    (problem,) = examples.all_problems()
    assert problem.startswith(f"a.md:4: {told}")
    assert examples.all() == []


def test_a_page_that_is_read_again_or_gone_is_forgotten():
    examples = Examples()
    add(examples, page="b.md")
    add(examples, page="a.md", height="x")
    add(examples, page="a.md", name="one")
    assert [each.page for each in examples.all()] == ["a.md", "b.md"]
    examples.forget("a.md")
    examples.forget("c.md")
    assert [each.page for each in examples.all()] == ["b.md"]
    assert examples.all_problems() == []


def test_what_is_wrong_with_several_examples_is_told_of_all(tmp_path):
    examples = [
        Example("one", "a.md", 10, "x = 1\ny = = 2\n"),
        Example("two", "a.md", 30, "x = 1\n"),
        Example("two", "b.md", 7, "x = '\0'\n"),
        Example("three", "b.md", 20, file=tmp_path / "gone.py"),
    ]
    assert [text for _, text in find_problems(examples)] == [
        "a.md:10 (one): The code is no Python: a.md:11: invalid syntax.",
        TWICE,
        NULL_BYTES,
        f"b.md:20 (three): There is no file {tmp_path / 'gone.py'}. {RELATIVE}",
    ]
    assert [each.name for each, _ in find_problems(examples)] == ["one", "two", "two", "three"]


def test_lines_of_a_code_block_become_lines_of_its_page():
    example = Example("one", "docs/a.md", 10, "app")
    told = example.say(
        'app.py imports x (app.py:3)\n  File "/app/app.py", line 7, in f\nmyapp.py:3'
    )
    assert told == (
        'docs/a.md:10 (one): docs/a.md imports x (docs/a.md:12)\n  File "docs/a.md", line 16, in f'
        "\nmyapp.py:3"
    )


def test_messages_about_a_file_name_the_file():
    example = Example("one", "docs/a.md", 10, file=Path("/x/app.py"))
    assert example.say("app.py:3: wrong") == "docs/a.md:10 (one): app.py:3: wrong"


def test_the_code_that_is_shown_is_the_block_or_the_file(tmp_path):
    (tmp_path / "a.py").write_text("# ü\n", encoding="utf-8")
    assert Example("one", "a.md", 1, "x = 1\n").code == "x = 1\n"
    assert Example("one", "a.md", 1, file=tmp_path / "a.py").code == "# ü\n"
