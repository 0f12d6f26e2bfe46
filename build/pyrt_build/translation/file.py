"""The file of an author with pyrt's own words in another language, as JSON.

    {"lang": "de", "texts": {"Starting the app": "Die App startet", ...}}

`pyrt new --translation de` writes such a file with all texts; what is empty, or missing, stays
English. A page has it before its first script (web/src/browser/translation.ts).
"""

import difflib
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path

from pyrt_build.errors import BuildError
from pyrt_build.types import Json

LANG = r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*"  # a language of BCP 47: de, pt-BR, zh-Hant
_LANG = re.compile(LANG)
_NAME = re.compile(r"\{(\w+)\}")
_RIGHT_TO_LEFT = frozenset(
    ("ar", "arc", "ckb", "dv", "fa", "he", "ks", "nqo", "ps", "sd", "syr", "ug", "ur", "yi")
)
_LISTED = 5  # wrong texts that a message names


@cache
def texts() -> tuple[str, ...]:
    """Return the English texts; `make texts` takes them out of the page's code."""
    listed = resources.files("pyrt_build") / "translation" / "texts.json"
    return tuple(json.loads(listed.read_text(encoding="utf-8")))


def template(lang: str) -> str:
    """Return a file with all texts, to be filled in."""
    content = {"lang": lang, "texts": dict.fromkeys(texts(), "")}
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def read(path: str) -> dict[str, str]:
    """Return the translated texts of a file: English -> translated.

    Raises:
        BuildError: it cannot be read, or something in it is wrong: all of it.
    """
    return _read(path)[1]


def untranslated(path: str) -> list[str]:
    """Return the texts that stay English."""
    translated = read(path)
    return [text for text in texts() if text not in translated]


def for_page(path: str) -> dict[str, Json]:
    """Return what a page has of a file: language, direction of its writing, translated texts."""
    lang, translated = _read(path)
    is_right_to_left = lang.split("-")[0].lower() in _RIGHT_TO_LEFT
    return {
        "lang": lang,
        "dir": "rtl" if is_right_to_left else "ltr",
        "texts": dict[str, Json](translated),
    }


def write_template(lang: str, folder: Path) -> Path:
    """Write a file with all texts, to be filled in; return its path.

    Raises:
        BuildError: it is there already, or this is no language; nothing was written.
    """
    if not _LANG.fullmatch(lang):
        raise BuildError(f"{lang!r} is no language such as de or pt-BR.")
    path = folder / f"translation.{lang}.json"
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(template(lang))
    except FileExistsError as error:
        raise BuildError(f"{path} is there already, and nothing was written.") from error
    return path


def _read(path: str) -> tuple[str, dict[str, str]]:
    name = Path(path).name
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        reason = f"{path} cannot be read: {error.strerror}"
        raise BuildError(f"[tool.pyrt], translation: {reason}.") from error
    except ValueError as error:  # of JSON, with the line, or of UTF-8
        raise BuildError(f"{name} is not JSON: {error}.") from error
    problems = [*_problems(content)]
    if problems:
        raise BuildError("\n".join(f"{name}: {problem}" for problem in problems))
    return content["lang"], {text: to for text, to in content["texts"].items() if to}


def _problems(content: object) -> Iterator[str]:
    if not isinstance(content, dict):
        yield (
            'it must be an object: {"lang": "de", "texts": {...}}. '
            "`pyrt new --translation de` writes one."
        )
        return
    lang, given = content.get("lang"), content.get("texts")
    if not isinstance(lang, str) or not _LANG.fullmatch(lang):
        yield f'"lang" is {json.dumps(lang)}; it must be a language such as "de" or "pt-BR".'
    if not isinstance(given, dict):
        yield (
            f'"texts" is {json.dumps(given)}; '
            "it must be an object: English text -> translated text."
        )
        return
    found = [*_wrong_texts(given)]
    yield from found[:_LISTED]
    if len(found) > _LISTED:
        yield f"and {len(found) - _LISTED} more texts are wrong."


def _wrong_texts(given: Mapping[str, object]) -> Iterator[str]:
    for text, translated in given.items():
        if text not in texts():
            close = difflib.get_close_matches(text, texts(), 1)
            hint = f" Did you mean {json.dumps(close[0])}?" if close else ""
            yield f"pyrt has no text {json.dumps(text, ensure_ascii=False)}.{hint}"
        elif not isinstance(translated, str):
            yield f"the translation of {json.dumps(text)} is no text."
        elif translated and {*_NAME.findall(text)} != {*_NAME.findall(translated)}:
            names = " ".join(f"{{{each}}}" for each in dict.fromkeys(_NAME.findall(text)))
            yield (
                f"the translation of {json.dumps(text)} must have {names or 'no names in braces'}, "
                "as the text has: values take their places."
            )
