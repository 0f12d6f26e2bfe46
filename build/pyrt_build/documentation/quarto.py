"""The program for Quarto and pandoc: builds the examples of Markdown pages before these are shown.

    python -m pyrt_build.documentation.quarto add
    python -m pyrt_build.documentation.quarto build [PAGE...] [-o FOLDER]

Quarto renders pages one by one, and all examples are to be built together: so the program runs
before the first page (`pre-render`), and the filter of quarto_extension/ only shows the apps.
"""

import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path

import click

from pyrt_build.documentation import markup
from pyrt_build.documentation.build_together import Options
from pyrt_build.documentation.cached import write_examples
from pyrt_build.documentation.example import Examples
from pyrt_build.documentation.fences import find_fences, read_options
from pyrt_build.errors import BuildError

_EXTENSION = Path("_extensions", "pyrt")
_PAGES = (".qmd", ".md")
# In three braces it is text.
_SHORTCODE = re.compile(r"(?<!\{)\{\{<\s*pyrt\s+(.*?)\s*>\}\}")


@click.group()
def main() -> None:
    """Apps of pyrt in pages of Quarto and pandoc."""


@main.command()
def add() -> None:
    """Write the extension into the project: _extensions/pyrt/."""
    _EXTENSION.mkdir(parents=True, exist_ok=True)
    for each in (resources.files("pyrt_build") / "documentation" / "quarto_extension").iterdir():
        (_EXTENSION / each.name).write_bytes(each.read_bytes())
    click.echo(f"Written: {_EXTENSION}. Name it in _quarto.yml: filters: [pyrt]")


@main.command()
@click.argument("pages", nargs=-1, type=click.Path(path_type=Path))
@click.option("-o", "--out", type=click.Path(path_type=Path), default=Path(markup.FOLDER))
@click.option("--rehearsal", type=click.Choice(["auto", "require", "skip"]), default="auto")
@click.option("--compression", type=click.Choice(["fast", "default", "release"]), default="default")
@click.option("--pyodide")
@click.option("--index-url")
def build(pages: Sequence[Path], out: Path, **options: str | None) -> None:
    """Build the examples of pages; without any, of those that Quarto is about to render."""
    examples = Examples()
    problems = []
    for page in pages or [*_project_pages()]:
        try:
            _collect(page, examples)
        except (OSError, ValueError) as error:
            problems.append(f"{page}: it cannot be read: {error}")
    given = Options(**options)  # type: ignore[arg-type] # the choices above
    problems += examples.all_problems()
    try:
        warnings = write_examples(examples.all(), given, out, problems)
    except BuildError as error:
        click.echo(str(error), err=True)
        sys.exit(error.exit_code)
    for text in warnings:
        click.echo(f"warning: {text}", err=True)


def _project_pages() -> Iterator[Path]:
    """Yield the pages of Quarto's project.

    Of all, and not only of those that are rendered now: the folder is for the whole project.
    """
    output = os.environ.get("QUARTO_PROJECT_OUTPUT_DIR", "_site")
    for path in sorted(Path().rglob("*")):
        parts = path.parts
        hidden = any(part.startswith((".", "_")) for part in parts)
        if path.suffix in _PAGES and not hidden and parts[0] not in {output, markup.FOLDER}:
            yield path


def _collect(path: Path, examples: Examples) -> None:
    text, page = path.read_text(encoding="utf-8"), path.as_posix()
    found: list[tuple[int, str, Mapping[str, str], str]] = [
        (f.first, f.code if f.code.strip() else "", f.options, f.problem) for f in find_fences(text)
    ]
    for number, line in enumerate(text.split("\n")):
        found += [(number, "", *read_options(match[1])) for match in _SHORTCODE.finditer(line)]
    for first, code, options, problem in found:
        name = options.get("name")
        told = problem or ("" if name else "An example needs a name here, as in name=clock.")
        if told:
            examples.problems.setdefault(page, []).append(f"{page}:{first + 1}: {told}")
        else:
            examples.add(page, first + 2, code, options, folder=path.parent, root=Path())


if __name__ == "__main__":
    main()
