"""Adds to a site what lets browsers keep it."""

from pyrt_build import static_files
from pyrt_build.app.config import SiteConfig
from pyrt_build.app.discover import App
from pyrt_build.app.settings import Settings
from pyrt_build.errors import BuildError
from pyrt_build.offline import app_manifest, file_list, icon
from pyrt_build.site.manifest import Files


def is_wanted(config: SiteConfig, settings: Settings) -> bool:
    """Tell whether browsers are to keep the site, by an option or a setting."""
    return (config.offline or settings.offline) and not config.single_file


def check(config: SiteConfig, settings: Settings) -> None:
    """Check what is needed for it, before anything is built.

    Raises:
        BuildError: files are on the network, or the icon is none.
    """
    if not is_wanted(config, settings):
        return
    if config.cdn:
        raise BuildError(
            "[tool.pyrt], offline: --cdn leaves files on the network, and a site that is used "
            "without one needs all of them. Leave one of both out."
        )
    icon.read_icon(settings.icon)


def add(files: Files, app: App, settings: Settings, *, debug: bool) -> Files:
    """Return a compressed site with service worker, list and web app manifest.

    The same inputs give the same bytes.
    """
    files = app_manifest.with_app_manifest(files, app.title, settings)
    files = file_list.with_file_list(files, app, debug=debug)
    worker = {file_list.WORKER: static_files.read("offline.js")}
    return dict(sorted((files | worker).items()))
