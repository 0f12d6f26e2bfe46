"""The two functions around plotly.js, in parentheses."""

import json
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from pyrt_build.site.plotly_js import compiled_at_once

# In the form of plotly.js 3 and 4.
START = b"""/**
* plotly.js
*/
(
 function(root, factory) {
  root.made = factory();
} (typeof self !== "undefined" ? self : this, () => {
"use strict";var Plotly=(()=>{"""
CODE = b"var a=(()=>{return 1})();return{a,outer:this===globalThis};"
LICENSES = b"\n/*! one: })(); is in it */\n\n/* and\n another */"
END = b"\n\nwindow.Plotly = Plotly;\nreturn Plotly;\n}));"
SCRIPT = START + CODE + b"})();" + LICENSES + END


def run(script):
    """What the script has put into `made`, as a browser would run it."""
    program = f"globalThis.window = globalThis.self = globalThis;\n{script.decode()}\n"
    shown = "process.stdout.write(JSON.stringify([made, window.Plotly === made]));"
    code = f"(0, eval)({json.dumps(program + shown)})"
    done = subprocess.run(["node", "-e", code], capture_output=True, text=True, check=True)
    return done.stdout


def test_both_functions_are_in_parentheses_and_do_what_they_did():
    script = SCRIPT.replace(b"})(); is in it", b"nothing is in it")
    changed = compiled_at_once(script)
    assert b": this, (() => {" in changed
    assert b"var Plotly=(function(){" in changed
    assert b"nothing is in it" in changed
    assert len(changed) - len(script) < 20
    assert run(changed) == run(script) == '[{"a":1,"outer":true},true]'


def test_characters_become_escapes_and_mean_the_same():
    code = 'return{a:/^[\u95f0\U0001f40d]$/u.test("\U0001f40d"),b:"\u00b5\u5341"};'.encode()
    script = START + code + b"})();" + END
    changed = compiled_at_once(script)
    assert changed.isascii()
    assert run(changed) == run(script) == '[{"a":true,"b":"\u00b5\u5341"},true]'


def test_a_character_behind_a_backslash_stays():
    script = START + 'return{a:"\\\u5341"};'.encode() + b"})();" + END
    changed = compiled_at_once(script)
    assert run(changed) == run(script) == '[{"a":"\u5341"},true]'


@pytest.mark.parametrize(
    "script",
    [
        b"",
        b"window.Plotly = {};",
        SCRIPT,  # a comment looks like code
        SCRIPT.replace(b"var Plotly=(()=>{", b"var Plotly=factory(()=>{"),
        SCRIPT.removesuffix(b"));"),
        START + CODE + b"})();more();" + END,
        START + START + CODE + b"})();" + END,
    ],
)
def test_a_script_of_another_form_stays_as_it_is(script):
    assert compiled_at_once(script) == script


def test_plotly_of_this_environment_has_the_form():
    found = find_spec("plotly")
    assert found
    assert found.origin
    script = Path(found.origin).with_name("package_data") / "plotly.min.js"
    assert compiled_at_once(script.read_bytes()) != script.read_bytes()
