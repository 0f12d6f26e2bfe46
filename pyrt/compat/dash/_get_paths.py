"""`dash._get_paths`."""

from pyrt.app.paths import get_asset_url, get_relative_path
from pyrt.app.paths import strip_app_path as strip_relative_path

__all__ = ["get_asset_url", "get_relative_path", "strip_relative_path"]
