"""`dash._get_paths`."""

from pyrt.app.paths import asset_url as app_get_asset_url
from pyrt.app.paths import get_asset_url, get_relative_path
from pyrt.app.paths import relative_path as app_get_relative_path
from pyrt.app.paths import strip_app_path as strip_relative_path
from pyrt.app.paths import strip_relative_path as app_strip_relative_path

__all__ = [
    "app_get_asset_url",
    "app_get_relative_path",
    "app_strip_relative_path",
    "get_asset_url",
    "get_relative_path",
    "strip_relative_path",
]
