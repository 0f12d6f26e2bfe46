"""Requirements -> locked wheels, with hashes."""

from pathlib import Path

from pyrt_build import index

DASH = "dash==4.4.*"


def dash_wheel(index_url: str | None = None) -> Path:
    """The dash wheel whose component bundles and metadata this version of pyrt is made for."""
    return index.download([DASH], index_url)["dash"]
