"""The HTML around the app: template, meta tags, and checks of required parts (S-165, S-166).

The running page has loaded its scripts long before this HTML exists. It takes over the elements
that the app has put around `app_entry`; scripts, configuration and stylesheets are sent as lists
instead. So those parts of the template are filled with markers that have no effect, and that pass
the checks Dash makes.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from pyrt.model.errors import InvalidIndexException

_IN_HEAD = ("{%metas%}", "<title>{%title%}</title>", "{%favicon%}", "{%css%}")
_IN_FOOTER = ("{%config%}", "{%scripts%}", "{%renderer%}")

DEFAULT_INDEX = "\n".join(
    (
        "<!DOCTYPE html>",
        "<html>",
        "    <head>",
        *(f"        {part}" for part in _IN_HEAD),
        "    </head>",
        "    <body>",
        "        {%app_entry%}",
        "        <footer>",
        *(f"            {part}" for part in _IN_FOOTER),
        "        </footer>",
        "    </body>",
        "</html>",
    )
)

_LOADING = '<div class="_dash-loading">Loading...</div>'
APP_ENTRY = f'<div id="react-entry-point">{_LOADING}</div>'

# A comment stays in the parsed document as a marker; a <template> loads and runs nothing.
CSS_MARKER = "<!--pyrt:css-->"
CONFIG_MARKER = '<script id="_dash-config" type="application/json"></script>'
SCRIPTS_MARKER = '<template data-pyrt="scripts" data-src="dash-renderer"></template>'

# The same as `html.escape`, whose import loads a table of 2,200 entities.
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})

_TEMPLATE_PARTS = {
    "{%app_entry%}": "{%app_entry%}",
    "{%config%}": "{%config%}",
    "{%scripts%}": "{%scripts%}",
}
_INDEX_PARTS = {
    'id="react-entry-point"': "#react-entry-point",
    'id="_dash-config"': "#_dash-config",
    'src="[^"]*dash[-_]renderer[^"]*"': "dash-renderer",
    'id="_dash-renderer': "new DashRenderer",
}
_DEFAULT_METAS: Sequence[tuple[str, Mapping[str, str]]] = (
    ("http-equiv", {"http-equiv": "X-UA-Compatible", "content": "IE=edge"}),
    ("charset", {"charset": "UTF-8"}),
    ("name", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
)


def check_template(template: str) -> None:
    """Check that a template has all markers.

    Raises:
        InvalidIndexException: an insertion marker is missing.
    """
    _check("index string", _TEMPLATE_PARTS, template)


def check_index(html: str) -> None:
    """Check that the finished HTML has the elements that start the app.

    Raises:
        InvalidIndexException: an element is missing.
    """
    _check("index", _INDEX_PARTS, html)


def _check(what: str, parts: Mapping[str, str], text: str) -> None:
    missing = [label for pattern, label in parts.items() if not re.search(pattern, text)]
    if missing:
        raise InvalidIndexException(
            f"Missing item{'s' if len(missing) > 1 else ''} {', '.join(missing)} in {what}."
        )


def interpolate(template: str, **parts: str) -> str:
    """Replace each `{%name%}` by the part of that name."""
    for name, part in parts.items():
        template = template.replace("{%" + name + "%}", part)
    return template


def format_tag(name: str, attributes: Mapping[str, object]) -> str:
    """Return an element without content, its attribute values escaped.

    >>> format_tag("meta", {"name": "a", "content": "1 < 2"})
    '<meta name="a" content="1 &lt; 2">'
    """
    escaped = {key: str(value).translate(_ESCAPES) for key, value in attributes.items()}
    pairs = "".join(f' {key}="{value}"' for key, value in escaped.items())
    return f"<{name}{pairs}>"


def format_metas(metas: Sequence[Mapping[str, str]]) -> str:
    """Return the `<meta>` elements, one per line."""
    return "\n      ".join(format_tag("meta", meta) for meta in metas)


def complete_metas(metas: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """Return the tags after Dash's three defaults, without a default whose kind is among them."""
    missing = [
        default
        for key, default in _DEFAULT_METAS
        if not any(_is_same_kind(meta, key, default[key]) for meta in metas)
    ]
    return [*missing, *metas]


def _is_same_kind(meta: Mapping[str, str], key: str, value: str) -> bool:
    return key in meta and (key == "charset" or meta[key] == value)


def format_renderer(source: str) -> str:
    """Return the script element of the renderer, from which the page reads the hooks."""
    return f'<script id="_dash-renderer" type="application/javascript">{source}</script>'


def renderer_source(hooks: Mapping[str, str] | None) -> str:
    """Return the JavaScript of `app.renderer` for the constructor's `hooks` (S-143).

    >>> renderer_source({"layout_pre": "() => {}"})
    'var renderer = new DashRenderer({layout_pre: () => {}});'
    """
    if hooks is None:
        return "var renderer = new DashRenderer();"
    pairs = ",".join(f"{name}: {source}" for name, source in hooks.items())
    return "var renderer = new DashRenderer({" + pairs + "});"


def inline_script(sha256: str, source: str) -> str:
    """Return the text of the script element for an inline clientside function.

    The page writes exactly the same text (web/src/document/document.ts), because a
    Content-Security-Policy allows it by its hash (S-174).
    """
    functions = "window.dash_clientside._dashprivate_clientside_funcs"
    return f'{functions}["{sha256}"] = {source.strip().removesuffix(";")}\n;'


def hash_scripts(scripts: Iterable[str], algorithm: str) -> list[str]:
    """Return the hashes of inline scripts as a Content-Security-Policy names them (S-174).

    Raises:
        ValueError: the algorithm is not one that browsers know.
    """
    known = ["sha256", "sha384", "sha512"]
    if algorithm not in known:
        raise ValueError("Possible CSP hash algorithms: " + ", ".join(known))
    import base64  # noqa: PLC0415  # seldom needed, and each costs start-up time
    import hashlib  # noqa: PLC0415

    digests = (hashlib.new(algorithm, script.encode()).digest() for script in scripts)
    return [f"'{algorithm}-{base64.b64encode(each).decode()}'" for each in digests]
