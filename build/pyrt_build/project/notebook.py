"""A notebook as the script that a build runs: Jupyter's .ipynb, and marimo's .py.

The script stands beside the notebook while the build runs, so that its imports, data and assets are
found. What only a notebook understands (magics, shell commands) is left out, and listed.
"""

import ast
import json
import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pyrt_build.console.output import progress
from pyrt_build.errors import BuildError

# Magics of a whole cell whose rest is Python.
_PYTHON_CELLS = frozenset({"%%time", "%%timeit", "%%capture", "%%prun"})
_MAGIC = re.compile(
    r"^(?P<indent>\s*)(?P<magic>[%!].*|\w[\w, ]*=\s*[%!].*|[\w.]+\?{1,2}|\?{1,2}\S+)$"
)


_OF_IPYTHON = frozenset({"display", "get_ipython"})  # names that no import gives
_AWAIT_ADVICE = (
    " A notebook alone allows that: await it in an async callback, or in a function that "
    "asyncio.run calls."
)


@dataclass(frozen=True, slots=True)
class Script:
    """A notebook as a script.

    Attributes:
        source: Python.
        left_out: "cell 3: %pip install x", in order.
        cells: the lines at which the cells of a notebook of Jupyter begin, in order.
    """

    source: str
    left_out: Sequence[str]
    cells: Sequence[int] = ()


@contextmanager
def as_script(target: str) -> Iterator[str]:
    """Yield the path of the script of a notebook, or the target itself if it is none.

    Args:
        target: what the command line names.

    Raises:
        BuildError: the notebook cannot be read; or what else is raised for the script, in terms of
            the notebook.
    """
    path = Path(target)
    script = read_notebook(path) if target else None
    if script is None:
        yield target
        return
    for line in script.left_out:
        progress(f"{path.name}, {line}: left out, only a notebook understands it")
    made = _free_name(path)
    try:
        made.write_text(script.source, encoding="utf-8")
        yield str(made)
    except BuildError as error:
        error.args = tuple(_for_notebook(str(each), made, path, script) for each in error.args)
        raise
    finally:
        made.unlink(missing_ok=True)


def _for_notebook(text: str, made: Path, path: Path, script: Script) -> str:
    """Return a message with the names and lines of the script as those of its notebook."""

    def place(found: re.Match[str]) -> str:
        line = int(found["line"])
        cell = bisect(script.cells, line)
        quote = found["quote"] or ""
        if cell == 0:
            return f"{path.name}{quote}"
        return f"{path.name}{quote}, cell {cell}, line {line - script.cells[cell - 1] + 1}"

    name = rf"(?<!\w){re.escape(made.name)}"
    text = re.sub(rf'{name}(?:(?P<quote>"), line |:)(?P<line>\d+)', place, text)
    return re.sub(name, path.name, text)


def _free_name(path: Path) -> Path:
    stem = re.sub(r"\W", "_", path.stem)
    names = [path.with_name(f"{stem}{more}.py") for more in ("", "_script", "_script_of_notebook")]
    free = next((each for each in names if not each.exists()), None)
    if free is None:
        raise BuildError(f"{path}: {names[-1].name} is in the way. Rename it, or the notebook.")
    return free


def read_notebook(path: Path) -> Script | None:
    """Return a notebook as a script; None if the file is none.

    Raises:
        BuildError: it is one, and cannot be read.
    """
    if path.suffix == ".ipynb":
        if not path.is_file():
            raise BuildError(f"There is no file {path.absolute()}.")
        return _read_jupyter(path)
    if path.suffix != ".py" or not path.is_file():
        return None
    text = path.read_text(encoding="utf-8", errors="replace")
    return _read_marimo(path, text) if "marimo.App(" in text else None


def _read_jupyter(path: Path) -> Script:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        codes = [
            "".join(cell["source"]) for cell in content["cells"] if cell["cell_type"] == "code"
        ]
        metadata = content.get("metadata", {})
        language = metadata.get("kernelspec", {}).get("language", "python")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BuildError(
            f"{path} is no notebook that can be read ({type(error).__name__}: {error}). Open it in "
            "Jupyter and save it; notebooks before version 4 are converted there."
        ) from None
    if str(language).lower() != "python":
        raise BuildError(f"{path} is a notebook of {language}: pyrt builds apps in Python.")
    parts: list[str] = []
    left_out: list[str] = []
    starts: list[int] = []
    line = 1
    wrong: list[str] = []
    for number, code in enumerate(codes, start=1):
        part, found = _without_magics(code)
        part, calls = _without_calls(part)
        found += calls
        wrong += [f"{path.name}, cell {number}, {text}" for text in _mistakes(part)]
        parts.append(f"# cell {number}\n{part}")
        left_out += [f"cell {number}: {text}" for text in found]
        starts.append(line + 1)
        line += part.count("\n") + 3
    if wrong:
        raise BuildError("\n".join(wrong))
    return Script("\n\n".join(parts) + "\n", left_out, starts)


def _without_calls(code: str) -> tuple[str, list[str]]:
    """Return a cell without the statements that call what IPython alone has, and those."""
    try:
        body = ast.parse(code).body
    except SyntaxError:
        return code, []
    lines = code.split("\n")
    left_out = []
    for node in body:
        names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
        shares = [each for each in body if each.lineno <= (node.end_lineno or 0)]
        shares = [each for each in shares if (each.end_lineno or 0) >= node.lineno]
        if isinstance(node, ast.Expr) and names & _OF_IPYTHON and shares == [node]:
            left_out.append(lines[node.lineno - 1].strip())
            for at in range(node.lineno - 1, node.end_lineno or node.lineno):
                lines[at] = ""
    return "\n".join(lines), left_out


