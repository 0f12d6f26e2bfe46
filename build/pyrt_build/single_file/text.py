"""Bytes and HTML as text of a file in windows-1252, in which every byte is one character.

web/src/embedded/text.ts reads it.
"""

import json
import re
from collections.abc import Callable

ENCODING = "windows-1252"
_ESCAPES = ((b"\\", b"\\\\"), (b"\0", b"\\0"), (b"\r", b"\\r"))
_MARKUP = re.compile(rb"<(?=[/!])")  # what begins an end tag, or a comment, in a script
_RAW = re.compile(
    r"(<script\b[^>]*>.*?</script>|<style\b[^>]*>.*?</style>)", re.DOTALL | re.IGNORECASE
)
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_FIRST_BEYOND_16_BITS = 0x10000


def escape(data: bytes) -> bytes:
    r"""Return bytes as the text of a script element: what HTML would change is two characters.

    >>> escape(b"a<b</b\\c\r\n\0\xff")
    b'a<b\\l/b\\\\c\\r\n\\0\xff'
    """
    for byte, text in _ESCAPES:
        data = data.replace(byte, text)
    return _MARKUP.sub(rb"\\l", data)


def as_ascii(page: str) -> str:
    r"""Return HTML of the same meaning that has nothing but ASCII.

    >>> as_ascii('<p>é</p><script>"é"</script><style>a::after { content: "é" }</style>')
    '<p>&#233;</p><script>"\\u00e9"</script><style>a::after { content: "\\0000e9" }</style>'
    """
    parts = _RAW.split(page)
    return "".join(_FOREIGN.sub(_writer(part), part) for part in parts)


def _writer(part: str) -> Callable[[re.Match[str]], str]:
    start = part[:7].lower()
    return _in_script if start == "<script" else _in_style if start[:6] == "<style" else _in_html


def _in_html(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};"


def _in_script(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]


def _in_style(found: re.Match[str]) -> str:
    return f"\\{ord(found[0]):06x}"
