"""Notebooks as scripts: cells in order, magics left out and listed."""

import json

import pytest

from pyrt_build.errors import BuildError
from pyrt_build.project.notebook import as_script, read_notebook


def write(tmp_path, *codes, name="app.ipynb"):
    cells = [{"cell_type": "code", "source": code.splitlines(keepends=True)} for code in codes]
    cells.insert(1, {"cell_type": "markdown", "source": ["# A title"]})
    path = tmp_path / name
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    return path


def read(path):
    script = read_notebook(path)
    assert script is not None
    return script


def run(script):
    names: dict[str, object] = {}
    exec(compile(script.source, "script", "exec"), names)
    return names


def test_cells_run_in_order_and_text_does_not(tmp_path):
    script = read(write(tmp_path, "a = 1", "b = a + 1\nb"))
    assert run(script)["b"] == 2
    assert script.left_out == []


def test_magics_are_left_out_and_listed(tmp_path):
    script = read(
        write(
            tmp_path,
            "%pip install dash\nimport sys\n!ls -l\nfiles = !ls\nlen?\na = 7 % 4",
            "%%bash\nrm -rf x",
            "%%time\nif a:\n    %timeit a\n    b = a",
        )
    )
    assert script.left_out == [
        *("cell 1: %pip install dash", "cell 1: !ls -l", "cell 1: files = !ls", "cell 1: len?"),
        *("cell 2: %%bash", "cell 3: %%time", "cell 3: %timeit a"),
    ]
    assert run(script)["b"] == 3


def test_a_shell_command_of_several_lines_is_left_out_as_a_whole(tmp_path):
    script = read(
        write(tmp_path, "if True:\n    !pip install \\\n      dash \\\n      pandas\na = 1")
    )
    assert script.left_out == ["cell 1: !pip install \\ dash \\ pandas"]
    assert run(script)["a"] == 1


def test_calls_of_what_ipython_alone_has_are_left_out(tmp_path):
    script = read(
        write(
            tmp_path,
            "get_ipython().run_line_magic(\n    'matplotlib', 'inline'\n)\na = 1\ndisplay(a)",
            "def show(value):\n    display(value)\n\nb = a; display(b)",
        )
    )
    assert script.left_out == ["cell 1: get_ipython().run_line_magic(", "cell 1: display(a)"]
    assert script.source.splitlines()[4] == "a = 1"
    assert "b = a; display(b)" in script.source


def test_text_that_looks_like_a_magic_stays(tmp_path):
    script = read(write(tmp_path, 'text = """\n%pip install\n!"""'))
    assert run(script)["text"] == "\n%pip install\n!"
    assert script.left_out == []


def test_what_is_no_python_is_named_with_its_cell_all_at_once(tmp_path):
    path = write(
        tmp_path,
        "import asyncio",
        "# a line\napp = Dash(",
        "%pip install dash\nawait asyncio.sleep(0)",
        "async with asyncio.timeout(1):\n    pass",
    )
    with pytest.raises(BuildError) as caught:
        read_notebook(path)
    assert str(caught.value).splitlines() == [
        "app.ipynb, cell 2, line 2: '(' was never closed.",
        "    app = Dash(",
        *(
            f"app.ipynb, cell {cell}, line {line}: {what} A notebook alone allows that: await it "
            "in an async callback, or in a function that asyncio.run calls."
            for cell, line, what in (
                (3, 2, "'await' outside function."),
                (4, 1, "'async with' outside async function."),
            )
        ),
    ]


def test_a_notebook_of_another_language_is_refused(tmp_path):
    path = tmp_path / "app.ipynb"
    content = {"cells": [], "metadata": {"kernelspec": {"language": "R"}}}
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(BuildError, match=r"is a notebook of R: pyrt builds apps in Python"):
        read_notebook(path)


def test_errors_of_the_script_are_told_as_those_of_the_notebook(tmp_path):
    path = write(tmp_path, "a = 1\nb = 2", "%time c\n\nd = 1 / 0")
    line = read(path).source.splitlines().index("d = 1 / 0") + 1
    told = f'app.py has no app.\n  File "{tmp_path}/app.py", line {line}\n  app.py:2, my_app.py:3'
    with pytest.raises(BuildError) as caught, as_script(str(path)):
        raise BuildError(told)
    assert str(caught.value).splitlines() == [
        "app.ipynb has no app.",
        f'  File "{tmp_path}/app.ipynb", cell 2, line 3',
        "  app.ipynb, cell 1, line 1, my_app.py:3",
    ]


@pytest.mark.parametrize("content", ["{", "[]", '{"worksheets": []}'])
def test_a_file_that_is_no_notebook_is_named(tmp_path, content):
    path = tmp_path / "app.ipynb"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BuildError, match=r"app\.ipynb is no notebook that can be read"):
        read_notebook(path)


def test_the_script_stands_beside_the_notebook_as_long_as_it_is_needed(tmp_path, capsys):
    path = write(tmp_path, "%matplotlib inline\na = 1", name="my app.ipynb")
    (tmp_path / "my_app.py").write_text("other = 1", encoding="utf-8")
    with as_script(str(path)) as script:
        assert script == str(tmp_path / "my_app_script.py")
        assert "a = 1" in (tmp_path / "my_app_script.py").read_text(encoding="utf-8")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["my app.ipynb", "my_app.py"]
    assert "my app.ipynb, cell 1: %matplotlib inline: left out" in capsys.readouterr().err


def test_what_is_no_notebook_is_passed_on(tmp_path):
    path = tmp_path / "app.py"
    path.write_text("a = 1", encoding="utf-8")
    for target in (str(path), "", "module:app", str(tmp_path)):
        with as_script(target) as script:
            assert script == target


def test_a_notebook_of_marimo_runs_in_the_order_in_which_its_cells_need_each_other(tmp_path):
    path = tmp_path / "app.py"
    path.write_text(
        """import marimo

app = marimo.App()

with app.setup:
    import math


@app.cell
def _(base, double, mo):
    mo.md("# A title")
    result = double(base) + math.floor(0.5)
    return (result,)


@app.cell
def _():
    import marimo as mo
    base = 20
    return base, mo


@app.function
def double(value):
    return 2 * value


if __name__ == "__main__":
    app.run()
""",
        encoding="utf-8",
    )
    script = read(path)
    assert run(script)["result"] == 40
    assert script.left_out == ['cell 1: mo.md("# A title")', "cell 2: import marimo as mo"]


def test_text_of_several_lines_stays_in_a_notebook_of_marimo(tmp_path):
    path = tmp_path / "app.py"
    path.write_text(
        '''import marimo

app = marimo.App()


@app.cell
def _():
    text = """
# A title
  a line
    another
"""
    name = "x"

    def shown():
        # what is shown
        return f"""
{name}
        end"""
    return name, shown, text
''',
        encoding="utf-8",
    )
    names = run(read(path))
    assert names["text"] == "\n# A title\n  a line\n    another\n"
    assert names["shown"]() == "\nx\n        end"


def test_cells_of_marimo_that_need_each_other_are_named(tmp_path):
    path = tmp_path / "app.py"
    cells = "@app.cell\ndef _(a):\n    b = a\n    return (b,)\n\n\n"
    path.write_text(
        f"import marimo\n\napp = marimo.App()\n\n\n{cells}"
        "@app.cell\ndef _(b):\n    a = b\n    return (a,)\n",
        encoding="utf-8",
    )
    with pytest.raises(BuildError, match="need each other in a circle"):
        read_notebook(path)
