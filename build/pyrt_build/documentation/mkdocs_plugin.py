"""The plugin of MkDocs: code blocks with the word `pyrt` are shown with the app that they are.

    plugins:
      - pyrt

A page is read before it becomes HTML; all examples are built when all pages have been read, and
before the first one is written. An error of an example ends the build of the documentation.
"""

import posixpath
from pathlib import Path
from typing import Any, Literal

from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, get_plugin_logger
from mkdocs.structure.pages import Page

from pyrt_build.documentation import markup
from pyrt_build.documentation.build_together import Options
from pyrt_build.documentation.cached import write_examples
from pyrt_build.documentation.example import Example, Examples
from pyrt_build.documentation.fences import Fence, find_fences
from pyrt_build.errors import BuildError

_log = get_plugin_logger("pyrt")


class PyrtConfig(Config):  # type: ignore[no-untyped-call] # of MkDocs
    """What stands below `pyrt` in mkdocs.yml."""

    rehearsal = config_options.Choice(["auto", "require", "skip"], default="auto")
    compression = config_options.Choice(["fast", "default", "release"], default="default")
    pyodide = config_options.Optional(config_options.Type(str))
    index_url = config_options.Optional(config_options.Type(str))


class PyrtPlugin(BasePlugin[PyrtConfig]):  # type: ignore[no-untyped-call] # of MkDocs
    """Collects the examples of all pages, and builds them together."""

    def __init__(self) -> None:
        self._examples = Examples()

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Be there: MkDocs keeps a plugin with this method for all builds of `mkdocs serve`."""

    def on_files(self, files: Any, **_: Any) -> Any:  # noqa: ANN401 -- as MkDocs has it
        """Forget the pages of the build before."""
        self._examples = Examples()
        return files

    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, **_: Any) -> str:  # noqa: ANN401
        """Return a page's text with an element for the app of each example."""
        fences = [*find_fences(markdown)]
        if not fences:
            return markdown
        lines = markdown.split("\n")
        numbers = _line_numbers(page, fences)
        folder = (
            f"{posixpath.relpath(markup.FOLDER, posixpath.dirname(page.file.dest_uri) or '.')}/"
        )
        name = page.file.src_uri
        shown = []
        for fence, number in zip(fences, numbers, strict=True):
            if fence.problem:
                self._examples.problems.setdefault(name, []).append(
                    f"{name}:{number}: {fence.problem}"
                )
                continue
            example = self._examples.add(
                name,
                number + 1,
                fence.code if fence.code.strip() else "",
                fence.options,
                folder=Path(str(page.file.abs_src_path)).parent,
                root=Path(config.docs_dir),
            )
            if example is not None:
                shown.append((fence, example))
        for fence, example in reversed(shown):
            is_first = example is shown[0][1]
            lines[fence.first : fence.last + 1] = _markdown(
                fence, example, folder, with_script=is_first
            )
        return "\n".join(lines)

    def on_env(self, env: Any, *, config: MkDocsConfig, **_: Any) -> Any:  # noqa: ANN401
        """Build the examples; no page has been written yet."""
        options = Options(
            self.config.rehearsal,  # type: ignore[arg-type] # its choices
            self.config.compression,  # type: ignore[arg-type]
            self.config.pyodide,
            self.config.index_url,
        )
        try:
            warnings = write_examples(
                self._examples.all(),
                options,
                Path(config.site_dir, markup.FOLDER),
                self._examples.all_problems(),
            )
        except BuildError as error:
            raise PluginError(f"pyrt:\n{error}") from error
        for text in warnings:
            _log.warning(text)
        return env

    def on_serve(self, server: Any, **_: Any) -> Any:  # noqa: ANN401
        """Let `mkdocs serve` build again when the file of an example changes."""
        for example in self._examples.all():
            if example.file is not None:
                server.watch(str(example.file))
        return server


def _line_numbers(page: Page, fences: list[Fence]) -> list[int]:
    """Return the number of each fence's line in the page's file, from 1.

    MkDocs has taken the metadata at the top away, and other plugins may have changed the text.
    """
    try:
        source = [*find_fences(page.file.content_string)]
    except (OSError, ValueError):
        source = []
    if len(source) != len(fences):
        source = fences
    return [fence.first + 1 for fence in source]


def _markdown(fence: Fence, example: Example, folder: str, *, with_script: bool) -> list[str]:
    """Return the lines that take the place of a code block."""
    lines = []
    if not example.hide_code and (example.file is None or example.file.is_file()):
        code = example.code.rstrip("\n").split("\n")
        marks = _longer_than_in(code)
        lines += [f"{marks}{fence.language}", *code, marks, ""]
    lines.append((markup.script(folder) if with_script else "") + markup.element(example, folder))
    return [f"{fence.indent}{line}" if line else "" for line in ["", *lines, ""]]


def _longer_than_in(lines: list[str]) -> str:
    """Return a fence that no line of a code begins with."""
    marks = "```"
    while any(line.lstrip().startswith(marks) for line in lines):
        marks += "`"
    return marks
