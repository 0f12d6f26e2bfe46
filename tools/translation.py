"""Writes the texts of the page that can be translated: `make texts`.

`build/pyrt_build/translation/texts.json` has them. They are the first arguments of
the calls of `translate` in web/src: a string, or strings that are added.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "web" / "src"
TEXTS = ROOT / "build" / "pyrt_build" / "translation" / "texts.json"
_STRING = r'"(?:[^"\\\n]|\\.)*"'
_CALL = re.compile(rf"\btranslate\(\s*((?:{_STRING}\s*\+?\s*)+)[,)]")
_ANY_CALL = re.compile(r"\btranslate\(")
_IMPORT = re.compile(r'import \{[^}]*\btranslate\b[^}]*\} from "[./]+(?:browser/)?translation"')


def texts() -> list[str]:
    """Return all texts in alphabetical order.

    Raises:
        ValueError: a call has something else as its first argument.
    """
    return sorted({text for path in sorted(SOURCES.rglob("*.ts*")) for text in _texts_in(path)})


def _texts_in(path: Path) -> Iterator[str]:
    code = path.read_text(encoding="utf-8")
    if not _IMPORT.search(code):
        return
    found = [*_CALL.finditer(code)]
    if len(found) != len(_ANY_CALL.findall(code)):
        where = path.relative_to(ROOT)
        raise ValueError(f"{where}: the first argument of `translate` must be a text in the code.")
    for call in found:
        yield "".join(json.loads(part) for part in re.findall(_STRING, call[1]))


def written() -> str:
    """Return what the file must be."""
    return json.dumps(texts(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    TEXTS.write_text(written(), encoding="utf-8")
