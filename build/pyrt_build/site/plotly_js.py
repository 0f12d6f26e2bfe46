"""plotly.js, the largest script of a page, so that Chromium compiles it in two thirds of the time.

V8 compiles a function at its first call, and until then only looks for its end. A function in
parentheses is taken to be called at once, and is compiled right away. The two functions around all
of plotly.js are called at once, but V8 does not see it: one is an argument, the other one an arrow
function. So it reads nearly 5 MB three times. Both are written here in the way that it knows; they
do the same.

A browser keeps a script with a character beyond ISO-8859-1 in two bytes for each character. Those
of plotly.js, two dozen in regular expressions, are written as escapes: 4.8 MB instead of 9.6.
"""

import re

_FACTORY = b': this, () => {\n"use strict";var Plotly=(()=>{'
_LAST_CALL = b"})();"
# Behind that: licenses in comments, and the end of the factory.
_END = re.compile(
    rb"(?P<licenses>(?:\s*/\*(?:(?!\*/).)*\*/)*)"
    rb"\s*window\.Plotly = Plotly;\nreturn Plotly;\n\}\)\);\s*",
    re.DOTALL,
)
# In UTF-8. Behind a backslash the character stays: the backslash of its escape would be escaped.
_BEYOND_ASCII = re.compile(rb"(?<!\\)[\xc0-\xff][\x80-\xbf]+")


def compiled_at_once(script: bytes) -> bytes:
    """Return plotly.js with both functions in parentheses; a script of another form as it is."""
    start, found, rest = script.partition(_FACTORY)
    code, called, tail = rest.rpartition(_LAST_CALL)
    end = _END.fullmatch(tail)
    if not (found and called and end) or _FACTORY in rest:
        return script
    changed = b"".join(
        (
            start,
            b': this, (() => {\n"use strict";var Plotly=(function(){',
            code,
            b"}).call(this);",
            end["licenses"],
            b"\nwindow.Plotly = Plotly;\nreturn Plotly;\n})));\n",
        )
    )
    return _BEYOND_ASCII.sub(_escape, changed)


def _escape(found: re.Match[bytes]) -> bytes:
    """The UTF-8 of a character, as an escape of strings, regular expressions and names."""
    text = found[0].decode().encode("utf-16-be")
    return b"".join(b"\\u" + text[at : at + 2].hex().encode() for at in range(0, len(text), 2))