def _mistakes(code: str) -> Iterator[str]:
    """Yield what keeps a cell from being part of a script."""
    try:
        tree = compile(code, "cell", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        compile(tree, "cell", "exec")
    except SyntaxError as error:
        shown = f"\n    {error.text.rstrip()}" if error.text else ""
        waits = "'await' outside" in error.msg or "outside async function" in error.msg
        advice = _AWAIT_ADVICE if waits else ""
        yield f"line {error.lineno}: {error.msg}.{advice}{shown}"


def _without_magics(code: str) -> tuple[str, list[str]]:
    """Return a cell without what is not Python, and what that is; line numbers stay."""
    lines = code.split("\n")
    first = next((line for line in lines if line.strip()), "")
    if first.startswith("%%"):
        name = first.split()[0]
        if name not in _PYTHON_CELLS:
            return "", [first]
        lines[lines.index(first)] = ""
        rest, found = _without_magics("\n".join(lines))
        return rest, [first, *found]
    if _is_python(code):
        return code, []
    left_out = []
    goes_on = False  # a shell command does, where its last line ends with a backslash
    for at, line in enumerate(lines):
        magic = None if goes_on else _MAGIC.match(line)
        if magic is not None:
            left_out.append(line.strip())
            lines[at] = f"{magic['indent']}pass"
        elif goes_on:
            left_out[-1] += f" {line.strip()}"
            lines[at] = ""
        goes_on = (goes_on or magic is not None) and line.rstrip().endswith("\\")
    return "\n".join(lines), left_out


def _is_python(code: str) -> bool:
    try:
        ast.parse(code)
    except SyntaxError:
        return False
    return True


# --- marimo


@dataclass(frozen=True, slots=True)
class _Cell:
    number: int
    source: str
    needs: frozenset[str]
    gives: frozenset[str]


def _read_marimo(path: Path, text: str) -> Script:
    """Return the cells in the order in which they need each other."""
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        raise BuildError(f"{path}, line {error.lineno}: {error.msg}.") from None
    left_out: list[str] = []
    cells: list[_Cell] = []
    setup: list[str] = []
    for node in tree.body:
        if isinstance(node, ast.With) and _is_of_marimo(node.items[0].context_expr):
            setup.append(_body(text, node.body, "setup", left_out))
        elif isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            number = len(cells) + 1
            if any(_is_of_marimo(each, "cell") for each in node.decorator_list):
                cells.append(_cell(text, node, number, left_out))
            elif any(_is_of_marimo(each) for each in node.decorator_list):
                source = ast.get_source_segment(text, node) or ""
                cells.append(_Cell(number, source, frozenset(), frozenset({node.name})))
    ordered = _in_order(cells, path)
    parts = [*setup, *(f"# cell {cell.number}\n{cell.source}" for cell in ordered)]
    return Script("\n\n".join(parts) + "\n", left_out)


def _is_of_marimo(node: ast.expr, name: str | None = None) -> bool:
    """Tell whether an expression is `app.cell`, `app.function(...)` or the like."""
    if isinstance(node, ast.Call):
        node = node.func
    is_attribute = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    return is_attribute and node.value.id == "app" and (name is None or node.attr == name)  # type: ignore[attr-defined]  # is_attribute


def _cell(text: str, node: ast.stmt, number: int, left_out: list[str]) -> _Cell:
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    last = node.body[-1]
    returned = last.value if isinstance(last, ast.Return) else None
    gives = (
        {each.id for each in ast.walk(returned) if isinstance(each, ast.Name)}
        if returned
        else set()
    )
    body = node.body[:-1] if isinstance(last, ast.Return) else node.body
    source = _body(text, body, f"cell {number}", left_out)
    needs = frozenset(each.arg for each in node.args.args)
    return _Cell(number, source, needs, frozenset(gives))


def _body(text: str, body: Sequence[ast.stmt], place: str, left_out: list[str]) -> str:
    """Return statements as they stand at the top of a script, without those of marimo itself."""
    parts = []
    for node in body:
        source = _dedented(text, node)
        if _uses_marimo(node):
            left_out.append(f"{place}: {source.splitlines()[0]}")
        else:
            parts.append(source)
    return "\n".join(parts)


def _dedented(text: str, node: ast.stmt) -> str:
    """Return a statement without its indentation; lines inside of its strings stay as they are."""
    decorators = getattr(node, "decorator_list", ())
    first = decorators[0].lineno if decorators else node.lineno
    last = node.end_lineno or node.lineno
    inside: set[int] = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Constant | ast.JoinedStr):
            inside.update(range(each.lineno + 1, (each.end_lineno or each.lineno) + 1))
    margin = re.compile(rf"[ \t]{{0,{node.col_offset}}}")
    lines = enumerate(text.split("\n")[first - 1 : last], start=first)
    return "\n".join(line if at in inside else margin.sub("", line, count=1) for at, line in lines)


def _uses_marimo(node: ast.stmt) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom):
        names = (
            [each.name for each in node.names] if isinstance(node, ast.Import) else [node.module]
        )
        return "marimo" in names
    shows = isinstance(node, ast.Expr | ast.Assign)
    return shows and any(isinstance(each, ast.Name) and each.id == "mo" for each in ast.walk(node))


def _in_order(cells: Sequence[_Cell], path: Path) -> list[_Cell]:
    given = {name for cell in cells for name in cell.gives}
    waiting = list(cells)
    ordered: list[_Cell] = []
    known: set[str] = set()
    while waiting:
        ready = next((cell for cell in waiting if (cell.needs & given) <= known), None)
        if ready is None:
            names = ", ".join(f"cell {cell.number}" for cell in waiting)
            raise BuildError(f"{path}: {names} need each other in a circle.")
        waiting.remove(ready)
        ordered.append(ready)
        known |= ready.gives
    return ordered
