"""The extension of Sphinx: a directive whose code is shown with the app that it is.

    extensions = ["pyrt_build.documentation.sphinx_extension"]

    .. pyrt-app::
       :height: 300

       from dash import Dash
       ...

    .. pyrt-app:: ../examples/clock.py

All examples are built when all pages have been read, and before the first one is written. An error
of an example ends the build of the documentation.
"""

import posixpath
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from pyrt_build import target
from pyrt_build.documentation import markup
from pyrt_build.documentation.build_together import Options
from pyrt_build.documentation.cached import write_examples
from pyrt_build.documentation.example import FLAGS, OPTIONS, Example, Examples
from pyrt_build.errors import BuildError

_log = logging.getLogger(__name__)
_VALUES = ("rehearsal", "compression", "pyodide", "index_url")


class AppNode(nodes.General, nodes.Element):
    """The place of an app: of `example`, in the page `document`."""


class AppDirective(SphinxDirective):
    """`.. pyrt-app::`, with the code as its content, or the path of a file as its argument."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[dict[str, Any]] = {
        name: directives.flag if name in FLAGS else directives.unchanged
        for name in OPTIONS
        if name != "file"
    }

    def run(self) -> list[nodes.Node]:
        """Return the code, as of a code block, and the place of the app."""
        options = {name: value or "" for name, value in self.options.items()}
        if self.arguments:
            options["file"] = self.arguments[0]
        line = self.lineno
        root = Path(self.env.srcdir)
        where = Path(self.get_source_info()[0] or self.env.doc2path(self.env.docname)).resolve()
        page = where.relative_to(root).as_posix() if where.is_relative_to(root) else str(where)
        examples = _examples(self.env)
        document = self.env.docname
        example = examples.add(
            document,
            self._first_line(where) if self.content else line,
            "".join(f"{text}\n" for text in self.content),
            options,
            folder=where.parent,
            root=root,
            page=page,
            directive_line=line,
        )
        if example is None:
            return []
        if example.file is not None:
            self.env.note_dependency(str(example.file))
        return [*_code(example), AppNode("", example=example, document=document)]

    def _first_line(self, where: Path) -> int:
        """Return the number of the code's first line in a file.

        `content_offset` counts from the top of the file, but with MyST from the directive.
        """
        try:
            lines = where.read_text(encoding="utf-8").splitlines()
        except (OSError, ValueError):  # a docstring, a notebook
            lines = []
        first = self.content[0].strip()
        for number, text in enumerate(lines[self.lineno :], self.lineno + 1):
            if text.strip() == first:
                return number
        return self.content_offset + 1


def _code(example: Example) -> list[nodes.Node]:
    if example.hide_code or (example.file is not None and not example.file.is_file()):
        return []
    text = example.code
    block = nodes.literal_block(text, text, language="python")
    return [block]


def _examples(env: BuildEnvironment) -> Examples:
    """Return the examples of the documentation; they are kept with what Sphinx has read."""
    found: Examples | None = getattr(env, "pyrt_examples", None)
    if found is None:
        found = env.pyrt_examples = Examples()  # type: ignore[attr-defined] # ours
    return found


def _purge(_app: Sphinx, env: BuildEnvironment, document: str) -> None:
    _examples(env).forget(document)


def _merge(
    _app: Sphinx, env: BuildEnvironment, documents: list[str], other: BuildEnvironment
) -> None:
    mine, others = _examples(env), _examples(other)
    for document in documents:
        if document in others.found:
            mine.found[document] = others.found[document]
        if document in others.problems:
            mine.problems[document] = others.problems[document]


def _build(app: Sphinx, env: BuildEnvironment) -> None:
    """Build the examples; no page has been written yet."""
    if not _shows_apps(app.builder):
        return
    examples = _examples(env)
    options = Options(**{name: getattr(app.config, f"pyrt_{name}") for name in _VALUES})
    try:
        warnings = write_examples(
            examples.all(), options, Path(app.outdir, markup.FOLDER), examples.all_problems()
        )
    except BuildError as error:
        raise ExtensionError(f"pyrt:\n{error}") from error
    for text in warnings:
        _log.warning(text)


def _shows_apps(builder: Builder) -> bool:
    """Tell whether pages are for browsers; a reader of books runs no apps."""
    return builder.format == "html" and builder.name != "epub"


def _visit_html(writer: HTML5Translator, node: AppNode) -> None:
    if not _shows_apps(writer.builder):
        raise nodes.SkipNode
    target_uri = writer.builder.get_target_uri(node["document"])
    folder = f"{posixpath.relpath(markup.FOLDER, posixpath.dirname(target_uri) or '.')}/"
    element, script = markup.element(node["example"], folder), markup.script(folder)
    writer.body.append(f"{element}\n")
    if script not in writer.body:  # a page needs it once
        writer.body.append(script)
    raise nodes.SkipNode


def _skip(_writer: nodes.NodeVisitor, _node: AppNode) -> None:
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the directive, and the values of conf.py: `pyrt_rehearsal` and others."""
    app.add_directive("pyrt-app", AppDirective)
    nothing = (_skip, None)
    app.add_node(
        AppNode,
        html=(_visit_html, None),
        latex=nothing,
        text=nothing,
        man=nothing,
        texinfo=nothing,
    )
    choices = {"rehearsal": "auto", "compression": "default", "pyodide": None, "index_url": None}
    for name, default in choices.items():
        app.add_config_value(f"pyrt_{name}", default, "env", [str, type(None)])
    app.connect("env-purge-doc", _purge)
    app.connect("env-merge-info", _merge)
    app.connect("env-updated", _build)
    return {
        "version": target.PYRT_VERSION,
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
