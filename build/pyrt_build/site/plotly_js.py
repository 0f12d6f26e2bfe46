"""plotly.js, the largest script of a page, so that Chromium compiles it in two thirds of the time.

V8 compiles a function at its first call, and until then only looks for its end. A function in
parentheses is taken to be called at once, and is compiled right away. The two functions around all
of plotly.js are called at once, but V8 does not see it: one is an argument, the other one an arrow
function. So it reads nearly 5 MB three times. Both are written here in the way that it knows; they
do the same.
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


def compiled_at_once(script: bytes) -> bytes:
    """Return plotly.js with both functions in parentheses; a script of another form as it is."""
    start, found, rest = script.partition(_FACTORY)
    code, called, tail = rest.rpartition(_LAST_CALL)
    end = _END.fullmatch(tail)
    if not (found and called and end) or _FACTORY in rest:
        return script
    return b"".join(
        (
            start,
            b': this, (() => {\n"use strict";var Plotly=(function(){',
            code,
            b"}).call(this);",
            end["licenses"],
            b"\nwindow.Plotly = Plotly;\nreturn Plotly;\n})));\n",
        )
    )
