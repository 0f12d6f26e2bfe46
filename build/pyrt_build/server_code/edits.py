"""Changes of source text that keep the number of every line, so that tracebacks stay right.

Positions are those of `ast` nodes: lines, and columns in bytes of UTF-8.
"""

import ast
import io
import tokenize
from collections.abc import Iterable
from dataclasses import dataclass

from pyrt_build.project.imports import parse


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace the bytes from `start` to `end` by `text`, and keep the newlines between them."""

    start: int
    end: int
    text: str


class Source:
    r"""The text of a module, its tree, and the positions of nodes in the text.

    >>> source = Source(b"x = (1,\n     2)\ny = x\n")
    >>> source.apply([source.replace(source.tree.body[0], "pass")])
    'pass\n\ny = x\n'
    """

    def __init__(self, content: bytes) -> None:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        newlines = io.IncrementalNewlineDecoder(None, translate=True)
        text = newlines.decode(content.decode(encoding), final=True)
        self.bytes = text.encode()
        self.tree = parse(text)
        self._starts = [0]
        for line in self.bytes.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))

    def position(self, line: int, column: int) -> int:
        """Return the offset in bytes of a line (from 1) and a column (from 0)."""
        return self._starts[line - 1] + column

    def start(self, node: ast.stmt | ast.expr) -> int:
        """Return where a node begins; a decorated one at the `@` of its first decorator."""
        decorators: list[ast.expr] = getattr(node, "decorator_list", [])
        if decorators:
            return self.bytes.rindex(b"@", 0, self.start(decorators[0]))
        return self.position(node.lineno, node.col_offset)

    def end(self, node: ast.stmt | ast.expr) -> int:
        """Return where a node ends."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self.position(node.end_lineno, node.end_col_offset)

    def replace(self, node: ast.stmt | ast.expr, text: str) -> Edit:
        """Replace a whole node."""
        return Edit(self.start(node), self.end(node), text)

    def remove(self, statement: ast.stmt) -> Edit:
        """Remove a statement; `pass` takes its place if there are others on its line."""
        start, end = self.start(statement), self.end(statement)
        before = self.bytes[self.bytes.rfind(b"\n", 0, start) + 1 : start]
        after = self.bytes[end:].split(b"\n", 1)[0].split(b"#")[0]
        return Edit(start, end, "pass" if (before + after).strip() or before else "")

    def replace_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, text: str) -> Edit:
        """Replace a function; its decorators stay."""
        return Edit(self.position(node.lineno, node.col_offset), self.end(node), text)

    def remove_decorator(self, decorator: ast.expr) -> Edit:
        """Remove a decorator."""
        return Edit(self.bytes.rindex(b"@", 0, self.start(decorator)), self._closed(decorator), "")

    def replace_arguments(self, call: ast.Call, text: str) -> Edit:
        """Replace the arguments of a call."""
        opening = self.bytes.index(b"(", self._closed(call.func))
        return Edit(opening + 1, self.end(call) - 1, text)

    def _closed(self, node: ast.expr) -> int:
        """Return the end of an expression with the parentheses around it."""
        end = self.end(node)
        opened = self.bytes[: self.start(node)].rstrip()
        while opened.endswith(b"(") and self.bytes[end:].lstrip().startswith(b")"):
            end = self.bytes.index(b")", end) + 1
            opened = opened[:-1].rstrip()
        return end

    def apply(self, edits: Iterable[Edit]) -> str:
        """Return the text after the edits, without comments. An edit inside another is ignored.

        A comment may describe removed code, and no line number depends on it.
        """
        parts: list[bytes] = []
        done = 0
        for edit in sorted(edits, key=lambda edit: (edit.start, -edit.end)):
            if edit.start < done:
                continue
            newlines = self.bytes.count(b"\n", edit.start, edit.end) - edit.text.count("\n")
            # `;` follows on the last line: the lines before it must be joined to it.
            joined = self.bytes[edit.end :].lstrip(b" \t").startswith(b";")
            filler = ("\\\n" if joined else "\n") * newlines
            parts += [self.bytes[done : edit.start], edit.text.encode(), filler.encode()]
            done = edit.end
        return without_comments(b"".join([*parts, self.bytes[done:]]).decode())


def without_comments(text: str) -> str:
    r"""Return the same program without comments.

    >>> without_comments("x = 1  # one\n# two\ny = '# three'\n")
    "x = 1\n\ny = '# three'\n"
    """
    lines = text.split("\n")
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            line, column = token.start
            lines[line - 1] = lines[line - 1][:column].rstrip()
    return "\n".join(lines)
