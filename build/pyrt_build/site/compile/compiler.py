"""Compiles an image of source files to an image of .pyc files, in CPython or in Pyodide.

It imports nothing of pyrt, since it runs in another interpreter. Arguments: the source image, the
target image, and a regular expression for paths to compile without docstrings. Tracebacks show the
paths in the image.
"""

import ast
import importlib.util
import itertools
import json
import marshal
import operator
import re
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType

# The table of lines (CPython, InternalDocs/code_objects.md): kinds of entries, and how many code
# units an entry has at most.
NO_COLUMNS, NO_LOCATION, MAX_CODE_UNITS = 13, 15, 8
CODE_UNIT_BYTES = 2

# PEP 552: hash-based, and not compared with the source, which the site may not contain.
UNCHECKED_HASH = struct.pack("<I", 0b01)


def main(source: str, target: str, without_docstrings: str) -> None:
    """Read the image `source`, write the image `target`; what does not compile is left out."""
    data = Path(source).read_bytes()
    (length,) = struct.unpack_from("<I", data, 8)
    start, compiled = 12 + length, []
    for path, size in json.loads(data[12:start]):
        text = data[start : start + size]
        start += size
        try:
            is_bare = re.search(without_docstrings, path) is not None
            syntax = _without_docstrings(text) if is_bare else ast.parse(text)
            code = without_columns(compile(syntax, path, "exec", dont_inherit=True, optimize=0))
        except (SyntaxError, ValueError):  # templates, and code for other Pythons
            continue
        head = importlib.util.MAGIC_NUMBER + UNCHECKED_HASH + importlib.util.source_hash(text)
        compiled.append((path, head + marshal.dumps(code)))
    index = json.dumps([[path, len(pyc)] for path, pyc in compiled], separators=(",", ":")).encode()
    with Path(target).open("wb") as file:
        file.write(b"PYRTIMG1" + struct.pack("<I", len(index)) + index)
        file.writelines(pyc for _, pyc in compiled)


def without_columns(code: CodeType) -> CodeType:
    """Return the same code with the line of each instruction, and without columns.

    Columns are a tenth of the memory of a started Python. The app's own files are not compiled
    here, so that their tracebacks still mark the part of the line that failed.
    """
    constants = (
        without_columns(item) if isinstance(item, CodeType) else item for item in code.co_consts
    )
    return code.replace(co_consts=tuple(constants), co_linetable=b"".join(_line_entries(code)))


def _line_entries(code: CodeType) -> Iterator[bytes]:
    """Yield entries, each for as many neighbouring code units of one line as possible."""
    line = code.co_firstlineno
    for at, spans in itertools.groupby(code.co_lines(), key=operator.itemgetter(2)):
        units = sum(end - start for start, end, _ in spans) // CODE_UNIT_BYTES
        while units:
            length = min(units, MAX_CODE_UNITS)
            units -= length
            if at is None:
                yield bytes([0x80 | NO_LOCATION << 3 | length - 1])
            else:
                yield bytes([0x80 | NO_COLUMNS << 3 | length - 1]) + _signed(at - line)
                line = at


def _signed(number: int) -> bytes:
    """Encode a signed varint: six bits in a byte, the lowest first; the first bit is the sign."""
    rest = -number << 1 | 1 if number < 0 else number << 1
    result = bytearray()
    while rest >= 0x40:  # noqa: PLR2004
        result.append(rest & 0x3F | 0x40)
        rest >>= 6
    return bytes([*result, rest])


def _without_docstrings(text: bytes) -> ast.Module:
    """Parse a module without its docstrings; assertions stay, unlike with `-OO`."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if _begins_with_text(node):
            del node.body[0]
            # A second string would become the docstring; and a body must not be empty.
            if _begins_with_text(node) or not (node.body or isinstance(node, ast.Module)):
                node.body.insert(0, ast.Pass(lineno=1, col_offset=0))
    return ast.fix_missing_locations(tree)


def _begins_with_text(
    node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef,
) -> bool:
    first = node.body[0] if node.body else None
    return (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    )


if __name__ == "__main__":
    main(*sys.argv[1:4])
