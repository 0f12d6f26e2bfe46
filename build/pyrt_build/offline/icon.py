"""The picture of an installed app."""

import struct
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from pyrt_build.errors import BuildError

MIN_PIXELS = 144  # below, Chromium does not offer to install
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_HEAD_BYTES = 24
_TYPES = {".png": "image/png", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Icon:
    """A picture: its content, its type, the end of its name, and its size as `192x192` or `any`."""

    content: bytes
    type: str
    suffix: str
    sizes: str


def read_icon(name: str | None) -> Icon:
    """Return the picture at a path; pyrt's own without one.

    Raises:
        BuildError: there is none, or browsers do not take it.
    """
    if name is None:
        content = (resources.files("pyrt_build") / "templates" / "icon.svg").read_bytes()
        return Icon(content, _TYPES[".svg"], ".svg", "any")
    path = Path(name)
    suffix = path.suffix.lower()
    if suffix not in _TYPES:
        raise BuildError(
            f"[tool.pyrt], icon: {path.name} is neither PNG nor SVG, which browsers take."
        )
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BuildError(f"[tool.pyrt], icon: {path} cannot be read: {error.strerror}.") from error
    sizes = "any" if suffix == ".svg" else _png_sizes(path, content)
    return Icon(content, _TYPES[suffix], suffix, sizes)


def _png_sizes(path: Path, content: bytes) -> str:
    if not content.startswith(_PNG) or len(content) < _PNG_HEAD_BYTES:
        raise BuildError(f"[tool.pyrt], icon: {path.name} is not a PNG file.")
    width, height = struct.unpack_from(">II", content, 16)
    if width != height or width < MIN_PIXELS:
        raise BuildError(
            f"[tool.pyrt], icon: {path.name} has {width} x {height} pixels. Browsers need a square "
            f"of {MIN_PIXELS} pixels or more; 512 is best. An SVG has any size."
        )
    return f"{width}x{height}"
