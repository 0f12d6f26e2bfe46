"""Compiles an image of source files to an image of .pyc files, in CPython 3.14 or in Pyodide.

Stands alone: it runs in an interpreter that has no pyrt. An entry's path is what tracebacks show.
Called with two files, the source and the target image, and a pattern of paths to compile without
docstrings.
"""

import importlib._bootstrap_external as bootstrap
import importlib.util
import json
import re
import struct
import sys


def main(source: str, target: str, bare: str) -> None:
    """Read the image `source`, write the image `target`; what does not compile is left out."""
    with open(source, "rb") as file:
        data = file.read()
    (length,) = struct.unpack_from("<I", data, 8)
    start, compiled = 12 + length, []
    for path, size in json.loads(data[12:start]):
        text = data[start : start + size]
        start += size
        try:
            optimize = 2 if re.search(bare, path) else 0
            code = compile(text, path, "exec", dont_inherit=True, optimize=optimize)
        except (SyntaxError, ValueError):  # templates, and code for other Pythons
            continue
        digest = importlib.util.source_hash(text)
        compiled.append((path, bytes(bootstrap._code_to_hash_pyc(code, digest, False))))
    index = json.dumps([[path, len(pyc)] for path, pyc in compiled], separators=(",", ":")).encode()
    with open(target, "wb") as file:
        file.write(b"PYRTIMG1" + struct.pack("<I", len(index)) + index)
        for _, pyc in compiled:
            file.write(pyc)


if __name__ == "__main__":
    main(*sys.argv[1:4])
