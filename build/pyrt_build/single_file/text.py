"""Bytes and HTML as text of a file in windows-1252, in which every byte is one character.

web/src/embedded/text.ts reads it.
"""

import base64
import json
import re
from collections.abc import Callable

ENCODING = "windows-1252"
# What HTML changes, or takes for the end of a comment; and the line feed, which stands for all.
_CHANGED = re.compile(rb"[\n\r]|(?<=--)>|(?<=--!)>")
_BITS = {b"\n": "0", b"\r": "10", b">": "11"}
_RAW = re.compile(
    r"(<script\b[^>]*>.*?</script>|<style\b[^>]*>.*?</style>)", re.DOTALL | re.IGNORECASE
)
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_FIRST_BEYOND_16_BITS = 0x10000


def escape(data: bytes) -> bytes:
    r"""Return bytes as the text of a comment behind other text, of as many characters.

    CR, and `>` behind `--` or `--!`, are line feeds there. Behind them all, in base64, is what each
    line feed is: the bits 0 (itself), 10 (CR) or 11 (`>`). HTML makes U+FFFD of NUL, which stands
    for nothing else.

    >>> escape(b"a>b-->\r\n\0\xff")
    b'a>b--\n\n\n\x00\xff4A=='
    """
    bits = "".join(_BITS[found] for found in _CHANGED.findall(data))
    count = -(-len(bits) // 8)
    packed = int(bits.ljust(count * 8, "0") or "0", 2).to_bytes(count)
    return _CHANGED.sub(b"\n", data) + base64.b64encode(packed)


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
