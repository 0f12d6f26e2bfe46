"""One example of a documentation, and what can be said about a set of them before a build."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pyrt_build.errors import BuildError

OPTIONS = ("name", "file", "height", "title", "packages", "hide-code")
FLAGS = frozenset({"hide-code"})
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_TAKEN = frozenset({"pkg", "pyrt"})  # folders of what the examples share
_HEIGHT = re.compile(r"auto|\d+(\.\d+)?([a-z]{2,4}|%)?")
# How messages and tracebacks name a line of the file that a code block is built as.
APP_FILE = "app.py"
_IN_TRACEBACK = re.compile(rf'File "[^"]*\b{re.escape(APP_FILE)}", line (\d+)')
_IN_MESSAGE = re.compile(rf"(?<![\w/\\]){re.escape(APP_FILE)}(?::(\d+))?(?![\w/])")


class DocumentationError(BuildError):
    """What is wrong with the examples of a documentation, all of it: an entry for each."""


@dataclass(frozen=True, slots=True)
class Example:
    """An app in a documentation: a code block, or a file.

    Attributes:
        name: of its folder in the site; unique in the documentation.
        page: the file with the code block, as messages name it.
        line: the number of the line in it with which the code begins; of an example from a file,
            that of its directive.
        source: the code block; empty for a file.
        file: the app's file, built where it is: with what lies beside it.
        packages: requirements, as of a line of requirements.txt, beside what the code imports.
        height: of the app, as `<pyrt-app>` has it.
        title: the name of the app's frame, for screen readers.
        hide_code: whether the page shows the app only.
    """

    name: str
    page: str
    line: int
    source: str = ""
    file: Path | None = None
    packages: Sequence[str] = ()
    height: str = "auto"
    title: str = ""
    hide_code: bool = False

    @property
    def place(self) -> str:
        """The place in the documentation, for messages."""
        return f"{self.page}:{self.line}"

    @property
    def code(self) -> str:
        """What the page shows of the app. The file must be there."""
        return self.source if self.file is None else self.file.read_text(encoding="utf-8")

    def say(self, text: object) -> str:
        """Return a message about this example, with its place.

        Lines of the code block become lines of the page.
        """
        if self.file is None:
            text = _IN_TRACEBACK.sub(
                lambda found: f'File "{self.page}", line {self._line(found[1])}', str(text)
            )
            text = _IN_MESSAGE.sub(
                lambda found: f"{self.page}:{self._line(found[1])}" if found[1] else self.page, text
            )
        return f"{self.place} ({self.name}): {text}"

    def _line(self, number: str) -> int:
        return self.line + int(number) - 1


def default_name(page: str, number: int) -> str:
    """Return the name of an example that has none: page, and place among its examples, from 1.

    >>> default_name("guide/First steps.md", 2)
    'guide-first-steps-2'
    """
    stem = page.rpartition(".")[0] or page
    return f"{re.sub(r'[^a-z0-9]+', '-', stem.lower()).strip('-') or 'example'}-{number}"


@dataclass(slots=True)
class Examples:
    """The examples of a documentation, as an adapter finds them.

    Attributes:
        found: the examples, by document.
        problems: of options, by document; an adapter tells them with all others.
    """

    found: dict[str, list[Example]] = field(default_factory=dict)
    problems: dict[str, list[str]] = field(default_factory=dict)

    def forget(self, page: str) -> None:
        """Forget a page, which is read again or is gone."""
        self.found.pop(page, None)
        self.problems.pop(page, None)

    def add(  # noqa: PLR0913  # a code block, and where it stands
        self,
        document: str,
        line: int,
        source: str,
        options: Mapping[str, str],
        *,
        folder: Path,
        root: Path,
        page: str = "",
        directive_line: int | None = None,
    ) -> Example | None:
        """Add a code block; None, and a problem, if its options make no sense.

        Args:
            document: the page, as the tool of the documentation names it.
            line: the number of the line in it with which the code begins.
            source: the code.
            options: those of `OPTIONS`, as texts; flags have an empty one.
            folder: from which `file` is relative.
            root: from which `file` is relative if it begins with `/`.
            page: the file with the block, as messages name it; by default the document.
            directive_line: of the line with the options; by default the one before the code.
        """
        at = line - 1 if directive_line is None else directive_line
        page = page or document
        others = self.found.setdefault(document, [])
        problems = [*_option_problems(source, options)]
        if problems:
            found = self.problems.setdefault(document, [])
            found += [f"{page}:{at}: {text}" for text in problems]
            return None
        given = options.get("file", "")
        file = (root / given[1:] if given.startswith("/") else folder / given) if given else None
        example = Example(
            name=options.get("name") or default_name(page, len(others) + 1),
            page=page,
            line=at if file else line,
            source="" if file else source,
            file=file.resolve() if file else None,
            packages=tuple(filter(None, re.split(r"\s*,\s*", options.get("packages", "").strip()))),
            height=options.get("height") or "auto",
            title=options.get("title", ""),
            hide_code="hide-code" in options,
        )
        others.append(example)
        return example

    def all(self) -> list[Example]:
        """Return the examples, in the order of their pages' names."""
        return [example for _, found in sorted(self.found.items()) for example in found]

    def all_problems(self) -> list[str]:
        """Return what is wrong with options, in the order of the pages' names."""
        return [text for _, found in sorted(self.problems.items()) for text in found]


def _option_problems(source: str, options: Mapping[str, str]) -> Iterator[str]:
    unknown = [name for name in options if name not in OPTIONS]
    if unknown:
        yield f"There is no option {', '.join(unknown)}. The options are: {', '.join(OPTIONS)}."
    empty = [n for n in options if n in OPTIONS and n not in FLAGS and not options[n].strip()]
    if empty:
        yield f"{', '.join(empty)} needs a value, as in {empty[0]}=..."
    name, height = options.get("name", ""), options.get("height", "")
    if name and not _NAME.fullmatch(name):
        yield (
            f"The name {name!r} cannot be that of a folder in a site: use lower-case letters, "
            "digits, - and _."
        )
    if name in _TAKEN:
        yield f"The name {name!r} is that of a folder which all examples share: take another one."
    if height and not _HEIGHT.fullmatch(height):
        yield f"The height {height!r} is none: use auto, a number of pixels, or a length of CSS."
    if "file" in options and source.strip():
        yield "There is a file and a code block, too. Remove one of them."
    if "file" in options and "packages" in options:
        yield "packages is for code blocks. The packages of a file are those of its project."
    if "file" not in options and not source.strip():
        yield "There is no code. Write the app's code into the block, or name its file."


def find_problems(examples: Sequence[Example]) -> Iterator[tuple[Example, str]]:
    """Yield what is wrong with examples as far as that is known without a build."""
    first: dict[str, Example] = {}
    for example in examples:
        other = first.setdefault(example.name, example)
        if other is not example:
            yield (
                example,
                example.say(
                    f"There is an example of that name at {other.place}, too. Give one of them "
                    "another name."
                ),
            )
        yield from ((example, example.say(text)) for text in _code_problems(example))


def _code_problems(example: Example) -> Iterator[str]:
    if example.file is None:
        try:
            ast.parse(example.source, APP_FILE)
        except SyntaxError as error:
            yield f"The code is no Python: {APP_FILE}:{error.lineno or 1}: {error.msg}."
    elif not example.file.is_file():
        yield f"There is no file {example.file}. Its path is relative to that of the page."
