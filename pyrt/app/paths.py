"""URL paths of an app: assets, and paths with and without the app's prefix (S-163, S-167).

The functions at the end are `dash.get_asset_url` and others that have no app argument: they use the
settings of the current app.
"""

from pathlib import Path

from pyrt.app.assets import data_url
from pyrt.app.config import Config, current
from pyrt.model import environment
from pyrt.model.errors import UnsupportedRelativePath


def asset_url(config: Config, path: str) -> str:
    """Return the URL of a file in the assets folder.

    A file that the app has written there is not part of the site: its URL is a data URL.
    """
    file = Path(config.assets_folder, path.partition("?")[0])
    written = data_url(file, environment.current().started)
    if written:
        return written
    prefix: str = config.assets_external_path or config.requests_pathname_prefix
    return "/".join([prefix.rstrip("/"), config.assets_url_path.lstrip("/"), path])


def relative_path(prefix: str, path: str) -> str:
    """Return a path of the app with its prefix in front.

    >>> relative_path("/sub/", "/page-1")
    '/sub/page-1'

    Raises:
        UnsupportedRelativePath: the path does not start with a slash.
    """
    if path == "":
        return prefix
    if not path.startswith("/"):
        raise UnsupportedRelativePath(
            f"A path of the app starts with a slash: write {'/' + path!r}, not {path!r}."
        )
    return f"{prefix.rstrip('/')}/{path.lstrip('/')}"


def strip_relative_path(prefix: str, path: str | None) -> str | None:
    """Return a path without the app's prefix and without outer slashes.

    >>> strip_relative_path("/sub/", "/sub/page-1/")
    'page-1'

    Raises:
        UnsupportedRelativePath: the path belongs to another app.
    """
    if path is None:
        return None
    bare = prefix.rstrip("/")
    if not path.startswith(bare or "/"):
        raise UnsupportedRelativePath(
            f"{path!r} is no path of this app: it does not start with {prefix!r}, the app's "
            "requests_pathname_prefix."
        )
    return path.removeprefix(bare).strip("/")


def get_asset_url(path: str) -> str:
    """Return the URL of a file in the assets folder of the current app."""
    return asset_url(current(), path)


def get_relative_path(path: str) -> str:
    """Return a path with the prefix of the current app."""
    return relative_path(current().requests_pathname_prefix, path)


def strip_app_path(path: str | None) -> str | None:
    """Return a path without the prefix of the current app."""
    return strip_relative_path(current().requests_pathname_prefix, path)
