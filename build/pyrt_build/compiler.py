"""Compiles an image of source files to an image of .pyc files, in CPython 3.14 or in Pyodide.

Stands alone: it runs in an interpreter that has no pyrt. An entry's path is what tracebacks show.
Called with two files, the source and the target image, and a pattern of paths to compile without
docstrings.
"""

import ast
import importlib.util
import json
import marshal
import re
import struct
import sys
from pathlib import Path

# PEP 552: hash-based, not compared with the source, which a site may not even have.
UNCHECKED_HASH = struct.pack("<I", 0b01)


def main(source: str, target: str, bare: str) -> None:
    """Read the image `source`, write the image `target`; what does not compile is left out."""
    data = Path(source).read_bytes()
    (length,) = struct.unpack_from("<I", data, 8)
    start, compiled = 12 + length, []
    for path, size in json.loads(data[12:start]):
        text = data[start : start + size]
        start += size
        try:
            is_bare = re.search(bare, path) is not None
            syntax = _without_docstrings(text) if is_bare else ast.parse(text)
            code = compile(syntax, path, "exec", dont_inherit=True, optimize=0)
        except (SyntaxError, ValueError):  # templates, and code for other Pythons
            continue
        head = importlib.util.MAGIC_NUMBER + UNCHECKED_HASH + importlib.util.source_hash(text)
        compiled.append((path, head + marshal.dumps(code)))
    index = json.dumps([[path, len(pyc)] for path, pyc in compiled], separators=(",", ":")).encode()
    with Path(target).open("wb") as file:
        file.write(b"PYRTIMG1" + struct.pack("<I", len(index)) + index)
        file.writelines(pyc for _, pyc in compiled)


def _without_docstrings(text: bytes) -> ast.Module:
    """The syntax of a module that describes nothing; assertions stay, unlike with `-OO`."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if _begins_with_text(node):
            del node.body[0]
            # A second text would take the place of the first; and no body may be empty.
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
