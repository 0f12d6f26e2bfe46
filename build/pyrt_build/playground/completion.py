"""What the editor completes: components, their props, and what the props are for.

It is made of the `metadata.json` files of component packages; nothing of a wheel is executed.
"""

import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from pyrt_build.packages import wheels
from pyrt_build.site.components import NAMESPACES, describe_components
from pyrt_build.types import Json

MAX_TEXT = 160  # characters of a description
_METADATA = re.compile(r"(\w+)/(?:\w+/)*metadata\.json")


def completion_json(dash: Path, others: Sequence[Path]) -> bytes:
    """Return the content of the file for the editor.

    Args:
        dash: the dash wheel.
        others: further wheels, of which some have components.

    Returns:
        JSON, `{module: {component: [[prop, text], ...]}}`; modules of Dash as `dash.html`.
    """
    found: dict[str, Json] = {}
    with wheels.open_archive(dash) as archive:
        for module in NAMESPACES:
            content = archive.read(f"dash/{module}/metadata.json")
            found[f"dash.{module}"] = _components(json.loads(content))
    for path in others:
        with wheels.open_archive(path) as archive:
            found |= dict(_of_package(archive))
    return json.dumps(found, separators=(",", ":"), ensure_ascii=False).encode()


def _of_package(archive: zipfile.ZipFile) -> Iterator[tuple[str, Json]]:
    for name in archive.namelist():
        match = _METADATA.fullmatch(name)
        if not match:
            continue
        try:
            yield match[1], _components(json.loads(archive.read(name)))
        except (ValueError, KeyError, AssertionError, TypeError, AttributeError):
            continue  # another file of this name


def _components(metadata: dict[str, dict[str, Json]]) -> Json:
    """Return the props of each component, in the order in which Dash documents them."""
    described = describe_components(metadata, frozenset())
    result: dict[str, Json] = {}
    for source, about in metadata.items():
        name = Path(source).name.split(".")[0]
        entry, props = described[name], about["props"]
        assert isinstance(entry, dict)
        assert isinstance(props, dict)
        names = entry["props"]
        assert isinstance(names, list)
        result[name] = [[str(prop), _text(props[str(prop)])] for prop in names]
    return result


def _text(about: Json) -> str:
    """Return the first sentence of a prop's description."""
    assert isinstance(about, dict)
    text = " ".join(str(about.get("description") or "").split())
    first = re.split(r"(?<=[.!?])\s", text, maxsplit=1)[0]
    return first if len(first) <= MAX_TEXT else f"{first[: MAX_TEXT - 1]}…"
