"""The Lua filter for pandoc and Quarto, run by pandoc; what it shows is built by quarto.py."""

import shutil
import subprocess
from importlib import resources
from pathlib import Path

import pytest

EXTENSION = Path(str(resources.files("pyrt_build"))) / "documentation" / "quarto_extension"
FILTER = EXTENSION / "pyrt.lua"
PAGE = """
``` {.python .pyrt name=one height=300 title="a \\"b\\""}
a = 1
```

``` {.python .pyrt .hide-code name=two file=own.py}
```

``` {.python .pyrt name=three file=own.py}
```

``` python
other = 1
```
"""
# What Quarto does with a shortcode: it calls the function, and the filter gets the result.
SHORTCODE = """
local shortcodes = dofile(arg_file)
function Pandoc(page)
  local options = { name = "one", file = "own.py", height = "9em" }
  page.blocks = { shortcodes.pyrt({ pandoc.Str("hide-code") }, options) }
  return page
end
"""

pytestmark = pytest.mark.skipif(
    not shutil.which("pandoc"), reason="pandoc is not installed; Debian's package will do"
)


def pandoc(folder, text, *arguments, to="html"):
    return subprocess.run(
        ["pandoc", "-f", "markdown", "-t", to, *arguments],
        input=text,
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "own.py").write_text("# ü\nb = 2\n", encoding="utf-8")
    return tmp_path


def test_code_blocks_are_shown_with_their_apps(folder):
    done = pandoc(folder, PAGE, "--lua-filter", str(FILTER), "--no-highlight")
    assert done.returncode == 0, done.stderr
    page = done.stdout
    assert page.count('<script src="pyrt-apps/pyrt-app.js" defer></script>') == 1
    assert (
        '<pyrt-app id="pyrt-one" src="pyrt-apps/one/" height="300" loading="lazy" '
        'title="a &quot;b&quot;"></pyrt-app>'
    ) in page
    assert 'src="pyrt-apps/two/" height="auto" loading="lazy" title="two"' in page
    assert page.count("a = 1") == 1
    assert page.count("# ü\nb = 2") == 1
    assert "other = 1" in page
    assert page.index('src="pyrt-apps/two/"') < page.index("b = 2")


def test_the_page_says_where_the_apps_are(folder):
    done = pandoc(folder, PAGE, "--lua-filter", str(FILTER), "-M", "pyrt-apps=../../apps")
    assert 'src="../../apps/pyrt-app.js"' in done.stdout
    assert 'src="../../apps/one/"' in done.stdout


def test_pages_for_print_have_the_code_alone(folder):
    done = pandoc(folder, PAGE, "--lua-filter", str(FILTER), to="latex")
    assert done.returncode == 0, done.stderr
    assert "pyrt-app" not in done.stdout


def test_a_shortcode_is_shown_as_a_code_block_is(folder):
    call = folder / "call.lua"
    call.write_text(SHORTCODE.replace("arg_file", repr(str(EXTENSION / "shortcode.lua"))))
    done = pandoc(folder, "", "--lua-filter", str(call), "--lua-filter", str(FILTER))
    assert done.returncode == 0, done.stderr
    assert '<pyrt-app id="pyrt-one" src="pyrt-apps/one/" height="9em"' in done.stdout
    assert "b = 2" not in done.stdout


@pytest.mark.parametrize(
    ("block", "told"),
    [
        ("``` {.python .pyrt}\na\n```", "an example needs a name, as in name=clock"),
        ("``` {.python .pyrt name=a file=gone.py}\n```", "gone.py: No such file"),
    ],
)
def test_what_is_wrong_ends_the_page(folder, block, told):
    done = pandoc(folder, block, "--lua-filter", str(FILTER))
    assert done.returncode != 0
    assert told in done.stderr
